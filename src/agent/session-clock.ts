import type { Clock } from '../shared/runtime.ts'

/** How long a session may last (deepgram.md section 1.2). */
export const SESSION_LIMIT_MS = 2 * 60 * 60 * 1000
/** The warning comes after this share of the limit: at 1:55 of 2:00 hours. */
const WARNING_SHARE = 115 / 120

/** What happens when; each once. */
export interface SessionClockEvents {
  approaching(): void
  reached(): void
}

/** Measures a session from now on. Answers its cancel, which may be called any number of times. */
export function startSessionClock(clock: Clock, limitMs: number, events: SessionClockEvents): () => void {
  const cancelWarning = clock.after(limitMs * WARNING_SHARE, () => events.approaching())
  const cancelEnd = clock.after(limitMs, () => events.reached())
  return () => {
    cancelWarning()
    cancelEnd()
  }
}
