import { PCM16_BYTES } from '../../../shared/audio/format.ts'
import type { SessionEvent, ToolCall } from '../../../shared/events.ts'
import type { ServiceEvent, WireMessage } from '../../dialects/dialect.ts'
import type { PlaybackReport } from '../../ports.ts'
import { earlierMessages, type EarlierConversation } from '../earlier.ts'
import { callEntry, callsItem, readItem, textItem, type CallEntry } from './history-items.ts'
import { heardText } from './heard.ts'
import {
  charactersOf,
  contentOf,
  finished,
  isNew,
  joined,
  overlap,
  plain,
  textTurn,
  untold,
  type Calls,
  type TextTurn
} from './history-turns.ts'

/** Items that a reconnect takes along at most; the oldest are dropped. */
export const HISTORY_LIMIT_ITEMS = 400

/** Characters that all items may have together; as much as two prompts of a managed model. */
export const HISTORY_LIMIT_CHARACTERS = 50_000

/** What was said and what the service tells of it lie at most this many items apart. */
const MATCH_DEPTH = 40

/** Signatures of calls whose results are still to come. */
const SIGNATURE_LIMIT = 100

/** Told of a call that was open when the connection was lost. */
export const CUT_OFF =
  'The connection was lost while this ran. It may or may not have been done. Ask the user before you call it again.'

/**
 * The conversation so far, as a new connection of the service needs it (design.md section 5). The service tells its history in both shapes
 * where it is asked to; what it has not told yet, or never tells, comes from `ConversationText` and finished tool calls.
 */
export class History {
  #turns: (TextTurn | Calls)[] = []
  /** Agent's turns with audio that is not played to its end, in order. */
  #unplayed: TextTurn[] = []
  /** Cut last; their exact positions come a moment later. */
  #flushed: TextTurn[] = []
  /** The turn that the agent's next sentence and audio belong to. */
  #open: TextTurn | undefined
  /** What the agent said or called first since the user last had the turn. */
  #answer: TextTurn | Calls | undefined
  /** Calls that are cancelled now are so because the connection is gone, not because the service said so. */
  #cuttingOff = false
  readonly #signatures = new Map<string, string>()
  readonly #bytesPerMs: number
  #dropped = 0

  /** `earlier`: what the agent knows before anything is said. */
  constructor(outputSampleRateHz: number, earlier: EarlierConversation = []) {
    this.#bytesPerMs = (outputSampleRateHz * PCM16_BYTES) / 1000
    for (const item of earlierMessages(earlier)) this.#keepEarlier(item)
  }

