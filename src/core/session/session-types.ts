import type { SessionEvent } from '../../shared/events.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import type {
  AudioSink,
  BuiltinAgent,
  Clock,
  Http,
  Log,
  Random,
  SecretStore,
  TokenGrant,
  ToolSet,
  Transport
} from '../ports.ts'
import type { EarlierConversation } from './earlier.ts'

/**
 * One message on the wire, for an inspector or a log: JSON as sent or received, `{ type: 'binary', bytes }` for audio,
 * `{ type: 'text', bytes }` for a frame that is not JSON. Secrets stand as their placeholders.
 */
export interface WireEntry {
  dir: 'in' | 'out'
  message: unknown
}

/** What a session needs from its host. */
export interface SessionDeps {
  transport: Transport
  clock: Clock
  random: Random
  log: Log
  secrets: SecretStore
  /** For profiles that ask for short-lived tokens; without it they cannot connect. */
  tokens?: TokenGrant
  /** For services with a REST interface; without it they cannot be reached. */
  http?: Http
  builtinAgent: BuiltinAgent
  sink: AudioSink
  /** The host's own tools; they come before those of the profile. */
  tools?: ToolSet
  onEvent(event: SessionEvent): void
  onWire?(entry: WireEntry): void
}

/** What waits in a session; every queue is bounded. */
export interface QueueLengths {
  /** Microphone blocks of 20 ms that wait for the service. */
  readonly audioBlocks: number
  /** Commands that are held, on their way or not answered yet. */
  readonly commands: number
  readonly announcements: number
  /** Calls without an answer, whoever makes them. */
  readonly toolCalls: number
}

export interface SessionOptions {
  profile: AgentProfile
  /** Overrides the profile's own base URL. */
  url?: string
  /** False: the first failure or loss of a connection ends the session with its reason, for a script that wants to know. */
  reconnect?: boolean
  /** The agent knows it, and does not greet. */
  earlier?: EarlierConversation
}

/** Sample rates (Hz) of PCM16 mono on either side of the session. */
export interface SessionFormats {
  inputSampleRateHz: number
  outputSampleRateHz: number
}
