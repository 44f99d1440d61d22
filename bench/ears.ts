// Turn detection: false starts in noise, and how long after its onset speech 10 dB above the noise is reported, per synthesiser.
// One JSON line. node bench/ears.ts [sentences per synthesiser, 120] [seeds of 60 s per noise and rate, 2]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker, isMainThread } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import {
  mixInto,
  noise,
  NOISE_KINDS,
  seededRandom,
  type NoiseKind
} from '../src/agent/speech/ears/noise.test-support.ts'
import { NOISE_VARIANTS, type NoiseVariant } from '../src/agent/speech/ears/noise-variants.test-support.ts'
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
import { loadSpeex, type SpeexModule } from '../src/shared/audio/resampler.ts'

const ESPEAK_VOICES = ['en-us', 'en-gb', 'en-us+f3', 'en+m3', 'en+f5', 'en-gb-scotland+m7', 'de', 'fr+f2']
const SPEECH_ABOVE_NOISE_DB = 10
const NOISE_DBFS = -30
const SUDDEN_TRIALS = 20
type Noise = NoiseKind | NoiseVariant
const NOISES: readonly Noise[] = [...NOISE_KINDS, ...NOISE_VARIANTS]
const rateOf = (i: number) => LINEAR16_SAMPLE_RATES_HZ[i % LINEAR16_SAMPLE_RATES_HZ.length] ?? 16_000

/** The same number of different sentences from every synthesiser there is. */
async function speechMaterial(count: number): Promise<Map<string, Spoken[]>> {
  const random = seededRandom(77)
  const material = new Map<string, Spoken[]>([['flite', []]])
  const flite = await fliteSpeaker()
  for (let i = 0; i < count; i += 1) {
    const voice = VOICES[i % VOICES.length] ?? 'slt'
    material.get('flite')?.push(await flite.speak(randomSentence(random), voice))
  }
  flite.close()
  if (hasEspeak()) material.set('espeak-ng', espeakMaterial(count))
  return material
}

function espeakMaterial(count: number): Spoken[] {
  const random = seededRandom(78)
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  try {
    return Array.from({ length: count }, (_, i) => {
      const file = join(folder, 'speech.wav')
      const voice = ESPEAK_VOICES[i % ESPEAK_VOICES.length] ?? 'en-us'
      const speed = String(130 + Math.floor(random() * 60))
      execFileSync('espeak-ng', ['-v', voice, '-s', speed, '-w', file, randomSentence(random)])
      return readSpoken(file)
    })
  } finally {
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

function startsIn(speex: SpeexModule, samples: Float64Array, rateHz: number): number {
  return hear(speex, samples, rateHz).filter(({ event }) => event.kind === 'turn-started').length
}

/** 60 s of noise from the first sample on, per rate and seed. */
function falseTurns(speex: SpeexModule, kind: Noise, seeds: number): number {
  let turns = 0
  for (const rateHz of LINEAR16_SAMPLE_RATES_HZ) {
    for (let seed = 0; seed < seeds; seed += 1) {
      turns += startsIn(speex, noise(kind, 60, rateHz, NOISE_DBFS, seededRandom(seed * 10 + rateHz)), rateHz)
    }
  }
  return turns
}

/** Noise switched on after digital silence. */
function suddenTurns(speex: SpeexModule, kind: Noise): number {
  let turns = 0
  for (let seed = 0; seed < SUDDEN_TRIALS; seed += 1) {
    const random = seededRandom(900 + seed)
    const rateHz = rateOf(seed)
    const samples = new Float64Array(5 * rateHz)
    mixInto(samples, noise(kind, 3, rateHz, NOISE_DBFS, random), Math.floor((0.5 + random()) * rateHz))
    turns += startsIn(speex, samples, rateHz)
  }
  return turns
}

function onset(speex: SpeexModule, spoken: readonly Spoken[], kind: Noise | 'silence') {
  const random = seededRandom(5)
  const results = spoken.map((one, i) =>
    runTrial(speex, {
      spoken: one,
      sampleRateHz: rateOf(i),
      speechDbfs: kind === 'silence' ? -45 : NOISE_DBFS + SPEECH_ABOVE_NOISE_DB,
      background: kind === 'silence' ? null : { kind, levelDbfs: NOISE_DBFS },
      beforeSeconds: 0.4 + random() * 5,
      afterSeconds: 1.5,
      random
    })
  )
  const latencies = results.map(({ latencyMs }) => latencyMs ?? Infinity)
  const ends = results.map(({ endLatencyMs }) => endLatencyMs ?? Infinity)
  const late = results.flatMap(({ latencyMs }, i) => ((latencyMs ?? Infinity) > 300 ? [i] : []))
  return {
    trials: results.length,
    missed: results.filter(({ latencyMs }) => latencyMs === null).length,
    early: results.filter(({ early }) => early > 0).length,
    splits: results.filter(({ turns }) => turns > 1).length,
    latencyMs: [0.5, 0.95, 0.99].map((p) => Math.round(percentile(latencies, p))),
    late: late.length,
    onsetErrorMs: Math.round(
      percentile(
        results.map(({ onsetErrorMs }) => onsetErrorMs ?? Infinity),
        0.5
      )
    ),
    endMs: [0.5, 0.95].map((p) => Math.round(percentile(ends, p)))
  }
}

async function run(): Promise<void> {
  const [sentences = 120, seeds = 2] = process.argv.slice(2).map(Number)
  const speex = await loadSpeex(speexFactory)
  const onsets: Record<string, unknown> = {}
  const starts: Record<string, { steady: number; sudden: number }> = {}
  for (const [synthesiser, spoken] of await speechMaterial(sentences)) {
    const backgrounds = [...NOISES, 'silence' as const]
    onsets[synthesiser] = Object.fromEntries(backgrounds.map((kind) => [kind, onset(speex, spoken, kind)]))
  }
  for (const kind of NOISES) {
    starts[kind] = { steady: falseTurns(speex, kind, seeds), sudden: suddenTurns(speex, kind) }
  }
  const minutesPerNoise = seeds * LINEAR16_SAMPLE_RATES_HZ.length
  console.log(
    JSON.stringify({ bench: 'ears', minutesPerNoise, suddenTrials: SUDDEN_TRIALS, falseTurns: starts, onset: onsets })
  )
}

// The speex factory installs process-wide handlers, so it is loaded in a thread.
if (isMainThread) {
  const thread = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  thread.on('error', (error) => {
    throw error
  })
} else await run()
