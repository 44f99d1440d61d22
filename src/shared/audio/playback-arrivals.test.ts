import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arrivals,
  LINK_RATE_HZ,
  LinkedPlayer,
  random,
  voice,
  type Heard,
  type LinkPattern
} from './playback-link.test-support.ts'
import { PlaybackQueue } from './playback-queue.ts'

const FRAMES_PER_MS = LINK_RATE_HZ / 1000
const player = (batch = 4) => new LinkedPlayer((onStatus) => new PlaybackQueue(LINK_RATE_HZ, onStatus), batch)

/** Replies of `ms` over one link, one after another. */
function replies(pattern: LinkPattern, count: number, ms: number, seed: number): Heard[] {
  const next = random(seed)
  const speech = voice(ms + 2000, seed)
  const link = player()
  return Array.from({ length: count }, () => {
    const from = Math.floor(next() * 2000) * FRAMES_PER_MS
    return link.play(speech.subarray(from), arrivals(pattern, ms, next))
  })
}

const underruns = (heard: readonly Heard[]) => heard.reduce((sum, reply) => sum + reply.underruns, 0)

/** Gaps of silence inside the sound. */
function gaps(samples: Float32Array): number {
  const last = samples.findLastIndex((sample) => sample !== 0)
  let found = 0
  for (let i = samples.findIndex((sample) => sample !== 0); i < last; i += 1) {
    // The fades themselves begin and end with one sample of nothing.
    if (samples[i] !== 0 && samples[i + 1] === 0 && samples[i + 2] === 0) found += 1
  }
  return found
}

const anyLink = fc.record({
  pieceMs: fc.constantFrom(10, 20, 40, 100),
  sigmaMs: fc.integer({ min: 0, max: 90 }),
  shape: fc.constantFrom('gaussian' as const, 'exponential' as const),
  speed: fc.constantFrom(1, 1, 1.3, 4),
  standstill: fc.record({ atMs: fc.integer({ min: 100, max: 700 }), ms: fc.constantFrom(0, 100, 400) })
})

describe('a reply over any link', () => {
  it('is accounted for to the last sample, and every gap in its sound is counted', () => {
    fc.assert(
      fc.property(anyLink, fc.nat(), fc.constantFrom(1, 4, 8), (pattern, seed, batch) => {
        const link = player(batch)
        const next = random(seed)
        const source = Float32Array.from({ length: 900 * FRAMES_PER_MS }, (_, i) => 0.4 + 0.2 * Math.sin(i / 97))
        for (let reply = 0; reply < 2; reply += 1) {
          const heard = link.play(source, arrivals(pattern, 900, next))
          expect(heard.drainedFrames).toBe(900 * FRAMES_PER_MS)
          expect(gaps(heard.samples)).toBe(heard.underruns)
        }
      }),
      { numRuns: 25 }
    )
  })

  it('never clicks', () => {
    const source = Float32Array.from(
      { length: 900 * FRAMES_PER_MS },
      (_, i) =>
        0.3 * Math.sin((2 * Math.PI * 220 * i) / LINK_RATE_HZ) * Math.min(1, i / 480, (900 * FRAMES_PER_MS - i) / 480)
    )
    const ofSource = 0.3 * 2 * Math.PI * (220 / LINK_RATE_HZ)
    const ofFade = (0.3 * Math.PI) / 2 / (5 * FRAMES_PER_MS)
    fc.assert(
      fc.property(anyLink, fc.nat(), (pattern, seed) => {
        const { samples } = player().play(source, arrivals(pattern, 900, random(seed)))
        const step = samples.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (samples[i - 1] ?? 0))), 0)
        expect(step).toBeLessThan(ofSource + 2 * ofFade)
      }),
      { numRuns: 25 }
    )
  })

  it('that is never late is played to the sample, whatever the pieces', () => {
    const source = voice(700, 5)
    const pieces = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(pieces, fc.constantFrom(1, 3), (lengths, batch) => {
        let left = 700
        const given = lengths.flatMap((length) => {
          const ms = Math.min(length, left)
          left -= ms
          return ms === 0 ? [] : [{ atMs: 0, ms }]
        })
        const total = (700 - left) * FRAMES_PER_MS
        const { samples } = player(batch).play(source, given)
        const first = samples.findIndex((sample) => sample !== 0)
        expect(samples.subarray(first, first + total)).toEqual(source.subarray(0, total))
      }),
      { numRuns: 25 }
    )
  })

  it('never skips any of it, however it is stretched', () => {
    const rising = Float32Array.from({ length: 3000 * FRAMES_PER_MS }, (_, i) => 0.2 + i / (6000 * FRAMES_PER_MS))
    const { samples, underruns: gapCount } = player().play(
      rising,
      arrivals({ pieceMs: 20, sigmaMs: 12, shape: 'exponential' }, 3000, random(3))
    )
    expect(gapCount).toBe(0)
    const first = samples.findIndex((sample) => sample !== 0)
    const last = samples.findLastIndex((sample) => sample !== 0)
    const step = 1 / (6000 * FRAMES_PER_MS)
    let largest = 0
    for (let i = first + 1; i < last; i += 1) largest = Math.max(largest, (samples[i] ?? 0) - (samples[i - 1] ?? 0))
    expect(largest).toBeLessThan(step * 1.1)
  })
})

