import type { Clock } from '../../shared/runtime.ts'

/** Why a request is given up. */
export type GivenUp = 'cancelled' | 'stalled' | 'endless'

/** Gives a request up when nothing comes for too long or when it takes too long in all. */
export class Watch {
  private stopStall: () => void = () => undefined
  private readonly stopTotal: () => void
  private readonly clock: Clock
  private readonly giveUp: (why: GivenUp) => void

  constructor(clock: Clock, totalMs: number, giveUp: (why: GivenUp) => void) {
    this.clock = clock
    this.giveUp = giveUp
    this.stopTotal = clock.after(totalMs, () => giveUp('endless'))
  }

  /** Something came; the next thing has `ms` to come. */
  expect(ms: number): void {
    this.stopStall()
    this.stopStall = this.clock.after(ms, () => this.giveUp('stalled'))
  }

  /** Idempotent. */
  stop(): void {
    this.stopStall()
    this.stopTotal()
  }
}
