import { PCM16_BYTES } from '../../../shared/audio/format.ts'
import { bytesToInt16 } from '../../../shared/audio/pcm.ts'
import { Resampler, type SpeexModule } from '../../../shared/audio/resampler.ts'
import { EchoDelay, MAX_LAG_FRAMES, MIN_LAG_FRAMES } from './echo-delay.ts'
import { EchoWaveform } from './echo-waveform.ts'
import { BAND_COUNT, EARS_SAMPLE_RATE_HZ, HOP_SAMPLES, type Frame } from './frame-analyser.ts'
import { RecentFrames } from './recent-frames.ts'
import { SentAudio } from './sent-audio.ts'
import { SentFrames } from './sent-frames.ts'

const FRAME_MS = 10
/** After a pause this long sound begins anew, and a canceller needs this long to settle. */
const PAUSE_MS = 200
const SETTLING_MS = 1200
const SAMPLES_PER_MS = EARS_SAMPLE_RATE_HZ / 1000
/** The clock of the microphone's frames is the promptest delivery of one to two of these spans. */
const CLOCK_FRAMES = 100
/** Below the loudest cell of a stretch, everything counts as equally quiet, dB. */
const RANGE_DB = 30
const FEWEST_FRAMES = 4
/** A frame says something about the delay when it stands out from the floor by this much. */
const AUDIBLE_SNR_DB = 3
/** Quieter sound is not looked for in what was sent. */
const AUDIBLE_DBFS = -60
/** Around a known delay, so many frames to each side are looked at: playback jitters, rooms smear. */
const LAG_SPREAD = 3
const SMEAR_FRAMES = 8
/** The level of echo over what was sent is learned from frames this old, when no turn came of them. */
const LEARN_AGE = 40
const COUPLING_STEP_DB = 1
const COUPLING_QUANTILE = 0.95
/** The coupling is known after so many frames. */
const FRAMES_TO_LEARN = 60
const LOWEST_COUPLING_DB = -60
/** Through a canceller, bands of echo come back 35 to 60 dB below what was sent. */
const LOUD_COUPLING_DB = -35
/** A cell this far above the echo to be expected is not explained by it. */
const EXCESS_DB = 6
/** Cells this far below the loudest of their frame are not asked. */
const CELL_RANGE_DB = 20
const SENT_AUDIBLE_DB = -75

/** How much a stretch of the microphone is like what the agent sent. */
export interface Likeness {
  /** Highest correlation (0 to 1) of the band levels: at the known delay, else at any. */
  correlation: number
  delayKnown: boolean
  /** Share (0 to 1) of the strong cells that are louder than echo has been; null while too little echo was heard. */
  excess: number | null
}

/** What a microphone frame may teach: in a turn the delay of echo, not its level. */
export type Learn = 'all' | 'delay' | 'nothing'

/** Compares the microphone with what the agent itself sent. Bounded memory; a frame or comparison allocates nothing. */
export class EchoReference {
  private readonly resampler: Resampler
  private readonly nowMs: () => number
  private readonly sent = new SentFrames()
  private readonly sentAudio = new SentAudio()
  private readonly waveform = new EchoWaveform()
  private readonly recent = new RecentFrames()
  private readonly delay = new EchoDelay()
  private readonly coupling = new Float64Array(BAND_COUNT).fill(LOWEST_COUPLING_DB)
  private readonly mic = new Float64Array(RecentFrames.CAPACITY * BAND_COUNT)
  private readonly ref = new Float64Array(RecentFrames.CAPACITY * BAND_COUNT)
  private readonly ages = new Int16Array(RecentFrames.CAPACITY)
  private readonly result: Likeness = { correlation: 0, delayKnown: false, excess: null }
  private readonly outputSampleRateHz: number
  private beganAtMs = -Infinity
  private endsAtMs = -Infinity
  private frames = 0
  private learned = 0
  private inWaveform = false
  private offset = Infinity
  private offsetBefore = Infinity

  /** `nowMs` is the clock of `push`'s times. */
  constructor(speex: SpeexModule, outputSampleRateHz: number, nowMs: () => number) {
    this.resampler = new Resampler(speex, { channels: 1, inRateHz: outputSampleRateHz, outRateHz: EARS_SAMPLE_RATE_HZ })
    this.outputSampleRateHz = outputSampleRateHz
    this.nowMs = nowMs
  }

