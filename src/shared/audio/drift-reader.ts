import type { SampleRing } from './ring.ts'

/** Length of the interpolation filter; half of it is the reader's delay in samples. */
export const INTERPOLATOR_TAPS = 16
const PHASES = 128
const KAISER_BETA = 8

/**
 * Reads a stream at very nearly its own rate: `step` input samples for every output sample, by band-limited interpolation, so that a change of
 * `step` is never heard as a click. While the step is 1 and the position whole, samples come out unchanged. Nothing is allocated per read.
 */
export class DriftReader {
  /** Where the next output sample lies, in samples behind the second one of the history and half the filter; about 0 to 1. */
  private position = 0
  /** The last samples read, then the new ones. */
  private readonly work: Float32Array
  private readonly fresh: Int16Array

  /** `maxCount`: most samples of one read. */
  constructor(maxCount: number) {
    const most = Math.ceil(maxCount * MAX_STEP) + 2
    this.work = new Float32Array(INTERPOLATOR_TAPS + most)
    this.fresh = new Int16Array(most)
  }

  /** Samples that a read of `count` with `step` needs in the ring. */
  needs(count: number, step: number): number {
    return Math.floor(this.position + (count - 1) * step) + 1
  }

  /** Writes `count` samples to `target`; what the ring lacks is silence. `step` is near 1. */
  read(ring: SampleRing<Int16Array>, target: Float32Array, count: number, step: number): void {
    const needed = this.needs(count, step)
    const { work, fresh } = this
    const got = ring.read(fresh, 0, needed)
    fresh.fill(0, got, needed)
    for (let i = 0; i < needed; i += 1) work[INTERPOLATOR_TAPS + i] = fresh[i] as number
    if (step === 1 && this.position === 0) copyCentre(work, target, count)
    else this.interpolate(target, count, step)
    this.position += count * step - needed
    work.copyWithin(0, needed, needed + INTERPOLATOR_TAPS)
  }

  private interpolate(target: Float32Array, count: number, step: number): void {
    const { work } = this
    for (let i = 0; i < count; i += 1) {
      const at = this.position + i * step
      const from = Math.floor(at)
      const phase = (at - from) * PHASES
      const row = Math.floor(phase)
      const part = phase - row
      const a = row * INTERPOLATOR_TAPS
      const b = a + INTERPOLATOR_TAPS
      let sum = 0
      for (let k = 0; k < INTERPOLATOR_TAPS; k += 1) {
        const weight = (KERNEL[a + k] as number) * (1 - part) + (KERNEL[b + k] as number) * part
        sum += weight * (work[from + 1 + k] as number)
      }
      target[i] = sum
    }
  }
}

/** Nothing reads faster. */
const MAX_STEP = 1.01
const CENTRE = INTERPOLATOR_TAPS / 2 - 1
const KERNEL = makeKernel()

function copyCentre(work: Float32Array, target: Float32Array, count: number): void {
  for (let i = 0; i < count; i += 1) target[i] = work[1 + CENTRE + i] as number
}

/** Row r: the filter for a position r / PHASES behind tap CENTRE; one row more than phases. */
function makeKernel(): Float64Array {
  const kernel = new Float64Array((PHASES + 1) * INTERPOLATOR_TAPS)
  for (let row = 0; row <= PHASES; row += 1) {
    let sum = 0
    for (let k = 0; k < INTERPOLATOR_TAPS; k += 1) {
      const x = k - CENTRE - row / PHASES
      const value = sinc(x) * kaiser(x / (INTERPOLATOR_TAPS / 2))
      kernel[row * INTERPOLATOR_TAPS + k] = value
      sum += value
    }
    for (let k = 0; k < INTERPOLATOR_TAPS; k += 1) {
      const at = row * INTERPOLATOR_TAPS + k
      kernel[at] = (kernel[at] as number) / sum
    }
  }
  return kernel
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA)
}

/** Modified Bessel function of the first kind and order 0. */
function bessel(x: number): number {
  let sum = 1
  let term = 1
  for (let k = 1; k < 40; k += 1) {
    term *= (x / (2 * k)) ** 2
    sum += term
  }
  return sum
}
