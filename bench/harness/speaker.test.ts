import { expect, it } from 'vitest'
import { tone } from '../../tests/rig/signal.ts'
import { judge, LATE_HZ } from './speaker.ts'

const RATE_HZ = 48_000
const at = (ms: number): number => (ms * RATE_HZ) / 1000

/** A recording that began at 1000 ms and holds tones of 1 kHz at these times of its own. */
function recording(lengthMs: number, tones: { fromMs: number; toMs: number }[]): Int16Array {
  const samples = new Int16Array(at(lengthMs))
  for (const { fromMs, toMs } of tones)
    samples.set(tone({ hz: 1000, ms: toMs - fromMs, sampleRateHz: RATE_HZ }), at(fromMs))
  return samples
}
const round = (startedMs: number) => ({ startedMs, stoppedMs: startedMs })
const clock = { startedAtMs: 1000, sampleRateHz: RATE_HZ }

it('times the beginning and the end of every round from its own messages', () => {
  const samples = recording(1000, [
    { fromMs: 130, toMs: 250 },
    { fromMs: 540, toMs: 660 }
  ])
  const rounds = [
    { startedMs: 1100, stoppedMs: 1200 },
    { startedMs: 1500, stoppedMs: 1600 }
  ]
  const { beginMs, endMs, staleMs } = judge(clock, samples, rounds)
  expect(beginMs.map(Math.round)).toEqual([31, 41])
  expect(endMs.map(Math.round)).toEqual([50, 60])
  expect(staleMs).toEqual([0, 0])
})

it('tells what came after the message and is heard all the same as stale', () => {
  const samples = recording(1000, [{ fromMs: 130, toMs: 250 }])
  samples.set(tone({ hz: LATE_HZ, ms: 60, sampleRateHz: RATE_HZ }), at(300))
  const { endMs, staleMs } = judge(clock, samples, [{ startedMs: 1100, stoppedMs: 1200 }])
  expect(Math.round(endMs[0]!)).toBe(160)
  expect(staleMs[0]).toBe(60)
})

it('does not take a torn tone or its hard end for something stale', () => {
  const samples = recording(1000, [
    { fromMs: 130, toMs: 197 },
    { fromMs: 223, toMs: 251 }
  ])
  samples.fill(0, at(243))
  const { endMs, staleMs } = judge(clock, samples, [{ startedMs: 1100, stoppedMs: 1200 }])
  expect(Math.round(endMs[0]!)).toBe(43)
  expect(staleMs).toEqual([0])
})

it('leaves out a round that was not heard, and fails where more than a quarter of them were not', () => {
  const heardAt = [130, 330, 530]
  const samples = recording(
    1000,
    heardAt.map((fromMs) => ({ fromMs, toMs: fromMs + 50 }))
  )
  const rounds = [1100, 1300, 1500, 1700].map(round)
  expect(judge(clock, samples, rounds).beginMs).toHaveLength(3)
  expect(() => judge(clock, samples, [...rounds, round(1900)])).toThrow('of 5 rounds only 3 were heard')
  expect(() => judge(clock, samples, [])).toThrow('of 0 rounds only 0 were heard')
})
