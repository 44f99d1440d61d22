// How long a sound takes through the real audio path, in real Chromium on a virtual sound card: microphone to main's socket,
// main's socket to the loudspeaker, flush to silence. `node bench/audio-path.ts [ROUNDS]`; one JSON line per latency hint.
import { loadavg } from 'node:os'
import { chromium } from '@playwright/test'
import { openAudioPage, PAGE_FOLDER, type AudioPage } from '../tests/audio/audio-page.ts'
import { buildPage } from '../tests/audio/scripted-main.ts'
import { record } from '../tests/rig/recording.ts'
import { startRig } from '../tests/rig/rig.ts'
import { percentile, soundingSpan, tone } from '../tests/rig/signal.ts'

const ROUNDS = Number(process.argv[2] ?? 20)
const BLOCK_SAMPLES = 320
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

function first(samples: Int16Array, thresholdDbfs: number): number {
  const span = soundingSpan(samples, thresholdDbfs)
  if (span === null) throw new Error('nothing was heard')
  return span.first
}

/** A burst's onset, heard on the microphone's own wire and in the blocks, both with the time of their arrival here. */
async function microphoneToSocket(audio: AudioPage): Promise<number> {
  const { main, rig } = audio
  const wire = await record('micsink.monitor', rig.env)
  const from = main.blocks().length
  await audio.say(tone({ hz: 1500, ms: 150, sampleRateHz: 48_000, peak: 0.8 }))
  await pause(300)
  const onsetMs = wire.timeMs(first(await wire.stop(), -26))
  const blocks = main.blocks().slice(from)
  const at = first(Int16Array.from(blocks.flatMap(({ samples }) => [...samples])), -30)
  const block = blocks[Math.floor(at / BLOCK_SAMPLES)]
  if (block === undefined) throw new Error('the burst is in no block')
  return block.atMs - onsetMs
}

async function socketToLoudspeaker({ main, rig }: AudioPage, reply: number): Promise<number> {
  const loudspeaker = await rig.recordSpeaker()
  await pause(100)
  const sentMs = performance.now()
  main.speak(reply, tone({ hz: 1000, ms: 200, sampleRateHz: 24_000, peak: 0.8 }))
  main.send({ kind: 'reply-end', reply })
  await pause(500)
  const heard = await loudspeaker.stop()
  return loudspeaker.timeMs(first(heard, -30)) - sentMs
}

async function flushToSilence({ main, rig }: AudioPage, reply: number): Promise<number> {
  const loudspeaker = await rig.recordSpeaker()
  main.speak(reply, tone({ hz: 1000, ms: 2000, sampleRateHz: 24_000, peak: 0.8 }))
  await pause(600)
  const sentMs = performance.now()
  main.send({ kind: 'flush', reply })
  await pause(400)
  const span = soundingSpan(await loudspeaker.stop(), -60)
  return loudspeaker.timeMs(span?.last ?? 0) - sentMs
}

/** Milliseconds of silence inside a tone of ten seconds, in steps of 1 ms: what a busy machine makes of it. */
async function stutter({ main, rig }: AudioPage, reply: number): Promise<number> {
  const loudspeaker = await rig.recordSpeaker()
  main.speak(reply, tone({ hz: 1000, ms: 10_000, sampleRateHz: 24_000, peak: 0.8 }))
  main.send({ kind: 'reply-end', reply })
  await pause(10_800)
  const heard = await loudspeaker.stop()
  const span = soundingSpan(heard, -30) ?? { first: 0, last: 0 }
  let silentMs = 0
  for (let at = span.first; at + 48 <= span.last; at += 48) {
    if (soundingSpan(heard.subarray(at, at + 48), -30) === null) silentMs += 1
  }
  return silentMs
}

function summary(values: number[]): { p50: number; p95: number } {
  return { p50: Math.round(percentile(values, 0.5)), p95: Math.round(percentile(values, 0.95)) }
}

async function measure(query: string): Promise<object> {
  const rig = await startRig()
  const browser = await chromium.launch(rig.chromium())
  try {
    const audio = await openAudioPage(rig, browser, query)
    await audio.open()
    await audio.talk(true)
    await pause(1500)
    const up: number[] = []
    const down: number[] = []
    const cut: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      up.push(await microphoneToSocket(audio))
      down.push(await socketToLoudspeaker(audio, 2 * round + 1))
      cut.push(await flushToSilence(audio, 2 * round + 2))
    }
    const stutterMs = await stutter(audio, 2 * ROUNDS + 1)
    const context = await audio.page.evaluate(() => {
      const [made] = window.contexts
      return {
        rateHz: made?.sampleRate,
        baseMs: (made?.baseLatency ?? 0) * 1000,
        outputMs: (made?.outputLatency ?? 0) * 1000
      }
    })
    await audio.close()
    const stats = audio.main.controls('stats').at(-1)
    return {
      latencyHint: query === '' ? 'interactive' : Number(query.split('=')[1]),
      rounds: ROUNDS,
      microphoneToSocketMs: summary(up),
      socketToLoudspeakerMs: summary(down),
      flushToSilenceMs: summary(cut),
      stutterMsIn10s: stutterMs,
      underruns: stats?.underruns ?? 0,
      context,
      load: loadavg()[0]
    }
  } finally {
    await browser.close()
    await rig.close()
  }
}

await buildPage(PAGE_FOLDER)
for (const query of ['', '?latency=0', '', '?latency=0'])
  process.stdout.write(`${JSON.stringify(await measure(query))}\n`)
