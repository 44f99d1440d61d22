import { describe, expect, it } from 'vitest'
import { EARCON_MS, earconSamples } from './earcon.ts'

const crossings = (part: Float32Array): number =>
  part.reduce((sum, value, at) => sum + (at > 0 && value >= 0 !== (part[at - 1] ?? 0) >= 0 ? 1 : 0), 0)

describe.each(['open', 'close', 'ended'] as const)('the earcon “%s”', (earcon) => {
  it.each([44_100, 48_000])('at %i Hz is short, soft, and begins and ends in silence', (sampleRateHz) => {
    const samples = earconSamples(earcon, sampleRateHz)
    expect(EARCON_MS).toBeLessThan(120)
    expect((samples.length / sampleRateHz) * 1000).toBeLessThanOrEqual(EARCON_MS)
    const peakDbfs = 20 * Math.log10(Math.max(...samples.map(Math.abs)))
    expect(peakDbfs).toBeLessThan(-25)
    expect(peakDbfs).toBeGreaterThan(-32)
    expect([samples[0], samples.at(-1)].every((value) => Math.abs(value ?? 1) < 1e-4)).toBe(true)
    const step = Math.max(...samples.map((value, at) => Math.abs(value - (samples[at - 1] ?? 0))))
    expect(step, 'no click').toBeLessThan(0.008)
  })

  it('goes the way that it means', () => {
    const samples = earconSamples(earcon, 48_000)
    const third = Math.floor(samples.length / 3)
    const rises = crossings(samples.slice(2 * third)) > crossings(samples.slice(0, third))
    expect(rises).toBe(earcon === 'open')
  })
})
