import { describe, expect, it } from 'vitest'
import { GLITCH_TONE_HZ, judgeTone } from '../rig/glitches.ts'
import { tone } from '../rig/signal.ts'

const toneAt = (sampleRateHz: number) => tone({ hz: GLITCH_TONE_HZ, ms: 3000, sampleRateHz, peak: 0.4 })
const judge = (samples: Int16Array, sampleRateHz = 48_000) => judgeTone(samples, GLITCH_TONE_HZ, sampleRateHz)

function without(samples: Int16Array, from: number, count: number): Int16Array {
  const out = samples.slice(0, samples.length - count)
  out.set(samples.subarray(from + count), from)
  return out
}

describe('a steady tone', () => {
  it.each([16_000, 24_000, 44_100, 48_000])('has no glitches at %i Hz, in silence and alone', (sampleRateHz) => {
    const samples = new Int16Array(4 * sampleRateHz)
    samples.set(toneAt(sampleRateHz), sampleRateHz / 4)
    for (const sound of [samples, toneAt(sampleRateHz)]) {
      const { amplitude, soundedMs, glitches } = judge(sound, sampleRateHz)
      expect(glitches).toEqual([])
      expect(amplitude).toBeCloseTo(0.4, 2)
      expect(soundedMs).toBeGreaterThan(2980)
      expect(soundedMs).toBeLessThan(3010)
    }
  })

  it.each([
    { what: 'a render quantum', ms: 128 / 48 },
    { what: 'a render quantum at 44.1 kHz', ms: 128 / 44.1 },
    { what: '1 ms', ms: 1 },
    { what: '10 ms', ms: 10 },
    { what: '20 ms', ms: 20 }
  ])('from which $what is lost has one jump, wherever in the period it is', ({ ms }) => {
    const samples = toneAt(48_000)
    for (let phase = 0; phase < 51; phase += 5) {
      const { glitches } = judge(without(samples, 48_000 + phase, Math.round(ms * 48)))
      expect(glitches.map(({ at }) => Math.round(at / 480))).toEqual([100])
      expect(glitches[0]?.silentMs).toBe(0)
    }
  })

  it('that stops has one gap, also where it fades', () => {
    const samples = toneAt(48_000)
    for (let i = 0; i < 4800; i += 1) {
      const fade = i < 480 ? 1 - i / 480 : i >= 4320 ? (i - 4319) / 480 : 0
      samples[72_000 + i] = Math.round((samples[72_000 + i] as number) * fade)
    }
    const { glitches } = judge(samples)
    expect(glitches).toHaveLength(1)
    expect(glitches[0]?.silentMs).toBeGreaterThan(75)
    expect(glitches[0]?.silentMs).toBeLessThan(85)
  })

  it('with a click in it has a glitch', () => {
    const samples = toneAt(48_000)
    samples[96_000] = (samples[96_000] as number) + 800
    expect(judge(samples).glitches.map(({ at }) => at)).toEqual([96_000])
  })
})

it('silence and a short tone cannot be judged', () => {
  expect(() => judge(new Int16Array(96_000))).toThrow('no tone')
  expect(() => judge(toneAt(48_000).subarray(0, 30_000))).toThrow('shorter')
})
