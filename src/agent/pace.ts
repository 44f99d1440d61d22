/** Audio is never sent further ahead of the moment it will be played than this. Under the promised 500 ms by one chunk. */
export const MAX_LEAD_MS = 480

/** Length of one binary frame of reply audio. */
export const CHUNK_MS = 40

/**
 * Where the listener's playback stands, on the assumption that it plays what it gets at once and in real time.
 * Pure: the caller brings the time. All times in milliseconds of the same monotonic clock.
 */
export class Pace {
  private endsAt = Number.NEGATIVE_INFINITY

  /** When the last sample sent so far will have been played; in the past when nothing is playing. */
  get endsAtMs(): number {
    return this.endsAt
  }

  /** Milliseconds until `durationMs` more audio may be sent; 0 when it may go now. */
  waitMs(nowMs: number, durationMs: number): number {
    return Math.max(0, Math.max(this.endsAt, nowMs) + durationMs - MAX_LEAD_MS - nowMs)
  }

  /** Notes that `durationMs` of audio was sent at `nowMs`. */
  sent(nowMs: number, durationMs: number): void {
    this.endsAt = Math.max(this.endsAt, nowMs) + durationMs
  }

  /** The listener dropped what it had (barge-in): nothing is playing any more. */
  cut(): void {
    this.endsAt = Number.NEGATIVE_INFINITY
  }
}
