import { LookbackRing } from './lookback-ring.ts'

/** The longest stretch of sound that is ever repeated: a period of the lowest voice. */
export const MAX_LAG_MS = 15
const MIN_LAG_MS = 2.5
/** How much sound on either side of the splice is compared. */
const COMPARED_MS = 5
/** What has to be seen behind the splice to use the longest lag. */
export const LOOKBACK_MS = MAX_LAG_MS + COMPARED_MS
/** Where the splice may be found in less detail first: about 8 kHz. */
const COARSE_PER_MS = 8
/** Below -54 dBFS RMS there is nothing to hear in a splice. */
const QUIET_POWER = 4e-6
/** The first searches are slow: several milliseconds each, until they are compiled. */
const WARM_UP_SEARCHES = 12
/** A shorter lag has to be better by this much: fewer splices are better than perfect ones. */
const CLEARLY = 0.01

/**
 * Finds how far back the sound before a place resembles the sound at it: one or more periods of a voice. That many samples can be
 * played twice there without being noticed. Only the constructor allocates; cost is bounded by the constants above.
 */
export class PeriodSearch {
  /** Of the last search, in samples; 0 where nothing could be compared. */
  lag = 0
  /** How alike the two are, -1 to 1. */
  similarity = 0
  private readonly minLag: number
  private readonly maxLag: number
  private readonly compared: number
  private readonly stride: number
  private readonly scratch: Float32Array
  private readonly coarse: Float32Array

  constructor(framesPerMs: number) {
    this.minLag = Math.round(MIN_LAG_MS * framesPerMs)
    this.maxLag = Math.round(MAX_LAG_MS * framesPerMs)
    this.compared = Math.round(COMPARED_MS * framesPerMs)
    this.stride = Math.max(1, Math.round(framesPerMs / COARSE_PER_MS))
    this.scratch = new Float32Array(this.maxLag + 2 * this.compared + this.stride)
    this.coarse = new Float32Array(Math.ceil(this.scratch.length / this.stride))
    this.warmUp()
  }

  /** Samples that have to wait in the ring for a search. */
  get ahead(): number {
    return this.compared
  }

  /** Compares the sound around the ring's next sample with the sound before it. */
  find(ring: LookbackRing): void {
    this.lag = 0
    this.similarity = 0
    const reach = Math.min(this.maxLag, ring.behind - this.compared)
    if (reach < this.minLag || ring.length < this.compared) return
    const length = reach + 2 * this.compared
    ring.copy(-reach - this.compared, this.scratch, 0, length)
    if (this.power(length - 2 * this.compared, length) < QUIET_POWER) {
      this.lag = reach
      this.similarity = 1
      return
    }
    const { stride } = this
    const coarse = this.decimate(length)
    const window = Math.floor((2 * this.compared) / stride)
    const rough = this.best(this.coarse, coarse, window, Math.ceil(this.minLag / stride), coarse - window)
    const from = Math.max(this.minLag, (rough - 1) * stride)
    this.lag = this.best(this.scratch, length, 2 * this.compared, from, Math.min(reach, (rough + 1) * stride))
  }

  private warmUp(): void {
    const ring = new LookbackRing(this.scratch.length, this.scratch.length)
    ring.push(this.scratch.map((_, i) => Math.sin(i / 9) + Math.sin(i / 50)))
    ring.advance(this.maxLag + this.compared)
    for (let search = 0; search < WARM_UP_SEARCHES; search += 1) this.find(ring)
    this.lag = 0
    this.similarity = 0
  }

  private power(from: number, to: number): number {
    let sum = 0
    for (let i = from; i < to; i += 1) sum += (this.scratch[i] ?? 0) ** 2
    return sum / (to - from)
  }

  /** Means of `stride` samples each, aligned to the end; returns how many. */
  private decimate(length: number): number {
    const count = Math.floor(length / this.stride)
    let at = length - count * this.stride
    for (let i = 0; i < count; i += 1) {
      let sum = 0
      for (const end = at + this.stride; at < end; at += 1) sum += this.scratch[at] ?? 0
      this.coarse[i] = sum / this.stride
    }
    return count
  }

  /** The lag from `most` down to `least` at which the last `window` of `length` samples resemble those before best. */
  private best(samples: Float32Array, length: number, window: number, least: number, most: number): number {
    const from = length - window
    let own = 0
    for (let i = from; i < length; i += 1) own += (samples[i] ?? 0) ** 2
    let found = most
    let score = Number.NEGATIVE_INFINITY
    for (let lag = most; lag >= least; lag -= 1) {
      let product = 0
      let power = 0
      for (let i = from; i < length; i += 1) {
        const before = samples[i - lag] ?? 0
        product += (samples[i] ?? 0) * before
        power += before * before
      }
      const likeness = product / Math.sqrt(own * power + 1e-12)
      if (likeness <= score + CLEARLY) continue
      score = likeness
      found = lag
    }
    this.similarity = score
    return found
  }
}
