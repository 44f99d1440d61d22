import { expect, it } from 'vitest'
import { rateLimit } from './rate-limit.ts'

it('lets a burst through, then the rate, and never saves up more than a burst', () => {
  let nowMs = 1000
  const mayPass = rateLimit({ nowMs: () => nowMs }, { perSecond: 10, burst: 3 })
  const passed = (times: number): number => Array.from({ length: times }, () => mayPass()).filter(Boolean).length
  expect(passed(5)).toBe(3)
  nowMs += 99
  expect(passed(1)).toBe(0)
  nowMs += 1
  expect(passed(2)).toBe(1)
  nowMs += 60_000
  expect(passed(10)).toBe(3)
})
