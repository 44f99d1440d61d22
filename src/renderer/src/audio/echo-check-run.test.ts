import { describe, expect, it } from 'vitest'
import {
  adviceFor,
  type EchoRecording,
  judge,
  RECORDED_MS,
  runEchoCheck,
  SIGNAL_MS,
  testSignal
} from './echo-check-run.ts'

const RATE_HZ = 48_000
const frames = (ms: number) => Math.round((ms * RATE_HZ) / 1000)
const level = (samples: Float32Array) =>
  10 * Math.log10(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)

/** What a room gives back: the signal after `delayMs` at `leakDb`, and noise. `learntMs`: from then on the canceller leaves `leftDb`. */
function room(how: {
  leakDb?: number
  delayMs?: number
  noiseDbfs?: number
  learntMs?: number
  leftDb?: number
}): EchoRecording {
  const { leakDb = -200, delayMs = 60, noiseDbfs = -80, learntMs = Infinity, leftDb = leakDb } = how
  const played = new Float32Array(frames(RECORDED_MS))
  played.set(testSignal(RATE_HZ), frames(300))
  const noise = 10 ** (noiseDbfs / 20) * Math.sqrt(3)
  let seed = 1
  const input = played.map((_, i) => {
    seed = (seed * 16_807) % 2_147_483_647
    const gain = 10 ** ((i < frames(300 + learntMs) ? leakDb : leftDb) / 20)
    return gain * (played[i - frames(delayMs)] ?? 0) + noise * ((seed / 2_147_483_647) * 2 - 1)
  })
  return { input, played }
}

describe('the signal of the echo check', () => {
  it('plays at -20 dBFS between 150 Hz and 7 kHz, with pauses, for about two seconds', () => {
    const signal = testSignal(RATE_HZ)
    expect(signal.length).toBe(frames(SIGNAL_MS))
    expect(level(signal.subarray(frames(20), frames(240)))).toBeCloseTo(-20, 0)
    expect(level(signal.subarray(frames(262), frames(358)))).toBe(-Infinity)
    const crossings = (from: number, to: number) =>
      signal
        .subarray(frames(from), frames(to))
        .reduce((n, one, i, all) => n + Number(one >= 0 !== (all[i - 1] ?? one) >= 0), 0)
    expect(crossings(10, 30)).toBeLessThan(20)
    expect(crossings(235, 255)).toBeGreaterThan(180)
    expect(crossings(365, 385)).toBeGreaterThan(180)
  })

  it('with what comes before and after is three seconds', () => {
    expect(RECORDED_MS).toBeLessThanOrEqual(3000)
  })
})

describe('the judgement', () => {
  it('a room without an echo is fine, and has no delay', () => {
    const result = judge(room({}), room({}), RATE_HZ)
    expect(result).toMatchObject({ kind: 'done', rawLeakDb: null, delayMs: null, advice: 'fine' })
  })

  it.each([
    [-3, 'half-duplex'],
    [-20, 'push-to-talk'],
    [-30, 'headphones']
  ] as const)('a leak of %i dB is found with its delay: %s', (leakDb, advice) => {
    const result = judge(room({ leakDb, delayMs: 90 }), room({ leakDb: -3, delayMs: 90 }), RATE_HZ)
    expect(result).toMatchObject({ kind: 'done', advice })
    if (result.kind !== 'done') return
    expect(Math.abs(result.leakDb - leakDb)).toBeLessThan(1.5)
    expect(Math.abs((result.rawLeakDb ?? 0) + 3)).toBeLessThan(1.5)
    expect(Math.abs((result.delayMs ?? 0) - 90)).toBeLessThan(3)
  })

  it('what leaks while the canceller still learns does not count', () => {
    const result = judge(room({ leakDb: -10, learntMs: 1000, leftDb: -60 }), undefined, RATE_HZ)
    expect(result).toMatchObject({ kind: 'done', advice: 'fine', rawLeakDb: null })
  })

  it('too much noise, a silent loudspeaker or a microphone that went is no result', () => {
    expect(judge(room({ noiseDbfs: -40 }), undefined, RATE_HZ)).toEqual({ kind: 'failed', reason: 'too-loud-around' })
    const quiet = room({})
    expect(judge({ ...quiet, played: new Float32Array(quiet.input.length) }, undefined, RATE_HZ)).toEqual({
      kind: 'failed',
      reason: 'no-loudspeaker'
    })
    const { input, played } = room({})
    const cut = { input: input.subarray(0, frames(800)), played: played.subarray(0, frames(800)) }
    expect(judge(cut, undefined, RATE_HZ)).toEqual({ kind: 'failed', reason: 'no-microphone' })
  })

  it.each([
    [-90, 'fine'],
    [-35, 'fine'],
    [-34.9, 'headphones'],
    [-25, 'headphones'],
    [-24.9, 'push-to-talk'],
    [-15, 'push-to-talk'],
    [-14.9, 'half-duplex'],
    [0, 'half-duplex']
  ] as const)('%d dB: %s', (leakDb, advice) => expect(adviceFor(leakDb)).toBe(advice))
})

function run(cancels: boolean, ...leaks: number[]) {
  const done: string[] = []
  const result = runEchoCheck({
    sampleRateHz: RATE_HZ,
    cancels,
    recordMicrophone: (ms) => {
      done.push(`record ${ms}`)
      return Promise.resolve(room({ leakDb: leaks.shift() ?? -200 }))
    },
    recordRaw: undefined,
    wait: (ms) => {
      done.push(`wait ${ms}`)
      return Promise.resolve()
    },
    play: (samples) => {
      done.push(`play ${samples.length}`)
      return Promise.resolve()
    }
  })
  return { done, result }
}

describe('the run', () => {
  const round = [`record ${RECORDED_MS}`, 'wait 300', `play ${frames(SIGNAL_MS)}`]

  it('records before it plays, and does without the raw microphone', async () => {
    const { done, result } = run(true, -60)
    expect(await result).toMatchObject({ kind: 'done', rawLeakDb: null, advice: 'fine' })
    expect(done).toEqual(round)
  })

  it('gives a canceller that leaves something in a second round, which counts', async () => {
    const { done, result } = run(true, -10, -60)
    expect(await result).toMatchObject({ advice: 'fine' })
    expect(done).toEqual([...round, ...round])
    expect(await run(true, -10, -20).result).toMatchObject({ advice: 'push-to-talk' })
  })

  it('has nothing to wait for where nothing cancels', async () => {
    const { done, result } = run(false, -20, -60)
    expect(await result).toMatchObject({ advice: 'push-to-talk' })
    expect(done).toEqual(round)
  })
})
