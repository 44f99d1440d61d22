import type { Clock, Log } from '../../shared/runtime.ts'
import type { Link } from '../link.ts'
import type { SpeechEngine } from '../speech/contract.ts'
import type { CallFunction, Thinker } from '../think/contract.ts'
import type { AbortCode, CloseReason } from './events.ts'
import type { SessionStart } from './session.ts'

/** What a connection needs from its surroundings. */
export interface ConnectionDeps {
  readonly link: Link
  readonly engine: SpeechEngine
  /** Number of this connection's stream at the engine. */
  readonly stream: number
  readonly transcriber: string
  readonly thinker: Thinker
  readonly callFunction: CallFunction
  /** How long a tool may take. */
  readonly toolDeadlineMs: number
  /** Closed after so long without audio or messages; Infinity: never. */
  readonly idleCloseMs: number
  /** The session ends after so long, whatever it does. */
  readonly sessionLimitMs: number
  /** What it may cost in time; Infinity: there is no bill. */
  readonly creditMs: number
  readonly clock: Clock
  readonly log: Log
  now(): Date
  /** The session is over; told once. */
  ended(reason: CloseReason): void
}

/** What a connection is opened for. */
export interface ConnectionStart extends SessionStart {
  readonly sessionId: string
  /** What the provider does not take: it gives up right after the socket opened. */
  readonly refusal: { readonly code: AbortCode; readonly message: string } | undefined
}
