import { Fft } from './fft.ts'

/** The spectrum of a real signal, bins 0 to `size / 2`. */
export interface Spectrum {
  readonly re: Float64Array
  readonly im: Float64Array
}

export function spectrum(size: number): Spectrum {
  return { re: new Float64Array(size / 2 + 1), im: new Float64Array(size / 2 + 1) }
}

/** FFT of real signals of a fixed power-of-two size, through a complex one of half the size. Allocates nothing after its making. */
export class RealFft {
  readonly size: number
  private readonly half: Fft
  private readonly cos: Float64Array
  private readonly sin: Float64Array

  constructor(size: number) {
    this.size = size
    this.half = new Fft(size / 2)
    this.cos = Float64Array.from({ length: size / 2 + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size))
    this.sin = Float64Array.from({ length: size / 2 + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size))
  }

  forward(signal: Float64Array, out: Spectrum): void {
    const { re, im, size } = this.half
    for (let i = 0; i < size; i += 1) {
      re[i] = signal[2 * i] as number
      im[i] = signal[2 * i + 1] as number
    }
    this.half.run()
    for (let k = 0; k <= size; k += 1) {
      const a = k === size ? 0 : k
      const b = k === 0 ? 0 : size - k
      const evenRe = ((re[a] as number) + (re[b] as number)) / 2
      const evenIm = ((im[a] as number) - (im[b] as number)) / 2
      const oddRe = ((im[a] as number) + (im[b] as number)) / 2
      const oddIm = ((re[b] as number) - (re[a] as number)) / 2
      const c = this.cos[k] as number
      const s = this.sin[k] as number
      out.re[k] = evenRe + oddRe * c + oddIm * s
      out.im[k] = evenIm + oddIm * c - oddRe * s
    }
  }

  inverse(from: Spectrum, signal: Float64Array): void {
    const { re, im, size } = this.half
    for (let k = 0; k < size; k += 1) {
      const b = size - k
      const evenRe = ((from.re[k] as number) + (from.re[b] as number)) / 2
      const evenIm = ((from.im[k] as number) - (from.im[b] as number)) / 2
      const diffRe = ((from.re[k] as number) - (from.re[b] as number)) / 2
      const diffIm = ((from.im[k] as number) + (from.im[b] as number)) / 2
      const c = this.cos[k] as number
      const s = this.sin[k] as number
      const oddRe = diffRe * c - diffIm * s
      const oddIm = diffRe * s + diffIm * c
      // The forward transform of the conjugate is the inverse one.
      re[k] = evenRe - oddIm
      im[k] = -(evenIm + oddRe)
    }
    this.half.run()
    for (let i = 0; i < size; i += 1) {
      signal[2 * i] = (re[i] as number) / size
      signal[2 * i + 1] = -(im[i] as number) / size
    }
  }
}
