import { RealFft, type Spectrum, spectrum } from './real-fft.ts'

/** What is looked at for one hop: its own samples and those before that any lag may need. */
export const WINDOW_FRAMES = 2048
export const MAX_HOP_FRAMES = 960
/** The delay that was found stands here in the window: a path may begin that much earlier or later. */
export const CENTRE_LAG = (WINDOW_FRAMES - MAX_HOP_FRAMES) / 2
export const BINS = WINDOW_FRAMES / 2 + 1

const NOISE_MEMORY = 0.64
const NOISE_BINS = 4
/** No bin is believed to be more than this much quieter than what was played (-30 dB): the edges of a hop disturb that much. */
const MODEL_NOISE = 1e-3
const ABSOLUTE_NOISE = 1e-7
/** A hop with so much less of the estimate in it than there should be, for certain, is torn: a piece is missing, or it came at another time. */
const MISSING = 0.3
const SURELY_MISSING = 0.06
/** A hop fits the path when it holds about as much of the estimate as there should be, for certain. */
const HELD = 0.75
const SURELY_HELD = 0.2
/** The delay is followed by what carries speech: it may be off by more samples there. */
const MOST_FOLLOWED_HZ = 4000

/** Whether a hop holds what it should: `unknown` where the own voice is too quiet beside the rest. */
export type HopFit = 'fits' | 'torn' | 'unknown'

/** One hop in bins: what was played, what the estimate leaves over, and how much each bin counts beside other programs. */
export class OwnVoiceHop {
  /** What was played at the centre of the window, and the error. */
  readonly played = spectrum(WINDOW_FRAMES)
  readonly rest = spectrum(WINDOW_FRAMES)
  readonly weight = new Float64Array(BINS)
  /** Weighted: power of the error, of error and estimate together, of the estimate. */
  ee = 0
  ey = 0
  yy = 0
  /** By how many samples what came is later than the estimate, and how certain that is at best (inverse variance). */
  lateFrames = 0
  certainty = 0
  private readonly fft = new RealFft(WINDOW_FRAMES)
  private readonly time = new Float64Array(WINDOW_FRAMES)
  private readonly noise = new Float64Array(BINS)
  private readonly noiseBefore = new Float64Array(BINS)
  private readonly followedBins: number

  constructor(sampleRateHz: number) {
    this.followedBins = Math.min(BINS, Math.round((MOST_FOLLOWED_HZ * WINDOW_FRAMES) / sampleRateHz))
  }

  /** Knows nothing of other programs. */
  reset(): void {
    this.noise.fill(0)
  }

  /** Takes `count` samples of error and the window that they belong to. */
  take(window: Float64Array, error: Float64Array, count: number, path: Spectrum): void {
    const { time, fft } = this
    const start = WINDOW_FRAMES - count
    time.fill(0, 0, start)
    for (let i = 0; i < count; i += 1) time[start + i] = (error[i] as number) * taper(i, count)
    fft.forward(time, this.rest)
    for (let i = 0; i < count; i += 1) time[start + i] = (window[start + i - CENTRE_LAG] as number) * taper(i, count)
    fft.forward(time, this.played)
    this.noiseBefore.set(this.noise)
    this.weigh(count)
    this.compare(path)
  }

  /** It says nothing of other programs: what the estimate leaves over is the own voice. */
  discard(): void {
    this.noise.set(this.noiseBefore)
  }

  get fit(): HopFit {
    const { ee, ey, yy } = this
    if (ey < -MISSING * yy && ey * ey > SURELY_MISSING * ee * yy) return 'torn'
    const held = ey + yy
    return held > HELD * yy && held * held > SURELY_HELD * (ee + 2 * ey + yy) * yy ? 'fits' : 'unknown'
  }

  /** How loud the other programs are per bin, and so how much the hop counts there. */
  private weigh(count: number): void {
    const { noise, weight, rest, played } = this
    for (let k = 0; k < BINS; k += 1) {
      const power = (rest.re[k] as number) ** 2 + (rest.im[k] as number) ** 2
      noise[k] = NOISE_MEMORY * (noise[k] as number) + (1 - NOISE_MEMORY) * power
    }
    let near = 0
    for (let k = -NOISE_BINS; k < BINS; k += 1) {
      if (k + NOISE_BINS < BINS) near += noise[k + NOISE_BINS] as number
      if (k - NOISE_BINS - 1 >= 0) near -= noise[k - NOISE_BINS - 1] as number
      if (k < 0) continue
      const own = (played.re[k] as number) ** 2 + (played.im[k] as number) ** 2
      weight[k] = 1 / (Math.max(near, 0) / (2 * NOISE_BINS + 1) + MODEL_NOISE * own + ABSOLUTE_NOISE * count)
    }
  }

  /** The error against the estimate: how alike they are, and how far the one is the slope of the other. */
  private compare(path: Spectrum): void {
    const { rest, played, weight, followedBins } = this
    let ee = 0
    let ey = 0
    let yy = 0
    let late = 0
    let certainty = 0
    const step = (2 * Math.PI) / WINDOW_FRAMES
    for (let k = 0; k < BINS; k += 1) {
      const w = weight[k] as number
      const pRe = played.re[k] as number
      const pIm = played.im[k] as number
      const eRe = rest.re[k] as number
      const eIm = rest.im[k] as number
      const hRe = path.re[k] as number
      const hIm = path.im[k] as number
      const yRe = pRe * hRe - pIm * hIm
      const yIm = pRe * hIm + pIm * hRe
      const own = w * (yRe * yRe + yIm * yIm)
      ee += w * (eRe * eRe + eIm * eIm)
      ey += w * (eRe * yRe + eIm * yIm)
      yy += own
      if (k >= followedBins) continue
      const turning = k * step
      late -= w * turning * (eIm * yRe - eRe * yIm)
      certainty += turning * turning * own
    }
    this.ee = ee
    this.ey = ey
    this.yy = yy
    this.certainty = certainty
    this.lateFrames = certainty > 0 ? late / certainty : 0
  }
}

function taper(i: number, count: number): number {
  return 1 - Math.cos((2 * Math.PI * (i + 0.5)) / count)
}