describe('the playout delay', () => {
  it('of a calm link at real time falls to what its pieces need, without an underrun', () => {
    for (const pieceMs of [20, 40, 100]) {
      const heard = replies({ pieceMs, sigmaMs: 0, shape: 'gaussian' }, 8, 1000, 1)
      expect(underruns(heard)).toBe(0)
      expect(heard.at(-1)?.startMs).toBeLessThan(16)
      expect(heard.at(-1)?.addedMs).toBeLessThan(30)
    }
  })

  it.each([10, 30, 60])('once learnt misses nothing at a jitter of %i ms sigma', (sigmaMs) => {
    for (const pieceMs of [20, 40, 100]) {
      const learnt = replies({ pieceMs, sigmaMs, shape: 'gaussian' }, 8, 4000, 7).slice(1)
      expect(underruns(learnt)).toBe(0)
      const added = learnt.reduce((sum, { addedMs }) => sum + addedMs, 0) / learnt.length
      expect(added).toBeLessThan(60 + 5 * sigmaMs)
    }
  })

  it('of an unknown link with a jitter of 30 ms sigma is built up while the first reply plays', () => {
    const firsts = Array.from({ length: 6 }, (_, seed) =>
      replies({ pieceMs: 20, sigmaMs: 30, shape: 'gaussian' }, 1, 4000, seed)
    )
    expect(underruns(firsts.flat())).toBeLessThanOrEqual(2)
  })

  it('of an unknown link with a jitter of 60 ms sigma is built up before a first reply stops', () => {
    const firsts = Array.from({ length: 8 }, (_, seed) =>
      replies({ pieceMs: 20, sigmaMs: 60, shape: 'gaussian' }, 1, 4000, seed)
    )
    expect(underruns(firsts.flat())).toBeLessThanOrEqual(1)
  })

  it('of an unknown calm link is shorter where its pieces show in time that it is calm', () => {
    const starts = [20, 40, 100].map((pieceMs) => replies({ pieceMs, sigmaMs: 0, shape: 'gaussian' }, 1, 1000, 1))
    expect(underruns(starts.flat())).toBe(0)
    for (const { startMs } of starts.flat()) expect(startMs).toBeLessThan(64)
    expect(starts[0]?.[0]?.startMs).toBeLessThan(46)
  })

  it('is not spoilt by one hiccup of a quarter of a second', () => {
    const calm: LinkPattern = { pieceMs: 20, sigmaMs: 0, shape: 'gaussian' }
    const link = player()
    const next = random(1)
    const speech = voice(1500, 1)
    const play = (pattern: LinkPattern) => link.play(speech, arrivals(pattern, 1500, next))
    play(calm)
    play({ ...calm, standstill: { atMs: 500, ms: 250 } })
    expect(play(calm).startMs).toBeLessThan(20)
  })

  it('is not spoilt by a standstill of a second, after which sound comes back within 300 ms', () => {
    const pattern: LinkPattern = { pieceMs: 20, sigmaMs: 5, shape: 'exponential', standstill: { atMs: 1500, ms: 1000 } }
    const heard = replies(pattern, 4, 3000, 2)
    for (const { samples, underruns: gapCount, addedMs, startMs } of heard) {
      expect(gapCount).toBe(1)
      expect(gaps(samples)).toBe(1)
      expect(addedMs).toBeLessThan(1100)
      expect(startMs).toBeLessThan(80)
    }
  })
})
