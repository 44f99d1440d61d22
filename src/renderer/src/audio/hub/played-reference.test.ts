import { describe, expect, it } from 'vitest'
import { PlayedReference } from './played-reference.ts'

const RATE_HZ = 48_000
const CHUNK = 480

const numbered = (first: number) => Float32Array.from({ length: CHUNK }, (_, i) => first + i)

describe('PlayedReference', () => {
  it('gives as much as the microphone brings, in order, and silence while there is none', () => {
    const reference = new PlayedReference(RATE_HZ)
    expect([...reference.take(CHUNK, RATE_HZ)]).toEqual([...new Float32Array(CHUNK)])
    for (let i = 0; i < 20; i += 1) {
      reference.push(numbered(1 + i * CHUNK), CHUNK)
      expect([...reference.take(CHUNK, RATE_HZ)]).toEqual([...numbered(1 + i * CHUNK)])
    }
  })

  it.each([0, 1, 3])('is as far behind as it was after silence that was left out (%i chunks)', (behind) => {
    const told = new PlayedReference(RATE_HZ)
    const whole = new PlayedReference(RATE_HZ)
    const silence = new Float32Array(CHUNK)
    for (let i = 0; i < behind; i += 1) for (const one of [told, whole]) one.push(numbered(1), CHUNK)
    let leftOut = 0
    for (let i = 0; i < 400; i += 1) {
      // Silences of 1 to 30 chunks between sounds of 10.
      const silent = i % 40 >= 10 && i % 40 < 10 + 1 + ((i / 40) | 0) * 3
      const chunk = silent ? silence : numbered(i * CHUNK + 1)
      whole.push(chunk, CHUNK)
      if (silent) leftOut += CHUNK
      else {
        told.push(chunk, CHUNK, leftOut)
        leftOut = 0
      }
      expect(told.take(CHUNK, RATE_HZ)).toEqual(whole.take(CHUNK, RATE_HZ))
    }
  })

  it('is close behind after a silence that nobody took, as when the microphone opens', () => {
    const reference = new PlayedReference(RATE_HZ)
    reference.push(numbered(1), CHUNK, 500 * CHUNK)
    let behind = 0
    for (; (reference.take(CHUNK, RATE_HZ)[0] ?? 0) === 0; behind += 1) expect(behind).toBeLessThan(3)
    expect(behind).toBe(1)
  })

  it.each([44_100, 16_000, 96_000])(
    'is at the rate of the microphone: %i Hz, to the frame in the long run',
    (rateHz) => {
      const reference = new PlayedReference(RATE_HZ)
      const hz = 300
      let told = 0
      let given = 0
      let worst = 0
      // Chunks of 1114 and 1115 frames in turn, as Chromium has them where the device's rate is not the context's.
      for (let i = 0; i < 2000; i += 1) {
        const count = 1114 + (i % 2)
        given += count
        while (told < (given * RATE_HZ) / rateHz + CHUNK) {
          const chunk = Float32Array.from({ length: CHUNK }, (_, k) =>
            Math.sin((2 * Math.PI * hz * (told + k)) / RATE_HZ)
          )
          reference.push(chunk, CHUNK)
          told += CHUNK
        }
        const taken = reference.take(count, rateHz)
        if (i < 2) continue
        for (let k = 0; k < count; k += 1) {
          // Two frames behind: those that it interpolates between.
          const seconds = (given - count + k) / rateHz - 2 / RATE_HZ
          worst = Math.max(worst, Math.abs((taken[k] as number) - Math.sin(2 * Math.PI * hz * seconds)))
        }
      }
      expect(worst).toBeLessThan(0.002)
    }
  )

  it('stays close behind what is played when its clock is fast or the microphone stood still', () => {
    const reference = new PlayedReference(RATE_HZ)
    let pushed = 0
    let oldestMs = 0
    for (let i = 0; i < 5000; i += 1) {
      // One chunk in 1000 more: 1000 ppm.
      for (let k = 0; k < (i % 1000 === 0 ? 2 : 1); k += 1) {
        reference.push(numbered(pushed % 1_000_000), CHUNK)
        pushed += CHUNK
      }
      const first = reference.take(CHUNK, RATE_HZ)[0] ?? 0
      oldestMs = Math.max(oldestMs, ((pushed - first + 1_000_000) % 1_000_000) / 48)
    }
    expect(oldestMs).toBeLessThanOrEqual(90)
    for (let i = 0; i < 100; i += 1) reference.push(numbered(0), CHUNK)
    // Of a second, 400 ms were kept, and of those what is near.
    reference.take(CHUNK, RATE_HZ)
    let left = 0
    while ((reference.take(CHUNK, RATE_HZ)[1] ?? 0) !== 0) left += 1
    expect(left).toBeLessThanOrEqual(2)
  })
})
