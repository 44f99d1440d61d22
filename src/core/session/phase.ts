import type { EndReason, SessionState } from '../../shared/events.ts'
import type { Attempt } from './attempt.ts'
import type { GreetingGate } from './reconnect/greeting-gate.ts'
import type { Renewal } from './reconnect/renewal.ts'
import type { Thread } from './thread.ts'

/** The one state value of a session; what it needs lives inside the variant that needs it. */
export type Phase =
  | { phase: 'idle' }
  | { phase: 'first'; thread: Thread; attempt: Attempt }
  | { phase: 'live'; thread: Thread; attempt: Attempt; renewal: Renewal; greeting: GreetingGate }
  | Reconnecting
  /** What is known of the conversation outlives it. */
  | { phase: 'ended'; reason: EndReason; thread: Thread }

/**
 * `attempt` is undefined while the next one is waited for; `lostMs`: when the connection was lost. `asleep`: the machine sleeps or is about
 * to, so the microphone is off and nobody's voice makes an attempt. `answerLost`: the connection owed an answer when it was lost.
 */
export interface Reconnecting {
  phase: 'reconnecting'
  thread: Thread
  attempt: Attempt | undefined
  reason: EndReason
  lostMs: number
  asleep: boolean
  answerLost: boolean
}

/** `current` without its connection: what an outage of it began with stays over all its attempts. */
export function disconnected(current: Running, reason: EndReason, asleep: boolean, nowMs: number): Reconnecting {
  const { thread } = current
  const { lostMs, answerLost } =
    current.phase === 'reconnecting' ? current : { lostMs: nowMs, answerLost: thread.history.unanswered }
  return { phase: 'reconnecting', thread, attempt: undefined, reason, lostMs, asleep, answerLost }
}

export type Running = Exclude<Phase, { phase: 'idle' | 'ended' }>

/** What a host sees of it. */
export function stateOf(current: Phase): SessionState {
  switch (current.phase) {
    case 'first': {
      const { step } = current.attempt
      return { phase: step === 'handshaking' || step === 'configuring' ? step : 'connecting' }
    }
    case 'live':
      return { phase: 'live', activity: current.thread.conversation.activity }
    case 'reconnecting': {
      const { attempt, inMs, hasToWait } = current.thread.retrying
      return { phase: 'reconnecting', attempt, retryInMs: inMs, canRetryNow: !hasToWait, reason: current.reason }
    }
    case 'ended':
      return { phase: 'ended', reason: current.reason }
    default:
      return { phase: current.phase }
  }
}
