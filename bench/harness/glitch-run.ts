import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { int16ToBytes } from '../../src/shared/audio/pcm.ts'
import { loadCpu } from '../../tests/rig/cpu-load.ts'
import { GLITCH_TONE_HZ, judgeTone } from '../../tests/rig/glitches.ts'
import { record, RECORDING_RATE_HZ, type Recording } from '../../tests/rig/recording.ts'
import { tone, writeWav } from '../../tests/rig/signal.ts'
import type { BenchContext } from './bench.ts'
import { openParley } from './parley.ts'
import { setAudioPreferences } from './preferences.ts'
import { OUTPUT_RATE_HZ, type Service, startService } from './service.ts'
import type { ArrivedAudio } from './signal.ts'
import { openStage, pause, type Stage } from './stage.ts'

/** A tone to the loudspeaker and one into the microphone, through Parley's own page while every core is busy; where they are torn, and by whom. */

const PEAK = 0.4
/** The agent's sound is ahead of its time by so much, as a service's speech is: its late arrival is another bench. */
const LEAD_SECONDS = 3
const FRAME_MS = 100
/** A context and its sound card settle; the machine does under its new load. */
const SETTLING_MS = 3000
const LOOK_EVERY_MS = 200
/** A glitch and its cause are this near to each other at most: the times of the two are those of their arrival. */
const NEAR_MS = 500
/** The browser renews its counts once a second. */
const COUNTED_LATE_MS = 1000

/** Who tore it: `browser` by its own counters, `sound-server` where it was torn before Parley could hear it, `unexplained` otherwise. */
export type GlitchCause = 'browser' | 'sound-server' | 'unexplained'

export interface HeardGlitch {
  /** From the beginning of the tone. */
  atMs: number
  ms: number
  silentMs: number
  cause: GlitchCause
}

export interface HeardTone {
  soundedMs: number
  /** Share (0 to 1) of the time in which a glitch would have had an explanation: where it is large, nothing was judged. */
  excused: number
  glitches: HeardGlitch[]
}

export interface GlitchRun {
  speaker: HeardTone
  microphone: HeardTone
  /** Share (0 to 1) of all cores that was in use. */
  busy: number
  /** The browser's own counts meanwhile. */
  browser: { underruns: number; underrunMs: number; lostInputFrames: number }
}

interface Look {
  /** `Date.now()` of the machine. */
  atMs: number
  underruns: number
  underrunMs: number
  lostInputFrames: number
}

/** Keeps the page's contexts and tracks at hand, to look at what the browser counts. */
const KEEP_AT_HAND = `(() => {
  const contexts = []
  const tracks = []
  window.soundSources = { contexts, tracks }
  window.AudioContext = class extends AudioContext {
    constructor(options) {
      super(options)
      contexts.push(this)
    }
  }
  const { mediaDevices } = navigator
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async (constraints) => {
    const stream = await getUserMedia(constraints)
    tracks.push(...stream.getAudioTracks())
    return stream
  }
})()`

const LOOK = `(() => {
  const { contexts, tracks } = window.soundSources
  const sum = (values) => values.reduce((total, value) => total + value, 0)
  return {
    underruns: sum(contexts.map(({ playbackStats }) => playbackStats.underrunEvents)),
    underrunMs: 1000 * sum(contexts.map(({ playbackStats }) => playbackStats.underrunDuration)),
    lostInputFrames: sum(tracks.map(({ stats }) => stats.totalFrames - stats.deliveredFrames))
  }
})()`

async function look(page: Page): Promise<Look> {
  const counted = await page.evaluate<Omit<Look, 'atMs'>>(LOOK)
  return { atMs: Date.now(), ...counted }
}

