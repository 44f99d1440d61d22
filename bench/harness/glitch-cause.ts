import { GLITCH_TONE_HZ, judgeTone } from '../../tests/rig/glitches.ts'
import { judgeProcessedTone } from './glitch-tone.ts'
import type { Look } from './glitch-watch.ts'
import type { ArrivedAudio } from './signal.ts'

/** Where a tone is torn, and by whom. */

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
  /** For how long a canceller had turned it down so far that nothing of it could be judged. */
  turnedDownMs: number
  glitches: HeardGlitch[]
}

export interface Torn {
  /** `performance.now()` here. */
  timeMs: number
  atMs: number
  ms: number
  silentMs: number
}

export interface TornTone {
  soundedMs: number
  turnedDownMs: number
  torn: Torn[]
}

/** Which tone it is, and whether somebody may turn it up and down on its way. */
export interface ToneKind {
  hz: number
  processed: boolean
}

export const PLAIN_TONE: ToneKind = { hz: GLITCH_TONE_HZ, processed: false }

export function judge(
  samples: Int16Array,
  { hz, processed }: ToneKind,
  sampleRateHz: number,
  timeMs: (index: number) => number
): TornTone {
  const { soundedMs, glitches, turnedDownMs } = processed
    ? judgeProcessedTone(samples, hz, sampleRateHz)
    : { turnedDownMs: 0, ...judgeTone(samples, hz, sampleRateHz) }
  return {
    soundedMs,
    turnedDownMs,
    torn: glitches.map(({ at, ms, silentMs }) => ({
      timeMs: timeMs(at),
      atMs: (at / sampleRateHz) * 1000,
      ms,
      silentMs
    }))
  }
}

export function judgeArrived(arrived: ArrivedAudio, kind: ToneKind, fromMs: number): TornTone {
  const pieces = arrived.pieces.filter(({ atMs }) => atMs >= fromMs)
  const first = pieces[0]?.from ?? 0
  return judge(Int16Array.from(arrived.samples(fromMs)), kind, arrived.sampleRateHz, (index) => {
    return pieces.findLast(({ from }) => from - first <= index)?.atMs ?? Number.NaN
  })
}

export const isNear = (timeMs: number, others: readonly Torn[]): boolean =>
  others.some((other) => Math.abs(other.timeMs - timeMs) < NEAR_MS)

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

/** Each glitch of `heard` with its cause; `wire` is what was torn before Parley could hear it. */
export function explained(heard: TornTone, looks: readonly Look[], wire: readonly Torn[]): HeardTone {
  const browser = browserLosses(looks).map(around)
  const server = wire.map(({ timeMs, ms }) => around({ fromMs: timeMs, toMs: timeMs + ms }))
  return {
    soundedMs: heard.soundedMs,
    turnedDownMs: heard.turnedDownMs,
    excused: covered([...browser, ...server]) / heard.soundedMs,
    glitches: heard.torn.map(({ timeMs, ...torn }) => ({
      ...torn,
      cause: during(server, timeMs) ? 'sound-server' : during(browser, timeMs) ? 'browser' : 'unexplained'
    }))
  }
}
