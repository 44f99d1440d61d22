import { BAND_COUNT } from './frame-analyser.ts'
import type { SentFrames } from './sent-frames.ts'

/** How much sooner or later than its time among the sent frames sound may be in the microphone, in frames of 10 ms. */
export const MIN_LAG_FRAMES = -10
export const MAX_LAG_FRAMES = 150
const LAGS = MAX_LAG_FRAMES - MIN_LAG_FRAMES + 1
/** Per compared frame; what was 4 s of sound ago counts a third. */
const FORGETTING = 0.9975
const MEAN_RATE = 0.02
const LARGEST_DEVIATION_DB = 20
/** A delay is known when this many frames have been compared and their correlation is that high; few must be more alike. */
const FRAMES_TO_KNOW = 60
const CORRELATION_TO_KNOW = 0.3
const FEW_FRAMES_TO_KNOW = 25
const FEW_CORRELATION_TO_KNOW = 0.5

/** Learns over seconds, from echo of any level, how long the agent's sound takes to come back. Allocates only in the constructor. */
export class EchoDelay {
  private readonly products = new Float64Array(LAGS)
  private readonly sentPowers = new Float64Array(LAGS)
  private micPower = 0
  private frames = 0
  private readonly micMean = new Float64Array(BAND_COUNT)
  private readonly deviation = new Float64Array(BAND_COUNT)
  private best = 0

  /** One microphone frame that stands out from its floor, at frame `now` of the timeline. */
  learn(bandDb: Float64Array, sent: SentFrames, now: number): void {
    this.deviations(bandDb)
    if (this.frames < Number.MAX_SAFE_INTEGER) this.frames = this.frames * FORGETTING + 1
    this.micPower *= FORGETTING
    for (let band = 0; band < BAND_COUNT; band += 1) this.micPower += (this.deviation[band] as number) ** 2
    let best = 0
    for (let i = 0; i < LAGS; i += 1) {
      this.add(i, sent, now - (i + MIN_LAG_FRAMES))
      if (this.correlation(i) > this.correlation(best)) best = i
    }
    this.best = best
  }

  /** In frames; null while it is not known. */
  get lag(): number | null {
    const value = this.correlation(this.best)
    const byMany = this.frames >= FRAMES_TO_KNOW && value >= CORRELATION_TO_KNOW
    const byFew = this.frames >= FEW_FRAMES_TO_KNOW && value >= FEW_CORRELATION_TO_KNOW
    return byMany || byFew ? this.lagOf(this.best) : null
  }

  private lagOf(index: number): number {
    return index + MIN_LAG_FRAMES
  }

  private correlation(index: number): number {
    const power = this.micPower * (this.sentPowers[index] as number)
    return power <= 0 ? 0 : (this.products[index] as number) / Math.sqrt(power)
  }

  private deviations(bandDb: Float64Array): void {
    const rate = Math.max(MEAN_RATE, 1 / (this.frames + 1))
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const value = bandDb[band] as number
      const deviation = value - (this.micMean[band] as number)
      this.micMean[band] = (this.micMean[band] as number) + rate * deviation
      this.deviation[band] = limited(deviation)
    }
  }

  private add(index: number, sent: SentFrames, frame: number): void {
    let product = 0
    let power = 0
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const value = limited(sent.level(frame, band) - sent.meanLevel(band))
      product += value * (this.deviation[band] as number)
      power += value * value
    }
    this.products[index] = (this.products[index] as number) * FORGETTING + product
    this.sentPowers[index] = (this.sentPowers[index] as number) * FORGETTING + power
  }
}

function limited(deviationDb: number): number {
  return Math.min(LARGEST_DEVIATION_DB, Math.max(-LARGEST_DEVIATION_DB, deviationDb))
}
