import type { Clock } from '../../shared/runtime.ts'

/** Token bucket: `burst` at once, `perSecond` in the long run. Returns whether one more fits now. */
export function rateLimit(clock: Pick<Clock, 'nowMs'>, limits: { perSecond: number; burst: number }): () => boolean {
  let tokens = limits.burst
  let atMs = clock.nowMs()
  return () => {
    const nowMs = clock.nowMs()
    tokens = Math.min(limits.burst, tokens + ((nowMs - atMs) * limits.perSecond) / 1000)
    atMs = nowMs
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
