import { describe, expect, it } from 'vitest'
import { LookbackRing } from './lookback-ring.ts'
import { LOOKBACK_MS, MAX_LAG_MS } from './period.ts'
import { LINK_RATE_HZ, random, voice } from './playback-link.test-support.ts'
import { StretchReader } from './stretch.ts'

const FRAMES_PER_MS = LINK_RATE_HZ / 1000

function reader(samples: Float32Array) {
  const ring = new LookbackRing(samples.length, (LOOKBACK_MS + 1) * FRAMES_PER_MS)
  ring.push(samples)
  return { ring, stretch: new StretchReader(ring, FRAMES_PER_MS) }
}

const tone = (hz: number, ms: number) =>
  Float32Array.from({ length: ms * FRAMES_PER_MS }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / LINK_RATE_HZ))

/** Reads all of it in quanta, with a splice wherever one is possible after each 30 ms. */
function stretched(samples: Float32Array, likeness: number): { out: Float32Array; repeated: number } {
  const { ring, stretch } = reader(samples)
  const out = new Float32Array(samples.length * 2)
  let at = 0
  let repeated = 0
  while (ring.length > 0) {
    if (at % (30 * FRAMES_PER_MS) < 128) repeated += stretch.splice(likeness)
    const count = Math.min(128, ring.length)
    stretch.read(out, at, count)
    at += count
  }
  return { out: out.subarray(0, at), repeated }
}

describe('StretchReader', () => {
  it.each([110, 233, 600, 1234.5])('makes a tone of %f Hz longer without changing it', (hz) => {
    const source = tone(hz, 600)
    const { out, repeated } = stretched(source, 0.85)
    expect(repeated).toBeGreaterThan(100 * FRAMES_PER_MS)
    expect(out).toHaveLength(source.length + repeated)
    // A pure tone satisfies x[i-1] + x[i+1] = 2 cos(w) x[i]: what is left over is what the splices added.
    const twice = 2 * Math.cos((2 * Math.PI * hz) / LINK_RATE_HZ)
    let worst = 0
    for (let i = 1; i + 1 < out.length; i += 1) {
      worst = Math.max(worst, Math.abs((out[i - 1] ?? 0) + (out[i + 1] ?? 0) - twice * (out[i] ?? 0)))
    }
    expect(worst).toBeLessThan(2e-4)
  })

  it('repeats a voice by whole periods of it', () => {
    const periodFrames = 400
    const buzz = Float32Array.from({ length: 48_000 }, (_, i) => Math.exp(-(i % periodFrames) / 60) - 0.15)
    const { repeated } = stretched(buzz, 0.9)
    expect(repeated).toBeGreaterThan(0)
    expect(repeated % periodFrames).toBe(0)
  })

  it('does not touch noise, unless it must', () => {
    const next = random(4)
    const noise = Float32Array.from({ length: 300 * FRAMES_PER_MS }, () => next() - 0.5)
    expect(stretched(noise, 0.85).repeated).toBe(0)
    expect(stretched(noise, 0).repeated).toBeGreaterThan(0)
  })

  it('makes silence longer by the most it can', () => {
    const { ring, stretch } = reader(new Float32Array(100 * FRAMES_PER_MS))
    stretch.read(new Float32Array(40 * FRAMES_PER_MS), 0, 40 * FRAMES_PER_MS)
    expect(stretch.splice(0.85)).toBe(MAX_LAG_MS * FRAMES_PER_MS)
    expect(ring.length).toBe(60 * FRAMES_PER_MS)
  })

  it('repeats nothing from before the beginning', () => {
    const { ring, stretch } = reader(tone(200, 100))
    expect(stretch.splice(0)).toBe(0)
    const heard = new Float32Array(50 * FRAMES_PER_MS)
    stretch.read(heard, 0, heard.length)
    ring.discard(10 * FRAMES_PER_MS)
    expect(stretch.splice(0)).toBe(0)
  })

  it('finds something to repeat in most of a voice', () => {
    const source = voice(3000, 9)
    const { repeated } = stretched(source, 0.85)
    expect(repeated / source.length).toBeGreaterThan(0.1)
  })
})
