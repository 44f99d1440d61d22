/** What waits until the engine has dealt with all audio sent before it. Passed in the order added. */
export class Barriers {
  private readonly waiting = new Map<number, { run: () => void; length: number }>()
  private last = 0
  private held = 0
  private readonly post: (id: number) => void

  /** `post` sends a barrier of one kind to the engine; `pass` is to be called when its answer comes back. */
  constructor(post: (id: number) => void) {
    this.post = post
  }

  get size(): number {
    return this.waiting.size
  }

  /** Length of the texts that wait, in UTF-16 units. */
  get length(): number {
    return this.held
  }

  /** `length` is that of the text that it keeps in memory. */
  add(run: () => void, length = 0): void {
    this.last += 1
    this.held += length
    this.waiting.set(this.last, { run, length })
    this.post(this.last)
  }

  pass(id: number): void {
    const passed = this.waiting.get(id)
    if (passed === undefined) return
    this.waiting.delete(id)
    this.held -= passed.length
    passed.run()
  }

  clear(): void {
    this.waiting.clear()
    this.held = 0
  }
}
