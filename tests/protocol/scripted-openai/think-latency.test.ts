import { afterAll, beforeAll, expect, it } from 'vitest'
import { percentile } from '../../../src/agent/speech/ears/trial.test-support.ts'
import { slowdownOf, workMs } from '../slowdown.test-support.ts'
import { ThinkLatency, type TurnTime } from './think-latency.test-support.ts'

/** From the end of a spoken turn to the reply's first byte, with a model of its own: real server, real engine, real HTTP. */

const RUNS = 12
const OWN_MS = 250

let latency: ThinkLatency
beforeAll(async () => {
  latency = await ThinkLatency.start()
  await latency.turn()
})
afterAll(() => latency.close())

it('end of turn to first reply byte takes at most 250 ms beyond the time of the model and of the transcriber (median of 12 turns; the p95 is measured by bench/think.ts)', async ({
  annotate
}) => {
  const turns: TurnTime[] = []
  const works: number[][] = []
  workMs()
  for (let run = 0; run < RUNS; run += 1) {
    works.push(workMs())
    turns.push(await latency.turn())
  }
  const own = turns.map(({ ownMs }) => ownMs)
  const [p50, p95, most] = [percentile(own, 0.5), percentile(own, 0.95), Math.max(...own)].map(Math.round)
  const slowdown = slowdownOf(works)
  await annotate(`own part: p50 ${p50}, p95 ${p95}, most ${most} ms; work is ${slowdown.toFixed(2)} times slower`)
  // The times that are taken off were really spent, and by whom they are taken off.
  for (const turn of turns) {
    expect(turn.transcriberMs).toBeGreaterThan(100)
    expect(turn.modelMs).toBeGreaterThan(200)
    expect(turn.ownMs).toBeGreaterThan(0)
  }
  // What a machine that others keep busy adds is no part of the agent; the tail of it is the machine's alone.
  expect(percentile(own, 0.5)).toBeLessThanOrEqual(OWN_MS * slowdown)
})
