import type { Caption, EndReason, SessionEvent } from '../../shared/events.ts'
import type { ConversationItem, ConversationLine } from '../../shared/ipc/history-calls.ts'
import { titleOf } from './title.ts'

/** An item and where it stands. `seq` numbers the items of a conversation as they came; `place` is their order, which may be another one. */
export interface PlacedItem {
  seq: number
  place: number
  item: ConversationItem
}

/** What has to be written now. An item that was written before is written anew. */
export interface Batch {
  startedAtMs: number
  /** Of its newest item, or its end. */
  lastAtMs: number
  title: string
  /** Lines in all so far. */
  lines: number
  items: readonly PlacedItem[]
  /** Once it is over. */
  end: EndReason | undefined
}

/** What a reply that was cut off lost comes this soon after its caption was marked so. */
const HEARD_WITHIN_MS = 2_000

/** Longest text of one item that is written; a tool may answer with a book. */
export const LONGEST_TEXT = 200_000

const CALL = 'call:'

interface Cut {
  id: string
  text: string
  atMs: number
}

/** Decides what of one conversation's events is written. Holds the items that changed since the last {@link ConversationRecorder.take}. */
export class ConversationRecorder {
  readonly #startedAtMs: number
  readonly #known = new Map<string, PlacedItem>()
  #changed = new Map<number, PlacedItem>()
  /** Captions and calls in their order: late words of the user stand before the answer to them, and what was called for it. */
  #places: { key: string; place: number }[] = []
  /** Agent's captions that were cut off, and nobody has said how much of them was heard. */
  #cut: Cut[] = []
  #title: { role: Caption['role']; id: string; text: string } | undefined
  #lines = 0
  #lastAtMs: number
  #end: EndReason | undefined
  #ended = false

  /** Times are milliseconds since 1970. */
  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs
    this.#lastAtMs = startedAtMs
  }

  /** Nothing was said yet: there is nothing to keep. */
  get empty(): boolean {
    return this.#known.size === 0
  }

  add(event: SessionEvent, atMs: number): void {
    switch (event.kind) {
      case 'caption':
        return this.#caption(event.caption, atMs)
      case 'tool-call':
        return this.#put(`${CALL}${event.call.id}`, {
          kind: 'tool-call',
          atMs,
          call: {
            ...event.call,
            arguments: bounded(event.call.arguments),
            ...(event.call.content === undefined ? {} : { content: bounded(event.call.content) })
          }
        })
      case 'latency':
        return this.#put(`turn:${event.latency.turn}`, { kind: 'latency', atMs, latency: event.latency })
      case 'interrupted':
        if (event.heard !== undefined) this.#heard(event.heard.share, event.heard.text, atMs)
        return
      case 'state':
        if (event.state.phase !== 'ended') return
        this.#end = event.state.reason
        this.#ended = true
        this.#lastAtMs = atMs
        return
      default:
        return
    }
  }

  /** What changed since this was last asked; undefined: nothing, or nothing was said at all. */
  take(): Batch | undefined {
    if (this.empty || (this.#changed.size === 0 && !this.#ended)) return undefined
    const items = [...this.#changed.values()]
    this.#changed = new Map()
    this.#ended = false
    return {
      startedAtMs: this.#startedAtMs,
      lastAtMs: this.#lastAtMs,
      title: this.#title?.text ?? '',
      lines: this.#lines,
      items,
      end: this.#end
    }
  }

  /** `batch` could not be written: it comes with the next one, where nothing newer has taken its place. */
  giveBack({ items, end }: Batch): void {
    const newer = this.#changed
    this.#changed = new Map([...items.map((one) => [one.seq, one] as const), ...newer])
    if (end !== undefined) this.#ended = true
  }

  /** Where it was written is gone: all of it comes with the next {@link take}. */
  allAnew(): void {
    this.#changed = new Map([...this.#known.values()].map((one) => [one.seq, one]))
    this.#ended = this.#end !== undefined
  }

  #caption({ id, role, text, interrupted, before }: Caption, atMs: number): void {
    const key = lineKey(id)
    const known = this.#known.get(key)?.item
    const was = known?.kind === 'line' ? known : undefined
    const whole = bounded(text)
    const line: ConversationLine = {
      kind: 'line',
      role,
      text: whole,
      atMs: was?.atMs ?? atMs,
      interrupted,
      ...(was?.heard === undefined ? {} : { heard: was.heard })
    }
    if (was === undefined) this.#lines += 1
    this.#nameBy(id, role, whole)
    if (role === 'agent' && interrupted && was?.heard === undefined) {
      this.#cut = [...this.#cut.filter((one) => one.id !== id), { id, text: whole, atMs }]
    }
    this.#put(key, line, { atMs, ...(before === undefined ? {} : { before }) })
  }

  /** The words of the user name a conversation, of the agent where there are none. */
  #nameBy(id: string, role: Caption['role'], text: string): void {
    const named = this.#title
    const better = named === undefined || named.id === id || (named.role !== 'user' && role === 'user')
    if (better && role !== 'parley' && titleOf(text) !== '') this.#title = { id, role, text: titleOf(text) }
  }

  /** The first caption that was cut is the one that was being heard; those behind it in the queue were not heard at all. */
  #heard(share: number, text: string, atMs: number): void {
    const cut = this.#cut.filter((one) => atMs - one.atMs <= HEARD_WITHIN_MS)
    this.#cut = []
    for (const [at, { id }] of cut.entries()) {
      const key = lineKey(id)
      const line = this.#known.get(key)?.item
      if (line?.kind !== 'line') continue
      const heard = at === 0 ? { share, text } : { share: 0, text: '' }
      this.#put(key, { ...line, heard: { ...heard, estimated: true } }, { atMs })
    }
  }

  #placeOf(key: string, kind: ConversationItem['kind'], before: string | undefined): number {
    const next = this.#known.size + 1
    let at = before === undefined ? -1 : this.#places.findIndex((one) => one.key === lineKey(before))
    if (at < 0) {
      if (kind !== 'latency') this.#places.push({ key, place: next })
      return next
    }
    while (this.#places[at - 1]?.key.startsWith(CALL) === true) at -= 1
    const after = this.#places[at]?.place ?? next
    const place = ((this.#places[at - 1]?.place ?? after - 1) + after) / 2
    this.#places.splice(at, 0, { key, place })
    return place
  }

  #put(
    key: string,
    item: ConversationItem,
    { atMs = item.atMs, before }: { atMs?: number; before?: string } = {}
  ): void {
    const known = this.#known.get(key)
    const seq = known?.seq ?? this.#known.size + 1
    const kept = known === undefined ? item : { ...item, atMs: known.item.atMs }
    const place = known?.place ?? this.#placeOf(key, item.kind, before)
    const placed: PlacedItem = { seq, place, item: kept }
    this.#known.set(key, placed)
    this.#changed.set(seq, placed)
    this.#lastAtMs = Math.max(this.#lastAtMs, atMs)
  }
}

function lineKey(id: string): string {
  return `line:${id}`
}

function bounded(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT).toWellFormed()}…`
}
