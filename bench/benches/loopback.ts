import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { run as runProgram } from '../../tests/rig/processes.ts'
import { levelDbfs, percentile, tone, toneDbfs, writeWav } from '../../tests/rig/signal.ts'
import { randomWords, speak } from '../../tests/rig/speech.ts'
import type { Bench, BenchContext } from '../harness/bench.ts'
import { openParley } from '../harness/parley.ts'
import { setAudioPreferences } from '../harness/preferences.ts'
import { INPUT_RATE_HZ, OUTPUT_RATE_HZ, type Service, startService } from '../harness/service.ts'
import { openStage, pause, type Stage } from '../harness/stage.ts'
import { withoutTone } from '../harness/without-tone.ts'

const LEARNING_SECONDS = 6
const MEASURED_SECONDS = 6
const TONE_HZ = 1000
const TONE_LEAD_SECONDS = 4
const TONE_PEAK = 0.1
const TONE_HEARD_DBFS = -40
const TONE_TIMEOUT_MS = 8000
const WORDS_PER_SECOND = 4
/** From the last sample that the service sent to its end in what Parley sends. */
const TAIL_MS = 800
const PART_MS = 100
/** Beside the tone: short, so that a piece which the sound server cuts out of the tone, or a change of its pitch, counts little. */
const BESIDE_TONE_PART_MS = 20
const LEAST_LEFT_OUT_DB = 30
const MOST_CHANGE_DB = 3
const DEVICE = { kind: 'device', deviceId: 'found by its label', label: 'Computer' } as const

interface Measured {
  /** What is left of the agent's voice in what Parley sends, against its level as played. */
  leftAloneDb: number
  leftBesideToneDb: number
  /** The level that 95 % of the parts stay below, against the same of what was played. */
  leftAloneP95Db: number
  leftBesideToneP95Db: number
  /** The same of what is not tone while the agent is silent: what the rig tears by itself. */
  silentP95Db: number
  /** Share (0 to 1) of the parts that are above the limit while the agent is silent: so much is not the own voice's. */
  tornShare: number
  /** `leftBesideToneP95Db` with as many of the loudest parts left out. */
  leftBesideToneFairDb: number
  /** The tone of the other program while the agent speaks, against before. */
  toneDb: number
  /** Share (0 to 1) of the time in which it is 3 dB or more below that, and the same while the agent is silent. */
  toneHeldShare: number
  toneHeldSilentShare: number
}

/** What comes out of the loudspeaker as an input device, as a monitor source is one. */
async function plugComputer({ rig }: Stage): Promise<void> {
  const source = ['module-remap-source', 'master=speaker.monitor', 'source_name=computer']
  await rig.pactl('load-module', ...source, 'source_properties=device.description=Computer')
}

async function agentSpeech({ dir }: Stage): Promise<Int16Array> {
  const seconds = LEARNING_SECONDS + 2 * MEASURED_SECONDS
  const { wavPath } = await speak(randomWords(WORDS_PER_SECOND * seconds), dir, { name: 'agent' })
  const at = join(dir, 'agent-24k.wav')
  await runProgram('sox', [wavPath, '-r', String(OUTPUT_RATE_HZ), at], { env: process.env })
  const { samples } = decodeWav(new Uint8Array(await readFile(at)))
  if (samples.length < seconds * OUTPUT_RATE_HZ) throw new Error('the agent has too little to say')
  return samples
}

/** Lets the agent say `samples`; resolves to what Parley sent meanwhile, as PCM16. */
async function heardWhile(service: Service, samples: Int16Array): Promise<Int16Array> {
  const fromMs = performance.now()
  await service.speak(samples, { frameMs: 100, everyMs: 80 })
  service.send({ type: 'AgentAudioDone' })
  const restMs = (samples.length / OUTPUT_RATE_HZ) * 1000 - (performance.now() - fromMs)
  await pause(Math.max(0, restMs) + TAIL_MS)
  service.userEnds()
  return Int16Array.from(service.arrived.samples(fromMs))
}

