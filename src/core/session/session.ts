import type { Command, CommandResult } from '../../shared/commands.ts'
import type { SessionEvent, SessionState } from '../../shared/events.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import type { AudioSink, BuiltinAgent, Clock, Log, PlaybackReport, Random, SecretStore, Transport } from '../ports.ts'

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
  builtinAgent: BuiltinAgent
  sink: AudioSink
  onEvent(event: SessionEvent): void
  onWire?(entry: WireEntry): void
}

/** `url` overrides the profile's own base URL. */
export interface SessionOptions {
  profile: AgentProfile
  url?: string
}

/** Sample rates (Hz) of PCM16 mono on either side of the session. */
export interface SessionFormats {
  inputSampleRateHz: number
  outputSampleRateHz: number
}

/** One live conversation, from connect to end (design.md section 5). */
export class Session {
  readonly formats: SessionFormats = { inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 }

  /** Throws `ProfileError` when the profile cannot work. */
  constructor(_deps: SessionDeps, _options: SessionOptions) {}

  get state(): SessionState {
    return { phase: 'idle' }
  }

  /** Opens the session; does nothing unless it is idle or ended. */
  connect(): void {}

  /** Ends the session at once; safe to call at any time and more than once. */
  hangUp(): void {}

  /** Never rejects. Commands given while connecting are held and sent once the service is ready. */
  execute(_command: Command): Promise<CommandResult> {
    return Promise.resolve({ outcome: 'failed', reason: 'Not built yet.' })
  }

  /** Opens or closes the microphone gate; blocks pushed while it is closed are ignored. */
  talk(_open: boolean, _mode: 'push-to-talk' | 'open'): void {}

  /** One 20 ms PCM16 mono block at `formats.inputSampleRateHz`; not kept after the call unless it is sent. */
  pushAudio(_pcm: Uint8Array): void {}

  /** What the sink has played, by its own audio clock. */
  playback(_report: PlaybackReport): void {}
}
