import { BAND_COUNT, FRAME_SAMPLES, FrameAnalyser, HOP_SAMPLES } from './frame-analyser.ts'

/** Frames (10 ms) that are known at once, past and to come: 82 s. What is sent further ahead is not known. */
const RING_FRAMES = 8192
/** Of them, the past that is kept. */
const PAST_FRAMES = 400
export const SILENCE_DB = -127
/** Quieter frames are pauses: they do not count for the mean. */
const AUDIBLE_DB = -75
const MEAN_RATE = 0.02
/** Sounds this close in time follow each other. */
const CONTINUOUS_FRAMES = 5

/** Band levels of what the agent sent, on the timeline of when it should sound: frame N begins at 10 N ms. Bounded memory. */
export class SentFrames {
  private readonly analyser = new FrameAnalyser()
  private readonly ring = new Int8Array(RING_FRAMES * BAND_COUNT).fill(SILENCE_DB)
  private readonly buffer = new Float32Array(1 + FRAME_SAMPLES)
  private filled = FRAME_SAMPLES - HOP_SAMPLES
  private readonly mean = new Float64Array(BAND_COUNT)
  private audibleFrames = 0
  /** The frame after the last that is known. */
  private end = 0

  /** 16 kHz samples that begin to sound in frame `start`; those too far after `now` are dropped. */
  push(samples: Int16Array, start: number, now: number): void {
    this.seek(start)
    const last = now + RING_FRAMES - PAST_FRAMES
    for (let i = 0; i < samples.length; i += 1) {
      this.buffer[1 + this.filled] = (samples[i] as number) / 32768
      this.filled += 1
      if (this.filled < FRAME_SAMPLES) continue
      if (this.end < last) this.append()
      this.buffer.copyWithin(0, HOP_SAMPLES)
      this.filled -= HOP_SAMPLES
    }
  }

  /** What should have sounded from `frame` on does not any more. */
  cut(frame: number): void {
    this.end = Math.min(this.end, frame)
  }

  /** Level of a band in dB, {@link SILENCE_DB} where nothing is known. */
  level(frame: number, band: number): number {
    if (frame >= this.end || frame < this.end - RING_FRAMES || frame < 0) return SILENCE_DB
    return this.ring[(frame % RING_FRAMES) * BAND_COUNT + band] as number
  }

  /** Mean level of a band in the sound sent of late, in dB. */
  meanLevel(band: number): number {
    return this.mean[band] as number
  }

  /** Goes to frame `start`, with silence before it if it is not where the last sound ended. */
  private seek(start: number): void {
    if (Math.abs(start - this.end) <= CONTINUOUS_FRAMES) return
    for (let frame = Math.max(this.end, start - RING_FRAMES); frame < start; frame += 1) {
      const from = (frame % RING_FRAMES) * BAND_COUNT
      this.ring.fill(SILENCE_DB, from, from + BAND_COUNT)
    }
    this.end = start
    this.buffer.fill(0)
    this.filled = FRAME_SAMPLES - HOP_SAMPLES
  }

  private append(): void {
    this.analyser.measureBands(this.buffer, 1)
    const from = (this.end % RING_FRAMES) * BAND_COUNT
    for (let band = 0; band < BAND_COUNT; band += 1) {
      this.ring[from + band] = Math.max(SILENCE_DB, Math.round(this.analyser.bandDb[band] as number))
    }
    this.end += 1
    this.followMean(this.analyser.bandDb)
  }

  private followMean(bandDb: Float64Array): void {
    if (!bandDb.some(isAudible)) return
    const rate = Math.max(MEAN_RATE, 1 / (this.audibleFrames + 1))
    this.audibleFrames += 1
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const before = this.mean[band] as number
      this.mean[band] = before + rate * (Math.max(AUDIBLE_DB, bandDb[band] as number) - before)
    }
  }
}

function isAudible(levelDb: number): boolean {
  return levelDb >= AUDIBLE_DB
}
