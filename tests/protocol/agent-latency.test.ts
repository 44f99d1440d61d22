import { afterAll, beforeAll, expect, it } from 'vitest'
import { settings } from '../../src/agent/rig.test-support.ts'
import { seededRandom } from '../../src/agent/speech/ears/noise.test-support.ts'
import { percentile, randomSentence } from '../../src/agent/speech/ears/trial.test-support.ts'
import { Client, startSpoken, type Spoken } from './agent-spoken.test-support.ts'
import { slowdownOf, workMs } from './slowdown.test-support.ts'

/** From a known text to its first audio at the client's socket: real server, real engine. */

const RUNS = 20
const FIRST_AUDIO_MS = 300

let spoken: Spoken
beforeAll(async () => {
  spoken = await startSpoken('none')
  await spoken.say('The voice is loaded.', 16_000)
})
afterAll(() => spoken.close())

it('the first audio of a statement is there within 300 ms (median of 20 sentences; the p95 is measured by bench/voice.ts)', async ({
  annotate
}) => {
  const random = seededRandom(5)
  const delaysMs: number[] = []
  const works: number[][] = []
  workMs()
  for (let run = 0; run < RUNS; run += 1) {
    const client = await Client.dial(spoken.agent, settings())
    works.push(workMs())
    const sentAt = performance.now()
    client.send({ type: 'InjectAgentMessage', message: randomSentence(random) })
    await client.until(() => client.got.some((one) => 'pcm' in one), 'the first audio')
    const first = client.got.find((one) => 'pcm' in one)
    delaysMs.push((first?.atMs ?? Infinity) - sentAt)
    client.socket.terminate()
  }
  const p95 = percentile(delaysMs, 0.95)
  const p50 = percentile(delaysMs, 0.5)
  const slowdown = slowdownOf(works)
  await annotate(`p50 ${Math.round(p50)} ms, p95 ${Math.round(p95)} ms; work is ${slowdown.toFixed(2)} times slower`)
  expect(delaysMs).toHaveLength(RUNS)
  expect(p50).toBeLessThanOrEqual(FIRST_AUDIO_MS)
})