function parts(samples: Int16Array, rateHz: number, partMs = PART_MS): Int16Array[] {
  const size = (rateHz * partMs) / 1000
  return Array.from({ length: Math.floor(samples.length / size) }, (_, i) => samples.subarray(i * size, (i + 1) * size))
}

const usual = (levels: readonly number[]): number => percentile(levels, 0.5)
const loud = (levels: readonly number[]): number => percentile(levels, 0.95)
const usualTone = (samples: Int16Array): number =>
  usual(parts(samples, INPUT_RATE_HZ).map((part) => toneDbfs(part, TONE_HZ, INPUT_RATE_HZ)))

const spoken = (samples: Int16Array, partMs = PART_MS): number[] =>
  parts(samples, OUTPUT_RATE_HZ, partMs).map(levelDbfs)

function heldShare(heard: readonly Int16Array[], before: Int16Array): number {
  const least = usualTone(before) - MOST_CHANGE_DB
  return heard.filter((part) => toneDbfs(part, TONE_HZ, INPUT_RATE_HZ) < least).length / heard.length
}

/** What Parley sends meanwhile, the agent being silent. */
async function heardFor(service: Service, seconds: number): Promise<Int16Array> {
  const fromMs = performance.now()
  await pause(seconds * 1000)
  return Int16Array.from(service.arrived.samples(fromMs))
}

/** Without the loudest `share` (0 to 1) of them. */
const withoutLoudest = (levels: readonly number[], share: number): number[] =>
  levels.toSorted((a, b) => a - b).slice(0, Math.ceil(levels.length * (1 - share)))

/** A second of the tone before the agent speaks again. */
async function toneAlone(service: Service): Promise<Int16Array> {
  const deadlineMs = performance.now() + TONE_TIMEOUT_MS
  for (;;) {
    const fromMs = performance.now()
    await pause(1000)
    const heard = Int16Array.from(service.arrived.samples(fromMs))
    if (usualTone(heard) > TONE_HEARD_DBFS) return heard
    if (performance.now() > deadlineMs) throw new Error('the tone of the other program was not heard')
  }
}

async function measure(stage: Stage, service: Service, speech: Int16Array): Promise<Measured> {
  const piece = (from: number, seconds: number): Int16Array =>
    speech.subarray(from * OUTPUT_RATE_HZ, (from + seconds) * OUTPUT_RATE_HZ)
  await heardWhile(service, piece(0, LEARNING_SECONDS))
  const second = piece(LEARNING_SECONDS, MEASURED_SECONDS)
  const alone = await heardWhile(service, second)
  const third = piece(LEARNING_SECONDS + MEASURED_SECONDS, MEASURED_SECONDS)
  const file = join(stage.dir, 'tone.wav')
  const toneMs = (TONE_LEAD_SECONDS + 2 * MEASURED_SECONDS) * 1000 + TAIL_MS
  await writeWav(file, tone({ hz: TONE_HZ, ms: toneMs, sampleRateHz: 48_000, peak: TONE_PEAK }), 48_000)
  const other = runProgram('paplay', ['--device=speaker', '--latency-msec=200', file], { env: stage.rig.env })
  const before = await toneAlone(service)
  const silent = await heardFor(service, MEASURED_SECONDS)
  const both = await heardWhile(service, third)
  await other
  // The tail holds no speech.
  const said = (samples: Int16Array, partMs = PART_MS): Int16Array[] =>
    parts(samples, INPUT_RATE_HZ, partMs).slice(0, (MEASURED_SECONDS * 1000) / partMs)
  const leftAlone = said(alone).map(levelDbfs)
  const leftBesideTone = said(both, BESIDE_TONE_PART_MS).map((part) =>
    levelDbfs(withoutTone(part, TONE_HZ, INPUT_RATE_HZ))
  )
  const saidBesideTone = spoken(third, BESIDE_TONE_PART_MS)
  const leftOfTone = said(silent, BESIDE_TONE_PART_MS).map((part) =>
    levelDbfs(withoutTone(part, TONE_HZ, INPUT_RATE_HZ))
  )
  const limit = loud(saidBesideTone) - LEAST_LEFT_OUT_DB
  const tornShare = leftOfTone.filter((level) => level > limit).length / leftOfTone.length
  return {
    silentP95Db: loud(leftOfTone) - loud(saidBesideTone),
    tornShare,
    leftBesideToneFairDb: loud(withoutLoudest(leftBesideTone, tornShare)) - loud(saidBesideTone),
    leftAloneDb: usual(leftAlone) - usual(spoken(second)),
    leftBesideToneDb: usual(leftBesideTone) - usual(saidBesideTone),
    leftAloneP95Db: loud(leftAlone) - loud(spoken(second)),
    leftBesideToneP95Db: loud(leftBesideTone) - loud(saidBesideTone),
    toneHeldShare: heldShare(said(both, BESIDE_TONE_PART_MS), before),
    toneHeldSilentShare: heldShare(said(silent, BESIDE_TONE_PART_MS), before),
    toneDb: usual(said(both).map((part) => toneDbfs(part, TONE_HZ, INPUT_RATE_HZ))) - usualTone(before)
  }
}

