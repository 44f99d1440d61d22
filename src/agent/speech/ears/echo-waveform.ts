import { Fft } from '../../../shared/audio/fft.ts'
import { EARS_SAMPLE_RATE_HZ, HOP_SAMPLES } from './frame-analyser.ts'
import type { SentAudio } from './sent-audio.ts'

/** The newest 100 ms of the microphone are compared. */
const COMPARED_SAMPLES = 10 * HOP_SAMPLES
/** How much sooner or later than its time among what was sent sound may be in the microphone. */
const EARLIEST_SAMPLES = 0.05 * EARS_SAMPLE_RATE_HZ
const LATEST_SAMPLES = 0.6 * EARS_SAMPLE_RATE_HZ
const LAGS = EARLIEST_SAMPLES + LATEST_SAMPLES
const FFT_SIZE = 16_384
/** A delay found in so many frames in a row, and so strongly, is one that echo has had; only what is near such counts from then on. */
const FINDS_TO_LEARN = 4
const CORRELATION_TO_LEARN = 0.35
const SAME_LAG_SAMPLES = 0.003 * EARS_SAMPLE_RATE_HZ
const NEAR_LEARNED_SAMPLES = 0.08 * EARS_SAMPLE_RATE_HZ
/** Within one sound the delay stays: once found twice this strongly, only what is very near counts until the sound is over. */
const FINDS_TO_HOLD = 2
const CORRELATION_TO_HOLD = 0.27
const HELD_LAG_SAMPLES = 0.02 * EARS_SAMPLE_RATE_HZ
/** Correlation from which sound is the agent's own: at a held delay, and at any. */
const OWN_HELD = 0.17
const OWN = 0.28
/** Speech falls by 6 dB per octave; without that its loudest harmonics decide alone. */
const PRE_EMPHASIS = 0.9

/**
 * Looks for what the agent sent in the waveform of the microphone. An echo canceller changes the levels of what it lets through
 * until they are like nothing that was sent, the waveform less so. Allocates only in the constructor.
 */
export class EchoWaveform {
  private readonly fft = new Fft(FFT_SIZE)
  private readonly mic = new Float64Array(COMPARED_SAMPLES)
  private readonly sent = new Float64Array(LAGS + COMPARED_SAMPLES)
  private newest = 0
  private candidate = 0
  /** Index of the delay found last, how often in a row it was found, and whether it holds for the sound being heard. */
  private lag = 0
  private finds = 0
  private held = false
  /** Indices between which all delays lie that were learned; all there are before the first. */
  private earliest = 0
  private latest = LAGS
  private learned = false

  /** The microphone's next samples, full scale 1. */
  hear(samples: Float32Array): void {
    for (let i = 0; i < samples.length; i += 1) {
      this.mic[this.newest] = samples[i] as number
      this.newest = (this.newest + 1) % COMPARED_SAMPLES
    }
  }

  /**
   * True if the newest 100 ms are the agent's own voice: where their normalised cross-correlation (0 to 1) with what was sent is
   * high enough. `end` is the sample of its timeline at which the newest was captured. The square of the correlation is the
   * share of echo in the sound.
   */
  isOwn(sent: SentAudio, end: number): boolean {
    sent.copy(end - COMPARED_SAMPLES - LATEST_SAMPLES, this.sent)
    emphasise(this.sent)
    const micPower = this.load()
    if (micPower === 0) return false
    this.correlate()
    const enough = this.held ? OWN_HELD : OWN
    const correlation = this.mostAlike(micPower)
    if (correlation >= CORRELATION_TO_HOLD) this.found(correlation)
    return correlation >= enough
  }

  /** The sound is over: the next may have another delay. */
  release(): void {
    this.held = false
    this.finds = 0
  }

  /** The microphone goes into the real part, what was sent into the imaginary one; returns the microphone's power. */
  private load(): number {
    const { re, im } = this.fft
    re.fill(0)
    im.fill(0)
    im.set(this.sent)
    let power = 0
    let before = 0
    for (let i = 0; i < COMPARED_SAMPLES; i += 1) {
      const sample = this.mic[(this.newest + i) % COMPARED_SAMPLES] as number
      const value = i === 0 ? 0 : sample - PRE_EMPHASIS * before
      before = sample
      re[i] = value
      power += value * value
    }
    return power
  }

  /** Leaves the cross-correlation at lag i in `re[i]` (times a constant): both spectra come from one transform of real signals. */
  private correlate(): void {
    const { re, im } = this.fft
    this.fft.run()
    for (let k = 0; k <= FFT_SIZE / 2; k += 1) {
      const mirror = (FFT_SIZE - k) % FFT_SIZE
      const micRe = ((re[k] as number) + (re[mirror] as number)) / 2
      const micIm = ((im[k] as number) - (im[mirror] as number)) / 2
      const sentRe = ((im[k] as number) + (im[mirror] as number)) / 2
      const sentIm = ((re[mirror] as number) - (re[k] as number)) / 2
      // The conjugate of the wanted spectrum: a forward transform of it is the inverse transform wanted.
      const real = micRe * sentRe + micIm * sentIm
      const imaginary = micIm * sentRe - micRe * sentIm
      re[k] = real
      im[k] = imaginary
      re[mirror] = real
      im[mirror] = -imaginary
    }
    this.fft.run()
  }

  /** The highest correlation at the delays that count now; its delay is left in `candidate`. */
  private mostAlike(micPower: number): number {
    const from = Math.max(0, this.held ? this.lag - HELD_LAG_SAMPLES : this.earliest - NEAR_LEARNED_SAMPLES)
    const to = Math.min(LAGS, this.held ? this.lag + HELD_LAG_SAMPLES : this.latest + NEAR_LEARNED_SAMPLES)
    let sentPower = 0
    for (let i = from; i < from + COMPARED_SAMPLES; i += 1) sentPower += (this.sent[i] as number) ** 2
    let highest = 0
    this.candidate = 0
    for (let at = from; at < to; at += 1) {
      const value = (this.fft.re[at] as number) / FFT_SIZE
      const share = sentPower > 1 ? (value * value) / (sentPower * micPower) : 0
      if (share > highest) {
        highest = share
        this.candidate = at
      }
      sentPower += (this.sent[at + COMPARED_SAMPLES] as number) ** 2 - (this.sent[at] as number) ** 2
    }
    return Math.sqrt(Math.min(1, highest))
  }

  /** `candidate` is a delay: it may be held for this sound, and learned for good. */
  private found(correlation: number): void {
    const lag = this.candidate
    this.finds = Math.abs(lag - this.lag) <= SAME_LAG_SAMPLES ? this.finds + 1 : 1
    this.lag = lag
    if (this.finds >= FINDS_TO_HOLD) this.held = true
    if (this.finds < FINDS_TO_LEARN || correlation < CORRELATION_TO_LEARN) return
    this.earliest = this.learned ? Math.min(this.earliest, lag) : lag
    this.latest = this.learned ? Math.max(this.latest, lag) : lag
    this.learned = true
  }
}

function emphasise(samples: Float64Array): void {
  for (let i = samples.length - 1; i > 0; i -= 1) {
    samples[i] = (samples[i] as number) - PRE_EMPHASIS * (samples[i - 1] as number)
  }
  samples[0] = 0
}
