/** A longer hole in the time stamps is a pause (a computer that slept), not a loss: no worker stands still for so long. */
const PAUSE_MS = 10_000
/** Less than this part of a chunk is no loss: chunks are lost whole, and time stamps tremble. */
const LOST_PART = 0.75
/** So much of a difference is followed: the microphone's clock is neither the one of the time stamps nor ours. */
const FOLLOW = 0.1
/** Chunks of so much sound are judged together: one of them comes in time, whatever the worker was busy with. */
const WINDOW_MS = 250

/**
 * What the platform dropped between the chunks of a microphone. Their time stamps say so, and the clock must agree: after the start of a
 * device Chromium's stamps can run at twice the speed for half a second while not a sample is missing.
 */
export class LossMeter {
  private expectedUs: number | null = null
  /** What the time stamps of this window say is missing, and those of the one before, whose best chunk may have come before the hole. */
  private stampedMs = 0
  private stampedBeforeMs = 0
  private windowMs = 0
  private deliveredMs = 0
  /** Of this window: how far what came is behind the clock, at its best. */
  private leastBehindMs = Infinity
  /** How far it is behind when nothing is missing. */
  private usuallyBehindMs: number | null = null

  /** Takes a chunk by its time stamp, its length and the time at which it came; returns the ms that were lost, told half a second late at most. */
  take(timestampUs: number, durationUs: number, nowMs: number): number {
    this.stampedMs += this.missingMs(timestampUs, durationUs)
    const chunkMs = durationUs / 1000
    this.deliveredMs += chunkMs
    this.windowMs += chunkMs
    this.leastBehindMs = Math.min(this.leastBehindMs, nowMs - this.deliveredMs)
    if (this.windowMs < WINDOW_MS) return 0
    const lostMs = this.judge(chunkMs)
    this.deliveredMs += lostMs
    this.stampedBeforeMs = lostMs > 0 ? 0 : this.stampedMs
    this.stampedMs = 0
    this.windowMs = 0
    this.leastBehindMs = Infinity
    return lostMs
  }

  private missingMs(timestampUs: number, durationUs: number): number {
    const lateUs = timestampUs - (this.expectedUs ?? timestampUs)
    if (Math.abs(lateUs) < LOST_PART * durationUs) {
      this.expectedUs = timestampUs - (1 - FOLLOW) * lateUs + durationUs
      return 0
    }
    this.expectedUs = timestampUs + durationUs
    return lateUs > 0 && lateUs < PAUSE_MS * 1000 ? lateUs / 1000 : 0
  }

  private judge(chunkMs: number): number {
    const moreBehindMs = this.leastBehindMs - (this.usuallyBehindMs ?? this.leastBehindMs)
    const lostMs = Math.min(this.stampedMs + this.stampedBeforeMs, moreBehindMs)
    if (lostMs >= LOST_PART * chunkMs) return lostMs
    // Sooner than ever is how it can be; later is a pause, a busy machine or another clock.
    const isPause = moreBehindMs >= PAUSE_MS
    const followed = moreBehindMs < 0 || this.usuallyBehindMs === null || isPause ? 1 : FOLLOW
    this.usuallyBehindMs = this.leastBehindMs - (1 - followed) * moreBehindMs
    return 0
  }
}
