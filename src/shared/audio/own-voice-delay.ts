import { RealFft, spectrum } from './real-fft.ts'

/** The delays looked for, from played to come back. */
export const MAX_DELAY_MS = 500
/** About the rate at which the two are compared: what carries speech, at little cost. */
const COMPARED_RATE_HZ = 6000
const WINDOW = 8192
const HOP = 2048
/** Of what has come back the whole window is looked at, of what was played its begin: so any delay finds its whole match. */
const PLAYED_PART = WINDOW - 3072
const BINS = WINDOW / 2 + 1
const MEMORY = 0.8
/** Both windows are faded in and out: two hard edges at the same place would look like one sound. */
const EDGE = 1024
const FADE = Float64Array.from({ length: EDGE }, (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 0.5)) / EDGE))
const FILTER_PERIODS = 4
/** Mean square of a played window worth comparing (-65 dBFS). */
const LOUD = 3e-7
/** A peak this many times the usual height is no accident: the highest of 3,000 accidents is about 4. */
const CERTAIN_PEAK = 7

export interface DelayLook {
  /** In samples at the full rate, to about the decimation. */
  delayFrames: number
  certain: boolean
  /** Highest power that the own voice may have in what came back, against its power as played. */
  mostLeak: number
}

/** One signal, low-passed and decimated into a history of {@link WINDOW} samples. */
class Decimator {
  readonly history = new Float64Array(WINDOW)
  private readonly taps: Float64Array
  private readonly line: Float64Array
  private readonly factor: number
  private at = 0
  private phase = 0
  private write = 0

  constructor(factor: number) {
    this.factor = factor
    const length = FILTER_PERIODS * factor
    this.taps = Float64Array.from({ length }, (_, i) => {
      const t = (i - (length - 1) / 2) / factor
      const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length)
      return (window * (t === 0 ? 1 : Math.sin(0.85 * Math.PI * t) / (Math.PI * t))) / factor
    })
    this.line = new Float64Array(length)
  }

  push(samples: Float32Array, from: number, count: number): void {
    const { line, factor } = this
    for (let i = 0; i < count; i += 1) {
      line[this.at] = samples[from + i] as number
      this.at += 1
      if (this.at === line.length) this.at = 0
      this.phase += 1
      if (this.phase === factor) this.take()
    }
  }

  /** The first `count` samples of the history, oldest first, faded at both ends; the rest is zero. Returns their mean square. */
  copy(target: Float64Array, count: number): number {
    let power = 0
    for (let i = 0; i < count; i += 1) {
      const value = this.history[(this.write + i) & (WINDOW - 1)] as number
      const edge = Math.min(i, count - 1 - i)
      target[i] = edge < EDGE ? value * (FADE[edge] as number) : value
      power += value * value
    }
    target.fill(0, count)
    return power / count
  }

  private take(): void {
    const { taps, line, at } = this
    const newer = line.length - at
    let sum = 0
    for (let i = 0; i < newer; i += 1) sum += (taps[i] as number) * (line[at + i] as number)
    for (let i = newer; i < taps.length; i += 1) sum += (taps[i] as number) * (line[i - newer] as number)
    this.phase = 0
    this.history[this.write] = sum
    this.write = (this.write + 1) & (WINDOW - 1)
  }
}

/** Finds after which delay what was played comes back, by a whitened cross-correlation over about a second of it. */
export class OwnVoiceDelay {
  private readonly factor: number
  private readonly played: Decimator
  private readonly input: Decimator
  private readonly fft = new RealFft(WINDOW)
  private readonly time = new Float64Array(WINDOW)
  private readonly x = spectrum(WINDOW)
  private readonly d = spectrum(WINDOW)
  private readonly cross = spectrum(WINDOW)
  private readonly xPower = new Float64Array(BINS)
  private readonly dPower = new Float64Array(BINS)
  private readonly lags: number
  private sinceLook = 0
  private readonly look: DelayLook = { delayFrames: 0, certain: false, mostLeak: 1 }

  constructor(sampleRateHz: number) {
    this.factor = Math.max(1, Math.round(sampleRateHz / COMPARED_RATE_HZ))
    this.played = new Decimator(this.factor)
    this.input = new Decimator(this.factor)
    this.lags = Math.min(WINDOW - PLAYED_PART, Math.ceil((MAX_DELAY_MS * sampleRateHz) / 1000 / this.factor))
  }

  /** Forgets what was compared, not what was heard. */
  reset(): void {
    this.cross.re.fill(0)
    this.cross.im.fill(0)
    this.xPower.fill(0)
    this.dPower.fill(0)
  }

  /** `block`: `input` at `from`, `played` at `playedFrom`. Returns what was found (one reused object), or null while there is nothing new: also while all that came in are zeros. */
  push(block: Float32Array, from: number, playedFrom: number, count: number): DelayLook | null {
    this.input.push(block, from, count)
    this.played.push(block, playedFrom, count)
    this.sinceLook += count
    if (this.sinceLook < HOP * this.factor) return null
    this.sinceLook = 0
    return this.compare()
  }

  private compare(): DelayLook | null {
    const playedPower = this.played.copy(this.time, PLAYED_PART)
    if (playedPower < LOUD) return null
    this.fft.forward(this.time, this.x)
    const inputPower = this.input.copy(this.time, WINDOW)
    if (inputPower === 0) return null
    this.fft.forward(this.time, this.d)
    this.accumulate()
    this.fft.inverse(this.d, this.time)
    return this.judge(inputPower / playedPower)
  }

  /** Leaves the whitened cross spectrum in `d`. */
  private accumulate(): void {
    const { x, d, cross, xPower, dPower } = this
    for (let k = 0; k < BINS; k += 1) {
      const xRe = x.re[k] as number
      const xIm = x.im[k] as number
      const dRe = d.re[k] as number
      const dIm = d.im[k] as number
      const re = MEMORY * (cross.re[k] as number) + dRe * xRe + dIm * xIm
      const im = MEMORY * (cross.im[k] as number) + dIm * xRe - dRe * xIm
      const power = MEMORY * (xPower[k] as number) + xRe * xRe + xIm * xIm
      const other = MEMORY * (dPower[k] as number) + dRe * dRe + dIm * dIm
      cross.re[k] = re
      cross.im[k] = im
      xPower[k] = power
      dPower[k] = other
      const scale = 1 / (Math.sqrt(power * other) + 1e-12)
      d.re[k] = re * scale
      d.im[k] = im * scale
    }
  }

  private judge(levelRatio: number): DelayLook {
    let best = 0
    let sum = 0
    for (let i = 0; i < this.lags; i += 1) {
      const value = (this.time[i] as number) ** 2
      sum += value
      if (value > (this.time[best] as number) ** 2) best = i
    }
    const peak = (this.time[best] as number) ** 2
    const usual = (sum - peak) / (this.lags - 1)
    this.look.delayFrames = best * this.factor
    this.look.certain = peak > CERTAIN_PEAK ** 2 * usual
    this.look.mostLeak = Math.min(1, peak) * levelRatio
    return this.look
  }
}
