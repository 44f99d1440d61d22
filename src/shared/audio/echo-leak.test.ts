import { describe, expect, it } from 'vitest'
import { added, noise, speechLike, throughRoom } from './echo.test-support.ts'
import { EchoLeak } from './echo-leak.ts'

const RATE_HZ = 16_000
const BLOCK = 320
const SECONDS = 20
const AGENT = speechLike(SECONDS, RATE_HZ, 0.1, 3)
const HISS = noise(SECONDS, RATE_HZ, 0.0003, 9)
const PERSON = speechLike(SECONDS, RATE_HZ, 0.05, 77)

const echo = (gainDb: number, delayMs = 120) =>
  throughRoom(AGENT, { sampleRateHz: RATE_HZ, delayMs, gainDb, reverbMs: 80, seed: 7 })

interface Look {
  atMs: number
  leakDb: number
  delayMs: number | null
}

function watch(leak: EchoLeak, mic: Float32Array, played = AGENT): Look[] {
  const looks: Look[] = []
  for (let at = 0; at + BLOCK <= mic.length; at += BLOCK) {
    if (leak.push(mic, at, played, at, BLOCK) && leak.leakDb !== null)
      looks.push({ atMs: at / 16, leakDb: leak.leakDb, delayMs: leak.delayMs })
  }
  return looks
}

describe('EchoLeak', () => {
  it.each([
    [-10, 20, 1500],
    [-25, 120, 1500],
    [-45, 250, 1500],
    // It is 10 dB below the noise.
    [-60, 380, 3000]
  ])('knows a leak of %i dB after %i ms within %i ms of agent speech, to 2.5 dB', (gainDb, delayMs, withinMs) => {
    const looks = watch(new EchoLeak(RATE_HZ), added(echo(gainDb, delayMs), HISS))
    const known = looks.filter(({ atMs }) => atMs > withinMs)
    expect(looks[0]!.atMs).toBeLessThan(1500)
    expect(known.length).toBeGreaterThan(30)
    for (const look of known) {
      expect(Math.abs(look.leakDb - gainDb)).toBeLessThan(2.5)
      expect(Math.abs((look.delayMs ?? 0) - delayMs)).toBeLessThan(1)
    }
  })

  it('is not known before the agent speaks, nor while only the person does', () => {
    const leak = new EchoLeak(RATE_HZ)
    expect(watch(leak, added(PERSON, HISS), new Float32Array(AGENT.length))).toEqual([])
    expect(leak.leakDb).toBeNull()
  })

  it('never takes a person who speaks at the same time for a leak', () => {
    for (const seed of [77, 78, 79]) {
      const looks = watch(new EchoLeak(RATE_HZ), added(speechLike(SECONDS, RATE_HZ, 0.1, seed), HISS))
      expect(looks.filter(({ leakDb }) => leakDb > -30)).toEqual([])
    }
  })

  it('sees a leak under a person who speaks at the same time', () => {
    const looks = watch(new EchoLeak(RATE_HZ), added(echo(-20), PERSON, HISS))
    expect(looks.length).toBeGreaterThan(10)
    for (const { leakDb } of looks.slice(2)) expect(Math.abs(leakDb - -20)).toBeLessThan(4)
  })

  it('follows a leak that ends, within six seconds', () => {
    const leak = new EchoLeak(RATE_HZ)
    const bad = echo(-15)
    const gone = added(bad, HISS)
    gone.set(HISS.subarray(8 * RATE_HZ), 8 * RATE_HZ)
    const looks = watch(leak, gone)
    expect(looks.filter(({ atMs }) => atMs > 1500 && atMs < 8000).every(({ leakDb }) => leakDb > -20)).toBe(true)
    const after = looks.filter(({ atMs }) => atMs > 14_000).map(({ leakDb }) => leakDb)
    expect(after.length).toBeGreaterThan(0)
    expect(Math.max(...after)).toBeLessThan(-25)
  })

  it('is low where the canceller leaves digital silence', () => {
    const leak = new EchoLeak(RATE_HZ)
    watch(leak, new Float32Array(AGENT.length))
    expect(leak.leakDb).toBe(-90)
    expect(leak.delayMs).toBeNull()
  })

  it('is not confused by pauses between replies', () => {
    const played = AGENT.slice()
    for (let second = 0; second < SECONDS; second += 2) {
      played.fill(0, second * RATE_HZ, Math.round((second + 1.3) * RATE_HZ))
    }
    const mic = throughRoom(played, { sampleRateHz: RATE_HZ, delayMs: 200, gainDb: -25, reverbMs: 80, seed: 7 })
    const looks = watch(new EchoLeak(RATE_HZ), added(mic, HISS), played)
    expect(looks.length).toBeGreaterThan(10)
    for (const { leakDb, delayMs } of looks.slice(1)) {
      expect(Math.abs(leakDb - -25)).toBeLessThan(4)
      expect(Math.abs((delayMs ?? 0) - 200)).toBeLessThan(1)
    }
  })
})
