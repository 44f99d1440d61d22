import type { Entry } from '../dialogue.ts'
import type { HistoryMessage } from '../settings-schema.ts'

/** Clients that are remembered; the one that came longest ago is forgotten first. */
const MAX_CLIENTS = 200
/** Of each, what was said last. */
const MAX_ENTRIES = 100
const MAX_LENGTH = 100_000

/** What agents remember of the clients that gave an `externalClientId`, across sessions (napster.md section 3). */
export class ClientMemory {
  /** By agent and client. A session that goes on answers with what was said so far. */
  private readonly said = new Map<string, () => readonly Entry[]>()

  /** What the next session of this client begins with. */
  recall(key: string): HistoryMessage[] {
    return messagesOf(this.said.get(key)?.() ?? [])
  }

  /** A session of this client begins. */
  follow(key: string, entries: () => readonly Entry[]): void {
    this.said.delete(key)
    this.said.set(key, entries)
    const [oldest] = this.said.keys()
    if (this.said.size > MAX_CLIENTS && oldest !== undefined) this.said.delete(oldest)
  }

  /** A session of this client is over: what it said last is kept, unless another has begun meanwhile. */
  leave(key: string, entries: () => readonly Entry[]): void {
    if (this.said.get(key) !== entries) return
    const last = newest(entries())
    this.said.set(key, () => last)
  }
}

function newest(entries: readonly Entry[]): readonly Entry[] {
  let length = 0
  const kept = entries.slice(-MAX_ENTRIES)
  const from = kept.findLastIndex((entry) => (length += entry.kind === 'said' ? entry.text.length : 0) > MAX_LENGTH)
  return kept.slice(from + 1)
}

function messagesOf(entries: readonly Entry[]): HistoryMessage[] {
  return newest(entries).flatMap((entry): HistoryMessage[] =>
    entry.kind === 'said' ? [{ type: 'History', role: entry.role, content: entry.text }] : []
  )
}
