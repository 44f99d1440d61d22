import { describe, expect, it } from 'vitest'
import { CaptureInput } from './capture-input.ts'

const BLOCK = 160

describe('CaptureInput', () => {
  it('reaches a new gain evenly within the next block, and meters what it makes', () => {
    const input = new CaptureInput('mic', 'microphone', 16_000, 1)
    const measured = () => {
      const block = new Float32Array(BLOCK).fill(0.5)
      input.measure(block, BLOCK)
      return block
    }
    expect(new Set(measured())).toEqual(new Set([0.5]))
    input.gain = 0.5
    const ramp = measured()
    expect(ramp[0]).toBeCloseTo(0.5 * (1 - 0.5 / BLOCK), 6)
    expect(ramp[BLOCK - 1]).toBe(0.25)
    for (let i = 1; i < BLOCK; i += 1) expect(ramp[i - 1]! - ramp[i]!).toBeCloseTo(0.25 / BLOCK, 6)
    expect(new Set(measured())).toEqual(new Set([0.25]))
    for (let i = 0; i < 20; i += 1) measured()
    expect(input.dbfs).toBeCloseTo(-12.04, 2)
  })
})
