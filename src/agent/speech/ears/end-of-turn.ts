import { type ListenOptions, SHORTEST_SILENCE_MS, type TurnTrigger } from '../contract.ts'

/** Silence that ends a turn at the default threshold. */
export const HANGOVER_MS = 750
const CONFIDENCE_AT_HANGOVER = 0.7

/** How long a silence (ms) must last before something is done about it; Infinity: never. */
export interface Patience {
  /** Until what was said so far may be transcribed. */
  readonly eagerMs: number
  /** Until the turn is over. */
  readonly endMs: number
  /** What ends it then. */
  readonly trigger: Exclude<TurnTrigger, 'manual'>
}

/**
 * Silence (ms) after which the turn has ended with this confidence (0 to 1). Each further millisecond takes the same share of
 * the doubt that is left: doubt halves every 432 ms.
 */
export function silenceMs(confidence: number): number {
  return Math.round((HANGOVER_MS * Math.log(1 - confidence)) / Math.log(1 - CONFIDENCE_AT_HANGOVER))
}

/** What the listen options mean for a silence. */
export function patienceFor(options: ListenOptions): Patience {
  const { eotThreshold, eagerEotThreshold, eotTimeoutMs } = options
  const eagerMs = eagerEotThreshold === null ? Infinity : silenceMs(eagerEotThreshold)
  const given = options.silenceMs ?? null
  if (given !== null) return { eagerMs, endMs: Math.max(SHORTEST_SILENCE_MS, given), trigger: 'timeout' }
  const confidentMs = silenceMs(eotThreshold)
  return {
    eagerMs,
    endMs: Math.min(confidentMs, eotTimeoutMs),
    trigger: confidentMs <= eotTimeoutMs ? 'model' : 'timeout'
  }
}
