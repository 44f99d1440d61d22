import { DelayedCopy } from './own-voice-copy.ts'
import { OwnVoiceDrift } from './own-voice-drift.ts'
import { BINS, CENTRE_LAG, type HopFit, MAX_HOP_FRAMES, OwnVoiceHop, WINDOW_FRAMES } from './own-voice-hop.ts'
import { RealFft, type Spectrum, spectrum } from './real-fft.ts'
import { ToeplitzSolver } from './toeplitz.ts'

/** The path is a delay of any fraction of a sample, a gain and the slopes of good resamplers: no more is needed, and no more is learned. */
const TAPS = 32
const HOPS_PER_SOLUTION = 2
/** What is kept of the past at each hop of 20 ms: about five seconds of speech. */
const MEMORY = 0.996
/** How far a tap may be from those of a pure delay with a gain, at first (1 = the played level). */
const DEVIATION = 3e-4
const ALIKE_MEMORY = 0.75
const ALIKE = 0.1
/** The path's power must be this many times its uncertainty, or nothing was found. */
const FOUND = 16
/** The correlation at the path's lag must be this many times as strong (in power) as at the usual lag. */
const STANDS_OUT = 20
/** Another lag takes over when what comes back matches it this much better. */
const BETTER_LAG = 1.2
/** Until the path is known this well (-20 dB), every lag is as good as another. */
const SURE_LEAK = 0.01
/** Known this well (-40 dB), it is learned from every second hop. */
const KNOWN_LEAK = 1e-4
/** Taps that are older than the delay by this many samples are renewed. */
const STALE_FRAMES = 0.01
/** The expectation below is that of stationary signals; speech is learned worse. Measured. */
const CAUTION = 4

/**
 * The path from what was played to what came back: a few taps of a filter, by least squares over all that was heard of it. Each bin of each hop
 * weighs as little as the other programs were loud in it, so that no decision about double talk is needed.
 */
export class OwnVoiceFilter {
  private readonly fft = new RealFft(WINDOW_FRAMES)
  private readonly time = new Float64Array(WINDOW_FRAMES)
  private readonly x = spectrum(WINDOW_FRAMES)
  private readonly path = spectrum(WINDOW_FRAMES)
  /** Weighted correlation of what was played with itself and with the input; lag 0 of the former stands at the centre. */
  private readonly own = spectrum(WINDOW_FRAMES)
  private readonly cross = spectrum(WINDOW_FRAMES)
  private readonly solver = new ToeplitzSolver(TAPS)
  private readonly column = new Float64Array(TAPS)
  private readonly side = new Float64Array(TAPS)
  private readonly taps = new Float64Array(TAPS)
  private readonly copy = new DelayedCopy(TAPS)
  private readonly drift: OwnVoiceDrift
  private readonly hop: OwnVoiceHop
  private lag = CENTRE_LAG
  private hops = 0
  private solveAt = HOPS_PER_SOLUTION
  private solved = false
  /** What is thought to have come back in the last hop, and the input less that. */
  readonly estimate = new Float64Array(MAX_HOP_FRAMES)
  readonly error = new Float64Array(MAX_HOP_FRAMES)
  private readonly alike = { ee: 0, ey: 0, yy: 0 }
  /** No other lag matches nearly as well: speech is like itself at many lags. */
  standsOut = false
  /** Power of what is left of the own voice in `error` against its power as played, as the statistics expect it. */
  expectedLeak = 1

  constructor(sampleRateHz: number) {
    this.drift = new OwnVoiceDrift(sampleRateHz)
    this.hop = new OwnVoiceHop(sampleRateHz)
  }

  /** Knows nothing of the path again, but of the clocks. */
  reset(): void {
    for (const sum of [this.own, this.cross]) {
      sum.re.fill(0)
      sum.im.fill(0)
    }
    this.hop.reset()
    this.taps.fill(0)
    this.path.re.fill(0)
    this.path.im.fill(0)
    this.lag = CENTRE_LAG
    this.hops = 0
    this.solveAt = HOPS_PER_SOLUTION
    this.solved = false
    this.alike.ee = 0
    this.alike.ey = 0
    this.alike.yy = 0
    this.expectedLeak = 1
    this.standsOut = false
    this.drift.doubt()
  }

