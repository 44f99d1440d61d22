import type { Caption } from '../../shared/events.ts'

/** A caption longer than this (UTF-16 units) is not continued, so that no reply grows without bound. */
const LONGEST_CAPTION = 20_000

/** Sentences that may still be replaced. */
const SENTENCES_KEPT = 200

export interface CaptionPorts {
  newId(): string
  emit(caption: Caption): void
}

/** Writes down who said what: one caption per user turn, and one per reply, which grows sentence by sentence. */
export class CaptionBook {
  readonly #ports: CaptionPorts
  /** The reply that further sentences belong to. */
  #current: Caption | undefined
  /** Replies that are not fully played. */
  #unplayed: Caption[] = []
  #cut: Caption | undefined
  /** The newest sentences of the agent's: in which caption, and behind how many characters. */
  #sentences: { id: string; from: number }[] = []
  /** The caption that the agent's last sentence went into. */
  #newest: Caption | undefined
  /** First caption of the agent since the user last had the turn. */
  #answerId: string | undefined

  constructor(ports: CaptionPorts) {
    this.#ports = ports
  }

  /** Something that was said or sent at once: the user's words, or what Parley sends in its own name. */
  add(role: 'user' | 'parley', text: string): void {
    if (text.trim() === '') return
    this.#ports.emit({ id: this.#ports.newId(), role, text, interrupted: false })
    if (role === 'user') this.#answerId = undefined
  }

  /** Words of the user that the agent answers already: they stand before that answer, which goes on. */
  late(text: string): void {
    if (text.trim() === '') return
    const before = this.#answerId === undefined ? {} : { before: this.#answerId }
    this.#ports.emit({ id: this.#ports.newId(), role: 'user', text, interrupted: false, ...before })
  }

  /** `late`: the sentence belongs to a reply that was cut off. `replaces`: it takes the place of so many that came last. */
  agent(text: string, { late, replaces }: { late: boolean; replaces: number }): void {
    if (text.trim() === '') return
    if (replaces > 0) return this.#replace(text, replaces)
    if (late && this.#cut !== undefined) {
      this.#cut = this.#grown(this.#cut, text)
      return
    }
    const caption = this.#grown(this.#current, text)
    this.#unplayed = [...this.#unplayed.filter(({ id }) => id !== caption.id), caption]
    this.#current = caption
  }

  /** The next sentence begins a new caption. */
  endReply(): void {
    this.#current = undefined
  }

  /** A new turn begins: no late sentence of a cut reply is expected any more. */
  newTurn(): void {
    this.#current = undefined
    this.#cut = undefined
    this.#answerId = undefined
  }

  /** What was not fully heard is marked so; late sentences of it may still come. */
  interrupt(): void {
    this.#answerId = undefined
    for (const caption of this.#unplayed) {
      this.#cut = { ...caption, interrupted: true }
      this.#ports.emit(this.#cut)
    }
    this.#unplayed = []
    this.#current = undefined
  }

  /** Everything received so far was heard. */
  played(): void {
    this.#unplayed = this.#current === undefined ? [] : [this.#current]
  }

  /** `before` with one more sentence, or a new caption. */
  #grown(before: Caption | undefined, text: string): Caption {
    const caption = before === undefined ? this.#begin(text) : this.#add(before, text)
    const from = before?.id === caption.id ? before.text.length : 0
    this.#sentences = [...this.#sentences.slice(1 - SENTENCES_KEPT), { id: caption.id, from }]
    this.#newest = caption
    return caption
  }

  /** The newest `count` sentences become `text`; where they are not known any more, they stay as they are. */
  #replace(text: string, count: number): void {
    const first = this.#sentences.at(-count)
    const caption = [this.#current, this.#cut, this.#newest].find((one) => one !== undefined && one.id === first?.id)
    if (first === undefined || caption === undefined) return
    this.#sentences = [...this.#sentences.slice(0, -count), first]
    const whole = { ...caption, text: joined(caption.text.slice(0, first.from), text) }
    const renewed = (one: Caption | undefined): Caption | undefined => (one?.id === whole.id ? whole : one)
    this.#current = renewed(this.#current)
    this.#cut = renewed(this.#cut)
    this.#newest = renewed(this.#newest)
    this.#unplayed = this.#unplayed.map((one) => (one.id === whole.id ? whole : one))
    this.#ports.emit(whole)
  }

  #begin(text: string): Caption {
    const caption: Caption = { id: this.#ports.newId(), role: 'agent', text, interrupted: false }
    this.#answerId ??= caption.id
    this.#ports.emit(caption)
    return caption
  }

  #add(before: Caption, text: string): Caption {
    if (before.text.length + text.length > LONGEST_CAPTION) {
      const caption = { ...before, id: this.#ports.newId(), text }
      this.#ports.emit(caption)
      return caption
    }
    const caption = { ...before, text: joined(before.text, text) }
    this.#ports.emit(caption)
    return caption
  }
}

function joined(before: string, text: string): string {
  return before === '' || /\s$/.test(before) ? before + text : `${before} ${text}`
}
