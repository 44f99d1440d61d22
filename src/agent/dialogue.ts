import type { HistoryMessage } from './settings-schema.ts'

/** Something that was said; `system` is context that only the agent is told. What the agent says is shortened when less of it was heard. */
export interface SaidEntry {
  readonly kind: 'said'
  readonly role: 'user' | 'assistant' | 'system'
  text: string
  /** Taken in without an answer (rule N8): a turn that is going on does not begin anew with it. */
  readonly isAside?: true
}

/** A function call and, once there is one, its result. */
export interface CalledEntry {
  readonly kind: 'called'
  readonly call: FunctionCall
  /** Calls of one request have the same number; a model wants them together. */
  readonly request: number
  result: string | null
}

/** One call that the model, or the small brain, asks for. */
export interface FunctionCall {
  readonly id: string
  readonly name: string
  /** JSON text. */
  readonly arguments: string
  readonly thoughtSignature?: string
}

export type Entry = SaidEntry | CalledEntry

/** Entries that are kept, and the length of all of them in UTF-16 units; the oldest are forgotten first. */
const MAX_ENTRIES = 2000
const MAX_LENGTH = 8_000_000

/** What was said and called so far, in order: what a model is told at its next request. */
export class Dialogue {
  private list: Entry[] = []
  private lastRequest = 0

  get entries(): readonly Entry[] {
    return this.list
  }

  said(role: SaidEntry['role'], text: string, { isAside = false } = {}): SaidEntry {
    const entry: SaidEntry = { kind: 'said', role, text, ...(isAside ? { isAside } : {}) }
    this.add(entry)
    return entry
  }

  /** The calls of one request. */
  called(calls: readonly FunctionCall[]): CalledEntry[] {
    this.lastRequest += 1
    const request = this.lastRequest
    return calls.map((call) => {
      const entry: CalledEntry = { kind: 'called', call, request, result: null }
      this.add(entry)
      return entry
    })
  }

  /** The agent was cut off: of this entry only a share was heard, by whole words; 0 removes it. */
  heard(entry: SaidEntry, share: number): void {
    entry.text = firstWords(entry.text, share)
    if (entry.text === '') this.remove([entry])
  }

  /** Takes entries back, as if they had never been. */
  remove(entries: readonly Entry[]): void {
    const gone = new Set<Entry>(entries)
    this.list = this.list.filter((entry) => !gone.has(entry))
  }

  /** What an earlier session said and did (`agent.context.messages`, both shapes). Answers the new entries. */
  absorb(message: HistoryMessage): readonly Entry[] {
    if (isCalls(message)) {
      const given = message.function_calls
      const entries = this.called(given.map(callOf))
      for (const [index, entry] of entries.entries()) entry.result = given[index]?.response ?? ''
      return entries
    }
    const role = message.role === 'assistant' || message.role === 'system' ? message.role : 'user'
    return [this.said(role, message.content)]
  }

  private add(entry: Entry): void {
    this.list.push(entry)
    let length = this.list.reduce((sum, one) => sum + lengthOf(one), 0)
    while (this.list.length > MAX_ENTRIES || (length > MAX_LENGTH && this.list.length > 1)) {
      const oldest = this.list.shift()
      if (oldest !== undefined) length -= lengthOf(oldest)
    }
  }
}

function lengthOf(entry: Entry): number {
  return entry.kind === 'said' ? entry.text.length : entry.call.arguments.length + (entry.result?.length ?? 0)
}

type HistoryCalls = Extract<HistoryMessage, { function_calls: unknown }>

function isCalls(message: HistoryMessage): message is HistoryCalls {
  return Array.isArray(message['function_calls'])
}

function callOf({ id, name, arguments: given, thought_signature: signature }: HistoryCalls['function_calls'][number]) {
  return { id, name, arguments: given, ...(signature === undefined ? {} : { thoughtSignature: signature }) }
}

/** The beginning of a text up to a share of its length: whole words only. */
function firstWords(text: string, share: number): string {
  if (share >= 1) return text
  const end = Math.floor(text.length * Math.max(0, share))
  const head = text.slice(0, end)
  const wordAt = /\s/.test(text.charAt(end)) ? end : (/\S*$/.exec(head)?.index ?? 0)
  return head.slice(0, wordAt).trimEnd()
}