  /** PCM16 at the output rate that should begin to sound at `atMs`. */
  push(pcm: Uint8Array, atMs: number): void {
    if (atMs > this.endsAtMs + PAUSE_MS) this.beganAtMs = atMs
    this.endsAtMs = atMs + (pcm.byteLength / PCM16_BYTES / this.outputSampleRateHz) * 1000
    const now = Math.floor(this.nowMs() / FRAME_MS)
    const samples = this.resampler.process(bytesToInt16(pcm))
    this.sent.push(samples, Math.round(atMs / FRAME_MS), now)
    this.sentAudio.push(samples, Math.round(atMs * SAMPLES_PER_MS), now * HOP_SAMPLES)
  }

  /** What should sound from now on does not any more. */
  cut(): void {
    const now = Math.floor(this.nowMs() / FRAME_MS)
    this.endsAtMs = -Infinity
    this.sent.cut(now)
    this.sentAudio.cut(now * HOP_SAMPLES)
  }

  /** What sounds has only just begun: a canceller lets its first bursts through. */
  get hasJustBegun(): boolean {
    return this.nowMs() < this.beganAtMs + SETTLING_MS
  }

  close(): void {
    this.resampler.close()
  }

  /** One microphone frame and its newest 10 ms of samples; `counts` if it is loud enough to be compared. */
  hear(bandDb: Float64Array, samples: Float32Array, frame: Frame, counts: boolean, learn: Learn): void {
    this.waveform.hear(samples)
    this.recent.push(bandDb, counts)
    this.tick()
    if (learn === 'nothing') return
    this.compareWaveform(frame)
    if (frame.snrDb >= AUDIBLE_SNR_DB) this.delay.learn(bandDb, this.sent, this.now)
    const { lag } = this.delay
    if (lag !== null && learn === 'all') this.learnCoupling(this.now - LEARN_AGE - lag)
  }

  /** Of the last `frames` frames. The result is reused. */
  likeness(frames: number): Likeness {
    const { lag } = this.delay
    const count = this.collect(frames)
    this.result.delayKnown = lag !== null
    this.result.excess = lag === null || this.learned < FRAMES_TO_LEARN ? null : this.excess(count, lag)
    this.centreRows(this.mic, count)
    this.result.correlation = 0
    if (count < FEWEST_FRAMES) return this.result
    const from = lag === null ? MIN_LAG_FRAMES : lag - LAG_SPREAD
    const to = lag === null ? MAX_LAG_FRAMES : lag + LAG_SPREAD
    for (let at = from; at <= to; at += 1) {
      this.result.correlation = Math.max(this.result.correlation, this.correlation(this.now - at, count))
    }
    return this.result
  }

  /** Echo is known to be loud: no canceller holds it back, and what is louder than it can be told by its level. */
  get isLoud(): boolean {
    if (this.delay.lag === null || this.learned < FRAMES_TO_LEARN) return false
    return this.coupling.reduce((sum, db) => sum + db, 0) / BAND_COUNT > LOUD_COUPLING_DB
  }

  /** True if the newest 100 ms of the microphone's waveform are like what was sent; false where echo is loud, whose level tells more. */
  get isInWaveform(): boolean {
    return this.inWaveform
  }

  /** The timeline's frame in which the newest microphone frame was captured, at the latest. */
  private get now(): number {
    return Math.floor(Math.min(this.offset, this.offsetBefore) / FRAME_MS) + this.frames
  }

  private compareWaveform({ levelDbfs }: Frame): void {
    const audible = levelDbfs >= AUDIBLE_DBFS && !this.isLoud
    if (!audible) this.waveform.release()
    this.inWaveform = audible && this.waveform.isOwn(this.sentAudio, this.now * HOP_SAMPLES)
  }

  private tick(): void {
    this.frames += 1
    this.offset = Math.min(this.offset, this.nowMs() - this.frames * FRAME_MS)
    if (this.frames % CLOCK_FRAMES !== 0) return
    this.offsetBefore = this.offset
    this.offset = this.nowMs() - this.frames * FRAME_MS
  }

