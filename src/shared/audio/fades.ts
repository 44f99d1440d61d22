/** Raised cosine from 0 (at 0) to 1 (at `length`). */
export function rise(at: number, length: number): number {
  return at >= length ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * at) / length)
}

/**
 * Power of the raised cosine under which a sound is cut off: over 10 ms it is at -54 dB after 7.0 ms (the raised cosine itself after 9.7), and
 * spreads less into other frequencies than a raised cosine of 5 ms.
 */
const CUT_POWER = 4

/** Fades out before sound runs out and in when there is more again, from wherever it is. */
export class Envelope {
  private readonly length: number
  /** 0 is silent, `length` is everything. */
  private at: number

  /** `length`: samples of a whole fade. */
  constructor(length: number) {
    this.length = length
    this.at = length
  }

  /** The next sample is heard in full. */
  open(): void {
    this.at = this.length
  }

  /** The next sample is silent. */
  close(): void {
    this.at = 0
  }

  /** `left`: samples that can follow the last of these, infinite where the sound ends by itself. */
  apply(samples: Float32Array, from: number, to: number, left: number): void {
    if (this.at === this.length && left >= this.length) return
    for (let i = from; i < to; i += 1) {
      const until = left + to - 1 - i
      this.at = Math.max(0, Math.min(until < this.at ? this.at - 1 : this.at + 1, this.length))
      samples[i] = (samples[i] ?? 0) * rise(this.at, this.length)
    }
  }
}

/** The end of a sound that is cut off: kept apart, so that what waits behind it can be forgotten at once. */
export class FadeOut {
  /** The sound goes here. */
  readonly samples: Float32Array
  private at = 0
  private end = 0

  /** `length`: samples of the fade. */
  constructor(length: number) {
    this.samples = new Float32Array(length)
  }

  /** All of it was rendered. */
  get done(): boolean {
    return this.at === this.end
  }

  /** Fades the first `count` of the samples out, steeply at first. */
  begin(count: number): void {
    for (let i = 0; i < count; i += 1) this.samples[i] = (this.samples[i] ?? 0) * rise(count - i, count) ** CUT_POWER
    this.at = 0
    this.end = count
  }

  /** Renders what fits from the output's beginning on; returns how much that was. */
  render(output: Float32Array): number {
    const count = Math.min(output.length, this.end - this.at)
    for (let i = 0; i < count; i += 1) output[i] = this.samples[this.at + i] ?? 0
    this.at += count
    return count
  }
}

/** A gain that moves along a raised cosine. */
export class GainRamp {
  private from = 1
  private to = 1
  private at = 0
  private length = 0

  /** Reaches `gain` (linear) in `length` samples from wherever it is. */
  set(gain: number, length: number): void {
    this.from = this.now()
    this.to = gain
    this.at = 0
    this.length = length
  }

  apply(samples: Float32Array): void {
    if (this.at >= this.length && this.to === 1) return
    for (let i = 0; i < samples.length; i += 1) {
      this.at = Math.min(this.length, this.at + 1)
      samples[i] = (samples[i] ?? 0) * this.now()
    }
  }

  private now(): number {
    return this.from + (this.to - this.from) * rise(this.at, this.length)
  }
}
