/** Joins 20 ms blocks to the messages that a service wants; with one block per message it passes them through. */
export class BlockBatch {
  readonly #blocks: Uint8Array[] = []

  /** The next message once `perMessage` blocks are there, in memory of its own where there are several. */
  add(block: Uint8Array, perMessage: number): Uint8Array | undefined {
    if (perMessage <= 1 && this.#blocks.length === 0) return block
    this.#blocks.push(block)
    return this.#blocks.length >= perMessage ? this.flush() : undefined
  }

  /** What waits, as a shorter message. */
  flush(): Uint8Array | undefined {
    const blocks = this.take()
    if (blocks.length <= 1) return blocks[0]
    const bytes = new Uint8Array(blocks.reduce((sum, { byteLength }) => sum + byteLength, 0))
    let at = 0
    for (const block of blocks) {
      bytes.set(block, at)
      at += block.byteLength
    }
    return bytes
  }

  /** Blocks that have not been sent, in order; the batch is empty afterwards. */
  take(): Uint8Array[] {
    return this.#blocks.splice(0)
  }
}
