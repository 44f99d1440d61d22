import { Fft } from '../../../shared/audio/fft.ts'
import { BandFloor } from './band-floor.ts'

/** The detector hears 16 kHz mono; other rates are resampled before it. */
export const EARS_SAMPLE_RATE_HZ = 16_000
/** Samples between two frames: 10 ms. */
export const HOP_SAMPLES = 160
/** Samples of one frame: 40 ms, three pitch periods of a low voice. */
export const FRAME_SAMPLES = 640
export const BAND_COUNT = 16

const FFT_SIZE = 1024
const BIN_HZ = EARS_SAMPLE_RATE_HZ / FFT_SIZE
const PRE_EMPHASIS = 0.95
const BANDS_FROM_HZ = 100
const BAND_WIDTH_HZ = 240
/** Voicing is looked for below this; above it, noise at 10 dB SNR hides the harmonics. */
const VOICING_TO_HZ = 2000
/** Voices between 70 and 400 Hz. */
const MIN_LAG = 40
const MAX_LAG = 228
const SUB_BLOCK_SAMPLES = 80
/** How far back the band spectrum is compared, in frames: 20 ms. */
const CHANGE_FRAMES = 2
const CHANGE_BANDS = 10
/** Bands this far below the loudest do not count for the change; they may hold nothing but quantisation noise. */
const CHANGE_RANGE_DB = 25
const CHANGE_FADE_DB = 10
/** A band counts fully for voicing this far above its floor, and not at all below the first value. */
const GATE_FROM_DB = 3
const GATE_WIDTH_DB = 5

/** What one frame of 40 ms says; reused between frames. */
export interface Frame {
  /** RMS level of 100 to 3940 Hz, dBFS. */
  levelDbfs: number
  /** Mean over the bands of their level above the tracked floor, each limited to 0 to 20 dB. */
  snrDb: number
  /** Share of the frame's bands above their floor, 0 to 1. */
  openBands: number
  /** Highest normalised autocorrelation in the pitch range, about 0 (noise) to 1 (a clean vowel). */
  harmonicity: number
  /** Period of that peak in samples; 0 if none. */
  lagSamples: number
  /** Mean change of the band levels over 20 ms, dB: a steady tone or hum is below 0.5, speech almost never. */
  changeDb: number
  /** Share of the energy that lies in the two loudest 5 ms of the 40: near 1 for a click. */
  impulsiveness: number
}

