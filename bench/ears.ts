// Turn detection: false starts in noise, and how long after its onset speech 10 dB above the noise is reported.
// One JSON line. node bench/ears.ts [trials per noise, 240] [seeds of 60 s per noise and rate, 2]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker, isMainThread } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { noise, NOISE_KINDS, seededRandom } from '../src/agent/speech/ears/noise.test-support.ts'
import {
  fliteSpeaker,
  hear,
  percentile,
  randomSentence,
  readSpoken,
  runTrial,
  type Spoken
} from '../src/agent/speech/ears/trial.test-support.ts'
import { VOICES } from '../src/agent/speech/voice/text.ts'
import { LINEAR16_SAMPLE_RATES_HZ } from '../src/shared/audio/format.ts'
import { loadSpeex } from '../src/shared/audio/resampler.ts'

const ESPEAK_VOICES = ['en-us', 'en-gb', 'en-us+f3', 'en+m3', 'en+f5', 'en-gb-scotland+m7', 'de', 'fr+f2']
const SPEECH_ABOVE_NOISE_DB = 10
const NOISE_DBFS = -30

/** Sentences from every synthesiser there is, all different. */
async function speechMaterial(count: number): Promise<{ spoken: Spoken[]; synthesisers: string[] }> {
  const random = seededRandom(77)
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const flite = await fliteSpeaker()
  try {
    const spoken: Spoken[] = []
    const espeak = hasEspeak()
    const voices: readonly string[] = espeak ? [...VOICES, ...ESPEAK_VOICES] : VOICES
    for (let i = 0; i < count; i += 1) {
      const voice = voices[i % voices.length] as string
      const own = VOICES.find((name) => name === voice)
      if (own !== undefined) spoken.push(await flite.speak(randomSentence(random), own))
      else {
        const file = join(folder, 'speech.wav')
        execFileSync('espeak-ng', [
          '-v',
          voice,
          '-s',
          String(130 + Math.floor(random() * 60)),
          '-w',
          file,
          randomSentence(random)
        ])
        spoken.push(readSpoken(file))
      }
    }
    return { spoken, synthesisers: espeak ? ['flite', 'espeak-ng'] : ['flite'] }
  } finally {
    flite.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function hasEspeak(): boolean {
  try {
    execFileSync('espeak-ng', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function run(): Promise<void> {
  const [trials = 240, seeds = 2] = process.argv.slice(2).map(Number)
  const speex = await loadSpeex(speexFactory)
  const { spoken, synthesisers } = await speechMaterial(trials)
  const falseTurns: Record<string, number> = {}
  for (const kind of NOISE_KINDS) {
    falseTurns[kind] = 0
    for (const rateHz of LINEAR16_SAMPLE_RATES_HZ) {
      for (let seed = 0; seed < seeds; seed += 1) {
        const heard = hear(speex, noise(kind, 60, rateHz, NOISE_DBFS, seededRandom(seed * 10 + rateHz)), rateHz)
        falseTurns[kind] += heard.filter(({ event }) => event.kind === 'turn-started').length
      }
    }
  }
  const onset: Record<string, unknown> = {}
  for (const kind of [...NOISE_KINDS, 'silence'] as const) {
    const random = seededRandom(5)
    const results = spoken.map((one, i) =>
      runTrial(speex, {
        spoken: one,
        sampleRateHz: LINEAR16_SAMPLE_RATES_HZ[i % LINEAR16_SAMPLE_RATES_HZ.length] ?? 16_000,
        speechDbfs: kind === 'silence' ? -45 : NOISE_DBFS + SPEECH_ABOVE_NOISE_DB,
        background: kind === 'silence' ? null : { kind, levelDbfs: NOISE_DBFS },
        beforeSeconds: 0.4 + random() * 5,
        afterSeconds: 1.5,
        random
      })
    )
    const latencies = results.map(({ latencyMs }) => latencyMs ?? Infinity)
    onset[kind] = {
      trials: results.length,
      missed: results.filter(({ latencyMs }) => latencyMs === null).length,
      early: results.filter(({ early }) => early > 0).length,
      splits: results.filter(({ turns }) => turns > 1).length,
      latencyMsP50: Math.round(percentile(latencies, 0.5)),
      latencyMsP95: Math.round(percentile(latencies, 0.95)),
      latencyMsP99: Math.round(percentile(latencies, 0.99)),
      onsetErrorMsP50: Math.round(
        percentile(
          results.map(({ onsetErrorMs }) => onsetErrorMs ?? NaN),
          0.5
        )
      ),
      endMsP50: Math.round(
        percentile(
          results.map(({ endLatencyMs }) => endLatencyMs ?? NaN),
          0.5
        )
      )
    }
  }
  const secondsPerNoise = 60 * seeds * LINEAR16_SAMPLE_RATES_HZ.length
  console.log(JSON.stringify({ bench: 'ears', synthesisers, secondsPerNoise, falseTurns, onset }))
}

// The speex factory installs process-wide handlers, so it is loaded in a thread.
if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  thread.on('error', (error) => {
    throw error
  })
} else await run()
