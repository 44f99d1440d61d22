import { expect, test } from 'vitest'
import { OwnVoiceDrift } from './own-voice-drift.ts'

const RATE_HZ = 48_000
const HOP = 960

/** Follows a delay that grows by `ppm`, told with some noise at every hop but those that are `silent`; returns what is off at the end of each hop, in samples. */
function follow(drift: OwnVoiceDrift, ppm: number, hops: number, silent = (_hop: number) => false): number[] {
  let delay = 0
  let known = 0
  let seed = 5
  const off: number[] = []
  for (let hop = 0; hop < hops; hop += 1) {
    delay += ppm * 1e-6 * HOP
    drift.pass(HOP)
    known += drift.take()
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const noise = 0.05 * (seed / 2 ** 31 - 1)
    if (!silent(hop)) drift.observe(delay - known + noise, 16 / 0.03 ** 2)
    known += drift.take()
    off.push(delay - known)
  }
  return off
}

test.each([0, 20, -50, 200])('clocks %i ppm apart are known after two seconds', (ppm) => {
  const drift = new OwnVoiceDrift(RATE_HZ)
  const off = follow(drift, ppm, 200).slice(100)
  expect(Math.abs(drift.drift * 1e6 - ppm)).toBeLessThan(5)
  expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.1)
})

test('the delay goes on growing through a second of silence', () => {
  const drift = new OwnVoiceDrift(RATE_HZ)
  const off = follow(drift, 50, 300, (hop) => hop >= 200 && hop < 250).slice(200)
  expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.25)
})

test('a jump is no drift', () => {
  const drift = new OwnVoiceDrift(RATE_HZ)
  follow(drift, 50, 200)
  drift.restart()
  expect(drift.drift * 1e6).toBeCloseTo(50, -1)
  expect(drift.take()).toBe(0)
})

test('what says nothing changes nothing', () => {
  const drift = new OwnVoiceDrift(RATE_HZ)
  drift.observe(0.5, 0)
  drift.observe(0.5, Number.NaN)
  drift.pass(HOP)
  expect(drift.drift).toBe(0)
  expect(drift.take()).toBe(0)
})
