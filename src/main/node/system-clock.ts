import type { Clock } from '../../shared/runtime.ts'

/**
 * Real time: `performance.now` and Node's timers. A pending timer keeps the process alive, so that a live session does;
 * whoever sets one cancels it when the session or server that owns it ends.
 */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  every(ms, run) {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  }
}
