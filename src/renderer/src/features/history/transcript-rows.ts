import type { ToolCall, TurnLatency } from '../../../../shared/events.ts'
import type { ConversationItem, ConversationLine } from '../../../../shared/ipc/history-calls.ts'

/** What a transcript shows, in order. `sameSpeaker`: the line before is by the same one. */
export type TranscriptRow =
  | { kind: 'line'; key: string; line: ConversationLine; sameSpeaker: boolean; latency: TurnLatency | undefined }
  | { kind: 'tool-call'; key: string; call: ToolCall; unfinished: boolean }

/**
 * The items of a conversation as they are shown: each latency stands at its reply, which is the agent's line before it, or the next one
 * where that has one or somebody else spoke since. `over`: nobody answers a call any more; it is `unfinished`.
 */
export function rowsOf(items: readonly ConversationItem[], over: boolean): TranscriptRow[] {
  const rows: TranscriptRow[] = []
  let pending: TurnLatency | undefined
  for (const [at, item] of items.entries()) {
    const last = rows.at(-1)
    if (item.kind === 'line') {
      const latency = item.role === 'agent' ? pending : undefined
      if (latency !== undefined) pending = undefined
      const sameSpeaker = last?.kind === 'line' && last.line.role === item.role
      rows.push({ kind: 'line', key: `${at}`, line: item, sameSpeaker, latency })
    } else if (item.kind === 'tool-call') {
      rows.push({ kind: 'tool-call', key: `${at}`, call: item.call, unfinished: over && isOpen(item.call) })
    } else {
      const spoken = rows.findLast((row) => row.kind === 'line')
      if (spoken?.kind === 'line' && spoken.line.role === 'agent' && spoken.latency === undefined) {
        spoken.latency = item.latency
      } else pending = item.latency
    }
  }
  return rows
}

function isOpen({ status }: ToolCall): boolean {
  return status === 'running' || status === 'waiting-for-person'
}

/** A line in two parts: what was heard of it, and what was not; undefined where that is not known, or the words are others. */
export function partsOf({ text, heard }: ConversationLine): { heard: string; unheard: string } | undefined {
  if (heard === undefined) return undefined
  const words = heard.text.replace(/\s*…$/u, '')
  return text.startsWith(words) ? { heard: words, unheard: text.slice(words.length) } : undefined
}
