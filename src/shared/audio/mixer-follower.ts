import { DriftReader, INTERPOLATOR_TAPS } from './drift-reader.ts'
import type { SampleRing } from './ring.ts'

/** What a follower keeps in its ring beyond the length of one of its arrivals, at first. */
const MARGIN_MS = 7
/** So much more after every time that it ran dry: its arrivals, or those of the input that sets the pace, come more unevenly than that. */
const MARGIN_STEP_MS = 6
const MOST_MARGIN_MS = 45
/** So long without running dry, and a millisecond less is enough. */
const CALM_MS = 10_000
/** This far from its target for so long its ring is set right at once, with a short fade: a single late block of the other is no reason. */
const TOO_FULL_MS = 40
const TOO_FULL_FOR_MS = 100
const FADE_MS = 5
/** The level of the ring is averaged over about this long: single arrivals come early or late. */
const AVERAGE_MS = 2000
/** Correction of the rate for each millisecond off the target. */
const PPM_PER_MS = 200
const MAX_PPM = 3000
/** Nearer to the target than this, samples go through unchanged. */
const CLOSE_MS = 0.5

/**
 * One input of the mixer that does not set its pace. Its ring is kept at a target by a slight change of the rate it is read with; where
 * that cannot do it (it stalled, or came in a burst) by a gap or a cut with fades.
 */
export class MixerFollower {
  /** Samples left out to catch up. */
  dropped = 0
  /** Times it had nothing to give while it was mixed. */
  gaps = 0
  private readonly ring: SampleRing<Int16Array>
  private readonly reader: DriftReader
  private readonly samplesPerMs: number
  private readonly blockSamples: number
  private state: 'filling' | 'running' | 'starting' = 'filling'
  private hasRun = false
  private average = 0
  private ppm = 0
  private arrivalSamples = 0
  private marginMs = MARGIN_MS
  private calmMs = 0
  private fullMs = 0
  private arrivedMs = 0

  constructor(ring: SampleRing<Int16Array>, outRateHz: number, blockSamples: number) {
    this.ring = ring
    this.samplesPerMs = outRateHz / 1000
    this.blockSamples = blockSamples
    this.reader = new DriftReader(blockSamples)
  }

  /** Samples that shall be left after a read, arrivals smoothed out. */
  get target(): number {
    return this.arrivalSamples + this.marginMs * this.samplesPerMs
  }

  /** `samples` more came into the ring. */
  arrived(samples: number, nowMs: number): void {
    this.arrivalSamples = samples
    this.arrivedMs = nowMs
  }

  /** Adds the next block to `sum`, `scratch` being of the block's length too. `paces`: it stands in for the leader. */
  mixInto(sum: Float32Array, scratch: Float32Array, nowMs: number, paces: boolean): void {
    if (this.state === 'filling' && !this.hasFilled(nowMs)) return
    const step = 1 + this.ppm / 1e6
    const available = this.ring.length
    const needed = this.reader.needs(this.blockSamples, step)
    this.reader.read(this.ring, scratch, this.blockSamples, step)
    if (this.state !== 'running') this.fadeIn(scratch)
    this.state = 'running'
    this.hasRun = true
    if (available < needed) this.runDry(scratch, available)
    else if (!paces) this.follow(scratch, nowMs)
    for (let i = 0; i < this.blockSamples; i += 1) sum[i] = (sum[i] as number) + (scratch[i] as number)
  }

  /** The ring's samples and, as far as its next arrival is already due, those on the way. */
  private level(nowMs: number): number {
    const age = Math.max(0, nowMs - this.arrivedMs) * this.samplesPerMs
    return this.ring.length + Math.min(age, this.arrivalSamples)
  }

  private hasFilled(nowMs: number): boolean {
    const wanted = this.blockSamples + this.target
    const level = this.level(nowMs)
    if (level < wanted || this.ring.length < this.blockSamples + 2) return false
    const discarded = this.ring.discard(Math.floor(level - wanted))
    // What came before it was first mixed is no loss.
    if (this.hasRun) this.dropped += discarded
    this.average = this.target
    this.ppm = 0
    return true
  }

  private follow(block: Float32Array, nowMs: number): void {
    const level = this.level(nowMs)
    this.average += ((level - this.average) * this.blockSamples) / this.samplesPerMs / AVERAGE_MS
    const offMs = (this.average - this.target) / this.samplesPerMs
    this.ppm = Math.abs(offMs) < CLOSE_MS ? 0 : Math.max(-MAX_PPM, Math.min(MAX_PPM, offMs * PPM_PER_MS))
    this.calm()
    const excess = Math.floor(level - this.target)
    this.fullMs = excess < TOO_FULL_MS * this.samplesPerMs ? 0 : this.fullMs + this.blockSamples / this.samplesPerMs
    if (this.fullMs < TOO_FULL_FOR_MS) return
    this.fullMs = 0
    this.dropped += this.ring.discard(excess)
    this.average = this.target
    this.fadeOut(block, this.blockSamples)
    this.state = 'starting'
  }

  private calm(): void {
    this.calmMs += this.blockSamples / this.samplesPerMs
    if (this.calmMs < CALM_MS) return
    this.calmMs = 0
    this.marginMs = Math.max(MARGIN_MS, this.marginMs - 1)
  }

  private runDry(block: Float32Array, available: number): void {
    this.gaps += 1
    this.marginMs = Math.min(MOST_MARGIN_MS, this.marginMs + MARGIN_STEP_MS)
    this.calmMs = 0
    this.state = 'filling'
    this.fadeOut(block, available)
  }

  /** Begins behind the reader's delay: there is the seam. */
  private fadeIn(block: Float32Array): void {
    const fade = FADE_MS * this.samplesPerMs
    const seam = INTERPOLATOR_TAPS / 2
    for (let i = 0; i < fade + seam && i < this.blockSamples; i += 1) {
      block[i] = (block[i] as number) * Math.max(0, (i - seam) / fade)
    }
  }

  /** To silence at `end`, and silent from there on. */
  private fadeOut(block: Float32Array, end: number): void {
    const fade = FADE_MS * this.samplesPerMs
    const from = Math.max(0, Math.floor(end - fade))
    for (let i = from; i < this.blockSamples; i += 1) {
      block[i] = i < end ? (block[i] as number) * ((end - i) / fade) : 0
    }
  }
}
