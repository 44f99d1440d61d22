import { describe, expect, it } from 'vitest'
import type { EndReason } from '../../../shared/events.ts'
import {
  afterLoss,
  backOffMs,
  decide,
  firstTries,
  restarted,
  type Failure,
  type Tries,
  type Verdict
} from './policy.ts'

const reason = (code: EndReason['code']): EndReason => ({ code, message: 'x' })
const LOST: Failure = { reason: reason('unreachable'), retry: true }
const BUSY: Failure = { reason: reason('rate-limited'), retry: true }

/** Seeded, so that a failing simulation fails again. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function waited(verdict: Verdict): Extract<Verdict, { kind: 'wait' }> {
  if (verdict.kind !== 'wait') throw new Error(verdict.why)
  return verdict
}

/** Delays of `count` attempts that fail at once, from a drop at 0. */
function delays(count: number, random: () => number): number[] {
  let nowMs = 0
  let tries = firstTries(nowMs)
  return Array.from({ length: count }, () => {
    const verdict = waited(decide(LOST, tries, true, nowMs, random))
    tries = verdict.tries
    nowMs += verdict.delayMs
    return verdict.delayMs
  })
}

describe('the back-off', () => {
  it('is at most 100 ms before the first attempt, then doubles up to 7 s', () => {
    expect(delays(8, () => 0.999_999).map((ms) => Math.round(ms))).toEqual([
      100, 600, 1_200, 2_400, 4_800, 7_000, 7_000, 7_000
    ])
  })

  it('is never under 250 ms after the first attempt', () => {
    expect(delays(6, () => 0)).toEqual([0, 250, 250, 250, 250, 250])
  })

  it('C39 has full jitter', () => {
    const random = randomOf(1)
    const fourth = Array.from({ length: 2_000 }, () => delays(4, random)[3] as number)
    expect(fourth.filter((ms) => ms < 800).length).toBeGreaterThan(500)
    expect(fourth.filter((ms) => ms > 1_600).length).toBeGreaterThan(500)
  })

  it('becomes one attempt in 15 to 30 s after a minute', () => {
    const tries: Tries = { ...firstTries(0), step: 3 }
    expect(backOffMs(tries, 59_999, () => 0.5)).toBe(1_200)
    expect(backOffMs(tries, 60_000, () => 0)).toBe(15_000)
    expect(backOffMs(tries, 60_000, () => 0.999_999)).toBeCloseTo(30_000, 0)
  })

  it('begins anew when the network is back, and the quick failures stay counted', () => {
    const tries: Tries = { attempts: 9, step: 9, quickFailures: 2, sinceMs: 0 }
    const next = restarted(tries, 100_000)
    expect(backOffMs(next, 100_000, () => 0.5)).toBe(300)
    expect(next).toMatchObject({ attempts: 9, quickFailures: 2 })
  })

  it('spreads a thousand clients: no second has more than a quarter of the attempts after the second one', () => {
    const random = randomOf(7)
    const seconds = new Map<number, number>()
    let total = 0
    for (let client = 0; client < 1_000; client += 1) {
      let atMs = 0
      for (const [at, ms] of delays(10, random).entries()) {
        atMs += ms
        if (at < 2) continue
        total += 1
        const second = Math.floor(atMs / 1_000)
        seconds.set(second, (seconds.get(second) ?? 0) + 1)
      }
    }
    expect(Math.max(...seconds.values()) / total).toBeLessThan(0.25)
  })
})

describe('the count of attempts', () => {
  it('starts afresh only after 5 s of stable uptime', () => {
    const tries: Tries = { attempts: 4, step: 4, quickFailures: 2, sinceMs: 0 }
    expect(afterLoss(tries, { openedMs: 10_000, liveMs: 10_000 }, 15_000)).toEqual(firstTries(15_000))
    expect(afterLoss(tries, { openedMs: 10_000, liveMs: 10_000 }, 14_999)).toEqual({ ...tries, quickFailures: 3 })
  })

  it('knows a socket that never opened from one that was lost within 5 s', () => {
    const tries = firstTries(0)
    expect(afterLoss(tries, { openedMs: undefined, liveMs: undefined }, 1).quickFailures).toBe(0)
    expect(afterLoss(tries, { openedMs: 1_000, liveMs: undefined }, 1_001).quickFailures).toBe(1)
    expect(afterLoss(tries, { openedMs: 1_000, liveMs: undefined }, 6_000).quickFailures).toBe(0)
  })
})

describe('the decision', () => {
  it('is final for what would fail the same way again', () => {
    expect(decide({ reason: reason('unauthorized'), retry: false }, firstTries(0), true, 0, () => 0)).toEqual({
      kind: 'stop',
      why: 'final'
    })
  })

  it('stops after three quick failures', () => {
    const tries = { ...firstTries(0), quickFailures: 3 }
    expect(decide(LOST, tries, true, 0, () => 0)).toEqual({ kind: 'stop', why: 'quick-failures' })
    expect(decide(LOST, { ...tries, quickFailures: 2 }, true, 0, () => 0).kind).toBe('wait')
  })

  it('ends a session that was never live, unless the service only has too many', () => {
    expect(decide(LOST, firstTries(0), false, 0, () => 0).kind).toBe('stop')
    expect(decide(BUSY, firstTries(0), false, 0, () => 0).kind).toBe('wait')
    expect(decide(BUSY, { ...firstTries(0), attempts: 3 }, false, 0, () => 0).kind).toBe('stop')
  })

  it('C5 never comes before Retry-After, and not at once without it', () => {
    const asked = waited(decide({ ...BUSY, retryAfterMs: 20_000 }, firstTries(0), true, 1_000, () => 0.5))
    expect(asked.delayMs).toBe(20_500)
    expect(asked.notBeforeMs).toBe(21_000)
    expect(waited(decide(BUSY, firstTries(0), true, 0, () => 0)).delayMs).toBe(1_000)
    expect(decide({ ...BUSY, retryAfterMs: 3_600_000 }, firstTries(0), false, 0, () => 0).kind).toBe('stop')
  })

  it.each([3_600_001, 999_999_999_000, Infinity])('C5 believes a Retry-After of %s ms for an hour', (retryAfterMs) => {
    const asked = waited(decide({ ...BUSY, retryAfterMs }, firstTries(0), true, 1_000, () => 0.5))
    expect(asked.delayMs).toBe(3_600_500)
    expect(asked.notBeforeMs).toBe(3_601_000)
  })
})
