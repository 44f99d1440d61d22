import type { Clock, Log } from '../shared/runtime.ts'
import type { WireSwitches } from './conversation-deps.ts'
import type { Link } from './link.ts'
import type { SpeechEngine } from './speech/contract.ts'
import type { CallFunction, Thinker } from './think/contract.ts'

/** What a connection needs from its surroundings. */
export interface ConnectionDeps {
  readonly link: Link
  readonly engine: SpeechEngine
  /** Number of this connection's stream at the engine. */
  readonly stream: number
  readonly requestId: string
  readonly transcriber: string
  /** Asks the models that the think block has endpoints for. */
  readonly thinker: Thinker
  /** Calls the functions that have endpoints. */
  readonly callFunction: CallFunction
  readonly switches: WireSwitches
  /** Without a message of the client for so long the session ends with CLIENT_MESSAGE_TIMEOUT. */
  readonly idleTimeoutMs: number
  /** The session ends after so long, whatever it does. */
  readonly sessionLimitMs: number
  readonly clock: Clock
  readonly log: Log
  now(): Date
}
