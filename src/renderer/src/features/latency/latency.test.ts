import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { TurnLatency } from '../../../../shared/events.ts'
import { feltMs, percentile, summaryOf } from './latency.ts'

const turn = (client: TurnLatency['client'], service: TurnLatency['service'] = {}): TurnLatency => ({
  turn: 1,
  client,
  service
})

it('C35 shows what was heard first, and what is not known as not known', () => {
  expect(feltMs(turn({ firstByteMs: 500, firstSampleMs: 620 }, { totalMs: 480 }))).toBe(620)
  expect(feltMs(turn({ firstByteMs: 500 }, { totalMs: 480 }))).toBe(480)
  expect(feltMs(turn({ firstByteMs: 500 }))).toBe(500)
  expect(feltMs(turn({ lastBlockSentMs: 20 }, { sttMs: 90 }))).toBeNull()
})

it('takes percentiles by the nearest rank', () => {
  const values = [400, 100, 300, 200]
  expect([1, 25, 50, 51, 95, 100].map((rank) => percentile(values, rank))).toEqual([100, 100, 200, 300, 400, 400])
  expect(percentile([], 50)).toBeNull()
})

it('never exceeds what the rank says', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, rank) => {
      const at = percentile(values, rank) as number
      const within = values.filter((value) => value <= at).length
      const below = values.filter((value) => value < at).length
      expect(within * 100).toBeGreaterThanOrEqual(rank * values.length)
      expect(below * 100).toBeLessThan(rank * values.length)
    })
  )
})

it('sums up only turns whose first sound was measured', () => {
  expect(summaryOf([turn({ firstSampleMs: 600 }), turn({ firstByteMs: 9000 }), turn({ firstSampleMs: 800 })])).toEqual({
    count: 2,
    p50: 600,
    p95: 800
  })
  expect(summaryOf([turn({})])).toBeNull()
})
