import type { Clock } from '../../shared/runtime.ts'

/** The longest wait of a timer of Node and of browsers, 24.8 days; one that is asked for longer fires after 1 ms. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

function timerMs(ms: number): number {
  return Math.min(ms, LONGEST_TIMER_MS)
}

/**
 * Real time: `performance.now` and Node's timers. A pending timer keeps the process alive, so that a live session does;
 * whoever sets one cancels it when the session or server that owns it ends. A wait beyond {@link LONGEST_TIMER_MS} is cut to it.
 */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, timerMs(ms))
    return () => clearTimeout(timer)
  },
  every(ms, run) {
    const timer = setInterval(run, timerMs(ms))
    return () => clearInterval(timer)
  }
}
