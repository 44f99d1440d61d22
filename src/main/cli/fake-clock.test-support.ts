import type { Clock } from '../../shared/runtime.ts'

/** Time that stands still until a test moves it. */
export class FakeClock implements Clock {
  private now = 0
  private readonly timers = new Set<{ atMs: number; everyMs?: number; run: () => void }>()

  nowMs(): number {
    return this.now
  }

  after(ms: number, run: () => void): () => void {
    return this.add({ atMs: this.now + ms, run })
  }

  every(ms: number, run: () => void): () => void {
    return this.add({ atMs: this.now + ms, everyMs: ms, run })
  }

  get pending(): number {
    return this.timers.size
  }

  /** Moves on by `ms`, running what is due in order, and lets promises settle after each timer. */
  async pass(ms: number): Promise<void> {
    await settled()
    const until = this.now + ms
    for (;;) {
      const due = [...this.timers].filter((timer) => timer.atMs <= until).toSorted((a, b) => a.atMs - b.atMs)[0]
      if (due === undefined) break
      this.now = due.atMs
      if (due.everyMs === undefined) this.timers.delete(due)
      else due.atMs += due.everyMs
      due.run()
      await settled()
    }
    this.now = until
    await settled()
  }

  private add(timer: { atMs: number; everyMs?: number; run: () => void }): () => void {
    this.timers.add(timer)
    return () => void this.timers.delete(timer)
  }
}

/** Lets everything that is already resolved run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
