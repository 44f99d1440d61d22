import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decimator } from './decimator.ts'

const tone = (hz: number, rateHz: number, count: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rateHz))

function rms(samples: Float64Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
}

/** Level of a tone behind the decimator, dB. */
function through(hz: number): number {
  const out = new Float64Array(5000)
  const count = new Decimator(12).push(tone(hz, 48_000, 48_000), 0, 48_000, out, 0)
  return 20 * Math.log10(rms(out.subarray(100, count)) * Math.SQRT2)
}

describe('Decimator', () => {
  it('gives the same samples whatever the sizes of the pieces, one for each `factor`', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 13 }),
        fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 6 }),
        (factor, sizes) => {
          const total = sizes.reduce((sum, size) => sum + size, 0)
          const samples = tone(300, 48_000, total + 7)
          const whole = new Float64Array(total + 1)
          const inPieces = new Float64Array(total + 1)
          const count = new Decimator(factor).push(samples, 7, total, whole, 0)
          const other = new Decimator(factor)
          let at = 0
          let written = 0
          for (const size of sizes) {
            expect(other.most(size)).toBeGreaterThanOrEqual(Math.ceil(size / factor))
            written += other.push(samples, 7 + at, size, inPieces, written)
            at += size
          }
          expect(count).toBe(Math.floor(total / factor))
          expect(written).toBe(count)
          expect(inPieces).toEqual(whole)
        }
      )
    )
  })

  it('keeps what it is for and leaves nothing of what would fold back', () => {
    for (const hz of [100, 500, 1000]) expect(Math.abs(through(hz))).toBeLessThan(0.5)
    for (const hz of [3000, 4000, 7000, 11_000]) expect(through(hz)).toBeLessThan(-40)
  })
})
