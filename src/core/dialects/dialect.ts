import type { Command } from '../../shared/commands.ts'
import type { PromptUse } from '../../shared/prompt.ts'
import type { Json } from '../secrets/placeholders.ts'

/** One JSON text frame. */
export type WireMessage = { [key: string]: Json }

/** What a service tells, in words of no service. */
export type ServiceEvent =
  /** The service is there and waits for the settings. */
  | { kind: 'welcome' }
  | { kind: 'settings-applied' }
  | { kind: 'user-started' }
  | { kind: 'user-text'; text: string }
  | { kind: 'turn-ended' }
  | { kind: 'agent-text'; text: string }
  | { kind: 'agent-thinking' }
  | { kind: 'agent-started' }
  /** All audio of the reply was sent, not played. */
  | { kind: 'agent-audio-done' }
  | { kind: 'prompt-updated' }
  | { kind: 'injection-refused'; reason: string }
  | { kind: 'warning'; code: string; message: string }
  /** The session is over. `settings`: the service did not accept the settings or an update of them. */
  | { kind: 'error'; code: string; message: string; settings: boolean }
  /** Known or not, it changes nothing. */
  | { kind: 'unknown' }

/** Commands that go on the wire; stop-speaking happens in the client. */
export type WireCommand = Exclude<Command, { kind: 'stop-speaking' }>

/** The pure code that turns commands into a service's messages and messages into events. */
export interface Dialect {
  readonly inputSampleRateHz: number
  readonly outputSampleRateHz: number
  /** The service puts a WAV header before its audio. */
  readonly outputIsWav: boolean
  /** First message of a socket, with `{{secret:NAME}}` still in it. */
  readonly settings: WireMessage
  readonly keepAlive: WireMessage
  command(command: WireCommand): WireMessage
  read(message: unknown): ServiceEvent
  /** How much of its limit the prompt uses once `additions` were appended. */
  promptUse(additions: readonly string[]): PromptUse
}