/** Spectral features of overlapping frames, with a noise floor per band. Allocates only in the constructor. */
export class FrameAnalyser {
  readonly frame: Frame = {
    levelDbfs: -120,
    snrDb: 0,
    openBands: 0,
    harmonicity: 0,
    lagSamples: 0,
    changeDb: 99,
    impulsiveness: 0
  }
  private readonly fft = new Fft(FFT_SIZE)
  private readonly window = Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / FRAME_SAMPLES)
  )
  private readonly power = new Float64Array(FFT_SIZE / 2)
  /** The newest frame's level in each band, dB; reused between frames. */
  readonly bandDb = new Float64Array(BAND_COUNT)
  private readonly bandPower = new Float64Array(BAND_COUNT)
  private readonly pastDb = Array.from({ length: CHANGE_FRAMES }, () => new Float64Array(BAND_COUNT).fill(-200))
  private readonly gate = new Float64Array(BAND_COUNT)
  private readonly floor = new BandFloor(BAND_COUNT)
  private readonly lagGain = lagGains(this.window)
  private readonly levelScale: Float64Array
  private readonly fullScale: number
  private frames = 0

  constructor() {
    const windowPower = this.window.reduce((sum, w) => sum + w * w, 0)
    this.fullScale = 2 / (windowPower * FFT_SIZE)
    this.levelScale = Float64Array.from({ length: BAND_COUNT }, (_, band) => {
      const w = (2 * Math.PI * (BANDS_FROM_HZ + (band + 0.5) * BAND_WIDTH_HZ)) / EARS_SAMPLE_RATE_HZ
      return 1 / (1 + PRE_EMPHASIS ** 2 - 2 * PRE_EMPHASIS * Math.cos(w))
    })
  }

  /** `samples` holds one frame from `at` on, in full-scale units (-1 to 1), with at least one sample before `at`. */
  analyse(samples: Float32Array, at: number): Frame {
    this.measureBands(samples, at)
    this.compareWithFloor()
    this.measureChange()
    this.measureVoicing()
    this.measureImpulse(samples, at)
    this.frames += 1
    return this.frame
  }

  /** Only {@link bandDb} of the frame, which then does not count for the floor. */
  measureBands(samples: Float32Array, at: number): void {
    this.spectrum(samples, at)
    for (let band = 0; band < BAND_COUNT; band += 1) {
      let sum = 1e-15
      for (let k = firstBin(band); k < firstBin(band + 1); k += 1) sum += this.power[k] as number
      this.bandPower[band] = sum
      this.bandDb[band] = 10 * Math.log10(sum)
    }
  }

  private spectrum(samples: Float32Array, at: number): void {
    const { re, im } = this.fft
    re.fill(0)
    im.fill(0)
    for (let i = 0; i < FRAME_SAMPLES; i += 1) {
      const sample = samples[at + i] as number
      const before = samples[at + i - 1] ?? 0
      re[i] = (sample - PRE_EMPHASIS * before) * (this.window[i] as number)
    }
    this.fft.run()
    for (let k = 0; k < this.power.length; k += 1) {
      this.power[k] = ((re[k] as number) ** 2 + (im[k] as number) ** 2) * this.fullScale
    }
  }

  private compareWithFloor(): void {
    let level = 0
    let snrSum = 0
    let open = 0
    for (let band = 0; band < BAND_COUNT; band += 1) {
      level += (this.bandPower[band] as number) * (this.levelScale[band] as number)
      const db = this.bandDb[band] as number
      const snr = db - this.floor.track(band, db)
      snrSum += Math.min(20, Math.max(0, snr))
      const gate = Math.min(1, Math.max(0, (snr - GATE_FROM_DB) / GATE_WIDTH_DB))
      this.gate[band] = gate
      open += gate
    }
    this.floor.advance()
    this.frame.levelDbfs = 10 * Math.log10(level)
    this.frame.snrDb = snrSum / BAND_COUNT
    this.frame.openBands = open / BAND_COUNT
  }

  private measureChange(): void {
    const past = this.pastDb[this.frames % CHANGE_FRAMES] as Float64Array
    let loudest = -Infinity
    for (let band = 0; band < CHANGE_BANDS; band += 1) loudest = Math.max(loudest, this.bandDb[band] as number)
    let sum = 0
    let weights = 0
    for (let band = 0; band < CHANGE_BANDS; band += 1) {
      const db = this.bandDb[band] as number
      const weight = Math.min(1, Math.max(0, (db - loudest + CHANGE_RANGE_DB) / CHANGE_FADE_DB))
      sum += weight * Math.abs(db - (past[band] as number))
      weights += weight
    }
    past.set(this.bandDb)
    this.frame.changeDb = sum / weights
  }

  /** Autocorrelation of the gated power spectrum: the frame's periodicity without the bands that hold only noise. */
  private measureVoicing(): void {
    this.frame.harmonicity = 0
    this.frame.lagSamples = 0
    if (this.frame.openBands === 0) return
    const { re, im } = this.fft
    re.fill(0)
    im.fill(0)
    const end = Math.round(VOICING_TO_HZ / BIN_HZ)
    let total = 0
    for (let k = firstBin(0); k < end; k += 1) {
      const band = Math.min(BAND_COUNT - 1, Math.floor((k * BIN_HZ - BANDS_FROM_HZ) / BAND_WIDTH_HZ))
      const power = this.power[k] as number
      const value = power * (this.gate[Math.max(0, band)] as number)
      total += power
      re[k] = value
      re[FFT_SIZE - k] = value
    }
    this.fft.run()
    const zero = 2 * total
    if (zero <= 0) return
    for (let lag = MIN_LAG; lag <= MAX_LAG; lag += 1) {
      const value = re[lag] as number
      if (value <= (re[lag - 1] as number) || value < (re[lag + 1] as number)) continue
      const height = (value / zero) * (this.lagGain[lag] as number)
      if (height <= this.frame.harmonicity) continue
      this.frame.harmonicity = height
      this.frame.lagSamples = lag
    }
  }

  private measureImpulse(samples: Float32Array, at: number): void {
    let total = 1e-12
    let first = 0
    let second = 0
    for (let start = 0; start < FRAME_SAMPLES; start += SUB_BLOCK_SAMPLES) {
      let sum = 0
      for (let i = at + start; i < at + start + SUB_BLOCK_SAMPLES; i += 1) {
        const difference = (samples[i] as number) - PRE_EMPHASIS * (samples[i - 1] ?? 0)
        sum += difference * difference
      }
      total += sum
      if (sum > first) {
        second = first
        first = sum
      } else if (sum > second) second = sum
    }
    this.frame.impulsiveness = (first + second) / total
  }
}

function firstBin(band: number): number {
  return Math.round((BANDS_FROM_HZ + band * BAND_WIDTH_HZ) / BIN_HZ)
}

/** What the window takes from the autocorrelation at each lag, given back (Boersma's correction). */
function lagGains(window: Float64Array): Float64Array {
  const at = (lag: number) => {
    let sum = 0
    for (let i = 0; i + lag < window.length; i += 1) sum += (window[i] as number) * (window[i + lag] as number)
    return sum
  }
  const zero = at(0)
  return Float64Array.from({ length: MAX_LAG + 1 }, (_, lag) => zero / at(lag))
}
