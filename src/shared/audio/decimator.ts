const FILTER_PERIODS = 8
const CHUNK = 1024

/** Low-passes a signal and keeps every `factor`-th sample. Allocates nothing after its making. */
export class Decimator {
  private readonly factor: number
  private readonly taps: Float32Array
  /** The last samples of before, then the new ones. */
  private readonly line: Float32Array
  private phase = 0

  constructor(factor: number) {
    this.factor = factor
    const length = factor === 1 ? 1 : FILTER_PERIODS * factor
    this.taps = lowPass(length, factor)
    this.line = new Float32Array(length + CHUNK)
  }

  /** Most samples that come out of `count`. */
  most(count: number): number {
    return Math.ceil(count / this.factor) + 1
  }

  /** Takes `count` samples from `from` on and writes what comes out to `out` at `at`; returns how many. */
  push(samples: Float32Array, from: number, count: number, out: Float64Array, at: number): number {
    let written = 0
    for (let done = 0; done < count; done += CHUNK) {
      const size = Math.min(CHUNK, count - done)
      written += this.chunk(samples, from + done, size, out, at + written)
    }
    return written
  }

  private chunk(samples: Float32Array, from: number, size: number, out: Float64Array, at: number): number {
    const { line, taps, factor } = this
    const length = taps.length
    for (let i = 0; i < size; i += 1) line[length + i] = samples[from + i] as number
    let written = 0
    let next = factor - this.phase
    for (; next <= size; next += factor) {
      let sum = 0
      for (let k = 0; k < length; k += 1) sum += (taps[k] as number) * (line[next + k] as number)
      out[at + written] = sum
      written += 1
    }
    this.phase = factor - (next - size)
    line.copyWithin(0, size, size + length)
    return written
  }
}

function lowPass(length: number, factor: number): Float32Array {
  const taps = Float64Array.from({ length }, (_, i) => {
    const t = (i - (length - 1) / 2) / factor
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length)
    return window * (t === 0 ? 0.85 : Math.sin(0.85 * Math.PI * t) / (Math.PI * t))
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return Float32Array.from(taps, (tap) => tap / sum)
}
