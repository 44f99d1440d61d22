import { join } from 'node:path'
import { int16ToBytes } from '../../src/shared/audio/pcm.ts'
import { loadCpu } from '../../tests/rig/cpu-load.ts'
import { GLITCH_TONE_HZ } from '../../tests/rig/glitches.ts'
import { record, RECORDING_RATE_HZ, type Recording } from '../../tests/rig/recording.ts'
import { tone, writeWav } from '../../tests/rig/signal.ts'
import type { BenchContext } from './bench.ts'
import {
  explained,
  type HeardTone,
  isNear,
  judge,
  judgeArrived,
  PLAIN_TONE,
  type ToneKind,
  type TornTone
} from './glitch-cause.ts'
import { PROCESSED_TONE_HZ } from './glitch-tone.ts'
import { KEEP_AT_HAND, type Look, watch } from './glitch-watch.ts'
import { openParley } from './parley.ts'
import { setAudioPreferences } from './preferences.ts'
import { OUTPUT_RATE_HZ, type Service, startService } from './service.ts'
import { openStage, pause, type Stage } from './stage.ts'

/** A tone to the loudspeaker and one into the microphone, through Parley's own page while every core is busy; where they are torn, and by whom. */

const PEAK = 0.4
/** The agent's sound is ahead of its time by so much, as a service's speech is: its late arrival is another bench. */
const LEAD_SECONDS = 3
const FRAME_MS = 100
/** A context and its sound card settle; the machine does under its new load. */
const SETTLING_MS = 3000
/** Where nothing comes back, a canceller lets nothing through for its first six seconds of agent's sound. */
const LEARNING_SECONDS = 10

export interface GlitchOptions {
  seconds: number
  /** Of every core, 0 to 1. */
  load: number
  /**
   * What the browser does to the microphone; default nothing. With a canceller its sound takes another way, through the browser's audio
   * process, and another tone is said, so that there is nothing to cancel: where it is torn counts, not how loud it is.
   */
  processing?: 'none' | 'echo cancellation'
}

export interface GlitchRun {
  speaker: HeardTone
  microphone: HeardTone
  /** Share (0 to 1) of all cores that was in use. */
  busy: number
  /** The browser's own counts meanwhile. */
  browser: { underruns: number; underrunMs: number; lostInputFrames: number }
}

/** Sends the tone as a service sends speech: ahead of its time, by the clock. */
async function speak(service: Service, seconds: number): Promise<void> {
  const samples = tone({ hz: GLITCH_TONE_HZ, ms: seconds * 1000, sampleRateHz: OUTPUT_RATE_HZ, peak: PEAK })
  const lead = LEAD_SECONDS * OUTPUT_RATE_HZ
  const startMs = await service.speak(samples.subarray(0, lead))
  const socket = await service.live()
  const frame = (FRAME_MS * OUTPUT_RATE_HZ) / 1000
  for (let at = lead, sent = 1; at < samples.length; at += frame, sent += 1) {
    const waitMs = startMs + sent * FRAME_MS - performance.now()
    if (waitMs > 0) await pause(waitMs)
    socket.send(int16ToBytes(samples.subarray(at, at + frame)))
  }
  service.send({ type: 'AgentAudioDone' })
}

/** Two recordings of one source: what only one of them has was torn by the recorder. */
class Wire {
  readonly #recordings: readonly Recording[]
  readonly #kind: ToneKind

  private constructor(recordings: readonly Recording[], kind: ToneKind) {
    this.#recordings = recordings
    this.#kind = kind
  }

  static async of(source: string, hz: number, { rig }: Stage): Promise<Wire> {
    return new Wire([await record(source, rig.env), await record(source, rig.env)], { hz, processed: false })
  }

  async stop(): Promise<TornTone> {
    const judged: TornTone[] = []
    for (const recording of this.#recordings) {
      judged.push(judge(await recording.stop(), this.#kind, RECORDING_RATE_HZ, (index) => recording.timeMs(index)))
    }
    const [first, second] = judged
    if (first === undefined || second === undefined) throw new Error('nothing was recorded')
    return { ...first, torn: first.torn.filter(({ timeMs }) => isNear(timeMs, second.torn)) }
  }
}

/** One conversation of `seconds` of both tones with `load` on every core. */
export async function glitchRun(
  context: Pick<BenchContext, 'defer' | 'buildDir'>,
  stage: Stage,
  { seconds, load, processing = 'none' }: GlitchOptions
): Promise<GlitchRun> {
  const echoCancellation = processing === 'echo cancellation'
  const said: ToneKind = echoCancellation ? { hz: PROCESSED_TONE_HZ, processed: true } : PLAIN_TONE
  const service = await startService(context)
  const { page, talk, host } = await openParley(context, stage, service, { init: KEEP_AT_HAND })
  await setAudioPreferences(page, {
    processing: { echoCancellation, noiseSuppression: false, autoGainControl: false },
    halfDuplex: 'off'
  })
  await talk()
  const cpu = loadCpu(load)
  context.defer(async () => void (await cpu.stop()))
  await pause(SETTLING_MS)
  const path = join(stage.dir, `tone-${performance.now()}.wav`)
  const samples = tone({ hz: said.hz, ms: seconds * 1000, sampleRateHz: RECORDING_RATE_HZ, peak: PEAK })
  await writeWav(path, samples, RECORDING_RATE_HZ)
  const speaker = await Wire.of('speaker.monitor', GLITCH_TONE_HZ, stage)
  const wire = await Wire.of('virtmic', said.hz, stage)
  const watched = watch(page)
  context.defer(async () => void (await watched.stop()))
  const fromMs = performance.now()
  const learningSeconds = echoCancellation ? LEARNING_SECONDS : 0
  const spoken = speak(service, learningSeconds + seconds)
  await pause(learningSeconds * 1000)
  await Promise.all([stage.rig.say(path), spoken])
  // The last of the agent's sound is sent ahead of its time.
  await pause(LEAD_SECONDS * 1000 + 500)
  const looks = await watched.stop()
  const busy = await cpu.stop()
  const heardSpeaker = await speaker.stop()
  const { torn } = await wire.stop()
  const heardMicrophone = judgeArrived(service.arrived, said, fromMs)
  await page.close()
  host.kill('SIGTERM')
  const first = looks[0]
  const last = looks.at(-1)
  const grown = (of: (look: Look) => number): number =>
    first === undefined || last === undefined ? 0 : of(last) - of(first)
  return {
    speaker: explained(heardSpeaker, looks, []),
    microphone: explained(heardMicrophone, looks, torn),
    busy,
    browser: {
      underruns: grown(({ underruns }) => underruns),
      underrunMs: grown(({ underrunMs }) => underrunMs),
      lostInputFrames: grown(({ lostInputFrames }) => lostInputFrames)
    }
  }
}

/** A stage and one run on it, ended with it. */
export async function glitchesOf(
  context: Pick<BenchContext, 'defer' | 'buildDir'>,
  options: GlitchOptions
): Promise<GlitchRun> {
  return glitchRun(context, await openStage(context), options)
}
