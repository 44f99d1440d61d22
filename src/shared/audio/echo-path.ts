import { Decimator } from './decimator.ts'
import { RealFft, spectrum } from './real-fft.ts'
import { ToeplitzSolver } from './toeplitz.ts'

/** About the rate at which the two are compared: what carries a voice, at little cost. */
const COMPARED_RATE_HZ = 4000
/** Delays looked for, from played to come back, beyond the lead. */
const MAX_ECHO_DELAY_MS = 450
const WINDOW = 4096
const HOP = 2048
/** Length of the path that is modelled from the delay on: 24 ms, the direct sound and the early reflections. */
const PATH = 96
/** The delay is at this place of it. */
const BEFORE_PEAK = 8
/** Mean square of played sound worth comparing (-70 dBFS). */
const LOUD = 1e-7
/** A window of delays with this many times the usual power is no accident. */
const CERTAIN = 3
const DECOYS = 4
const FLOOR = 2.5e-10

export interface EchoEstimate {
  /** Power of what comes back against the power of what was played; null where nothing stands out. */
  leak: number | null
  delayMs: number | null
  /** The power that something of it may have without standing out. */
  hidden: number
  /** Mean square of the input less what came back, between 0 and 2 kHz. */
  noise: number
}

/**
 * Compares an input with what was played: the part of the input that is a filtered copy of it, whatever else there is in it. The two are
 * decimated, correlated half a second at a time and added up, older ones weighing less by `memory` each; the best delay is where the
 * whitened correlation is strongest, and there a short filter is fitted. How much a filter explains at delays where nothing
 * comes back is taken off. Memory and work are bounded; nothing is allocated after its making.
 */
export class EchoPath {
  private readonly memory: number
  private readonly rateHz: number
  private readonly lags: number
  /** The input is held back by this much, decimated: what was played may be known later than it comes back. */
  private readonly lead: number
  private readonly inputFilter: Decimator
  private readonly playedFilter: Decimator
  /** What was played in the {@link MAX_ECHO_DELAY_MS} before the hop, then in it. */
  private readonly played: Float64Array
  private readonly input: Float64Array
  private filled = 0
  private readonly fft = new RealFft(WINDOW)
  private readonly time = new Float64Array(WINDOW)
  private readonly x = spectrum(WINDOW)
  private readonly d = spectrum(WINDOW)
  private readonly cross = spectrum(WINDOW)
  private readonly power = new Float64Array(WINDOW / 2 + 1)
  private inputPower = 0
  private readonly correlation = new Float64Array(WINDOW)
  private readonly own = new Float64Array(PATH)
  private readonly part = new Float64Array(PATH)
  private readonly path = new Float64Array(PATH)
  private readonly solver = new ToeplitzSolver(PATH)

  /** `memory` 1: nothing is forgotten. `leadMs`: so much later than the input what was played may be told. */
  constructor(sampleRateHz: number, memory: number, leadMs = 0) {
    this.memory = memory
    const factor = Math.max(1, Math.round(sampleRateHz / COMPARED_RATE_HZ))
    this.rateHz = sampleRateHz / factor
    this.lags = Math.min(WINDOW - HOP - 1, Math.ceil((MAX_ECHO_DELAY_MS * this.rateHz) / 1000) + PATH)
    this.lead = Math.round((leadMs * this.rateHz) / 1000)
    this.inputFilter = new Decimator(factor)
    this.playedFilter = new Decimator(factor)
    const room = HOP + this.inputFilter.most(MAX_PUSH)
    this.played = new Float64Array(this.lags + room)
    this.input = new Float64Array(this.lead + room)
  }

  /** Takes `count` samples of each; returns how many comparisons were added. */
  push(input: Float32Array, inputFrom: number, played: Float32Array, playedFrom: number, count: number): number {
    let hops = 0
    for (let done = 0; done < count; done += MAX_PUSH) {
      const size = Math.min(MAX_PUSH, count - done)
      const came = this.inputFilter.push(input, inputFrom + done, size, this.input, this.lead + this.filled)
      this.playedFilter.push(played, playedFrom + done, size, this.played, this.lags + this.filled)
      this.filled += came
      if (this.filled >= HOP) hops += this.compare()
    }
    return hops
  }

  /** What the comparisons say; null before there is one. */
  estimate(): EchoEstimate | null {
    const playedPower = this.ownCorrelation()
    if (playedPower <= 0) return null
    const { at, stands } = this.findWindow()
    this.crossCorrelation()
    const usual = this.usuallyExplained(at, playedPower)
    const explained = this.explained(at, playedPower)
    const delayMs = ((at + this.peakOfPath() - this.lead) / this.rateHz) * 1000
    const leak = explained - usual
    const certain = stands && leak > usual
    const noise = Math.max(0, this.inputPower / HOP - (certain ? leak : 0) * (playedPower / HOP))
    return { leak: certain ? leak : null, delayMs: certain ? delayMs : null, hidden: 4 * usual, noise }
  }

