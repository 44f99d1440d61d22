import { describe, expect, it } from 'vitest'
import { added, noise, speechLike, throughRoom } from './echo.test-support.ts'
import { meanSquare } from './level-meter.ts'
import { DUCKED_GAIN, PreDuck } from './pre-duck.ts'

const RATE_HZ = 16_000
const MS = 20
const BLOCK = (RATE_HZ * MS) / 1000
const AGENT = speechLike(30, RATE_HZ, 0.1, 3)
const SILENCE = new Float32Array(30 * RATE_HZ)
const HISS = noise(30, RATE_HZ, 0.0005, 5)

interface Told {
  atMs: number
  gain: number
  rampMs: number
}

interface Scene {
  mic: Float32Array
  played?: Float32Array
  seconds: number
  leakDb?: number | null
  gateOpen?: boolean
  enabled?: boolean
  /** Main flushes at this time. */
  flushAtMs?: number
}

function run({
  mic,
  played = AGENT,
  seconds,
  leakDb = -50,
  gateOpen = true,
  enabled = true,
  flushAtMs
}: Scene): Told[] {
  const told: Told[] = []
  let nowMs = 0
  const duck = new PreDuck((gain, rampMs) => told.push({ atMs: nowMs, gain, rampMs }))
  duck.enable(enabled)
  for (let at = 0; at + BLOCK <= seconds * RATE_HZ; at += BLOCK) {
    nowMs += MS
    if (nowMs === flushAtMs) duck.flushed()
    const input = meanSquare(mic, at, BLOCK)
    duck.block({ ms: MS, input, played: meanSquare(played, at, BLOCK), gateOpen, leakDb })
  }
  return told
}

/** Somebody begins to speak after two seconds. */
function speaker(rms: number, fromMs = 2000, ms = 3000): Float32Array {
  const out = new Float32Array(30 * RATE_HZ)
  // Loud from the first sample on, so that the time of its onset is known.
  out.set(speechLike(ms / 1000, RATE_HZ, rms, 21), (fromMs / 1000) * RATE_HZ)
  return added(out, HISS)
}

