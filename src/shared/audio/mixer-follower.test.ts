import { expect, test } from 'vitest'
import { CaptureMixer } from './capture-mixer.ts'
import type { SpeexModule } from './resampler.ts'

// Equal rates are copied, so no WASM is needed.
const NO_SPEEX = {} as SpeexModule
const RATE_HZ = 16_000
const BLOCK = 320
const LEVEL = 0.25
/** An output of 512 frames at 44.1 kHz: the worklets of a context run in bursts so far apart. */
const BURST_MS = 11.6

interface Unevenness {
  /** The leader's blocks come up to so much late. */
  leaderMs: number
  followerMs: number
  /** Share of the follower's blocks that come 0 to 25 ms late on top. */
  spikes: number
}

/** `seconds` of a silent leader and a steady follower whose blocks arrive unevenly. Returns what is mixed, second by second. */
function mix(
  { leaderMs, followerMs, spikes }: Unevenness,
  seconds: number
): { mixer: CaptureMixer; mixed: Int16Array[] } {
  let nowMs = 0
  const heard: number[] = []
  const mixer = new CaptureMixer({
    speex: NO_SPEEX,
    outRateHz: RATE_HZ,
    nowMs: () => nowMs,
    onBlock: (pcm) => {
      for (const sample of pcm) heard.push(sample)
    }
  })
  mixer.addInput('microphone', RATE_HZ, true)
  mixer.addInput('system', RATE_HZ, false)
  for (const { atMs, id } of arrivals({ leaderMs, followerMs, spikes }, seconds)) {
    nowMs = atMs
    mixer.push(id, new Float32Array(BLOCK).fill(id === 'system' ? LEVEL : 0), BLOCK)
  }
  const whole = Int16Array.from(heard)
  const mixed = Array.from({ length: Math.floor(whole.length / RATE_HZ) }, (_, i) =>
    whole.subarray(i * RATE_HZ, (i + 1) * RATE_HZ)
  )
  return { mixer, mixed }
}

function arrivals({ leaderMs, followerMs, spikes }: Unevenness, seconds: number): { atMs: number; id: string }[] {
  let seed = 7
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 32
  }
  const all: { atMs: number; id: string }[] = []
  let leaderAtMs = 0
  let followerAtMs = 0
  for (let block = 0; block < seconds * 50; block += 1) {
    leaderAtMs = Math.max(leaderAtMs, block * 20 + random() * leaderMs)
    const dueMs = block * 20 + 7 + random() * followerMs + (random() < spikes ? 25 * random() : 0)
    followerAtMs = Math.max(followerAtMs, Math.ceil(dueMs / BURST_MS) * BURST_MS)
    all.push({ atMs: leaderAtMs, id: 'microphone' }, { atMs: followerAtMs, id: 'system' })
  }
  return all.toSorted((a, b) => a.atMs - b.atMs)
}

const holes = (second: Int16Array): number => second.filter((sample) => sample < 0.9 * LEVEL * 32_767).length

test.each<[string, Unevenness]>([
  ['comes in bursts', { leaderMs: 3, followerMs: 3, spikes: 0 }],
  ['comes late now and then', { leaderMs: 6, followerMs: 6, spikes: 0.02 }],
  ['follows an uneven microphone', { leaderMs: 12, followerMs: 6, spikes: 0.02 }]
])('an input that %s is torn a few times at first, and hardly ever then', (_name, unevenness) => {
  const { mixer, mixed } = mix(unevenness, 60)
  const torn = mixed.slice(10).filter((second) => holes(second) > 0)
  expect(mixer.gaps).toBeLessThan(6)
  expect(torn.length).toBeLessThan(4)
  expect(mixer.waitingMs('system')).toBeLessThan(80)
})

test('one that comes evenly waits no longer than it must', () => {
  const { mixer } = mix({ leaderMs: 0, followerMs: 0, spikes: 0 }, 10)
  expect(mixer.gaps).toBe(0)
  expect(mixer.waitingMs('system')).toBeLessThan(45)
})
