import type { Clock } from '../../shared/runtime.ts'

/** A token bucket: `burst` at once, then `perSecond` on average. `take` is false for what comes too fast. */
export class RateLimit {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #burst: number
  #left: number
  #lastMs: number

  constructor(clock: Clock, limit: { perSecond: number; burst: number }) {
    this.#clock = clock
    this.#perSecond = limit.perSecond
    this.#burst = limit.burst
    this.#left = limit.burst
    this.#lastMs = clock.nowMs()
  }

  take(): boolean {
    const nowMs = this.#clock.nowMs()
    this.#left = Math.min(this.#burst, this.#left + ((nowMs - this.#lastMs) * this.#perSecond) / 1000)
    this.#lastMs = nowMs
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
