import type { Clock } from '../../shared/runtime.ts'

/** Token bucket: `burst` at once, `perSecond` in the long run. Returns whether `cost` more (one, where nothing is said) fit now. */
export function rateLimit(
  clock: Pick<Clock, 'nowMs'>,
  limits: { perSecond: number; burst: number }
): (cost?: number) => boolean {
  let tokens = limits.burst
  let atMs = clock.nowMs()
  return (cost = 1) => {
    const nowMs = clock.nowMs()
    tokens = Math.min(limits.burst, tokens + ((nowMs - atMs) * limits.perSecond) / 1000)
    atMs = nowMs
    if (tokens < cost) return false
    tokens -= cost
    return true
  }
}
