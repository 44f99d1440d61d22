import { RealFft, spectrum } from './real-fft.ts'

/** Of what was played so much is looked at, before the shortest delay in question. */
export const SEARCH_WINDOW_FRAMES = 16_384
const FFT_FRAMES = SEARCH_WINDOW_FRAMES
/** Of the input no more than this is looked at (85 ms at 48 kHz). */
const SEARCHED_FRAMES = 4096
const RANGE = FFT_FRAMES - SEARCHED_FRAMES
/** Above this there is little speech. */
const MOST_HZ = 8000
/** A bin so much quieter than the usual one says nothing. */
const QUIET_BIN = 1e-3
/** A peak this many times the usual height is worth a trial. */
const PEAK = 5

/**
 * Finds where what was played comes back now, from less than a tenth of a second of it: a whitened cross-correlation around the delay that held
 * until a moment ago. Exact to a sample.
 */
export class OwnVoiceSearch {
  private readonly fft = new RealFft(FFT_FRAMES)
  private readonly time = new Float64Array(FFT_FRAMES)
  private readonly x = spectrum(FFT_FRAMES)
  private readonly d = spectrum(FFT_FRAMES)
  private readonly bins: number

  constructor(sampleRateHz: number) {
    this.bins = Math.min(FFT_FRAMES / 2, Math.round((MOST_HZ * FFT_FRAMES) / sampleRateHz))
  }

  /**
   * `played` and `input` are rings of the same time, `written` samples in all; of the input the last `count` are looked at. Returns the delay in samples,
   * within an eighth of a second of `around`, or null where nothing stands out.
   */
  find(played: Float32Array, input: Float32Array, written: number, count: number, around: number): number | null {
    const { time } = this
    const heard = Math.min(count, SEARCHED_FRAMES)
    time.fill(0, 0, FFT_FRAMES - heard)
    for (let i = 0; i < heard; i += 1) {
      const fade = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / heard)
      time[FFT_FRAMES - heard + i] = fade * (input[(written - heard + i) & (input.length - 1)] as number)
    }
    this.fft.forward(time, this.d)
    const least = Math.max(0, Math.round(around) - RANGE / 2)
    const begin = written - least - FFT_FRAMES
    for (let i = 0; i < FFT_FRAMES; i += 1) time[i] = played[(begin + i) & (played.length - 1)] as number
    this.fft.forward(time, this.x)
    this.whiten()
    this.fft.inverse(this.d, time)
    return this.peak(least)
  }

  /** Leaves the whitened cross spectrum in `d`. */
  private whiten(): void {
    const { x, d, bins } = this
    let power = 0
    for (let k = 0; k < bins; k += 1) power += (x.re[k] as number) ** 2 + (x.im[k] as number) ** 2
    const least = (QUIET_BIN * power) / bins
    for (let k = 0; k <= FFT_FRAMES / 2; k += 1) {
      const xRe = x.re[k] as number
      const xIm = x.im[k] as number
      const dRe = d.re[k] as number
      const dIm = d.im[k] as number
      const own = xRe * xRe + xIm * xIm
      const size = Math.sqrt(own * (dRe * dRe + dIm * dIm))
      const scale = k < bins && own > least && size > 0 ? 1 / size : 0
      d.re[k] = scale * (dRe * xRe + dIm * xIm)
      d.im[k] = scale * (dIm * xRe - dRe * xIm)
    }
  }

  private peak(least: number): number | null {
    const { time } = this
    let best = 0
    let sum = 0
    for (let lag = 0; lag <= RANGE; lag += 1) {
      const value = time[lag] as number
      sum += value * value
      if (value > (time[best] as number)) best = lag
    }
    const peak = time[best] as number
    return peak > 0 && peak * peak > (PEAK * PEAK * sum) / RANGE ? best + least : null
  }
}
