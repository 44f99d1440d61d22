import { assertNever } from '../../shared/assert-never.ts'

/** Closed after a reply was cut: audio of that reply still arrives and must not be heard (deepgram.md section 7.1). */
export type DropGate =
  | { kind: 'open' }
  /** The user, or a typed text, took the turn, or the service cut the reply off itself. */
  | { kind: 'user-turn'; sinceMs: number }
  /** The user stopped the reply; the service does not know and sends the rest of it. */
  | { kind: 'stopped'; lastAudioMs: number }
  /** An injected statement takes the place of the reply; what is on its way of the reply comes first. */
  | { kind: 'replaced'; sinceMs: number }

/** An agent statement without a user turn before it must be heard at last, even if no message opened the gate. */
export const USER_TURN_CAP_MS = 3_000

/** A stopped reply whose end was never announced is over once its audio has paused this long. */
export const STOPPED_QUIET_MS = 3_000

/** Audio of a reply that the service has stopped arrives for about this long (deepgram.md section 6). */
export const LATE_AUDIO_MS = 500

/** What can move the gate. `statement`: the service told the text of an injected statement. `reply-end` is AgentAudioDone, `agent-text` is ConversationText(assistant). */
export type GateInput =
  | 'user-started'
  | 'typed-text'
  | 'stop-speaking'
  | 'replaced'
  /** The service says that it cut its reply off. */
  | 'cancelled'
  | 'statement'
  | 'user-text'
  | 'turn-ended'
  | 'agent-thinking'
  | 'agent-started'
  | 'tools-called'
  | 'reply-end'

/** The gate after `input`. A late sentence of the cut reply is no reason to open it. */
export function moveGate(gate: DropGate, input: GateInput, nowMs: number): DropGate {
  switch (input) {
    case 'user-started':
    case 'typed-text':
      return { kind: 'user-turn', sinceMs: nowMs }
    case 'cancelled':
      return gate.kind === 'user-turn' ? gate : { kind: 'user-turn', sinceMs: nowMs }
    case 'stop-speaking':
      return gate.kind === 'user-turn' ? gate : { kind: 'stopped', lastAudioMs: nowMs }
    case 'replaced':
      return { kind: 'replaced', sinceMs: nowMs }
    case 'statement':
      return gate.kind === 'replaced' || gate.kind === 'stopped' ? { kind: 'open' } : gate
    case 'user-text':
      return { kind: 'open' }
    case 'turn-ended':
    case 'agent-thinking':
    case 'agent-started':
    case 'tools-called':
      return gate.kind === 'stopped' ? gate : { kind: 'open' }
    case 'reply-end':
      return gate.kind === 'stopped' || gate.kind === 'replaced' ? { kind: 'open' } : gate
    default:
      return assertNever(input)
  }
}

/** Whether audio that arrives now is heard, and the gate afterwards. */
export function passAudio(gate: DropGate, nowMs: number): { pass: boolean; gate: DropGate } {
  if (gate.kind === 'user-turn' && nowMs - gate.sinceMs < USER_TURN_CAP_MS) return { pass: false, gate }
  if (gate.kind === 'replaced' && nowMs - gate.sinceMs < LATE_AUDIO_MS) return { pass: false, gate }
  if (gate.kind === 'stopped' && nowMs - gate.lastAudioMs < STOPPED_QUIET_MS) {
    return { pass: false, gate: { kind: 'stopped', lastAudioMs: nowMs } }
  }
  return { pass: true, gate: gate.kind === 'open' ? gate : { kind: 'open' } }
}
