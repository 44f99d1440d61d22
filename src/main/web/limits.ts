import type { ServerOptions } from 'node:http'
import type { Clock } from '../../shared/runtime.ts'
import { rateLimit } from '../node/rate-limit.ts'

/** Connections of all kinds at once; another is dropped. Pages and overlays need about 60. */
export const CONNECTIONS_AT_ONCE = 256
const HEADERS_AT_ONCE = 100
/** Requests of browsers that have the session: a page of the product is about 20 files. */
export const ADMITTED_RATE = { perSecond: 200, burst: 1_000 }
/** Requests of everybody else. */
export const REFUSED_RATE = { perSecond: 20, burst: 200 }
/** How long a refused socket may take to go by itself. */
export const REFUSED_LINGER_MS = 1_000
/** A connection on which nothing moves; WebSockets that were let in are exempt. */
const IDLE_CONNECTION_MS = 60_000

/** Whoever sends slowly: the head of a request within 10 s, all of it within 30 s, looked at every 2 s. */
export const SLOW_LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000
} as const satisfies ServerOptions

/** What `limitServer` sets. */
interface Limited {
  maxConnections: number
  maxHeadersCount: number | null
  timeout: number
}

export function limitServer(server: Limited): void {
  server.maxConnections = CONNECTIONS_AT_ONCE
  server.maxHeadersCount = HEADERS_AT_ONCE
  server.timeout = IDLE_CONNECTION_MS
}

/** Whether one more request fits. */
export interface RequestLimits {
  admitted(): boolean
  refused(): boolean
}

/**
 * Who has the session and who has not are counted apart, so that nobody can lock the owner out by asking often. All of
 * them come from this machine, where an address tells nobody from another: one count for all.
 */
export function requestLimits(clock: Pick<Clock, 'nowMs'>): RequestLimits {
  const admitted = rateLimit(clock, ADMITTED_RATE)
  const refused = rateLimit(clock, REFUSED_RATE)
  return { admitted: () => admitted(), refused: () => refused() }
}
