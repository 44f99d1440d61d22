import type { Clock } from '../shared/runtime.ts'

/** Tells once when a client has sent nothing for `timeoutMs`. */
export class IdleWatch {
  private readonly clock: Clock
  private readonly timeoutMs: number
  private readonly onIdle: () => void
  private lastMessageAtMs: number
  private paused = false
  private cancel: () => void = () => undefined

  constructor(clock: Clock, timeoutMs: number, onIdle: () => void) {
    this.clock = clock
    this.timeoutMs = timeoutMs
    this.onIdle = onIdle
    this.lastMessageAtMs = clock.nowMs()
    this.lookAgain(timeoutMs)
  }

  /** A message came. */
  touch(): void {
    this.lastMessageAtMs = this.clock.nowMs()
  }

  /** While the agent itself does not read, the client's silence says nothing. */
  pause(paused: boolean): void {
    this.paused = paused
    if (!paused) this.touch()
  }

  stop(): void {
    this.cancel()
  }

  private lookAgain(ms: number): void {
    this.cancel = this.clock.after(ms, () => {
      const idleMs = this.paused ? 0 : this.clock.nowMs() - this.lastMessageAtMs
      if (idleMs < this.timeoutMs) this.lookAgain(this.timeoutMs - idleMs)
      else this.onIdle()
    })
  }
}
