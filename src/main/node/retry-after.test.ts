import { expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

const now = Date.parse('2026-11-21T06:00:00Z')

it.each([
  ['5', 5000],
  [' 120 ', 120_000],
  ['0', 0],
  ['Sat, 21 Nov 2026 06:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 05:00:00 GMT', 0],
  ['-5', undefined],
  ['1.5', undefined],
  ['soon', undefined],
  ['2026-11-21', undefined],
  ['', undefined],
  [undefined, undefined]
])('Retry-After %s is %s ms', (header, ms) => expect(retryAfterMs(header, now)).toBe(ms))