  /** Items that did not fit any more, since this was last asked. */
  newlyDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }

  /** The sink got audio of a reply. */
  wrote(reply: number, pcm: Uint8Array): void {
    const turn = this.#turnOf(reply)
    turn.totalMs += pcm.byteLength / this.#bytesPerMs
  }

  /** The sink was told to forget `reply` and all before it. */
  flushed(reply: number): void {
    const cut = this.#unplayed.filter((turn) => (turn.reply ?? 0) <= reply)
    for (const turn of cut) turn.cut = true
    this.#flushed = cut
    this.#unplayed = this.#unplayed.filter((turn) => !cut.includes(turn))
    if (this.#open?.cut === true) this.#open = undefined
  }

  /** What the sink has played; it answers a flush with the exact position. */
  played({ reply, playedSamples }: PlaybackReport): void {
    const turn = [...this.#unplayed, ...this.#flushed].find((one) => one.reply === reply)
    if (turn === undefined) return
    turn.playedMs = Math.max(turn.playedMs, (playedSamples * PCM16_BYTES) / this.#bytesPerMs)
  }

  /** A text goes out in the user's place; it counts from now on, whether the service gives it back or is lost before. */
  typed(text: string): void {
    this.#open = undefined
    this.#answer = undefined
    this.#push(textTurn('user', text, '')).echoDue = true
  }

  /** What the service tells, before the conversation acts on it. */
  service(event: ServiceEvent): void {
    if (event.kind === 'history') this.#told(event.item)
    else if (event.kind === 'user-text') this.userSaid(event.text, { echo: false, late: event.late ?? false })
    else if (event.kind === 'user-started') this.#answer = undefined
    else if (event.kind === 'agent-text') this.#agentSaid(event.text, event.replaces ?? 0)
    else if (event.kind === 'agent-audio-done' || event.kind === 'reply-complete') this.#open = undefined
    else if (event.kind === 'tool-calls') {
      for (const { id, thoughtSignature } of event.functions) this.#keepSignature(id, thoughtSignature)
    }
  }

  /** The user's words. `echo`: they, or a part of them, were typed; `late`: they stand before the answer to them, which has begun. */
  userSaid(text: string, { echo, late }: { echo: boolean; late: boolean }): void {
    if (!late) this.#open = undefined
    const known = this.#recent().find(
      (turn) => turn.role === 'user' && plain(turn.echoDue ? turn.said : turn.told) === plain(text) && isNew(turn)
    )
    if (known !== undefined) {
      known.said = text
      known.echoDue = false
    } else if (!echo) this.#add(textTurn('user', text, ''), late)
    if (!late) this.#answer = undefined
  }

  /** What the conversation reports. */
  session(event: SessionEvent): void {
    if (event.kind === 'tool-call') this.#toolCall(event.call)
    else if (event.kind === 'reply-played') this.#unplayed.shift()
    else if (event.kind === 'caption' && event.caption.role === 'agent' && event.caption.interrupted) this.#unheard()
  }

  /** How much of the reply that was cut last was heard; undefined where it had no text. */
  heardOfCut(): { share: number; text: string } | undefined {
    const turn = this.#flushed[0]
    if (turn === undefined || turn.sentences.length === 0) return undefined
    const { sentences, totalMs, playedMs } = turn
    const share = totalMs === 0 ? 0 : Math.min(1, playedMs / totalMs)
    return { share, text: heardText(sentences, totalMs, playedMs) }
  }

  /** The socket is gone: what comes next belongs to another reply. `cutOff` gives up what was open on it. */
  socketLost(cutOff: () => void): void {
    this.#open = undefined
    for (const turn of this.#turns) if (turn.kind === 'text') turn.echoDue = false
    this.#cuttingOff = true
    cutOff()
    this.#cuttingOff = false
  }

  /** The user had the last word: nothing has been heard of an answer to it, though a sentence of it may have come. */
  get unanswered(): boolean {
    const last = this.#turns.findLast((turn) => turn.kind === 'text' && (turn.role === 'user' || turn.totalMs > 0))
    return last?.kind === 'text' && last.role === 'user' && last.earlier !== true
  }

  /** Items for the next opening, oldest first. */
  items(): WireMessage[] {
    return this.#turns.flatMap((turn) => {
      if (turn.kind === 'calls') return [callsItem([...turn.calls.values()])]
      const content = contentOf(turn)
      return plain(content) === '' ? [] : [textItem(turn.role, content)]
    })
  }

  #keepEarlier(item: WireMessage): void {
    const read = readItem(item)
    if (read?.kind === 'calls') this.#toldCalls(read.calls)
    else if (read !== undefined) this.#push({ ...textTurn(read.role, read.content, read.content), earlier: true })
    this.#answer = undefined
  }

  #turnOf(reply: number): TextTurn {
    const known = this.#unplayed.find((turn) => turn.reply === reply)
    if (known !== undefined) return known
    const open = this.#open?.reply === undefined ? this.#open : undefined
    const turn = open ?? this.#push(textTurn('assistant', '', ''))
    turn.reply = reply
    this.#open = turn
    this.#unplayed.push(turn)
    return turn
  }

  /** The sentence that has just come, before any audio of it, belongs to a reply that was cut. */
  #unheard(): void {
    if (this.#open?.reply !== undefined || this.#open === undefined) return
    this.#open.cut = true
    this.#open = undefined
  }

  #agentSaid(text: string, replaces: number): void {
    if (replaces > 0) return this.#agentMeant(text, replaces)
    const turn = (this.#open ??=
      this.#recent().find(({ role, said, told }) => role === 'assistant' && said === '' && overlap(told, text)) ??
      this.#push(textTurn('assistant', '', '')))
    turn.sentences.push({ text, atMs: turn.totalMs })
    turn.said = joined(turn.said, text)
  }

  /** The newest `count` sentences were parts of `text`. */
  #agentMeant(text: string, count: number): void {
    const turn = this.#open ?? this.#recent().findLast(({ role }) => role === 'assistant')
    const first = turn?.sentences.at(-count)
    if (turn === undefined || first === undefined) return
    turn.sentences.splice(-count, count, { text, atMs: first.atMs })
    turn.said = turn.sentences.map((one) => one.text).join(' ')
  }

  #told(item: WireMessage): void {
    const read = readItem(item)
    if (read?.kind === 'calls') return this.#toldCalls(read.calls)
    if (read === undefined) return
    const { role, content } = read
    const known = this.#recent().find(
      (turn) =>
        turn.role === role &&
        (role === 'user' ? turn.told === '' && plain(turn.said) === plain(content) : untold(turn, content))
    )
    if (known === undefined) this.#push(textTurn(role, '', content))
    else known.told = joined(known.told, content)
  }

  #toldCalls(calls: readonly { id: string; call: CallEntry }[]): void {
    const fresh = calls.filter(({ id, call }) => !this.#replaceCall(id, call))
    if (fresh.length > 0) this.#push({ kind: 'calls', calls: new Map(fresh.map(({ id, call }) => [id, call])) })
  }

  /** A call that is over. The model must know of one that the connection cut off, or it would ask for it again without a word. */
  #toolCall(call: ToolCall): void {
    const response = this.#cuttingOff && call.status === 'cancelled' ? CUT_OFF : finished(call)
    if (response === undefined) return
    if (this.#turns.some((turn) => turn.kind === 'calls' && turn.calls.has(call.id))) return
    const entry = callEntry(call, response, this.#signatures.get(call.id))
    this.#signatures.delete(call.id)
    this.#push({ kind: 'calls', calls: new Map([[call.id, entry]]) })
  }

  #replaceCall(id: string, call: CallEntry): boolean {
    for (const turn of this.#turns) {
      if (turn.kind !== 'calls' || !turn.calls.has(id)) continue
      turn.calls.set(id, { ...turn.calls.get(id), ...call })
      return true
    }
    return false
  }

  #keepSignature(id: string, signature: string | undefined): void {
    if (signature === undefined) return
    this.#signatures.set(id, signature)
    const oldest = this.#signatures.keys().next()
    if (this.#signatures.size > SIGNATURE_LIMIT && oldest.done !== true) this.#signatures.delete(oldest.value)
  }

  #recent(): TextTurn[] {
    return this.#turns.slice(-MATCH_DEPTH).filter((turn) => turn.kind === 'text')
  }

  #push<T extends TextTurn | Calls>(turn: T): T {
    this.#turns.push(turn)
    if (turn.kind === 'calls' || turn.role === 'assistant') this.#answer ??= turn
    this.#bound()
    return turn
  }

  /** The user's turn; `late`: before the answer to it. */
  #add(turn: TextTurn, late: boolean): void {
    const at = late && this.#answer !== undefined ? this.#turns.indexOf(this.#answer) : -1
    this.#turns.splice(at < 0 ? this.#turns.length : at, 0, turn)
    this.#bound()
  }

  #bound(): void {
    let characters = 0
    let keep = 0
    for (const turn of this.#turns.toReversed()) {
      characters += charactersOf(turn)
      if (keep > 0 && (keep === HISTORY_LIMIT_ITEMS || characters > HISTORY_LIMIT_CHARACTERS)) break
      keep += 1
    }
    this.#dropped += this.#turns.length - keep
    if (keep < this.#turns.length) this.#turns = this.#turns.slice(-keep)
  }
}
