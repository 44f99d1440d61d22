import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { int16ToBytes } from '../../../shared/audio/pcm.ts'
import { type SpeexModule, Resampler } from '../../../shared/audio/resampler.ts'
import { decodeWav } from '../../../shared/audio/wav.ts'
import type { Random } from '../../../shared/runtime.ts'
import { Flite } from '../voice/flite.ts'
import type { VoiceName } from '../voice/text.ts'
import { DEFAULT_LISTEN, type ListenOptions } from '../contract.ts'
import { Ears, type HeardEvent } from './ears.ts'
import type { NoiseVariant } from './noise-variants.test-support.ts'
import { activeSpeech, mixInto, noise, type NoiseKind, scale, toFloat, toPcm16 } from './noise.test-support.ts'

/** A sentence spoken in some noise, pushed through `Ears` in 20 ms blocks, and what was heard when. */

const WORDS = (
  'the a my your some seven five three weather music meeting today tomorrow please stop wait what when where who how ' +
  'can could would should tell show open close play pause find search remember forget listen speak answer question ' +
  'light kitchen window garden river mountain yellow purple silver orange computer keyboard printer message letter ' +
  'phone number address street city village doctor teacher friend sister brother family holiday breakfast dinner ' +
  'coffee water sugar ship sheep fish face shadow father mother think thing zero zebra very voice chair juice judge ' +
  'young usual noise loud quiet'
).split(' ')

export function randomSentence(random: Random): string {
  const words = Array.from({ length: 3 + Math.floor(random() * 6) }, () => WORDS[Math.floor(random() * WORDS.length)])
  return `${words.join(' ')}${random() < 0.4 ? '?' : '.'}`
}

/** Speech as floats and its rate. */
export interface Spoken {
  samples: Float64Array
  sampleRateHz: number
}

/** Flite in this thread, with its folder removed by `close`. */
export async function fliteSpeaker() {
  const dir = mkdtempSync(join(tmpdir(), 'parley-test-voice-'))
  const flite = await Flite.load(dir)
  return {
    async speak(text: string, voice: VoiceName): Promise<Spoken> {
      const { samples, sampleRateHz } = await flite.speak(text, voice)
      return { samples: toFloat(samples), sampleRateHz }
    },
    close() {
      rmSync(dir, { recursive: true, force: true })
    }
  }
}

export function readSpoken(path: string | URL): Spoken {
  const { samples, sampleRateHz } = decodeWav(readFileSync(path))
  return { samples: toFloat(samples), sampleRateHz }
}

export function atRate(speex: SpeexModule, spoken: Spoken, sampleRateHz: number): Float64Array {
  const resampler = new Resampler(speex, { channels: 1, inRateHz: spoken.sampleRateHz, outRateHz: sampleRateHz })
  const out = toFloat(resampler.process(toPcm16(spoken.samples)))
  resampler.close()
  return out
}

export interface Heard {
  /** When the event came: samples pushed until then. */
  atSample: number
  event: HeardEvent
}

const BLOCK_MS = 20

export interface Hearing {
  echoPossible?: boolean
  listen?: ListenOptions
  /** Other listen options between the blocks, from the first block on that begins at `atSample` or later. */
  changes?: readonly { atSample: number; listen: ListenOptions }[]
  blockMs?: number
}

/** What `Ears` reports for `samples`, pushed block by block. */
export function hear(speex: SpeexModule, samples: Float64Array, sampleRateHz: number, echoPossible = false): Heard[] {
  return hearWith(speex, samples, sampleRateHz, { echoPossible })
}

export function hearWith(
  speex: SpeexModule,
  samples: Float64Array,
  sampleRateHz: number,
  { echoPossible = false, listen, changes = [], blockMs = BLOCK_MS }: Hearing
): Heard[] {
  const ears = new Ears(speex, sampleRateHz)
  ears.echoPossible = echoPossible
  if (listen !== undefined) ears.listen(listen)
  const bytes = int16ToBytes(toPcm16(samples))
  const blockBytes = ((sampleRateHz * blockMs) / 1000) * 2
  const heard: Heard[] = []
  let changed = 0
  for (let at = 0; at < bytes.length; at += blockBytes) {
    for (; (changes[changed]?.atSample ?? Infinity) * 2 <= at; changed += 1)
      ears.listen(changes[changed]?.listen ?? DEFAULT_LISTEN)
    const block = bytes.subarray(at, at + blockBytes)
    ears.push(block, (event) => heard.push({ atSample: (at + block.length) / 2, event }))
  }
  ears.close()
  return heard
}

export interface Trial {
  spoken: Spoken
  sampleRateHz: number
  /** RMS of the active frames of the speech, dBFS. */
  speechDbfs: number
  background: { kind: NoiseKind | NoiseVariant; levelDbfs: number } | null
  beforeSeconds: number
  afterSeconds: number
  random: Random
}

export interface TrialResult {
  /** From the speech's first active frame to the report; null if none came. */
  latencyMs: number | null
  /** Reported onset against the true one. */
  onsetErrorMs: number | null
  /** Turns that began before the speech. */
  early: number
  /** Turns in all. */
  turns: number
  /** From the end of the speech to the report of the turn's end. */
  endLatencyMs: number | null
}

export function runTrial(speex: SpeexModule, trial: Trial): TrialResult {
  const { sampleRateHz, background, random } = trial
  const speech = atRate(speex, trial.spoken, sampleRateHz)
  const active = activeSpeech(speech, sampleRateHz)
  const at = Math.floor(trial.beforeSeconds * sampleRateHz)
  const seconds = (at + speech.length) / sampleRateHz + trial.afterSeconds
  const mix =
    background === null
      ? new Float64Array(Math.ceil(seconds * sampleRateHz))
      : noise(background.kind, seconds, sampleRateHz, background.levelDbfs, random)
  mixInto(mix, scale(speech, 10 ** (trial.speechDbfs / 20) / active.rms), at)
  const heard = hear(speex, mix, sampleRateHz)
  const onset = at + active.onset
  const ms = (samples: number) => (samples * 1000) / sampleRateHz
  const starts = heard.filter(({ event }) => event.kind === 'turn-started')
  const start = starts.find(({ atSample }) => atSample >= onset)
  const end = heard.findLast(({ event }) => event.kind === 'turn-ended')
  return {
    latencyMs: start === undefined ? null : ms(start.atSample - onset),
    onsetErrorMs: start?.event.kind === 'turn-started' ? ms(start.event.onsetSample - onset) : null,
    early: starts.filter(({ atSample }) => atSample < onset).length,
    turns: starts.length,
    endLatencyMs: end === undefined ? null : ms(end.atSample - at - speech.length)
  }
}

/** The value below which the share `p` of `values` lies. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN
}
