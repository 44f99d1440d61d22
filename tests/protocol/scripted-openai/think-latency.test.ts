import { afterAll, beforeAll, expect, it } from 'vitest'
import { percentile } from '../../../src/agent/speech/ears/trial.test-support.ts'
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

it(
  'end of turn to first reply byte takes at most 250 ms beyond the time of the model and of the transcriber (median)',
  { retry: 2 },
  async ({ annotate }) => {
    const turns: TurnTime[] = []
    for (let run = 0; run < RUNS; run += 1) turns.push(await latency.turn())
    const own = turns.map(({ ownMs }) => ownMs)
    await annotate(`own part: p50 ${Math.round(percentile(own, 0.5))} ms, most ${Math.round(Math.max(...own))} ms`)
    // The times that are taken off were really spent, and by whom they are taken off.
    for (const turn of turns) {
      expect(turn.transcriberMs).toBeGreaterThan(100)
      expect(turn.modelMs).toBeGreaterThan(200)
      expect(turn.ownMs).toBeGreaterThan(0)
    }
    expect(percentile(own, 0.5)).toBeLessThanOrEqual(OWN_MS)
  }
)
