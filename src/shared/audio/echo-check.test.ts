import { describe, expect, it } from 'vitest'
import { evaluateEcho } from './echo-check.ts'
import { added, noise, speechLike, throughRoom } from './echo.test-support.ts'

/** Three seconds: a moment of nothing, sound, and a moment of nothing. */
function probe(kind: 'noise' | 'speech', sampleRateHz: number): Float32Array {
  const sound = kind === 'noise' ? noise(3, sampleRateHz, 0.1, 3) : speechLike(3, sampleRateHz, 0.1, 3)
  sound.fill(0, 0, Math.round(sampleRateHz * 0.3))
  sound.fill(0, Math.round(sampleRateHz * 2.4))
  return sound
}

const isNear = (delayMs: number | null, aim: number) => delayMs !== null && Math.abs(delayMs - aim) < 0.5

describe('evaluateEcho', () => {
  it.each([
    [48_000, [5, 300]],
    [44_100, [60]]
  ])('finds level and delay of what comes back in any room (%i Hz)', (sampleRateHz, delaysMs) => {
    const wrong: unknown[] = []
    for (const kind of ['noise', 'speech'] as const) {
      const played = probe(kind, sampleRateHz)
      const hiss = noise(3, sampleRateHz, 0.0003, 9)
      for (const gainDb of [0, -40, -60]) {
        for (const delayMs of delaysMs) {
          for (const reverbMs of [0, 40]) {
            const room = throughRoom(played, { sampleRateHz, delayMs, gainDb, reverbMs, seed: 7 })
            const found = evaluateEcho(added(room, hiss), played, sampleRateHz)
            const isRight = Math.abs(found.leakDb - gainDb) < 1.5 && isNear(found.delayMs, delayMs)
            const hearsNoise = Math.abs(found.noiseDbfs - -70.5) < 1
            if (!isRight || !hearsNoise) wrong.push({ kind, gainDb, aimMs: delayMs, reverbMs, ...found })
          }
        }
      }
    }
    expect(wrong).toEqual([])
  })

  it('sees what comes back under noise as loud as itself, and says how loud the noise is', () => {
    const played = probe('speech', 48_000)
    const room = throughRoom(played, { sampleRateHz: 48_000, delayMs: 80, gainDb: -20, reverbMs: 80, seed: 2 })
    const found = evaluateEcho(added(room, noise(3, 48_000, 0.01, 9)), played, 48_000)
    expect(Math.abs(found.leakDb - -20)).toBeLessThan(2)
    expect(found.delayMs).toBeCloseTo(80, 0)
    expect(Math.abs(found.noiseDbfs - -40)).toBeLessThan(1)
  })

  it('is right on average where what comes back is 15 dB below the noise', () => {
    let sum = 0
    for (const seed of [10, 11, 12, 13]) {
      const played = noise(3, 16_000, 0.1, 3)
      const room = throughRoom(played, { sampleRateHz: 16_000, delayMs: 80, gainDb: -35, reverbMs: 10, seed: 2 })
      const found = evaluateEcho(added(room, noise(3, 16_000, 0.01, seed)), played, 16_000)
      expect(found.delayMs).toBeCloseTo(80, 0)
      sum += found.leakDb / 4
    }
    expect(Math.abs(sum - -35)).toBeLessThan(0.5)
  })

  it('has no delay where nothing came back, and the most that the noise may hide', () => {
    const played = probe('speech', 48_000)
    const silent = evaluateEcho(new Float32Array(played.length), played, 48_000)
    expect(silent).toEqual({ leakDb: -90, delayMs: null, noiseDbfs: -90 })
    const noisy = evaluateEcho(noise(3, 48_000, 0.01, 9), played, 48_000)
    expect(noisy.delayMs).toBeNull()
    expect(noisy.leakDb).toBeLessThan(-35)
    expect(noisy.leakDb).toBeGreaterThan(-90)
  })

  it('does not take somebody who speaks meanwhile for what comes back', () => {
    const played = probe('speech', 48_000)
    for (const seed of [11, 12, 13, 14]) {
      expect(evaluateEcho(speechLike(3, 48_000, 0.05, seed), played, 48_000).delayMs).toBeNull()
    }
  })

  it('says nothing where nothing was played', () => {
    const nothing = new Float32Array(3 * 48_000)
    const found = evaluateEcho(noise(3, 48_000, 0.01, 9), nothing, 48_000)
    expect(found).toMatchObject({ leakDb: -90, delayMs: null })
    expect(found.noiseDbfs).toBeCloseTo(-40, 0)
  })

  it('takes the noise from what is left where something plays all the time', () => {
    // Without the silence before the first syllable, which would tell.
    const played = noise(3, 48_000, 0.1, 3)
    const room = throughRoom(played, { sampleRateHz: 48_000, delayMs: 40, gainDb: -10, reverbMs: 0, seed: 2 })
    expect(evaluateEcho(room, played, 48_000).noiseDbfs).toBeLessThan(-45)
    // Of the noise, what lies in the band that is compared.
    const noisy = evaluateEcho(added(room, noise(3, 48_000, 0.01, 9)), played, 48_000)
    expect(noisy.noiseDbfs).toBeGreaterThan(-55)
    expect(noisy.noiseDbfs).toBeLessThan(-35)
  })
})
