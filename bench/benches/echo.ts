import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inRoom } from '../../src/agent/speech/ears/echo-path.test-support.ts'
import {
  activeSpeech,
  noise,
  rms,
  scale,
  seededRandom,
  toFloat,
  toPcm16
} from '../../src/agent/speech/ears/noise.test-support.ts'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { run as runProgram } from '../../tests/rig/processes.ts'
import { record, RECORDING_RATE_HZ, type Recording } from '../../tests/rig/recording.ts'
import { correlate, levelDbfs, soundingSpan, tone, writeWav } from '../../tests/rig/signal.ts'
import { COMPARE_RATE_HZ, randomWords, speak, toCompareRate } from '../../tests/rig/speech.ts'
import type { Bench, BenchContext, Figure } from '../harness/bench.ts'
import { doubleTalk, doubleTalkFigures, type DoubleTalk } from '../harness/double-talk.ts'
import { openParley } from '../harness/parley.ts'
import { setAudioPreferences } from '../harness/preferences.ts'
import { INPUT_RATE_HZ, OUTPUT_RATE_HZ, type Service, startService } from '../harness/service.ts'
import { openStage, pause, type Stage } from '../harness/stage.ts'

/** The agent's sound alone, first to learn the echo, then to measure; the person speaks over what follows, once at each level. */
const LEARNING_SECONDS = 8
const MEASURED_SECONDS = 6
const DOUBLE_TALK_SECONDS = 8
/** In the microphone the person is as much louder than the echo, while both sound. */
const PERSON_OVER_ECHO_DB = [6, 12, 18] as const
/** The one that is judged. Collections of real echo go from -10 to 10 dB, so nothing easier would be fair. */
const JUDGED_DB = 6
const FAR_SECONDS = LEARNING_SECONDS + MEASURED_SECONDS + PERSON_OVER_ECHO_DB.length * DOUBLE_TALK_SECONDS
/** From a change of the agent's level, and all ways that its sound takes, to the person's words. */
const SETTLED_SECONDS = 0.8
const FADE_SECONDS = 0.05
const LEAST_ERLE_DB = 25
/** More than anybody says. */
const WORDS_PER_SECOND = 4
const WORDS = 10
/** Between the mark of the room's sound and the sound; by then the mark was seen. */
const MARK_MS = 1500
const MARK_DBFS = -30
/** What a room, two sound cards and their buffers take together; and what Parley takes from the service to the loudspeaker. */
const ROOM_DELAY_MS = 120
const SPEAKER_MS = 40
const LONGEST_DELAY_MS = 1000

/** What the agent says, at 16 kHz: nothing of it is above what the microphone's blocks can hold. */
type Far = 'speech' | 'white noise'
/** How it comes back: the microphone hears what the loudspeaker plays, to the sample; or a room is played into it. */
type Path = 'loopback' | 'room'

interface Measured {
  erleDb: number
  /** The echo on the microphone's own wire. */
  echoDbfs: number
  echoDelayMs: number
  /** What the way through Parley takes away where there is no echo. */
  throughDb: number
  /** For each of {@link PERSON_OVER_ECHO_DB}. */
  near: ReadonlyMap<number, DoubleTalk>
}

async function resampled(from: string, to: string, rateHz: number): Promise<Int16Array> {
  await runProgram('sox', [from, '-r', String(rateHz), '-c', '1', to], { env: process.env })
  return decodeWav(new Uint8Array(await readFile(to))).samples
}

/** What the agent says, as it is in the microphone: at each level of {@link PERSON_OVER_ECHO_DB} below `personRms`, the first one longer. */
async function farEnd(far: Far, dir: string, personRms: number): Promise<Float64Array> {
  const samples = await farSound(far, dir)
  const even = scale(samples, personRms / activeSpeech(samples, INPUT_RATE_HZ).rms)
  let gain = levelGain(0)
  return even.map((sample, i) => {
    const seconds = i / INPUT_RATE_HZ - LEARNING_SECONDS - MEASURED_SECONDS
    const wanted = levelGain(Math.max(0, Math.floor(seconds / DOUBLE_TALK_SECONDS)))
    gain += (wanted - gain) / (FADE_SECONDS * INPUT_RATE_HZ)
    return sample * gain
  })
}

