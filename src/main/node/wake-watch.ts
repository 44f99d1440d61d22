import type { Clock } from '../../shared/runtime.ts'

/** A tick so much later than due, by the time of day, says that the machine slept. */
export const SLEPT_MS = 5_000

export const TICK_MS = 1_000

export interface WakeWatchOptions {
  clock: Pick<Clock, 'every'>
  /** Time of day (ms): it goes on in a sleep, while Linux lets the steady clock and every timer stand still. */
  dayMs: () => number
  /** Also called after the process was stopped, or the time of day was put forward; nothing depends on it being a real sleep. */
  onWake: () => void
}

/** For a host that nobody tells of sleep: finds out when the machine woke up. Returns its idempotent end. */
export function wakeWatch({ clock, dayMs, onWake }: WakeWatchOptions): () => void {
  let lastMs = dayMs()
  return clock.every(TICK_MS, () => {
    const sleptMs = dayMs() - lastMs - TICK_MS
    lastMs = dayMs()
    if (sleptMs >= SLEPT_MS) onWake()
  })
}
