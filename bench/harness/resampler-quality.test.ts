import { describe, expect, it } from 'vitest'
import { aliasDb, delayMs, judged, passBandDb, probeInput, thdPlusNoiseDb } from './resampler-quality.ts'

const RATE_HZ = 16_000
const ofProbe = (probe: 'thd' | 'pass-band'): Float64Array => judged(probeInput(probe, RATE_HZ), RATE_HZ)

describe('THD+N', () => {
  it('of a pure tone is nothing', () => {
    expect(thdPlusNoiseDb(ofProbe('thd'), RATE_HZ)).toBeLessThan(-119)
  })

  it('counts a harmonic and a constant does not count', () => {
    const bent = ofProbe('thd').map((sample) => sample + 0.001 * sample ** 2)
    // The square of a tone of 0.89 is a harmonic of 0.397, a thousandth of it 67 dB below the tone.
    expect(thdPlusNoiseDb(bent, RATE_HZ)).toBeCloseTo(-67, 0)
    const shifted = ofProbe('thd').map((sample) => sample + 0.1)
    expect(thdPlusNoiseDb(shifted, RATE_HZ)).toBeLessThan(-119)
  })

  it('counts the rounding to 16 bits', () => {
    const rounded = ofProbe('thd').map((sample) => Math.round(sample * 32_767) / 32_767)
    expect(thdPlusNoiseDb(rounded, RATE_HZ)).toBeCloseTo(-97, 0)
  })
})

describe('the pass band', () => {
  it('of what is unchanged is flat, at any level', () => {
    expect(passBandDb(ofProbe('pass-band').map((sample) => sample / 3), RATE_HZ)).toBeLessThan(0.001) // prettier-ignore
  })

  it('tells what a low-pass takes', () => {
    const input = probeInput('pass-band', RATE_HZ)
    const low = input.map((sample, i) => (sample + (input[i - 1] ?? 0)) / 2)
    // cos(pi f / fs): -14.2 dB at 7 kHz, and nearly nothing at 1 kHz.
    expect(passBandDb(judged(low, RATE_HZ), RATE_HZ)).toBeCloseTo(14.03, 1)
  })
})

describe('alias', () => {
  it('is what comes out of tones that must not', () => {
    const input = probeInput('alias', 48_000)
    expect(aliasDb(judged(input, 48_000))).toBeCloseTo(0, 1)
    expect(aliasDb(judged(input.map((sample) => sample * 1e-4), 48_000))).toBeCloseTo(-80, 1) // prettier-ignore
  })
})

describe('the delay', () => {
  it.each([0, 1, 64, 150])('of %i samples is found', (delay) => {
    const input = probeInput('pass-band', RATE_HZ)
    const late = input.map((_, i) => input[i - delay] ?? 0)
    expect(delayMs(judged(late, RATE_HZ), RATE_HZ, 1) % 20).toBeCloseTo((delay / RATE_HZ) * 1000, 3)
  })
})
