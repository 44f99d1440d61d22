import type { Clock } from '../ports.ts'

/** A refusal and a warning that are this close tell of the same statement. */
const PAIR_MS = 1_000

/** Services tell a refused statement by a refusal, a warning, or both in either order; both together are one. */
export class Refusals {
  readonly #clock: Clock
  #last: { by: 'refusal' | 'warning'; atMs: number } | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** False if it is the second half of a pair. */
  isNew(by: 'refusal' | 'warning'): boolean {
    const nowMs = this.#clock.nowMs()
    const paired = this.#last !== undefined && this.#last.by !== by && nowMs - this.#last.atMs < PAIR_MS
    this.#last = paired ? undefined : { by, atMs: nowMs }
    return !paired
  }
}