  /**
   * Share of the path's power that has changed, where the error looks like the estimate by more than accident; else 0. Bins count as for the
   * path, so that a loud tone of another program hides nothing.
   */
  get changed(): number {
    const { ee, ey, yy } = this.alike
    return ey * ey > ALIKE * ee * yy && yy > 0 ? Math.min(1, (ey / yy) ** 2) : 0
  }

  /** The last hop alone says so. */
  get hopChanged(): boolean {
    const { ee, ey, yy } = this.hop
    return ey * ey > ALIKE * ee * yy
  }

  /** Keeps `share` (above 0) of what was learned: the path seems to have changed. */
  forget(share: number): void {
    for (const sum of [this.own, this.cross]) {
      for (let k = 0; k < BINS; k += 1) {
        sum.re[k] = share * (sum.re[k] as number)
        sum.im[k] = share * (sum.im[k] as number)
      }
    }
    this.expectedLeak = Math.min(1, this.expectedLeak / share)
  }

  /** How far from the centre the path is now, in samples. */
  get offCentre(): number {
    return this.lag - CENTRE_LAG
  }

  /** The sound came at another time from now on, by whole samples: what is known of the path holds there. */
  jumped(): void {
    this.drift.restart()
  }

  /** Puts the path back to the centre; returns by how many samples later the window has to end from now on. */
  recentre(): number {
    const frames = this.offCentre
    turn(this.cross, -frames)
    turn(this.path, -frames)
    this.lag = CENTRE_LAG
    return frames
  }

  /**
   * Takes the {@link WINDOW_FRAMES} played samples up to the hop (at the delay under which they come back) and `count` samples of
   * input; fills `estimate` and `error`, then learns, if it shall: there is nothing to learn from silence. A torn hop teaches nothing
   * either, and may be tried again with another window.
   */
  run(window: Float64Array, input: ArrayLike<number>, from: number, count: number, learn: boolean): HopFit {
    if (this.solved && Math.abs(this.drift.waiting) > STALE_FRAMES) {
      turn(this.cross, this.drift.take())
      this.solve(count)
    }
    this.predict(window, input, from, count)
    if (!learn) return 'unknown'
    this.hop.take(window, this.error, count, this.path)
    const fit = this.fit
    if (fit === 'torn') this.hop.discard()
    else this.learn(window, count)
    return fit
  }

  /** `count` samples of time went by. */
  pass(count: number): void {
    this.drift.pass(count)
  }

  private get fit(): HopFit {
    return this.solved && this.expectedLeak <= SURE_LEAK ? this.hop.fit : 'unknown'
  }

  private learn(window: Float64Array, count: number): void {
    const { alike, hop } = this
    this.hops += 1
    alike.ee = ALIKE_MEMORY * alike.ee + hop.ee
    alike.ey = ALIKE_MEMORY * alike.ey + hop.ey
    alike.yy = ALIKE_MEMORY * alike.yy + hop.yy
    if (this.solved) this.drift.observe(hop.lateFrames, hop.certainty, this.expectedLeak)
    turn(this.cross, this.drift.take())
    // What is known this well is learned from every second hop.
    if (this.expectedLeak < KNOWN_LEAK && this.hops % 2 === 1) return
    this.fft.forward(window, this.x)
    this.add()
    if (this.hops >= this.solveAt) this.solve(count)
  }

  private predict(window: Float64Array, input: ArrayLike<number>, from: number, count: number): void {
    const { taps, estimate, error, solved } = this
    const first = WINDOW_FRAMES - count - this.lag + TAPS / 2
    for (let i = 0; i < count; i += 1) {
      let sum = 0
      if (solved) for (let k = 0; k < TAPS; k += 1) sum += (taps[k] as number) * (window[first + i - k] as number)
      estimate[i] = sum
      error[i] = (input[from + i] as number) - sum
    }
  }

