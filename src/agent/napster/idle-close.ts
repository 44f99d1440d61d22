import type { Clock } from '../../shared/runtime.ts'

/** Idle close without audio or messages (napster.md section 10). */
export const IDLE_CLOSE_MS = 180_000

/** What is left of the idle time when the client is warned: 60, 30 and 10 s of three minutes. */
const WARN_SHARES = [60 / 180, 30 / 180, 10 / 180]

/** What it tells. */
export interface IdleCloseEvents {
  /** The session will be closed after so long. */
  warn(leftMs: number): void
  idle(): void
}

/** Warns a client that sends nothing, and tells once when it has sent nothing for `idleMs`. */
export class IdleClose {
  private lastAtMs: number
  private warned = 0
  private cancel: () => void = () => undefined
  private readonly clock: Clock
  private readonly idleMs: number
  private readonly events: IdleCloseEvents

  constructor(clock: Clock, idleMs: number, events: IdleCloseEvents) {
    this.clock = clock
    this.idleMs = idleMs
    this.events = events
    this.lastAtMs = clock.nowMs()
    this.look()
  }

  /** Something was said or sent. */
  touch(): void {
    this.lastAtMs = this.clock.nowMs()
    this.warned = 0
  }

  stop(): void {
    this.cancel()
  }

  private look(): void {
    const share = WARN_SHARES[this.warned] ?? 0
    const waitMs = this.lastAtMs + Math.round(this.idleMs * (1 - share)) - this.clock.nowMs()
    if (waitMs > 0) {
      this.cancel = this.clock.after(waitMs, () => this.look())
      return
    }
    if (this.warned === WARN_SHARES.length) {
      this.events.idle()
      return
    }
    this.warned += 1
    this.events.warn(this.idleMs * share)
    this.look()
  }
}
