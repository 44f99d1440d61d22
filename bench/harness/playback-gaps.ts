import type { Glitch } from '../../tests/rig/glitches.ts'

/** A shorter silence is in no buffer of Parley's: it fades for 5 ms in and out. */
const SHORTEST_GAP_MS = 5

/** A silence within a reply, `performance.now()`. */
export interface Gap {
  fromMs: number
  toMs: number
}

/** Of all places at which a reply's tone is torn, those at which it stopped. `timeMs` tells the time of a sample. */
export function gapsOf(glitches: readonly Glitch[], sampleRateHz: number, timeMs: (index: number) => number): Gap[] {
  return glitches
    .filter(({ silentMs }) => silentMs >= SHORTEST_GAP_MS)
    .map(({ at, ms }) => ({ fromMs: timeMs(at), toMs: timeMs(at + (ms * sampleRateHz) / 1000) }))
}

/**
 * From the message that ended the longest wait for one to the end of the longest gap, ms. Throws where there is no gap that this
 * message could have ended: the standstill was not heard, and nothing is known of the recovery.
 */
export function recoveryMs(gaps: readonly Gap[], sentMs: readonly number[]): number {
  const resumedMs = afterLongestWaitMs(sentMs)
  const [longest] = gaps.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))
  if (longest === undefined) throw new Error('the standstill of the link was not heard as a gap')
  const recovery = longest.toMs - resumedMs
  if (recovery < 0)
    throw new Error(`the longest gap ended ${Math.round(-recovery)} ms before the link's standstill did`)
  return recovery
}

/** The time at which the first message after the longest wait for one left. */
function afterLongestWaitMs(sentMs: readonly number[]): number {
  if (sentMs.length < 2) throw new Error('a reply of one message has no standstill')
  const waits = sentMs.map((ms, i) => ms - (sentMs[i - 1] ?? ms))
  return sentMs[waits.indexOf(Math.max(...waits))] ?? Number.NaN
}
