/** What waits until the engine has dealt with all audio sent before it. Passed in the order added. */
export class Barriers {
  private readonly waiting = new Map<number, () => void>()
  private last = 0
  private readonly post: (id: number) => void

  /** `post` sends a barrier to the engine; `pass` is to be called when it comes back. */
  constructor(post: (id: number) => void) {
    this.post = post
  }

  get size(): number {
    return this.waiting.size
  }

  add(then: () => void): void {
    this.last += 1
    this.waiting.set(this.last, then)
    this.post(this.last)
  }

  pass(id: number): void {
    const then = this.waiting.get(id)
    this.waiting.delete(id)
    then?.()
  }

  clear(): void {
    this.waiting.clear()
  }
}