  /**
   * Adds the hop's weighted correlations. What came back is taken as what the path gives now and what it leaves over, so that the
   * edges of a hop disturb only the latter.
   */
  private add(): void {
    const { x, path, own, cross } = this
    const { rest, played, weight } = this.hop
    for (let k = 0; k < BINS; k += 1) {
      const w = weight[k] as number
      const xRe = x.re[k] as number
      const xIm = x.im[k] as number
      const pRe = played.re[k] as number
      const pIm = played.im[k] as number
      const ownRe = w * (pRe * xRe + pIm * xIm)
      const ownIm = w * (pIm * xRe - pRe * xIm)
      const eRe = rest.re[k] as number
      const eIm = rest.im[k] as number
      const hRe = path.re[k] as number
      const hIm = path.im[k] as number
      own.re[k] = MEMORY * (own.re[k] as number) + ownRe
      own.im[k] = MEMORY * (own.im[k] as number) + ownIm
      cross.re[k] = MEMORY * (cross.re[k] as number) + w * (eRe * xRe + eIm * xIm) + ownRe * hRe - ownIm * hIm
      cross.im[k] = MEMORY * (cross.im[k] as number) + w * (eIm * xRe - eRe * xIm) + ownRe * hIm + ownIm * hRe
    }
  }

  private solve(count: number): void {
    this.solveAt = this.hops + HOPS_PER_SOLUTION
    const { column, side, copy, time } = this
    this.fft.inverse(this.own, time)
    for (let k = 0; k < TAPS; k += 1)
      column[k] = ((time[CENTRE_LAG + k] as number) + (time[CENTRE_LAG - k] as number)) / 2
    const heard = column[0] as number
    if (heard <= 0) return
    this.fft.inverse(this.cross, time)
    this.findLag()
    for (let k = 0; k < TAPS; k += 1) side[k] = time[this.lag - TAPS / 2 + k] as number
    copy.fit(side)
    // Weights are per power spectrum of a hop under a taper whose mean square is 1.5, and so is what they sum up to.
    const unit = count * 1.5
    const trust = 1 / (unit * DEVIATION * DEVIATION)
    const gain = copy.gain(side, column)
    for (let k = 0; k < TAPS; k += 1) side[k] = (side[k] as number) + trust * gain * (copy.taps[k] as number)
    column[0] = heard + trust
    const freedom = 2 + (TAPS * heard) / (heard + trust)
    const leak = (CAUTION * freedom) / (heard * unit)
    const found = gain * gain > FOUND * leak && this.solver.solve(column, side, this.taps)
    if (!found) this.taps.fill(0)
    this.solved = found
    this.expectedLeak = found ? Math.min(1, leak) : 1
    time.fill(0)
    for (let k = 0; k < TAPS; k += 1)
      time[(this.lag - TAPS / 2 + k - CENTRE_LAG + WINDOW_FRAMES) % WINDOW_FRAMES] = this.taps[k] as number
    this.fft.forward(time, this.path)
  }

  /** The whole number of samples in the delay. */
  private findLag(): void {
    const { time } = this
    let best = this.lag
    let sum = 0
    for (let lag = TAPS / 2; lag <= 2 * CENTRE_LAG - TAPS / 2; lag += 1) {
      const value = time[lag] as number
      sum += value * value
      if (value > (time[best] as number)) best = lag
    }
    const peak = time[best] as number
    const usual = sum / (2 * CENTRE_LAG - TAPS)
    const sure = this.expectedLeak < SURE_LEAK && Math.abs(best - this.lag) > 1
    if (!sure || peak > BETTER_LAG * (time[this.lag] as number)) this.lag = best
    this.standsOut = peak > 0 && peak * peak > STANDS_OUT * usual
  }
}

/** Makes what a spectrum stands for later by any number of samples. */
function turn({ re, im }: Spectrum, frames: number): void {
  if (frames === 0) return
  const angle = (-2 * Math.PI * frames) / WINDOW_FRAMES
  const stepRe = Math.cos(angle)
  const stepIm = Math.sin(angle)
  let c = 1
  let s = 0
  for (let k = 0; k < re.length; k += 1) {
    const a = re[k] as number
    const b = im[k] as number
    re[k] = a * c - b * s
    im[k] = a * s + b * c
    const next = c * stepRe - s * stepIm
    s = c * stepIm + s * stepRe
    c = next
  }
}
