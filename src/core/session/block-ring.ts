/** A bounded queue of equal audio blocks in one piece of memory; the oldest block makes room for the newest. */
export class BlockRing {
  readonly #memory: Uint8Array
  readonly #blockBytes: number
  readonly #capacity: number
  #first = 0
  #length = 0

  constructor(blockBytes: number, capacity: number) {
    this.#memory = new Uint8Array(blockBytes * capacity)
    this.#blockBytes = blockBytes
    this.#capacity = capacity
  }

  /** Blocks waiting. */
  get length(): number {
    return this.#length
  }

  /** Copies the block in; returns how many blocks were dropped for it (0 or 1). */
  push(block: Uint8Array): number {
    const full = this.#length === this.#capacity
    if (full) this.#first = (this.#first + 1) % this.#capacity
    else this.#length += 1
    const at = (this.#first + this.#length - 1) % this.#capacity
    this.#memory.set(block, at * this.#blockBytes)
    return full ? 1 : 0
  }

  /** The oldest block as memory of its own, or undefined when there is none. */
  shift(): Uint8Array | undefined {
    if (this.#length === 0) return undefined
    const from = this.#first * this.#blockBytes
    this.#first = (this.#first + 1) % this.#capacity
    this.#length -= 1
    return this.#memory.slice(from, from + this.#blockBytes)
  }

  /** Forgets everything; returns how many blocks that were. */
  clear(): number {
    const dropped = this.#length
    this.#length = 0
    return dropped
  }
}
