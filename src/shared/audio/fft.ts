/** In-place radix-2 FFT of a fixed power-of-two size; tables and buffers are made once. */
export class Fft {
  readonly size: number
  readonly re: Float64Array
  readonly im: Float64Array
  private readonly cos: Float64Array
  private readonly sin: Float64Array
  private readonly reversed: Uint16Array

  constructor(size: number) {
    this.size = size
    this.re = new Float64Array(size)
    this.im = new Float64Array(size)
    this.cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size))
    this.sin = Float64Array.from({ length: size / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / size))
    const bits = Math.log2(size)
    this.reversed = Uint16Array.from({ length: size }, (_, i) => reverseBits(i, bits))
  }

  /** Transforms `re` and `im` (filled by the caller) in place. */
  run(): void {
    this.reorder()
    const { re, im, size } = this
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half)
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k += 1) {
          const c = this.cos[k * stride] as number
          const s = this.sin[k * stride] as number
          const a = start + k
          const b = a + half
          const reB = re[b] as number
          const imB = im[b] as number
          const tRe = reB * c + imB * s
          const tIm = imB * c - reB * s
          re[b] = (re[a] as number) - tRe
          im[b] = (im[a] as number) - tIm
          re[a] = (re[a] as number) + tRe
          im[a] = (im[a] as number) + tIm
        }
      }
    }
  }

  private reorder(): void {
    const { re, im } = this
    for (let i = 0; i < this.size; i += 1) {
      const j = this.reversed[i] as number
      if (j <= i) continue
      const reI = re[i] as number
      const imI = im[i] as number
      re[i] = re[j] as number
      im[i] = im[j] as number
      re[j] = reI
      im[j] = imI
    }
  }
}

function reverseBits(value: number, bits: number): number {
  let out = 0
  for (let i = 0; i < bits; i += 1) if ((value & (1 << i)) !== 0) out |= 1 << (bits - 1 - i)
  return out
}
