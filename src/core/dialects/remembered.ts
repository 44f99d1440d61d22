/** Remembers the newest `limit` texts. */
export class Remembered {
  readonly #limit: number
  readonly #texts = new Set<string>()

  constructor(limit: number) {
    this.#limit = limit
  }

  has(text: string): boolean {
    return this.#texts.has(text)
  }

  /** True if it was not there. */
  add(text: string): boolean {
    if (this.#texts.has(text)) return false
    this.#texts.add(text)
    const oldest = this.#texts.keys().next()
    if (this.#texts.size > this.#limit && oldest.done !== true) this.#texts.delete(oldest.value)
    return true
  }
}
