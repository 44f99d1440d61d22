const DELAY_STEPS = 16
/** No volume control makes more of it. */
const MOST_GAIN = 4

/** The taps of a copy with a pure delay and a gain: what a path is taken for until much evidence says otherwise. */
export class DelayedCopy {
  /** Of gain 1. */
  readonly taps: Float64Array

  constructor(size: number) {
    this.taps = new Float64Array(size)
  }

  /** Finds the fraction of a sample (within one of the middle tap) at which a copy correlates best, from the correlation `side` at each tap. */
  fit(side: Float64Array): void {
    let low = -1
    let high = 1
    for (let step = 0; step < DELAY_STEPS; step += 1) {
      const a = low + (high - low) / 3
      const b = high - (high - low) / 3
      if (this.match(side, a) < this.match(side, b)) low = a
      else high = b
    }
    this.match(side, (low + high) / 2)
  }

  /** The gain of the copy, by least squares; `column`: the correlation of what was played with itself. */
  gain(side: Float64Array, column: Float64Array): number {
    const { taps } = this
    let both = 0
    let own = 0
    for (let k = 0; k < taps.length; k += 1) {
      both += (taps[k] as number) * (side[k] as number)
      for (let j = 0; j < taps.length; j += 1)
        own += (taps[k] as number) * (taps[j] as number) * (column[Math.abs(k - j)] as number)
    }
    return own > 0 ? Math.min(MOST_GAIN, Math.max(0, both / own)) : 0
  }

  private match(side: Float64Array, fraction: number): number {
    const { taps } = this
    const size = taps.length
    const sine = Math.sin(Math.PI * -fraction) / Math.PI
    let sum = 0
    for (let k = 0; k < size; k += 1) {
      const t = k - size / 2 - fraction
      const sign = k % 2 === 0 ? 1 : -1
      const sinc = Math.abs(t) < 1e-6 ? 1 : (sign * sine) / t
      const value = sinc * (0.5 + 0.5 * Math.cos((2 * Math.PI * t) / (size + 2)))
      taps[k] = value
      sum += value * (side[k] as number)
    }
    return sum
  }
}