describe('PreDuck', () => {
  it('makes the agent 12 dB quieter within 60 to 160 ms of speech, and loud again at once behind a flush', () => {
    const told = run({ mic: speaker(0.05), seconds: 6, flushAtMs: 2400 })
    expect(told[0]).toMatchObject({ gain: DUCKED_GAIN, rampMs: 30 })
    expect(told[0]!.atMs).toBeGreaterThanOrEqual(2060)
    expect(told[0]!.atMs).toBeLessThanOrEqual(2160)
    expect(told[1]).toEqual({ atMs: 2420, gain: 1, rampMs: 10 })
  })

  // What was played is known some time after it was.
  it.each([20, 120])('turns nothing down for who goes on speaking after the flush, known %i ms later', (lateMs) => {
    const cut = AGENT.slice()
    cut.fill(0, (2.4 + lateMs / 1000) * RATE_HZ, 4 * RATE_HZ)
    const told = run({ mic: speaker(0.05, 2000, 1900), played: cut, seconds: 4, flushAtMs: 2400 })
    expect(told.map(({ gain }) => gain)).toEqual([DUCKED_GAIN, 1])
    const again = run({ mic: speaker(0.05), played: cut, seconds: 4.5, flushAtMs: 2400 })
    expect(again.map(({ gain }) => gain)).toEqual([DUCKED_GAIN, 1, DUCKED_GAIN])
    expect(again[2]!.atMs).toBeGreaterThan(4000)
  })

  it('turns a reply down that follows the flushed one without a pause', () => {
    const told = run({ mic: speaker(0.05), seconds: 3.4, flushAtMs: 2400 })
    expect(told.map(({ gain }) => gain)).toEqual([DUCKED_GAIN, 1, DUCKED_GAIN, 1])
  })

  it('takes it back after 700 ms without a flush, and then rests', () => {
    const told = run({ mic: speaker(0.05), seconds: 3.7 })
    expect(told).toHaveLength(2)
    expect(told[1]!.atMs - told[0]!.atMs).toBe(700)
    expect(told[1]).toMatchObject({ gain: 1, rampMs: 200 })
  })

  it('takes it back soon when the speech was a cough', () => {
    const told = run({ mic: speaker(0.05, 2000, 200), seconds: 4 })
    expect(told).toHaveLength(2)
    expect(told[1]!.atMs).toBeLessThanOrEqual(2500)
    expect(told[1]).toMatchObject({ gain: 1, rampMs: 200 })
  })

  it('is not deceived by single clicks, however many', () => {
    const clicks = HISS.slice()
    for (let at = 0; at < clicks.length; at += RATE_HZ / 5) clicks.fill(0.3, at, at + BLOCK)
    expect(run({ mic: clicks, seconds: 10 })).toEqual([])
  })

  it('rests longer after each false alarm', () => {
    const told = run({ mic: speaker(0.05, 2000, 28_000), seconds: 30 })
    const ducks = told.filter(({ gain }) => gain === DUCKED_GAIN).map(({ atMs }) => atMs)
    const gaps = ducks.slice(1).map((atMs, i) => atMs - ducks[i]!)
    // The speech itself is taken for the floor in the end: then there is none any more.
    expect(ducks.length).toBeLessThanOrEqual(5)
    for (const [i, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(1000 * 2 ** i)
    expect(told.filter(({ gain }) => gain === 1)).toHaveLength(ducks.length)
  })

  it('is not deceived by noise, steady or rising slowly', () => {
    expect(run({ mic: noise(30, RATE_HZ, 0.01, 9), seconds: 30 })).toEqual([])
    const rising = noise(30, RATE_HZ, 0.01, 9).map((value, i) => value * 10 ** (i / RATE_HZ / 20))
    expect(run({ mic: rising, seconds: 30 })).toEqual([])
  })

  it.each([-15, -25, -35])('is not deceived by what comes back at %i dB when that is known', (gainDb) => {
    const echo = throughRoom(AGENT, { sampleRateHz: RATE_HZ, delayMs: 120, gainDb, reverbMs: 100, seed: 4 })
    expect(run({ mic: added(echo, HISS), seconds: 30, leakDb: gainDb })).toEqual([])
  })

  it('waits for more than what might come back while the leak is not known', () => {
    const echo = throughRoom(AGENT, { sampleRateHz: RATE_HZ, delayMs: 120, gainDb: -25, reverbMs: 100, seed: 4 })
    expect(run({ mic: added(echo, HISS), seconds: 30, leakDb: null })).toEqual([])
    const loud = run({ mic: speaker(0.1), seconds: 3, leakDb: null })
    expect(loud[0]).toMatchObject({ gain: DUCKED_GAIN })
  })

  it('does nothing while nothing plays, the gate is not open or it was not asked for', () => {
    expect(run({ mic: speaker(0.05), played: SILENCE, seconds: 6 })).toEqual([])
    expect(run({ mic: speaker(0.05), gateOpen: false, seconds: 6 })).toEqual([])
    expect(run({ mic: speaker(0.05), enabled: false, seconds: 6 })).toEqual([])
  })

  it('takes it back when it is no longer asked for, the gate closes or the reply is over', () => {
    const told: number[] = []
    const duck = new PreDuck((gain) => told.push(gain))
    const blocks = (count: number, input: number, played: number, gateOpen = true) => {
      for (let i = 0; i < count; i += 1) duck.block({ ms: MS, input, played, gateOpen, leakDb: -50 })
    }
    duck.enable(true)
    blocks(50, 1e-7, 0.01)
    blocks(5, 0.01, 0.01)
    expect(told).toEqual([DUCKED_GAIN])
    duck.enable(false)
    expect(told).toEqual([DUCKED_GAIN, 1])
    duck.enable(true)
    blocks(50, 1e-7, 0.01)
    blocks(5, 0.01, 0.01)
    blocks(1, 0.01, 0.01, false)
    expect(told).toEqual([DUCKED_GAIN, 1, DUCKED_GAIN, 1])
    blocks(50, 1e-7, 0.01)
    blocks(5, 0.01, 0.01)
    blocks(35, 0.01, 0)
    expect(told).toEqual([DUCKED_GAIN, 1, DUCKED_GAIN, 1, DUCKED_GAIN, 1])
  })
})
