import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DriftReader, INTERPOLATOR_TAPS } from './drift-reader.ts'
import { SampleRing } from './ring.ts'

const RATE_HZ = 16_000

const ringOf = (samples: number[]) => {
  const ring = new SampleRing(new Int16Array(Math.max(1, samples.length)))
  ring.push(samples)
  return ring
}

/** Reads all in blocks of 320 with `step`. */
function readAll(ring: SampleRing<Int16Array>, step: number): number[] {
  const reader = new DriftReader(320)
  const block = new Float32Array(320)
  const out: number[] = []
  while (ring.length >= reader.needs(320, step)) {
    reader.read(ring, block, 320, step)
    out.push(...block)
  }
  return out
}

const power = (values: number[]) => values.reduce((sum, value) => sum + value * value, 0) / values.length

describe('DriftReader', () => {
  it('gives samples out unchanged, half its filter later, while its step is 1', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -32_768, max: 32_767 }), { minLength: 320, maxLength: 2000 }),
        (samples) => {
          const out = readAll(ringOf(samples), 1)
          const delay = INTERPOLATOR_TAPS / 2
          expect(out.slice(0, delay)).toEqual(Array.from({ length: delay }, () => 0))
          expect(out.slice(delay)).toEqual(samples.slice(0, out.length - delay))
        }
      )
    )
  })

  it.each([0.997, 0.9995, 1.0005, 1.003])('takes %f samples for each it gives, in the long run exactly', (step) => {
    const ring = ringOf(Array.from({ length: 16_000 }, () => 0))
    const out = readAll(ring, step)
    expect(Math.abs(16_000 - ring.length - out.length * step)).toBeLessThan(2)
  })

  it.each([
    [0.997, 1000],
    [1.003, 1000],
    [1.0005, 5000]
  ])('with a step of %f leaves nothing of a tone of %i Hz but the tone: -60 dB', (step, hz) => {
    const samples = Array.from({ length: 32_000 }, (_, i) =>
      Math.round(8000 * Math.sin((2 * Math.PI * hz * i) / RATE_HZ))
    )
    const out = readAll(ringOf(samples), step).slice(1000, 17_000)
    const shifted = (2 * Math.PI * hz * step) / RATE_HZ
    let sine = 0
    let cosine = 0
    for (const [i, value] of out.entries()) {
      sine += (2 / out.length) * value * Math.sin(shifted * i)
      cosine += (2 / out.length) * value * Math.cos(shifted * i)
    }
    const rest = out.map((value, i) => value - sine * Math.sin(shifted * i) - cosine * Math.cos(shifted * i))
    expect(10 * Math.log10(power(rest) / power(out))).toBeLessThan(-60)
  })

  it('changes its step in mid-tone without a click', () => {
    const samples = Array.from({ length: 16_000 }, (_, i) =>
      Math.round(8000 * Math.sin((2 * Math.PI * 1000 * i) / RATE_HZ))
    )
    const ring = ringOf(samples)
    const reader = new DriftReader(320)
    const block = new Float32Array(320)
    const out: number[] = []
    for (const step of [1, 1.003, 0.997, 1, 1.0001, 0.997, 1.003]) {
      reader.read(ring, block, 320, step)
      out.push(...block)
    }
    // The second difference of the tone, and a little for its other rate.
    const limit = 8000 * (2 - 2 * Math.cos((2 * Math.PI * 1000 * 1.003) / RATE_HZ)) + 20
    for (let i = 40; i < out.length; i += 1) {
      expect(Math.abs(out[i]! - 2 * out[i - 1]! + out[i - 2]!)).toBeLessThan(limit)
    }
  })

  it('gives silence for what the ring lacks', () => {
    const reader = new DriftReader(320)
    const block = new Float32Array(320).fill(5)
    reader.read(ringOf([100, 100]), block, 320, 1)
    expect([...block.subarray(8, 10)]).toEqual([100, 100])
    expect(block[10]).toBe(0)
    expect(block[319]).toBe(0)
  })
})
