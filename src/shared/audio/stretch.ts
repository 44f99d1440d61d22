import { rise } from './fades.ts'
import type { LookbackRing } from './lookback-ring.ts'
import { PeriodSearch } from './period.ts'

/** Both sides of a splice sound together for this long. */
const CROSSFADE_MS = 5

/** How hard sound is made to last longer. */
export interface Stretch {
  /** How alike two pieces of sound must be to be spliced... */
  likeness: number
  /** ...while most of the delay is missing... */
  likenessBehind: number
  /** ...and when there would be silence otherwise. */
  likenessInNeed: number
  /** Sound between two splices, the second while most of the delay is missing. */
  gapMs: number
  gapBehindMs: number
  /** For so long it is held when there would be silence otherwise: longer sounds like a buzzer. */
  maxHeldMs: number
}

export const STRETCH_MEASURED: Stretch = {
  likeness: 0.85,
  likenessBehind: 0.85,
  likenessInNeed: 0.5,
  gapMs: 60,
  gapBehindMs: 20,
  maxHeldMs: 40
}
/** Over a link of which too little is known: harder for one reply rather than silent. */
export const STRETCH_UNKNOWN: Stretch = { ...STRETCH_MEASURED, likenessBehind: 0.7, gapBehindMs: 10, maxHeldMs: 80 }

/**
 * Reads a ring, and can make it last longer: a splice fades from what comes next to what came one or a few periods before, so that
 * these are heard twice. Allocates nothing after construction.
 */
export class StretchReader {
  private readonly ring: LookbackRing
  private readonly search: PeriodSearch
  private readonly crossfade: number
  private readonly again: Float32Array
  private lag = 0
  private fadedAt = 0

  constructor(ring: LookbackRing, framesPerMs: number) {
    this.ring = ring
    this.search = new PeriodSearch(framesPerMs)
    this.crossfade = Math.round(CROSSFADE_MS * framesPerMs)
    this.again = new Float32Array(this.crossfade)
  }

  /** Samples that have to wait for a splice. */
  get ahead(): number {
    return Math.max(this.crossfade, this.search.ahead)
  }

  /** Samples that a splice under way will give back to the ring. */
  get owed(): number {
    return this.lag
  }

  /**
   * Begins a splice where the sound allows it: returns how many samples will be heard twice, 0 for none. `likeness`: how alike the
   * two have to be, up to 1.
   */
  splice(likeness: number): number {
    if (this.lag > 0 || this.ring.length < this.ahead) return 0
    this.search.find(this.ring)
    if (this.search.lag === 0 || this.search.similarity < likeness) return 0
    this.lag = this.search.lag
    this.fadedAt = 0
    return this.lag
  }

  /** Moves `count` samples, which must be there, into `target`; returns how many came back into the ring to be read again. */
  read(target: Float32Array, at: number, count: number): number {
    const end = at + count
    const owed = this.lag
    const to = owed > 0 ? this.readSplice(target, at, end) : at
    this.ring.copy(0, target, to, end - to)
    this.ring.advance(end - to)
    return owed - this.lag
  }

  /** Ends a splice where it is: what follows in the ring is other sound. */
  forget(): void {
    this.lag = 0
  }

  private readSplice(target: Float32Array, at: number, end: number): number {
    const count = Math.min(end - at, this.crossfade - this.fadedAt)
    this.ring.copy(0, target, at, count)
    this.ring.copy(-this.lag, this.again, 0, count)
    for (let i = 0; i < count; i += 1) {
      const share = rise(this.fadedAt + i, this.crossfade)
      const next = target[at + i] ?? 0
      target[at + i] = next + share * ((this.again[i] ?? 0) - next)
    }
    this.ring.advance(count)
    this.fadedAt += count
    if (this.fadedAt === this.crossfade) {
      this.ring.rewind(this.lag)
      this.lag = 0
    }
    return at + count
  }
}
