import { LONGEST_MESSAGE, REMEMBERED_IDS } from './napster-unknowns.ts'
import type { Message } from './napster-frame.ts'

/** One message of the user as far as it has come. */
interface Part {
  /** Of its deltas. */
  joined: string
  /** As it was told; undefined before its end. */
  told: string | undefined
}

/** What a user's message amounts to: words, none (the speech was not understood), or nothing new. */
export type Heard = { kind: 'words'; text: string } | { kind: 'not-understood' } | { kind: 'nothing' }

const NOTHING: Heard = { kind: 'nothing' }

/** The user's messages of one connection, which may come in several parts and more than once. */
export class NapsterUsers {
  readonly #parts = new Map<string, Part>()

  delta({ item_id: id = '', content = '' }: Message): void {
    const part = this.#part(id)
    part.joined = (part.joined + content).slice(0, LONGEST_MESSAGE)
  }

  completed({ item_id: id = '', content = '' }: Message): Heard {
    const part = this.#part(id)
    const before = part.told
    const whole = (content.trim() === '' ? (before === undefined ? part.joined : '') : content).trim()
    if (id === '') this.#parts.delete(id)
    else part.told = whole === '' ? (before ?? '') : whole
    if (before === undefined) return whole === '' ? { kind: 'not-understood' } : { kind: 'words', text: whole }
    if (whole === '' || whole === before) return NOTHING
    const text = whole.startsWith(before) ? whole.slice(before.length).trim() : whole
    return text === '' ? NOTHING : { kind: 'words', text }
  }

  #part(id: string): Part {
    const known = this.#parts.get(id)
    if (known !== undefined) return known
    const part: Part = { joined: '', told: undefined }
    this.#parts.set(id, part)
    const oldest = this.#parts.keys().next()
    if (this.#parts.size > REMEMBERED_IDS && oldest.done !== true) this.#parts.delete(oldest.value)
    return part
  }
}
