import type { ToolCall } from '../../../shared/events.ts'
import { heardText, type Sentence } from './heard.ts'
import type { CallEntry } from './history-items.ts'

export interface TextTurn {
  kind: 'text'
  role: 'user' | 'assistant'
  /** By `ConversationText`. */
  said: string
  /** By `History`. */
  told: string
  /** As said, with the audio that had come before each. */
  sentences: Sentence[]
  /** Number of the reply that is its audio, once there is some. */
  reply: number | undefined
  totalMs: number
  playedMs: number
  /** It was cut off: only what was played of it counts. */
  cut: boolean
  /** Typed and sent; the service may still give it back as the user's. */
  echoDue: boolean
  /** It was said in an earlier conversation. */
  earlier?: true
}

export interface Calls {
  kind: 'calls'
  calls: Map<string, CallEntry>
}

export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Either text is part of the other; the mark where a service cut its text does not count. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [plain(a), plain(b)].map((text) => text.replace(/[\s.…-]+$/u, ''))
  return (
    one !== undefined &&
    other !== undefined &&
    one !== '' &&
    other !== '' &&
    (one.includes(other) || other.includes(one))
  )
}

export function joined(before: string, more: string): string {
  return before === '' ? more : `${before} ${more}`
}

export function textTurn(role: 'user' | 'assistant', said: string, told: string): TextTurn {
  return {
    kind: 'text',
    role,
    said,
    told,
    sentences: [],
    reply: undefined,
    totalMs: 0,
    playedMs: 0,
    cut: false,
    echoDue: false
  }
}

/** A turn as it is remembered; of one that was cut only what was heard, and less where the service has trimmed it further. */
export function contentOf({ role, said, told, sentences, totalMs, playedMs, cut }: TextTurn): string {
  if (role === 'user') return said === '' ? told : said
  if (!cut) return told.length >= said.length ? told : said
  const heard = heardText(sentences, totalMs, playedMs)
  return told !== '' && told.length < heard.length ? told : heard
}

/** `content` belongs to what was said in this turn and the service has not told yet. */
export function untold({ said, told }: TextTurn, content: string): boolean {
  return said !== '' && plain(told).length < plain(said).length && overlap(said, content) && !overlap(told, content)
}

/** `ConversationText` has not told this turn of the user yet. */
export function isNew({ said, echoDue }: TextTurn): boolean {
  return echoDue || said === ''
}

/** Its result; undefined while there is none. */
export function finished({ status, content }: ToolCall): string | undefined {
  return status === 'answered' || status === 'failed' ? content : undefined
}

export function charactersOf(turn: TextTurn | Calls): number {
  if (turn.kind === 'text') return Math.max(turn.said.length, turn.told.length)
  return JSON.stringify([...turn.calls.values()]).length
}
