import { expect, test } from 'vitest'
import { LONGEST_TIMER_MS, systemClock } from './system-clock.ts'

test('time only grows, timers run and can be cancelled', async () => {
  const before = systemClock.nowMs()
  const ran: string[] = []
  systemClock.after(5, () => ran.push('cancelled'))()
  const stop = systemClock.every(5, () => ran.push('tick'))
  await new Promise<void>((resolve) => systemClock.after(60, resolve))
  stop()
  const ticks = ran.length
  await new Promise<void>((resolve) => systemClock.after(20, resolve))
  expect(systemClock.nowMs()).toBeGreaterThan(before)
  expect(ran).not.toContain('cancelled')
  expect(ticks).toBeGreaterThan(1)
  expect(ran).toHaveLength(ticks)
})

test.each([LONGEST_TIMER_MS + 1, 999_999_999_000, Infinity])(
  'a wait of %s ms, which no timer can hold, does not come at once',
  async (ms) => {
    let runs = 0
    const cancels = [systemClock.after(ms, () => (runs += 1)), systemClock.every(ms, () => (runs += 1))]
    await new Promise<void>((resolve) => systemClock.after(40, resolve))
    for (const cancel of cancels) cancel()
    expect(runs).toBe(0)
  }
)
