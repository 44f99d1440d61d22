import { expect, test } from 'vitest'
import { levelDbfs } from '../../tests/rig/signal.ts'
import { withoutTone } from './without-tone.ts'

const RATE_HZ = 16_000
const HZ = 1000
const LENGTH = 320

/** Level of what is left of a part, in dBFS. */
const left = (of: (i: number) => number): number =>
  levelDbfs(
    withoutTone(
      Int16Array.from({ length: LENGTH }, (_, i) => Math.round(of(i))),
      HZ,
      RATE_HZ
    )
  )

const wave = (hz: number, i: number, phase = 0.7): number => 3000 * Math.sin((2 * Math.PI * hz * i) / RATE_HZ + phase)

test('a tone goes, whatever its phase', () => {
  expect(left((i) => wave(HZ, i))).toBeLessThan(-85)
  expect(left((i) => wave(HZ, i, -2))).toBeLessThan(-85)
})

test('a tone of slightly another pitch goes, or one that fades', () => {
  expect(left((i) => wave(1.002 * HZ, i))).toBeLessThan(-60)
  expect(left((i) => (wave(HZ, i) * i) / LENGTH)).toBeLessThan(-85)
})

test('what is no tone stays: another tone, half a tone, a tone that jumps', () => {
  const whole = levelDbfs(Int16Array.from({ length: LENGTH }, (_, i) => Math.round(wave(400, i))))
  expect(Math.abs(left((i) => wave(400, i)) - whole)).toBeLessThan(0.3)
  expect(left((i) => wave(HZ, i) + wave(400, i))).toBeGreaterThan(whole - 0.3)
  expect(left((i) => (i < LENGTH / 2 ? wave(HZ, i) : 0))).toBeGreaterThan(whole - 15)
  expect(left((i) => wave(HZ, i, i < LENGTH / 2 ? 0 : 2))).toBeGreaterThan(whole - 15)
})
