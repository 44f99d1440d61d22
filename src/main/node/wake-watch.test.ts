import { expect, test } from 'vitest'
import { ManualClock } from '../../core/testing.test-support.ts'
import { SLEPT_MS, TICK_MS, wakeWatch } from './wake-watch.ts'

function watch() {
  const clock = new ManualClock()
  const rig = { clock, asleepMs: 0, woke: 0, end: () => {} }
  rig.end = wakeWatch({
    clock,
    dayMs: () => clock.nowMs() + rig.asleepMs,
    onWake: () => void (rig.woke += 1)
  })
  return rig
}

test('each sleep is noticed once, within a tick, although the steady clock stood still', () => {
  const rig = watch()
  rig.clock.advance(10_000)
  expect(rig.woke).toBe(0)
  for (const times of [1, 2]) {
    rig.asleepMs += 600_000
    rig.clock.advance(TICK_MS)
    expect(rig.woke).toBe(times)
    rig.clock.advance(10_000)
    expect(rig.woke).toBe(times)
  }
})

test('a sleep in which timers are late is noticed as well', () => {
  const rig = watch()
  rig.clock.jump(60_000)
  rig.clock.advance(0)
  expect(rig.woke).toBe(1)
})

test('a busy moment, or a time of day that is put back or a little forward, is no sleep', () => {
  const rig = watch()
  rig.clock.jump(SLEPT_MS)
  rig.clock.advance(TICK_MS)
  for (const shiftMs of [-3_600_000, SLEPT_MS - 1]) {
    rig.asleepMs += shiftMs
    rig.clock.advance(5 * TICK_MS)
  }
  expect(rig.woke).toBe(0)
})

test('nothing is left when it ends', () => {
  const rig = watch()
  rig.end()
  rig.end()
  rig.asleepMs += 600_000
  rig.clock.advance(10_000)
  expect([rig.woke, rig.clock.pending]).toEqual([0, 0])
})