  /** Loudest level sent in a band around `frame`, a little before it too: a room makes sound longer. */
  private expected(frame: number, band: number): number {
    let level = -Infinity
    for (let back = -LAG_SPREAD; back <= SMEAR_FRAMES; back += 1) {
      const fade = back > LAG_SPREAD ? (back - LAG_SPREAD) * 2 : 0
      level = Math.max(level, this.sent.level(frame - back, band) - fade)
    }
    return level
  }

  private learnCoupling(sentFrame: number): void {
    let sounding = 0
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const expected = this.expected(sentFrame, band)
      if (expected < SENT_AUDIBLE_DB) continue
      sounding += 1
      const over = this.recent.level(LEARN_AGE, band) - expected > (this.coupling[band] as number)
      const step = COUPLING_STEP_DB * (over ? COUPLING_QUANTILE : COUPLING_QUANTILE - 1)
      this.coupling[band] = Math.max(LOWEST_COUPLING_DB, (this.coupling[band] as number) + step)
    }
    if (sounding > BAND_COUNT / 2 && this.learned < FRAMES_TO_LEARN) this.learned += 1
  }

  /** Copies the frames that count, limited below; returns how many there are. */
  private collect(frames: number): number {
    let count = 0
    let top = -Infinity
    for (let age = 0; age < Math.min(frames, RecentFrames.CAPACITY); age += 1) {
      if (!this.recent.countsAt(age)) continue
      for (let band = 0; band < BAND_COUNT; band += 1) top = Math.max(top, this.recent.level(age, band))
      this.ages[count] = age
      count += 1
    }
    for (let i = 0; i < count; i += 1) {
      for (let band = 0; band < BAND_COUNT; band += 1) {
        this.mic[i * BAND_COUNT + band] = Math.max(this.recent.level(this.ages[i] as number, band), top - RANGE_DB)
      }
    }
    return count
  }

  private excess(count: number, lag: number): number {
    let asked = 0
    let unexplained = 0
    for (let i = 0; i < count; i += 1) {
      let top = -Infinity
      for (let band = 0; band < BAND_COUNT; band += 1) top = Math.max(top, this.mic[i * BAND_COUNT + band] as number)
      const frame = this.now - (this.ages[i] as number) - lag
      for (let band = 0; band < BAND_COUNT; band += 1) {
        const level = this.mic[i * BAND_COUNT + band] as number
        if (level < top - CELL_RANGE_DB) continue
        asked += 1
        if (level > this.expected(frame, band) + (this.coupling[band] as number) + EXCESS_DB) unexplained += 1
      }
    }
    return asked === 0 ? 0 : unexplained / asked
  }

  private correlation(newest: number, count: number): number {
    let top = -Infinity
    for (let i = 0; i < count; i += 1) {
      for (let band = 0; band < BAND_COUNT; band += 1) {
        const value = this.sent.level(newest - (this.ages[i] as number), band)
        this.ref[i * BAND_COUNT + band] = value
        top = Math.max(top, value)
      }
    }
    if (top < SENT_AUDIBLE_DB) return 0
    for (let i = 0; i < count * BAND_COUNT; i += 1) this.ref[i] = Math.max(this.ref[i] as number, top - RANGE_DB)
    this.centreRows(this.ref, count)
    let product = 0
    let micPower = 1e-9
    let refPower = 1e-9
    for (let i = 0; i < count * BAND_COUNT; i += 1) {
      const a = this.mic[i] as number
      const b = this.ref[i] as number
      product += a * b
      micPower += a * a
      refPower += b * b
    }
    return product / Math.sqrt(micPower * refPower)
  }

  /** Removes each band's mean, then each frame's: neither colouring nor a changing gain counts. */
  private centreRows(values: Float64Array, count: number): void {
    for (let band = 0; band < BAND_COUNT; band += 1) removeMean(values, band, BAND_COUNT, count)
    for (let i = 0; i < count; i += 1) removeMean(values, i * BAND_COUNT, 1, BAND_COUNT)
  }
}

function removeMean(values: Float64Array, from: number, stride: number, count: number): void {
  let sum = 0
  for (let i = 0; i < count; i += 1) sum += values[from + i * stride] as number
  for (let i = 0; i < count; i += 1) {
    const at = from + i * stride
    values[at] = (values[at] as number) - sum / count
  }
}
