import { describe, expect, it } from 'vitest'
import { dayName, daysOf, lengthOf, timeOf } from './days.ts'

const at = (month: number, day: number, hour = 12, year = 2026): number =>
  new Date(year, month - 1, day, hour).getTime()
const now = at(11, 21, 0)

describe('a day', () => {
  it.each([
    [at(11, 21, 0), 'Today'],
    [at(11, 21, 23), 'Today'],
    [at(11, 20, 23), 'Yesterday'],
    [at(11, 20, 0), 'Yesterday'],
    [at(11, 19), 'Thursday'],
    [at(11, 15), 'Sunday'],
    [at(11, 14), 'November 14'],
    [at(11, 14, 12, 2025), 'November 14, 2025']
  ])('%j is %s', (atMs, name) => {
    expect(dayName(atMs, now)).toBe(name)
  })

  it('holds its conversations in their order', () => {
    const began = [at(11, 21, 9), at(11, 21, 8), at(11, 20)]
    const conversations = began.map((startedAtMs) => ({ startedAtMs }))
    expect(daysOf(conversations, now).map(({ name, conversations: of }) => [name, of.length])).toEqual([
      ['Today', 2],
      ['Yesterday', 1]
    ])
    expect(daysOf([], now)).toEqual([])
  })
})

it('a time is that of a clock, a length what people say', () => {
  expect(timeOf(at(11, 21, 9))).toBe('09:00')
  expect([200, 12_000, 90_000, 3_600_000, 5_400_000].map((ms) => lengthOf(ms))).toEqual([
    '1 s',
    '12 s',
    '2 min',
    '1 h 0 min',
    '1 h 30 min'
  ])
})
