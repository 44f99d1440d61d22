import { describe, expect, it } from 'vitest'
import { LevelMeter } from './level-meter.ts'
import { FLOOR_DBFS } from './pcm.ts'

describe('LevelMeter', () => {
  it('measures exactly one window at a time, whatever the block sizes', () => {
    const meter = new LevelMeter(48_000, 50)
    const half = new Float32Array(960).fill(0.5)
    expect(meter.dbfs).toBe(FLOOR_DBFS)
    expect([1, 2, 3, 4, 5].map(() => meter.push(half, 960))).toEqual([0, 0, 1, 0, 1])
    expect(meter.dbfs).toBeCloseTo(-6.02, 2)
  })

  it('reads only as many samples as it is told', () => {
    const meter = new LevelMeter(1000, 10)
    meter.push(Float32Array.of(...Array.from({ length: 10 }, () => 0), 1), 10)
    expect(meter.dbfs).toBe(FLOOR_DBFS)
  })
})
