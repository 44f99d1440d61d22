import { beforeAll, describe, expect, test } from 'vitest'
import {
  cancel,
  judge,
  music,
  powerOf,
  replies,
  resampled,
  returned,
  speech,
  tone,
  torn,
  white,
  type PathSegment,
  type Run,
  type Tear
} from './own-voice.test-support.ts'

const RATE_HZ = 48_000
const SECONDS = 8
const SPAN = [4, SECONDS] as const
const PATH: PathSegment = { fromSeconds: 0, delayMs: 73.3, gain: 0.9 }

let played: Float32Array
/** What comes back of it by {@link PATH}. */
let back: Float32Array
beforeAll(() => {
  played = replies(['espeak-1', 'espeak-3'], RATE_HZ, SECONDS)
  back = returned(played, RATE_HZ, [PATH])
})

const sum = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value + (b[i] as number))
const silence = (): Float32Array => new Float32Array(played.length)
const db = (ratio: number): number => 10 * Math.log10(ratio)

/** What is left of the own voice where nothing else sounds, against its power as played. */
function leftDb({ out }: Run, [from, to]: readonly [number, number] = SPAN): number {
  return db(powerOf(out, from * RATE_HZ, to * RATE_HZ) / powerOf(played, from * RATE_HZ, to * RATE_HZ))
}

