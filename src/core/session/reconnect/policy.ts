import type { EndReason } from '../../../shared/events.ts'
import type { ServiceEvent } from '../../dialects/dialect.ts'
import type { Random } from '../../ports.ts'

/** A connection that lived this long is stable: the next outage starts afresh. */
export const STABLE_MS = 5_000

/** So many connections in a row that opened and were lost before {@link STABLE_MS} end the session. */
export const QUICK_FAILURE_LIMIT = 3

/** An outage this long is tried only once in 15 to 30 s. */
export const LONG_OUTAGE_MS = 60_000

/** First connections that are refused with 429 before the session ends (C5). */
export const FIRST_CONNECT_LIMIT = 4

/** Longest wait that `Retry-After` is believed; a session that asks again once an hour is no burden to anybody. */
export const RETRY_AFTER_LIMIT_MS = 3_600_000

/** Nobody waits longer than this for a first connection, whatever `Retry-After` says. */
const FIRST_CONNECT_WAIT_MS = 60_000

const FIRST_MS = 100
const STEP_MS = 300
const FLOOR_MS = 250
const CAP_MS = 7_000
const LONG_FLOOR_MS = 15_000
const LONG_SPREAD_MS = 15_000
/** A machine that has said it goes to sleep, and runs this long without saying that it woke up, is awake. */
export const SLEEP_LIMIT_MS = 10_000

/** After 429 without `Retry-After`. */
const BUSY_FLOOR_MS = 1_000
/** Clients that are told the same `Retry-After` do not come back in the same instant. */
const RETRY_AFTER_SPREAD_MS = 1_000

/** Why a connection failed or was lost, and whether another one may work. */
export interface Failure {
  reason: EndReason
  /** False: it would fail the same way again (auth, address, settings), or the service ended the session on purpose. */
  retry: boolean
  /** What the service asks for, from when the failure came; believed up to {@link RETRY_AFTER_LIMIT_MS}. */
  retryAfterMs?: number
  /** Where the service closed the socket without an `Error` before it. `text`: its own words, as they came, perhaps none. */
  closed?: { code: number; text: string }
  /** The service's own words beside `reason`, as they came. */
  says?: string
  /** Parley gave the connection up itself. */
  ours?: true
  /** Where the service said itself that it is over. */
  error?: Extract<ServiceEvent, { kind: 'error' }>
}

/** How far the attempt came that failed; monotonic ms, undefined where it did not come so far. */
export interface Life {
  openedMs: number | undefined
  liveMs: number | undefined
}

/** The attempts since the connection was last stable. */
export interface Tries {
  /** Made so far; the next one has this number plus one. */
  readonly attempts: number
  /** Exponent of the back-off; {@link restarted} sets it back. */
  readonly step: number
  readonly quickFailures: number
  /** When the back-off began. */
  readonly sinceMs: number
}

export function firstTries(nowMs: number): Tries {
  return { attempts: 0, step: 0, quickFailures: 0, sinceMs: nowMs }
}

/**
 * The network is back, or the person wants to talk: the attempt that waits comes at once, and the back-off after it begins anew. The count
 * of quick failures does not.
 */
export function restarted(tries: Tries, nowMs: number): Tries {
  return { ...tries, step: 1, sinceMs: nowMs }
}

/** What is next after `tries` and one more loss. */
export function afterLoss(tries: Tries, { openedMs, liveMs }: Life, nowMs: number): Tries {
  if (liveMs !== undefined && nowMs - liveMs >= STABLE_MS) return firstTries(nowMs)
  const quick = openedMs !== undefined && nowMs - (liveMs ?? openedMs) < STABLE_MS
  return { ...tries, quickFailures: tries.quickFailures + (quick ? 1 : 0) }
}

/** A person wants another connection in the place of this one, which is nobody's failure. `life`: of what was given up. */
export function renewed(tries: Tries, { liveMs }: Life, nowMs: number): Tries {
  const before = liveMs !== undefined && nowMs - liveMs >= STABLE_MS ? firstTries(nowMs) : tries
  return { ...before, attempts: before.attempts + 1, step: 1, sinceMs: nowMs }
}

/**
 * The machine goes to sleep: the connection, or the attempt that was under way, ends and is nobody's failure. `life`: of what ended; undefined
 * while an attempt was only waited for. The back-off begins anew when it wakes up.
 */
export function slept(tries: Tries, life: Life | undefined, nowMs: number): Tries {
  const before = life?.liveMs !== undefined && nowMs - life.liveMs >= STABLE_MS ? firstTries(nowMs) : tries
  return { ...before, attempts: before.attempts + (life === undefined ? 0 : 1), step: 1, sinceMs: nowMs }
}

/**
 * Milliseconds before the next attempt (reliability-perf.md B1): the first at once, then full jitter that doubles up to 7 s and is
 * never under 250 ms, and after a minute one attempt in 15 to 30 s. `random` is in [0, 1).
 */
export function backOffMs(tries: Tries, nowMs: number, random: Random): number {
  if (nowMs - tries.sinceMs >= LONG_OUTAGE_MS) return LONG_FLOOR_MS + random() * LONG_SPREAD_MS
  if (tries.step === 0) return random() * FIRST_MS
  return Math.max(FLOOR_MS, random() * Math.min(CAP_MS, STEP_MS * 2 ** tries.step))
}

/** Either a sentence why it is over, or how long to wait. `notBeforeMs`: the service's own wish, which nothing shortens. */
export type Verdict =
  | { kind: 'stop'; why: 'final' | 'quick-failures' }
  | { kind: 'wait'; delayMs: number; notBeforeMs: number; tries: Tries }

/** What to do about `failure`; `tries` already counts its loss, `everLive`: the session has been live once. */
export function decide(failure: Failure, tries: Tries, everLive: boolean, nowMs: number, random: Random): Verdict {
  const busy = failure.reason.code === 'rate-limited'
  if (!failure.retry) return { kind: 'stop', why: 'final' }
  if (!everLive) {
    const tooOften = tries.attempts + 1 >= FIRST_CONNECT_LIMIT
    if (!busy || tooOften || (failure.retryAfterMs ?? 0) > FIRST_CONNECT_WAIT_MS) return { kind: 'stop', why: 'final' }
  }
  if (tries.quickFailures >= QUICK_FAILURE_LIMIT) return { kind: 'stop', why: 'quick-failures' }
  const asked = failure.retryAfterMs === undefined ? undefined : Math.min(failure.retryAfterMs, RETRY_AFTER_LIMIT_MS)
  const askedMs = asked === undefined ? (busy ? BUSY_FLOOR_MS : 0) : asked + random() * RETRY_AFTER_SPREAD_MS
  const delayMs = Math.max(askedMs, backOffMs(tries, nowMs, random))
  const next = { ...tries, attempts: tries.attempts + 1, step: tries.step + 1 }
  return { kind: 'wait', delayMs, notBeforeMs: nowMs + (asked ?? 0), tries: next }
}