  private compare(): number {
    const { fft, time, x, d, cross, power, memory, lags } = this
    for (let i = 0; i < lags + HOP; i += 1) time[i] = this.played[i] as number
    time.fill(0, lags + HOP)
    const loud = meanSquare(time, lags + HOP) > LOUD
    if (loud) {
      fft.forward(time, x)
      time.fill(0, 0, lags)
      for (let i = 0; i < HOP; i += 1) time[lags + i] = this.input[i] as number
      this.inputPower = memory * this.inputPower + meanSquare(time, lags + HOP) * (lags + HOP)
      fft.forward(time, d)
      for (let k = 0; k < power.length; k += 1) {
        const xRe = x.re[k] as number
        const xIm = x.im[k] as number
        const dRe = d.re[k] as number
        const dIm = d.im[k] as number
        cross.re[k] = memory * (cross.re[k] as number) + dRe * xRe + dIm * xIm
        cross.im[k] = memory * (cross.im[k] as number) + dIm * xRe - dRe * xIm
        power[k] = memory * (power[k] as number) + xRe * xRe + xIm * xIm
      }
    }
    this.filled -= HOP
    this.played.copyWithin(0, HOP, HOP + lags + this.filled)
    this.input.copyWithin(0, HOP, HOP + this.lead + this.filled)
    return loud ? 1 : 0
  }

  /** Fills `own`, scaled to the hops' own samples; returns its first value, the power. */
  private ownCorrelation(): number {
    const { d, time, own } = this
    d.re.set(this.power)
    d.im.fill(0)
    this.fft.inverse(d, time)
    // The windows overlap: every played sample was in more than one.
    const share = HOP / (HOP + this.lags)
    for (let i = 0; i < PATH; i += 1) own[i] = (time[i] as number) * share
    const power = own[0] as number
    own[0] = power * 1.0001
    return power
  }

  /** Where the whitened correlation has most power in a path's length, and whether that stands out. */
  private findWindow(): { at: number; stands: boolean } {
    const { d, cross, power, time, lags } = this
    let mean = 0
    for (const bin of power) mean += bin / power.length
    for (let k = 0; k < power.length; k += 1) {
      const scale = 1 / ((power[k] as number) + 0.01 * mean)
      d.re[k] = (cross.re[k] as number) * scale
      d.im[k] = (cross.im[k] as number) * scale
    }
    this.fft.inverse(d, time)
    let peak = 0
    let total = 0
    for (let i = 0; i < lags; i += 1) {
      const value = (time[i] as number) ** 2
      total += value
      if (value > (time[peak] as number) ** 2) peak = i
    }
    const at = Math.min(lags - PATH, Math.max(0, peak - BEFORE_PEAK))
    let inside = 0
    for (let i = at; i < at + PATH; i += 1) inside += (time[i] as number) ** 2
    const outside = ((total - inside) * PATH) / (lags - PATH)
    return { at, stands: inside > CERTAIN * outside }
  }

  private crossCorrelation(): void {
    this.fft.inverse(this.cross, this.correlation)
  }

  /** Share of the played power that a filter at `at` finds in the input; leaves it in `path`. */
  private explained(at: number, playedPower: number): number {
    const { part, path, correlation } = this
    for (let i = 0; i < PATH; i += 1) part[i] = correlation[at + i] as number
    if (!this.solver.solve(this.own, part, path)) return 0
    let sum = 0
    for (let i = 0; i < PATH; i += 1) sum += (path[i] as number) * (part[i] as number)
    return Math.max(0, sum / playedPower)
  }

  /** The same at delays where nothing comes back. */
  private usuallyExplained(at: number, playedPower: number): number {
    let sum = 0
    const room = this.lags - PATH
    for (let i = 1; i <= DECOYS; i += 1) {
      const decoy = (at + Math.round((room * i) / (DECOYS + 1))) % room
      sum += this.explained(decoy, playedPower)
    }
    return Math.max(FLOOR, sum / DECOYS)
  }

  private peakOfPath(): number {
    let peak = 0
    for (let i = 1; i < PATH; i += 1)
      if (Math.abs(this.path[i] as number) > Math.abs(this.path[peak] as number)) peak = i
    return peak
  }
}

/** Samples (at the full rate) that are taken at a time. */
const MAX_PUSH = 4096

function meanSquare(samples: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i += 1) sum += (samples[i] as number) ** 2
  return sum / count
}