async function oneRun(context: BenchContext): Promise<Measured> {
  const stage = await openStage(context)
  await plugComputer(stage)
  const service = await startService(context)
  const parley = await openParley(context, stage, service)
  await setAudioPreferences(parley.page, { systemAudio: DEVICE, halfDuplex: 'off' })
  const speech = await agentSpeech(stage)
  await parley.talk()
  const measured = await measure(stage, service, speech)
  await parley.hangUp()
  return measured
}

export const bench: Bench = {
  name: 'loopback',
  question: "Is the agent's own voice out of system audio, and another program's sound still in it?",
  async *run(context) {
    const runs: Measured[] = []
    for (let run = 0; run < context.runs; run += 1) {
      runs.push(await oneRun(context))
      context.say(JSON.stringify(runs.at(-1)))
    }
    const detail = {
      tone: `${TONE_HZ} Hz`,
      learningSeconds: LEARNING_SECONDS,
      partMs: { alone: PART_MS, besideTone: BESIDE_TONE_PART_MS }
    }
    const left: [figure: string, of: (run: Measured) => number][] = [
      ['own voice left, alone', ({ leftAloneDb }) => leftAloneDb],
      ['own voice left, beside a tone', ({ leftBesideToneDb }) => leftBesideToneDb],
      ['own voice left, alone, p95', ({ leftAloneP95Db }) => leftAloneP95Db],
      ['own voice left, beside a tone, p95', ({ leftBesideToneP95Db }) => leftBesideToneP95Db]
    ]
    for (const [figure, of] of left) {
      const target = { atMost: -LEAST_LEFT_OUT_DB }
      yield { kind: 'value', figure, unit: 'dB', values: runs.map(of), target, detail }
    }
    yield {
      kind: 'value',
      figure: 'own voice left, beside a tone, p95 without the share of parts that is torn with the agent silent',
      unit: 'dB',
      values: runs.map(({ leftBesideToneFairDb }) => leftBesideToneFairDb),
      target: { atMost: -LEAST_LEFT_OUT_DB },
      detail: { ...detail, tornShares: runs.map(({ tornShare }) => tornShare) }
    }
    yield {
      kind: 'value',
      figure: 'what is not tone with the agent silent, p95',
      unit: 'dB',
      values: runs.map(({ silentP95Db }) => silentP95Db),
      detail
    }
    yield {
      kind: 'value',
      figure: 'change of the tone while the agent speaks',
      unit: 'dB',
      values: runs.map(({ toneDb }) => Math.abs(toneDb)),
      target: { atMost: MOST_CHANGE_DB },
      detail
    }
    yield {
      kind: 'value',
      figure: 'time in which the tone is held back while the agent speaks',
      unit: '%',
      values: runs.map(({ toneHeldShare }) => 100 * toneHeldShare),
      detail: { ...detail, agentSilent: runs.map(({ toneHeldSilentShare }) => 100 * toneHeldSilentShare) }
    }
  }
}
