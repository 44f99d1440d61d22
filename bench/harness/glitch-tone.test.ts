import { describe, expect, it } from 'vitest'
import { tone } from '../../tests/rig/signal.ts'
import { judgeProcessedTone, PROCESSED_TONE_HZ } from './glitch-tone.ts'
import { INPUT_RATE_HZ } from './service.ts'

const PER_MS = INPUT_RATE_HZ / 1000
const whole = tone({ hz: PROCESSED_TONE_HZ, ms: 3000, sampleRateHz: INPUT_RATE_HZ, peak: 0.4 })
const judge = (samples: Int16Array) => judgeProcessedTone(samples, PROCESSED_TONE_HZ, INPUT_RATE_HZ)
/** Turned down to `gain` from 1 s to 2 s, within `fadeMs`. */
const turnedDown = (gain: number, fadeMs: number): Int16Array =>
  whole.map((sample, i) => {
    const ms = i / PER_MS
    const inside = Math.max(0, Math.min(1, (ms - 1000) / fadeMs, (2000 - ms) / fadeMs))
    return Math.round(sample * (1 + (gain - 1) * (0.5 - 0.5 * Math.cos(Math.PI * inside))))
  })
const without = (samples: Int16Array, fromMs: number, count: number): Int16Array => {
  const from = fromMs * PER_MS
  return Int16Array.from([...samples.subarray(0, from), ...samples.subarray(from + count)])
}

describe('a tone that may be turned up and down', () => {
  it('is whole where nothing happened to it', () => {
    const { glitches, turnedDownMs, soundedMs } = judge(whole)
    expect([glitches, turnedDownMs]).toEqual([[], 0])
    expect(Math.abs(soundedMs - 3000)).toBeLessThan(20)
  })

  it.each([
    ['to a half', 0.5],
    ['to a tenth', 0.1],
    ['up', 1.5]
  ])('is whole where a canceller turns it %s within a block', (_, gain) => {
    expect(judge(turnedDown(gain, 4))).toMatchObject({ glitches: [], turnedDownMs: 0 })
  })

  it('is not torn but not judged either while it is turned down to nothing', () => {
    const { glitches, turnedDownMs } = judge(turnedDown(0, 8))
    expect(glitches).toEqual([])
    expect(Math.abs(turnedDownMs - 990)).toBeLessThan(20)
  })

  it.each([
    ['1 ms', PER_MS],
    ['4 ms', 4 * PER_MS],
    ['10 ms', 10 * PER_MS],
    ['20 ms', 20 * PER_MS],
    ['128 frames at 48 kHz', 43]
  ])('is torn where %s of it were lost, at any level', (_, count) => {
    for (const gain of [1, 0.2]) {
      const { glitches } = judge(without(turnedDown(gain, 4), 1500, count))
      expect(glitches).toHaveLength(1)
      expect(Math.abs((glitches[0]?.at ?? 0) - 1500 * PER_MS)).toBeLessThan(5)
    }
  })

  it('is torn where nothing came for 10 ms, and it is told how long it was silent', () => {
    const { glitches, turnedDownMs } = judge(whole.slice().fill(0, 1500 * PER_MS, 1510 * PER_MS))
    expect(glitches).toHaveLength(1)
    expect(Math.abs((glitches[0]?.silentMs ?? 0) - 10)).toBeLessThan(1)
    expect(turnedDownMs).toBeLessThan(6)
  })

  it('cannot be judged where there is none', () => {
    expect(() => judge(new Int16Array(INPUT_RATE_HZ))).toThrow('no tone')
  })
})
