import { expect, test } from 'vitest'
import { systemClock } from './system-clock.ts'

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
