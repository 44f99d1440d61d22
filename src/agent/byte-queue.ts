/** Bytes in order of arrival, taken in pieces of any size. Its owner bounds what goes in. */
export class ByteQueue {
  private chunks: Uint8Array[] = []
  private offset = 0
  private total = 0

  get length(): number {
    return this.total
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.chunks.push(bytes)
    this.total += bytes.length
  }

  /** The next `count` bytes (at most all there are) in an array of their own. */
  take(count: number): Uint8Array {
    const taken = new Uint8Array(Math.min(count, this.total))
    let at = 0
    while (at < taken.length) {
      const head = this.chunks[0]
      if (head === undefined) break
      const piece = head.subarray(this.offset, this.offset + taken.length - at)
      taken.set(piece, at)
      at += piece.length
      this.offset += piece.length
      if (this.offset === head.length) {
        this.chunks.shift()
        this.offset = 0
      }
    }
    this.total -= taken.length
    return taken
  }
}
