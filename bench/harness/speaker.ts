import type { Recording } from '../../tests/rig/recording.ts'
import { soundingSpan, toneDbfs } from '../../tests/rig/signal.ts'
import { pause, type Stage } from './stage.ts'

/** Level (peak) above which a sound has begun. */
const BEGUN_DBFS = -30
/** Level above which anything is still heard. */
const HEARD_DBFS = -60
const WINDOW_MS = 20
const ROUND_LEAD_MS = 200
/** Rounds that a busy machine may swallow. */
const MISSING_SHARE = 0.25

/** What is played until the message, and what must never be heard because it came after it. Multiples of 50 Hz. */
export const PLAYED_HZ = 1000
export const LATE_HZ = 1400

export interface Round {
  /** When the message left that made it begin and that made it end. */
  startedMs: number
  stoppedMs: number
}

export interface Heard {
  /** From the message to the first sample above -30 dBFS. */
  beginMs: number[]
  /** From the message to the last sample above -60 dBFS. */
  endMs: number[]
  /** Sound of {@link LATE_HZ} after the message, ms per round. */
  staleMs: number[]
}

/** Records the loudspeaker over `count` rounds, each as `round` does it, and judges every round. */
export async function listenTo(stage: Stage, count: number, round: () => Promise<Round>): Promise<Heard> {
  const loudspeaker = await stage.rig.recordSpeaker()
  await pause(ROUND_LEAD_MS)
  const rounds: Round[] = []
  for (let i = 0; i < count; i += 1) rounds.push(await round())
  const samples = await loudspeaker.stop()
  return judge(loudspeaker, samples, rounds)
}

/** Leaves out what was not heard at all; throws where that is more than a quarter of the rounds. */
export function judge(
  recording: Pick<Recording, 'startedAtMs' | 'sampleRateHz'>,
  samples: Int16Array,
  rounds: readonly Round[]
): Heard {
  const { startedAtMs, sampleRateHz } = recording
  const indexAt = (ms: number): number => Math.max(0, Math.round(((ms - startedAtMs) * sampleRateHz) / 1000))
  const heard: Heard = { beginMs: [], endMs: [], staleMs: [] }
  for (const [i, { startedMs, stoppedMs }] of rounds.entries()) {
    const from = indexAt(startedMs)
    const to = indexAt(rounds[i + 1]?.startedMs ?? Number.POSITIVE_INFINITY)
    const part = samples.subarray(from, to)
    const begun = soundingSpan(part, BEGUN_DBFS)
    const last = soundingSpan(part, HEARD_DBFS)
    if (begun === null || last === null) continue
    const timeMs = (index: number): number => startedAtMs + ((from + index) / sampleRateHz) * 1000
    heard.beginMs.push(timeMs(begun.first) - startedMs)
    heard.endMs.push(timeMs(last.last) - stoppedMs)
    heard.staleMs.push(staleMs(samples.subarray(indexAt(stoppedMs), to), sampleRateHz))
  }
  if (heard.beginMs.length < rounds.length * (1 - MISSING_SHARE) || rounds.length === 0) {
    throw new Error(`of ${rounds.length} rounds only ${heard.beginMs.length} were heard`)
  }
  return heard
}

function staleMs(samples: Int16Array, sampleRateHz: number): number {
  const frames = (WINDOW_MS * sampleRateHz) / 1000
  let windows = 0
  for (let at = 0; at + frames <= samples.length; at += frames) {
    const window = samples.subarray(at, at + frames)
    const late = toneDbfs(window, LATE_HZ, sampleRateHz)
    // The edge of a fade holds a little of every frequency.
    if (late > HEARD_DBFS && late > toneDbfs(window, PLAYED_HZ, sampleRateHz)) windows += 1
  }
  return windows * WINDOW_MS
}