/** Looks again and again until it is stopped. */
function watch(page: Page): { stop(): Promise<Look[]> } {
  const looks: Look[] = []
  const stopping = new AbortController()
  const done = (async () => {
    while (!stopping.signal.aborted) {
      looks.push(await look(page))
      await pause(LOOK_EVERY_MS)
    }
    looks.push(await look(page))
  })()
  return {
    async stop() {
      stopping.abort()
      await done
      return looks
    }
  }
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

interface Torn {
  /** `performance.now()` here. */
  timeMs: number
  atMs: number
  ms: number
  silentMs: number
}

interface TornTone {
  soundedMs: number
  torn: Torn[]
}

function judge(samples: Int16Array, sampleRateHz: number, timeMs: (index: number) => number): TornTone {
  const { soundedMs, glitches } = judgeTone(samples, GLITCH_TONE_HZ, sampleRateHz)
  return {
    soundedMs,
    torn: glitches.map(({ at, ms, silentMs }) => ({
      timeMs: timeMs(at),
      atMs: (at / sampleRateHz) * 1000,
      ms,
      silentMs
    }))
  }
}

function judgeArrived(arrived: ArrivedAudio, fromMs: number): TornTone {
  const pieces = arrived.pieces.filter(({ atMs }) => atMs >= fromMs)
  const first = pieces[0]?.from ?? 0
  return judge(Int16Array.from(arrived.samples(fromMs)), arrived.sampleRateHz, (index) => {
    return pieces.findLast(({ from }) => from - first <= index)?.atMs ?? Number.NaN
  })
}

const isNear = (timeMs: number, others: readonly Torn[]): boolean =>
  others.some((other) => Math.abs(other.timeMs - timeMs) < NEAR_MS)

/** Two recordings of one source: what only one of them has was torn by the recorder. */
class Wire {
  readonly #recordings: readonly Recording[]

  private constructor(recordings: readonly Recording[]) {
    this.#recordings = recordings
  }

  static async of(source: string, { rig }: Stage): Promise<Wire> {
    return new Wire([await record(source, rig.env), await record(source, rig.env)])
  }

  async stop(): Promise<TornTone> {
    const judged: TornTone[] = []
    for (const recording of this.#recordings) {
      judged.push(judge(await recording.stop(), RECORDING_RATE_HZ, (index) => recording.timeMs(index)))
    }
    const [first, second] = judged
    if (first === undefined || second === undefined) throw new Error('nothing was recorded')
    return { ...first, torn: first.torn.filter(({ timeMs }) => isNear(timeMs, second.torn)) }
  }
}

/** When the browser counted that it had lost sound, between two looks at it. */
function browserLosses(looks: readonly Look[]): Span[] {
  return looks.flatMap((now, i) => {
    const before = looks[i - 1]
    if (before === undefined) return []
    const lost = now.underruns > before.underruns || now.lostInputFrames > before.lostInputFrames
    if (!lost) return []
    const [fromMs, toMs] = [before.atMs - performance.timeOrigin, now.atMs - performance.timeOrigin]
    return [{ fromMs: fromMs - COUNTED_LATE_MS, toMs }]
  })
}

interface Span {
  fromMs: number
  toMs: number
}

/** How much of the time the spans cover together. */
function covered(spans: readonly Span[]): number {
  let sum = 0
  let end = Number.NEGATIVE_INFINITY
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    sum += Math.max(0, toMs - Math.max(fromMs, end))
    end = Math.max(end, toMs)
  }
  return sum
}

const around = ({ fromMs, toMs }: Span): Span => ({ fromMs: fromMs - NEAR_MS, toMs: toMs + NEAR_MS })

const during = (spans: readonly Span[], timeMs: number): boolean =>
  spans.some(({ fromMs, toMs }) => timeMs > fromMs && timeMs < toMs)

function explained(heard: TornTone, looks: readonly Look[], wire: readonly Torn[]): HeardTone {
  const browser = browserLosses(looks).map(around)
  const server = wire.map(({ timeMs, ms }) => around({ fromMs: timeMs, toMs: timeMs + ms }))
  return {
    soundedMs: heard.soundedMs,
    excused: covered([...browser, ...server]) / heard.soundedMs,
    glitches: heard.torn.map(({ timeMs, ...torn }) => ({
      ...torn,
      cause: during(server, timeMs) ? 'sound-server' : during(browser, timeMs) ? 'browser' : 'unexplained'
    }))
  }
}

/** One conversation of `seconds` of both tones with `load` (0 to 1) on every core. */
export async function glitchRun(
  context: Pick<BenchContext, 'defer' | 'buildDir'>,
  stage: Stage,
  { seconds, load }: { seconds: number; load: number }
): Promise<GlitchRun> {
  const service = await startService()
  const { page, talk, host } = await openParley(context, stage, service, { init: KEEP_AT_HAND })
  await setAudioPreferences(page, {
    processing: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    halfDuplex: 'off'
  })
  await talk()
  const cpu = loadCpu(load)
  await pause(SETTLING_MS)
  const path = join(stage.dir, `tone-${performance.now()}.wav`)
  const said = tone({ hz: GLITCH_TONE_HZ, ms: seconds * 1000, sampleRateHz: RECORDING_RATE_HZ, peak: PEAK })
  await writeWav(path, said, RECORDING_RATE_HZ)
  const speaker = await Wire.of('speaker.monitor', stage)
  const wire = await Wire.of('virtmic', stage)
  const watched = watch(page)
  const fromMs = performance.now()
  await Promise.all([stage.rig.say(path), speak(service, seconds)])
  // The last of the agent's sound is sent ahead of its time.
  await pause(LEAD_SECONDS * 1000 + 500)
  const looks = await watched.stop()
  const busy = await cpu.stop()
  const heardSpeaker = await speaker.stop()
  const { torn } = await wire.stop()
  const heardMicrophone = judgeArrived(service.arrived, fromMs)
  await page.close()
  await service.close()
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
  options: { seconds: number; load: number }
): Promise<GlitchRun> {
  return glitchRun(context, await openStage(context), options)
}