const levelGain = (index: number): number => 10 ** (-(PERSON_OVER_ECHO_DB[index] ?? JUDGED_DB) / 20)

async function farSound(far: Far, dir: string): Promise<Float64Array> {
  if (far === 'white noise') return noise('white', FAR_SECONDS, INPUT_RATE_HZ, -26, seededRandom(1))
  const { wavPath } = await speak(randomWords(WORDS_PER_SECOND * FAR_SECONDS), dir, { name: 'agent' })
  const samples = toFloat(await resampled(wavPath, join(dir, 'agent-16k.wav'), INPUT_RATE_HZ))
  const length = FAR_SECONDS * INPUT_RATE_HZ
  if (samples.length < length) throw new Error('the agent has too little to say')
  return samples.subarray(0, length)
}

/** A stretch of what arrived at the service, while `during` lasts. */
async function heardDuring(service: Service, during: Promise<unknown>): Promise<Int16Array> {
  const fromMs = performance.now()
  await during
  return Int16Array.from(service.arrived.samples(fromMs))
}

/** Levels on the microphone's own wire and of what arrived at the service, over the same time. */
async function levels(wire: Recording, service: Service, seconds: number): Promise<{ wireDbfs: number; dbfs: number }> {
  const fromMs = (wire.samples().length / RECORDING_RATE_HZ) * 1000
  const arrived = await heardDuring(service, pause(seconds * 1000))
  const into = wire.samples(fromMs).subarray(0, seconds * RECORDING_RATE_HZ)
  return { wireDbfs: levelDbfs(into), dbfs: levelDbfs(arrived) }
}

/** From `atMs` on, at the rate at which sound is compared. */
function stretch(from: Recording, atMs: number, ms: number): Int16Array {
  return toCompareRate(from.samples(atMs - from.startedAtMs).subarray(0, (ms * RECORDING_RATE_HZ) / 1000))
}

/** How long the sound of the loudspeaker takes into the microphone, by the best place of half a second of it. */
function delayMs(speaker: Recording, wire: Recording, atMs: number): number {
  const { at } = correlate(stretch(wire, atMs, 500 + LONGEST_DELAY_MS), stretch(speaker, atMs, 500))
  return (at / COMPARE_RATE_HZ) * 1000
}

/** A mark, and the room's sound {@link MARK_MS} later. */
function withMark(samples: Int16Array): Int16Array {
  const mark = tone({ hz: 1500, ms: 20, sampleRateHz: INPUT_RATE_HZ, peak: 0.2 })
  const out = new Int16Array((MARK_MS * INPUT_RATE_HZ) / 1000 + samples.length)
  out.set(mark)
  out.set(samples, out.length - samples.length)
  return out
}

/** Plays the room into the microphone; resolves when the agent has to speak for its sound to be {@link ROOM_DELAY_MS} ahead. */
async function playRoom({ rig }: Stage, path: string): Promise<{ played: Promise<unknown> }> {
  const wire = await record('micsink.monitor', rig.env)
  // With room to spare: a player that came late would move the echo, as no room does.
  const played = runProgram('paplay', ['--device=micsink', '--latency-msec=300', path], { env: rig.env })
  const heard = await wire.until((samples) => soundingSpan(samples, MARK_DBFS) !== null, 5000)
  const markMs = wire.timeMs(soundingSpan(heard, MARK_DBFS)?.first ?? 0)
  await wire.stop()
  await pause(markMs + MARK_MS - ROOM_DELAY_MS - SPEAKER_MS - performance.now())
  return { played }
}

