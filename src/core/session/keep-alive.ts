import type { Clock } from '../ports.ts'

/** The service recommends one KeepAlive every 8 s while no audio is sent (deepgram.md section 1.2). */
export const KEEP_ALIVE_MS = 8_000

/** Sends a KeepAlive whenever 8 s have passed without audio and without one. */
export class KeepAlive {
  readonly #clock: Clock
  readonly #send: () => void
  #lastMs: number
  #cancel: () => void

  constructor(clock: Clock, send: () => void) {
    this.#clock = clock
    this.#send = send
    this.#lastMs = clock.nowMs()
    this.#cancel = clock.after(KEEP_ALIVE_MS, this.#due)
  }

  /** Audio was sent: the next KeepAlive is 8 s away. Cheap enough for every block. */
  audioSent(): void {
    this.#lastMs = this.#clock.nowMs()
  }

  close(): void {
    this.#cancel()
  }

  readonly #due = (): void => {
    const leftMs = this.#lastMs + KEEP_ALIVE_MS - this.#clock.nowMs()
    if (leftMs <= 0) {
      this.#lastMs = this.#clock.nowMs()
      this.#send()
    }
    this.#cancel = this.#clock.after(leftMs > 0 ? leftMs : KEEP_ALIVE_MS, this.#due)
  }
}
