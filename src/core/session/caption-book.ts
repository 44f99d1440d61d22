import type { Caption } from '../../shared/events.ts'

/** A caption longer than this (UTF-16 units) is not continued, so that no reply grows without bound. */
const LONGEST_CAPTION = 20_000

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

  /** `late`: the sentence belongs to a reply that was cut off. */
  agent(text: string, late: boolean): void {
    if (text.trim() === '') return
    if (late && this.#cut !== undefined) {
      this.#cut = this.#add(this.#cut, text)
      return
    }
    const before = this.#current
    const caption = before === undefined ? this.#begin(text) : this.#add(before, text)
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
    const caption = { ...before, text: /\s$/.test(before.text) ? before.text + text : `${before.text} ${text}` }
    this.#ports.emit(caption)
    return caption
  }
}
