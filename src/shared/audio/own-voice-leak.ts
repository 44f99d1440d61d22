import type { OwnVoiceFilter } from './own-voice-filter.ts'
import { CENTRE_LAG, type HopFit } from './own-voice-hop.ts'

const MEMORY = 0.75
/** A share of the estimate in the error that is none. */
const CLEAN = 0.02
/** A share of the error's power that looks like the estimate by more than accident. */
const ALIKE = 0.15
const LOUDNESS_MEMORY = 0.98
/** Independent loudnesses within that memory, about. */
const LOUDNESSES = 30
const FEW_LOUDNESSES = 15
const SURE_DEVIATIONS = 2.5
const HARMFUL = 2
const HARMFUL_FOR_LONG = 1.2
/** The path is known well enough to be judged (-20 dB). */
const KNOWN_LEAK = 0.01
const FLOOR = 1e-12

/**
 * How much of the own voice is left behind the filter: the largest of three. What the filter's statistics expect; an error that looks
 * like the estimate, as after a change of the path; an error whose loudness follows what was played.
 */
export class OwnVoiceLeak {
  /** Power left against power as played. */
  power = 1
  /** Share of the path's power that has changed; 0 while that cannot be told. */
  changed = 0
  /** Taking the estimate off makes the input quieter. */
  helps = false
  private ee = 0
  private ey = 0
  private yy = 0
  private xx = 0
  private loud = nothing()
  private loudBefore = nothing()

  /** The hop before a tear was torn already, it may be; and what was left in it says nothing of what is left once the sound goes on. */
  torn(): void {
    Object.assign(this.loud, this.loudBefore)
    this.changed = 0
    this.ee = 0
    this.ey = 0
    this.yy = 0
    this.xx = 0
  }

  reset(): void {
    this.power = 1
    this.changed = 0
    this.helps = false
    this.ee = 0
    this.ey = 0
    this.yy = 0
    this.xx = 0
    this.loud = nothing()
    this.loudBefore = nothing()
  }

  /** After a run of `filter` over `window` with `count` samples of input, which said `fit`. */
  measure(filter: OwnVoiceFilter, window: Float64Array, count: number, fit: HopFit): void {
    // What was left before anything was learned says nothing of what is left now.
    if (filter.expectedLeak > KNOWN_LEAK) {
      this.reset()
      return
    }
    let ee = 0
    let ey = 0
    let yy = 0
    let xx = 0
    const centre = window.length - count - CENTRE_LAG
    for (let i = 0; i < count; i += 1) {
      const e = filter.error[i] as number
      const y = filter.estimate[i] as number
      const x = window[centre + i] as number
      ee += e * e
      ey += e * y
      yy += y * y
      xx += x * x
    }
    // Where nothing is amiss any more, what was amiss before was torn.
    const memory = fit === 'fits' && Math.abs(ey) < CLEAN * yy ? 0 : MEMORY
    this.ee = memory * this.ee + ee
    this.ey = memory * this.ey + ey
    this.yy = memory * this.yy + yy
    this.xx = memory * this.xx + xx
    // The input is error plus estimate. By accident, taking off makes a loud input a little louder.
    this.helps = ee <= HARMFUL * (ee + 2 * ey + yy) && this.ee <= HARMFUL_FOR_LONG * (this.ee + 2 * this.ey + this.yy)
    const alike = this.ey * this.ey > ALIKE * this.ee * this.yy && this.yy > FLOOR
    this.changed = Math.max(filter.changed, alike ? Math.min(1, (this.ey / this.yy) ** 2) : 0)
    const looksLike = (this.changed * this.yy) / (this.xx + FLOOR)
    this.power = Math.max(filter.expectedLeak, looksLike, this.following(ee / count, xx / count))
  }

  /** The slope of the error's power over that of what was played, as far as it is no accident. */
  private following(e: number, x: number): number {
    const { loud } = this
    Object.assign(this.loudBefore, loud)
    loud.n = LOUDNESS_MEMORY * loud.n + 1
    loud.e = LOUDNESS_MEMORY * loud.e + e
    loud.x = LOUDNESS_MEMORY * loud.x + x
    loud.ee = LOUDNESS_MEMORY * loud.ee + e * e
    loud.ex = LOUDNESS_MEMORY * loud.ex + e * x
    loud.xx = LOUDNESS_MEMORY * loud.xx + x * x
    const varX = loud.xx / loud.n - (loud.x / loud.n) ** 2
    const varE = loud.ee / loud.n - (loud.e / loud.n) ** 2
    const both = loud.ex / loud.n - (loud.e / loud.n) * (loud.x / loud.n)
    // Nothing is said of a path that was hardly heard.
    if (loud.n < FEW_LOUDNESSES) return 1
    if (varX <= FLOOR * FLOOR) return 0
    const slope = both / varX
    const rest = Math.max(0, varE - slope * both)
    return Math.max(0, slope - SURE_DEVIATIONS * Math.sqrt(rest / varX / Math.min(loud.n, LOUDNESSES)))
  }
}

const nothing = () => ({ n: 0, e: 0, x: 0, ee: 0, ex: 0, xx: 0 })
