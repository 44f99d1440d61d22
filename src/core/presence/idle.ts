import type { SessionEvent, SessionState, ToolCall } from '../../shared/events.ts'

/** How long before the end a person is warned. */
export const IDLE_WARNING_MS = 60_000

/** What decides when a conversation has been silent for too long. Times are of one monotonic clock. */
export interface Idle {
  session: SessionState
  /** Tool calls that run, or wait for a person to answer or to consent. */
  calls: ReadonlySet<string>
  /** The last sign of life. */
  quietSinceMs: number
}

export const nothingIdle: Idle = { session: { phase: 'idle' }, calls: new Set(), quietSinceMs: 0 }

export type IdleInput = { kind: 'event'; event: SessionEvent } | { kind: 'stay' }

/** What somebody said, did or asked for. What Parley tells of itself (lengths, latencies, notices) is no sign of life. */
const SIGNS: ReadonlySet<SessionEvent['kind']> = new Set<SessionEvent['kind']>([
  'state',
  'caption',
  'command',
  'interrupted',
  'reply-played',
  'tool-call',
  'talk',
  'reconnected'
])

function isOpen(call: ToolCall): boolean {
  return call.status === 'running' || call.status === 'waiting-for-person'
}

export function reduceIdle(idle: Idle, input: IdleInput, nowMs: number): Idle {
  if (input.kind === 'stay') return { ...idle, quietSinceMs: nowMs }
  const { event } = input
  if (!SIGNS.has(event.kind)) return idle
  const heard = { ...idle, quietSinceMs: nowMs }
  if (event.kind === 'state') {
    const begins = event.state.phase === 'connecting' || event.state.phase === 'ended'
    return { ...heard, session: event.state, ...(begins ? { calls: new Set<string>() } : {}) }
  }
  if (event.kind !== 'tool-call') return heard
  const calls = new Set(idle.calls)
  if (isOpen(event.call)) calls.add(event.call.id)
  else calls.delete(event.call.id)
  return { ...heard, calls }
}

export type IdleVerdict =
  /** Nothing counts down: no conversation, or something goes on in it. */
  | { kind: 'off' }
  /** Nothing to say for `forMs`. */
  | { kind: 'wait'; forMs: number }
  | { kind: 'warn'; endsInMs: number }
  | { kind: 'end' }

/**
 * Whether a silent conversation ends. It does not while somebody speaks, the agent thinks or its voice still plays, a tool runs or waits
 * for a person (their consent too), or the connection is away. `limitMs` null: never.
 */
export function idleVerdict(idle: Idle, nowMs: number, limitMs: number | null): IdleVerdict {
  const { session, calls } = idle
  const silent = session.phase === 'live' && session.activity === 'listening' && calls.size === 0
  if (!silent || limitMs === null) return { kind: 'off' }
  const endsInMs = idle.quietSinceMs + limitMs - nowMs
  if (endsInMs <= 0) return { kind: 'end' }
  return endsInMs > IDLE_WARNING_MS ? { kind: 'wait', forMs: endsInMs - IDLE_WARNING_MS } : { kind: 'warn', endsInMs }
}
