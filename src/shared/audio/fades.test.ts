import { describe, expect, it } from 'vitest'
import { FadeOut, rise } from './fades.ts'
import { Fft } from './fft.ts'

const RATE_HZ = 48_000
const FADE_MS = 10
const CLICK_FREE_MS = 5
const FRAMES = (RATE_HZ * FADE_MS) / 1000

/** The gain of a sound that is cut off, sample by sample. */
function cutOff(): Float32Array {
  const fade = new FadeOut(FRAMES)
  fade.samples.fill(1)
  fade.begin(FRAMES)
  const gain = new Float32Array(FRAMES)
  expect(fade.render(gain)).toBe(FRAMES)
  expect(fade.done).toBe(true)
  return gain
}

/** What a gain that goes from 1 to 0 spreads into, per octave of distance from the tone, dB: octaves from `fromHz` on. */
function splatterDb(gain: Float32Array, fromHz: number, octaves: number): number[] {
  const fft = new Fft(8192)
  for (let i = 0; i <= gain.length; i += 1) fft.re[i] = (i === 0 ? 1 : (gain[i - 1] ?? 0)) - (gain[i] ?? 0)
  fft.run()
  const bin = (hz: number): number => Math.round((hz * fft.size) / RATE_HZ)
  return Array.from({ length: octaves }, (_, octave) => {
    let power = 0
    for (let k = bin(fromHz * 2 ** octave); k < bin(fromHz * 2 ** (octave + 1)); k += 1) {
      power += (fft.re[k] ?? 0) ** 2 + (fft.im[k] ?? 0) ** 2
    }
    return 10 * Math.log10(power)
  })
}

describe('FadeOut', () => {
  it('is 54 dB down within 7 ms of the cut, and gone within 10', () => {
    const gain = cutOff()
    expect(gain[0]).toBe(1)
    expect(gain.findIndex((value) => value < 10 ** (-54 / 20)) / (RATE_HZ / 1000)).toBeLessThan(7)
    expect(gain.at(-1)).toBeLessThan(1e-9)
    for (let i = 1; i < gain.length; i += 1) expect(gain[i]).toBeLessThanOrEqual(gain[i - 1] as number)
  })

  it('is no more of a click than a raised cosine of 5 ms, in any octave', () => {
    const frames = (RATE_HZ * CLICK_FREE_MS) / 1000
    const clickFree = Float32Array.from({ length: frames }, (_, i) => rise(frames - i, frames))
    const cut = splatterDb(cutOff(), 100, 7)
    const allowed = splatterDb(clickFree, 100, 7)
    for (const [octave, db] of cut.entries()) expect(db).toBeLessThan((allowed[octave] as number) - 1)
  })

  it('would be more of one if it were cut in 5 ms', () => {
    const hard = cutOff().filter((_, i) => i % 2 === 0)
    const louder = splatterDb(hard, 400, 5).map((db, octave) => db - (splatterDb(cutOff(), 400, 5)[octave] as number))
    expect(Math.min(...louder)).toBeGreaterThan(6)
  })
})