describe('alone', () => {
  test.each([
    ['a delay of a fraction of a sample', PATH],
    ['a long delay at the full level', { ...PATH, delayMs: 420.2, gain: 1 }],
    ['a short delay, amplified', { ...PATH, delayMs: 12.01, gain: 1.4 }]
  ])('%s: 30 dB below its played level', (_name, path) => {
    const run = cancel(played, returned(played, RATE_HZ, [path]), RATE_HZ)
    expect(run.handling).toBe('cancelled')
    expect(leftDb(run)).toBeLessThan(-30)
  })

  test('from the first word on it is 25 dB down, also while it is learned', () => {
    const run = cancel(played, back, RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    expect(run.changes[0]?.atSeconds).toBe(0)
    expect(run.changes[1]?.atSeconds).toBeLessThan(2)
    expect(leftDb(run, [0, 2])).toBeLessThan(-25)
  })

  test('a context at 44.1 kHz and a sink at 48 kHz', () => {
    const rateHz = 44_100
    const at = replies(['espeak-1', 'espeak-3'], rateHz, 5)
    const sink = returned(resampled(at, rateHz, 48_000), 48_000, [PATH])
    const input = new Float32Array(at.length)
    input.set(resampled(sink, 48_000, rateHz).subarray(0, at.length))
    const { out, handling } = cancel(at, input, rateHz)
    expect(handling).toBe('cancelled')
    expect(db(powerOf(out, 3 * rateHz, 5 * rateHz) / powerOf(at, 3 * rateHz, 5 * rateHz))).toBeLessThan(-30)
  })

  test('blocks of any size', () => {
    const begin = back.subarray(0, 4 * RATE_HZ)
    expect(cancel(played, begin, RATE_HZ, 1024).handling).toBe('cancelled')
    expect(cancel(played, begin, RATE_HZ, 441).handling).toBe('cancelled')
  })

  test('a frozen input, as when the sound server stumbles, makes no sound of its own', () => {
    const input = back.slice()
    input.fill(0, 5.5 * RATE_HZ, 5.6 * RATE_HZ)
    const { out } = cancel(played, input, RATE_HZ)
    const heard = powerOf(out, 5.52 * RATE_HZ, 5.6 * RATE_HZ)
    expect(db(heard / powerOf(played, 5.4 * RATE_HZ, 5.6 * RATE_HZ))).toBeLessThan(-30)
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s in the sound spoils no more than its own block', (broken) => {
    const input = back.slice()
    input[3 * RATE_HZ] = broken
    const spoilt = played.slice()
    spoilt[3.1 * RATE_HZ] = broken
    const run = cancel(spoilt, input, RATE_HZ)
    expect(run.out.every((value) => Number.isFinite(value))).toBe(true)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    expect(leftDb(run)).toBeLessThan(-30)
  })
})

describe('with another program', () => {
  test.each([
    ['a tone', () => tone(RATE_HZ, SECONDS, 1000, 0.1)],
    ['a louder, lower tone', () => tone(RATE_HZ, SECONDS, 250, 0.2)]
  ])('%s stays within 3 dB while the own voice is 30 dB down', (_name, make) => {
    const other = make()
    const run = cancel(played, sum(back, other), RATE_HZ)
    const { ownDb, otherDb } = judge(run, played, other, RATE_HZ, SPAN)
    expect(run.handling).toBe('cancelled')
    expect(ownDb).toBeLessThan(-30)
    expect(Math.abs(otherDb)).toBeLessThan(3)
  })

  test.each([
    ['noise', () => white(RATE_HZ, SECONDS, 0.05)],
    ['music', () => music(RATE_HZ, SECONDS, 0.3)],
    ['other speech', () => replies(['espeak-2'], RATE_HZ, SECONDS, 0.2)]
  ])('%s comes through as it is, less than 25 dB of the own voice with it', (_name, make) => {
    const other = make()
    const run = cancel(played, sum(back, other), RATE_HZ)
    expect(run.handling).toBe('cancelled')
    // What is not the other sound: the own voice that is left.
    const rest = run.out.map((value, i) => value - (other[i] as number))
    const own = powerOf(played, SPAN[0] * RATE_HZ, SPAN[1] * RATE_HZ)
    expect(db(powerOf(rest, SPAN[0] * RATE_HZ, SPAN[1] * RATE_HZ) / own)).toBeLessThan(-25)
  })

  test('is not touched at all while the agent is silent', () => {
    const other = music(RATE_HZ, SECONDS, 0.3)
    const { out } = cancel(silence(), other, RATE_HZ)
    expect(out.subarray(0, 7 * RATE_HZ)).toEqual(other.subarray(0, 7 * RATE_HZ))
  })
})

describe('a path that changes', () => {
  const seconds = 12
  let long: Float32Array
  beforeAll(() => {
    long = replies(['espeak-1', 'espeak-3'], RATE_HZ, seconds)
  })
  const left = ({ out }: Run, from: number, to: number): number =>
    db(powerOf(out, from * RATE_HZ, to * RATE_HZ) / powerOf(long, from * RATE_HZ, to * RATE_HZ))

  test('the volume is halved: learned again within three seconds, attenuated meanwhile', () => {
    const run = cancel(long, returned(long, RATE_HZ, [PATH, { ...PATH, fromSeconds: 6, gain: 0.45 }]), RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled', 'learning', 'cancelled'])
    expect(left(run, 6.5, 9)).toBeLessThan(-25)
    expect(left(run, 9.5, seconds)).toBeLessThan(-30)
  })

  test.each([
    ['128 samples are lost', 75.97],
    ['the delay jumps by 30 ms', 103.3]
  ])('%s: what was learned still holds, and is found again within a fifth of a second', (_name, delayMs) => {
    const run = cancel(long, returned(long, RATE_HZ, [PATH, { ...PATH, fromSeconds: 6, delayMs }]), RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    expect(left(run, 6.2, 9)).toBeLessThan(-30)
    expect(left(run, 9.5, seconds)).toBeLessThan(-30)
  })

  test.each([50, -100])('clocks that drift apart by %i ppm are followed', (driftPpm) => {
    const run = cancel(long, returned(long, RATE_HZ, [{ ...PATH, driftPpm }]), RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    expect(left(run, 4, seconds)).toBeLessThan(-35)
  })
})

/** The level (mean square of 20 ms) that 95 % of the time stays below. */
function usuallyBelow(signal: Float32Array, fromSeconds: number): number {
  const part = RATE_HZ / 50
  const levels: number[] = []
  for (let at = fromSeconds * RATE_HZ; at + part <= signal.length; at += part)
    levels.push(powerOf(signal, at, at + part))
  levels.sort((a, b) => a - b)
  return levels[Math.floor(0.95 * levels.length)] as number
}

describe('a capture with pieces missing', () => {
  const seconds = 12
  /** The delay of a late one is taken back by the early one that follows. */
  const slips: Tear[] = [
    { atSeconds: 4.1, ms: 40, kind: 'late' },
    { atSeconds: 5, ms: 20, kind: 'silent' },
    { atSeconds: 6.2, ms: 40, kind: 'early' },
    { atSeconds: 7, ms: 80, kind: 'silent' },
    { atSeconds: 7.9, ms: 73, kind: 'late' },
    { atSeconds: 9.1, ms: 25, kind: 'late' },
    { atSeconds: 10.3, ms: 60, kind: 'early' }
  ]
  let long: Float32Array
  let capture: Float32Array
  beforeAll(() => {
    long = replies(['espeak-1', 'espeak-3'], RATE_HZ, seconds)
    capture = returned(long, RATE_HZ, [PATH])
  })

  test('what was learned is kept: the voice stays 30 dB down', () => {
    const { out, isTorn } = torn(capture, RATE_HZ, slips)
    const run = cancel(long, out, RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    const kept = run.out.map((value, i) => (isTorn(i) ? 0 : value))
    // What is heard until a tear is noticed is most of this.
    expect(db(powerOf(kept, 4 * RATE_HZ) / powerOf(long, 4 * RATE_HZ))).toBeLessThan(-20)
    expect(db(usuallyBelow(kept, 4) / usuallyBelow(long, 4))).toBeLessThan(-30)
  })

  test('another program is held back for no more than a fifth of a second each time', () => {
    const other = tone(RATE_HZ, seconds, 1000, 0.1)
    const run = cancel(long, torn(sum(capture, other), RATE_HZ, slips).out, RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    const part = RATE_HZ / 50
    const half = powerOf(other) / 2
    let held = 0
    for (let at = 4 * RATE_HZ; at + part <= run.out.length; at += part) {
      if (powerOf(run.out, at, at + part) < half) held += 1
    }
    expect(held * 20).toBeLessThan(200 * slips.length)
  })
})

describe('where nothing of it comes back', () => {
  test.each([
    ['hiss that nobody hears', () => white(RATE_HZ, SECONDS, 1e-5)],
    ['a tone', () => tone(RATE_HZ, SECONDS, 1000, 0.1)],
    ['noise', () => white(RATE_HZ, SECONDS, 0.05)]
  ])('that is measured under %s, and nothing is held back any more', (_name, make) => {
    const other = make()
    const { out, handling } = cancel(played, other, RATE_HZ)
    expect(handling).toBe('excluded')
    expect(out.subarray(5 * RATE_HZ, 7 * RATE_HZ)).toEqual(other.subarray(5 * RATE_HZ, 7 * RATE_HZ))
  })

  test('it is noticed when it comes back after all', () => {
    const long = replies(['espeak-1', 'espeak-3'], RATE_HZ, 10)
    const path = returned(long, RATE_HZ, [
      { ...PATH, gain: 0 },
      { ...PATH, fromSeconds: 5 }
    ])
    const run = cancel(long, sum(path, white(RATE_HZ, 10, 1e-5)), RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'excluded', 'learning', 'cancelled'])
  })
})

describe('a tap that gives zeros, as without a permission', () => {
  test('teaches nothing: the voice is held back from the first word on when it comes to life', () => {
    const long = replies(['espeak-1', 'espeak-3'], RATE_HZ, 18)
    const lives = 14
    const input = returned(long, RATE_HZ, [
      { ...PATH, gain: 0 },
      { ...PATH, fromSeconds: lives }
    ])
    const run = cancel(long, input, RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    const left = powerOf(run.out, lives * RATE_HZ) / powerOf(long, lives * RATE_HZ)
    expect(db(left)).toBeLessThan(-25)
  })

  test('while the voice is taken out: it is so again at once when the sound comes back', () => {
    const input = back.slice().fill(0, 3 * RATE_HZ, 6 * RATE_HZ)
    const run = cancel(played, input, RATE_HZ)
    expect(run.changes.map(({ handling }) => handling)).toEqual(['learning', 'cancelled'])
    expect(powerOf(run.out, 3 * RATE_HZ, 6 * RATE_HZ)).toBe(0)
    expect(leftDb(run, [6, SECONDS])).toBeLessThan(-25)
  })
})

test('what never matches is given up and said so', () => {
  const seconds = 30
  const long = replies(['espeak-1'], RATE_HZ, seconds, 0.1)
  // Backwards it correlates with nothing, and it is too loud to say that nothing comes back.
  const strange = speech('espeak-3', RATE_HZ).toReversed()
  const input = new Float32Array(long.length)
  for (let at = 0; at < input.length; at += strange.length) input.set(strange.subarray(0, input.length - at), at)
  const loud = input.map((value) => 4 * value)
  expect(cancel(long, loud, RATE_HZ).changes.map(({ handling }) => handling)).toContain('gated')
})
