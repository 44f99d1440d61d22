// The embedded voice: time from `speak` to its first audio and to its last, and how long the turn detector is held up meanwhile.
// One JSON line. node bench/voice.ts [sentences, 60]
import { setTimeout as sleep } from 'node:timers/promises'
import { noise, seededRandom } from '../src/agent/speech/ears/noise.test-support.ts'
import { percentile, randomSentence } from '../src/agent/speech/ears/trial.test-support.ts'
import type { SpeechEvent } from '../src/agent/speech/contract.ts'
import { workerEngine } from '../src/agent/speech/engine.ts'

const [sentences = 60] = process.argv.slice(2).map(Number)
const OUTPUT_RATE_HZ = 24_000
const BLOCK_BYTES = 640
await using open = new AsyncDisposableStack()
const engine = workerEngine(new URL('../src/agent/speech/worker.ts', import.meta.url))
open.defer(() => engine.close())
const waiting: { matches: (event: SpeechEvent) => boolean; resolve: () => void }[] = []
const audioBytes: number[] = []
engine.subscribe(1, (event) => {
  if (event.kind === 'speech') audioBytes.push(event.pcm.length)
  for (const one of waiting.splice(0)) {
    if (one.matches(event)) one.resolve()
    else waiting.push(one)
  }
})
const until = (matches: (event: SpeechEvent) => boolean) =>
  new Promise<void>((resolve) => {
    waiting.push({ matches, resolve })
  })

const openedAt = performance.now()
const opened = until(({ kind }) => kind === 'opened')
engine.post({
  kind: 'open',
  stream: 1,
  inputSampleRateHz: 16_000,
  outputSampleRateHz: OUTPUT_RATE_HZ,
  transcriber: 'none'
})
await opened
const openMs = performance.now() - openedAt

const random = seededRandom(9)
const firstMs: number[] = []
const allMs: number[] = []
for (let utterance = 1; utterance <= sentences; utterance += 1) {
  const first = until((event) => event.kind === 'speech' && event.utterance === utterance)
  const last = until((event) => event.kind === 'speech' && event.utterance === utterance && event.last)
  const askedAt = performance.now()
  engine.post({ kind: 'speak', stream: 1, utterance, text: randomSentence(random), voice: 'slt' })
  await first
  firstMs.push(performance.now() - askedAt)
  await last
  allMs.push(performance.now() - askedAt)
}
const audioSeconds = audioBytes.reduce((sum, bytes) => sum + bytes, 0) / 2 / OUTPUT_RATE_HZ

/** From a block of audio sent to the barrier after it answered, while the voice works or not. */
async function detectionDelays(speaking: boolean, from: number): Promise<number[]> {
  const delays: number[] = []
  const samples = noise('white', 0.02, 16_000, -40, random)
  const pcm = new Uint8Array(Int16Array.from(samples, (sample) => sample * 32_768).buffer)
  for (let id = from; id < from + 100; id += 1) {
    if (speaking)
      engine.post({ kind: 'speak', stream: 1, utterance: 1000 + id, text: randomSentence(random), voice: 'slt' })
    const passed = until((event) => event.kind === 'barrier' && event.id === id)
    const sentAt = performance.now()
    engine.post({ kind: 'audio', stream: 1, pcm: pcm.slice(0, BLOCK_BYTES) })
    engine.post({ kind: 'barrier', stream: 1, id })
    await passed
    delays.push(performance.now() - sentAt)
    await sleep(20)
  }
  return delays
}
const quiet = await detectionDelays(false, 1)
const speaking = await detectionDelays(true, 101)

const round = (value: number) => Math.round(value * 10) / 10
const summary = (values: number[]) => ({ p50: round(percentile(values, 0.5)), p95: round(percentile(values, 0.95)) })
console.log(
  JSON.stringify({
    bench: 'voice',
    sentences,
    openMs: round(openMs),
    firstAudioMs: summary(firstMs),
    wholeSentenceMs: summary(allMs),
    synthesisPerSecondOfSpeechMs: round(allMs.reduce((sum, ms) => sum + ms, 0) / audioSeconds),
    detectionDelayMs: { quiet: summary(quiet), speaking: summary(speaking) }
  })
)