async function measure(context: BenchContext, stage: Stage, far: Far, path: Path): Promise<Measured> {
  const { rig, dir } = stage
  const service = await startService(context)
  const { page, host, talk } = await openParley(context, stage, service)
  // The canceller alone: suppression and gain change levels too.
  await setAudioPreferences(page, {
    processing: { echoCancellation: true, noiseSuppression: false, autoGainControl: false },
    halfDuplex: 'off'
  })
  const said = await speak(randomWords(WORDS), dir, { name: 'person' })
  const person = toFloat(await resampled(said.wavPath, join(dir, 'person-16k.wav'), INPUT_RATE_HZ))
  const samples = await farEnd(far, dir, activeSpeech(person, INPUT_RATE_HZ).rms)
  const farPath = join(dir, 'far-16k.wav')
  await writeWav(farPath, toPcm16(samples), INPUT_RATE_HZ)
  const played = await resampled(farPath, join(dir, 'far-24k.wav'), OUTPUT_RATE_HZ)
  const roomPath = join(dir, 'room.wav')
  const room = inRoom(samples, seededRandom(3))
  await writeWav(roomPath, withMark(toPcm16(scale(room, rms(samples) / rms(room)))), INPUT_RATE_HZ)
  await talk()
  await pause(1000)
  const wire = await record('virtmic', rig.env)
  // What arrives is a little later than what is said.
  const heardPerson = (): Promise<Int16Array> =>
    heardDuring(
      service,
      rig.say(said.wavPath).then(() => pause(500))
    )
  const alone = await heardPerson()
  const throughDb = levelDbfs(wire.samples()) - levelDbfs(alone)
  const speaker = await rig.recordSpeaker()
  const echo = path === 'room' ? await playRoom(stage, roomPath) : undefined
  // In pieces: one of all of it would be converted whole before its first sample is played.
  await service.speak(played, { frameMs: 100 })
  const heard = await speaker.until((recorded) => soundingSpan(recorded) !== null, 5000)
  const startMs = speaker.timeMs(soundingSpan(heard)?.first ?? 0)
  const until = (seconds: number): Promise<void> => pause(startMs + seconds * 1000 - performance.now())
  await until(LEARNING_SECONDS)
  const { wireDbfs, dbfs } = await levels(wire, service, MEASURED_SECONDS)
  const echoDelayMs = delayMs(speaker, wire, performance.now() - 4000)
  const over = new Map<number, Int16Array>()
  for (const [i, level] of PERSON_OVER_ECHO_DB.entries()) {
    await until(LEARNING_SECONDS + MEASURED_SECONDS + i * DOUBLE_TALK_SECONDS + SETTLED_SECONDS)
    over.set(level, await heardPerson())
  }
  await wire.stop()
  await speaker.stop()
  await page.close()
  await echo?.played
  host.kill('SIGTERM')
  return {
    erleDb: wireDbfs - dbfs - throughDb,
    echoDbfs: wireDbfs,
    throughDb,
    echoDelayMs,
    near: new Map([...over].map(([level, words]) => [level, doubleTalk(alone, words)]))
  }
}

export const bench: Bench = {
  name: 'echo',
  question: 'How much of its own voice does the agent hear, and what does that cost the person who speaks over it?',
  async *run(context): AsyncIterable<Figure> {
    const stage = await openStage(context)
    for (const [far, path] of [
      ['speech', 'room'],
      ['speech', 'loopback'],
      ['white noise', 'loopback']
    ] as const) {
      // It is another microphone afterwards, and stays so.
      if (path === 'loopback') await stage.rig.plugEcho()
      const runs: Measured[] = []
      for (let run = 0; run < context.runs; run += 1) runs.push(await measure(context, stage, far, path))
      yield {
        kind: 'value',
        figure: `${far}, ${path}: ERLE`,
        unit: 'dB',
        values: runs.map(({ erleDb }) => erleDb),
        target: { atLeast: LEAST_ERLE_DB },
        detail: {
          echoDbfs: runs.map(({ echoDbfs }) => Math.round(echoDbfs)),
          echoDelayMs: runs.map(({ echoDelayMs }) => Math.round(echoDelayMs)),
          throughDb: runs.map(({ throughDb }) => Math.round(throughDb * 10) / 10)
        }
      }
      for (const level of PERSON_OVER_ECHO_DB) {
        const at = runs.flatMap(({ near }) => near.get(level) ?? [])
        yield* doubleTalkFigures(`${far}, ${path}, person ${level} dB over the echo`, at, level === JUDGED_DB)
      }
    }
  }
}
