import type { Clock } from '../ports.ts'
import type { Session } from './session.ts'

/** Sessions that are over, and whose end their service may not know yet. */
export class LeavingSessions {
  readonly #clock: Pick<Clock, 'after'>
  readonly #leaving = new Set<Promise<void>>()

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock
  }

  add(session: Pick<Session, 'settled'>): void {
    const settled = session.settled().finally(() => this.#leaving.delete(settled))
    this.#leaving.add(settled)
  }

  /** Resolves when all of them are known to be over, or after `limitMs`. */
  async settled(limitMs: number): Promise<void> {
    const limit = Promise.withResolvers<void>()
    const cancel = this.#clock.after(limitMs, limit.resolve)
    await Promise.race([Promise.all(this.#leaving), limit.promise])
    cancel()
  }
}
