import type { Clock } from '../shared/runtime.ts'

interface Timer {
  readonly atMs: number
  readonly everyMs: number | undefined
  readonly run: () => void
}

/** Time that moves only when the test says so; timers fire in order of their time. */
export class ManualClock implements Clock {
  private now = 1000
  private readonly timers = new Set<Timer>()

  nowMs(): number {
    return this.now
  }

  after(ms: number, run: () => void): () => void {
    return this.add({ atMs: this.now + Math.max(0, ms), everyMs: undefined, run })
  }

  every(ms: number, run: () => void): () => void {
    let cancelled = false
    let cancel: (() => void) | undefined
    const arm = (): void => {
      cancel = this.after(ms, () => {
        run()
        if (!cancelled) arm()
      })
    }
    arm()
    return () => {
      cancelled = true
      cancel?.()
    }
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.timers.size
  }

  advance(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const next = [...this.timers].toSorted((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined || next.atMs > end) break
      this.timers.delete(next)
      this.now = Math.max(this.now, next.atMs)
      next.run()
    }
    this.now = end
  }

  private add(timer: Timer): () => void {
    this.timers.add(timer)
    return () => {
      this.timers.delete(timer)
    }
  }
}
