import type { AudioLink, AudioLinkHandlers } from '../shared/ipc/audio-link.ts'
import { CallError, type AppInfo, type EventName, type Handlers } from '../shared/ipc/contract.ts'
import type { AgentProfile } from '../shared/profile.ts'
import type { BuiltinAgent, Clock, FileStore, Log, Random, SecretStore, Transport } from './ports.ts'

/** What the assistant needs from its host. `profile` is the one given on the command line: chosen, and not saved. */
export interface AssistantDeps {
  transport: Transport
  clock: Clock
  random: Random
  log: Log
  secrets: SecretStore
  builtinAgent: BuiltinAgent
  store: FileStore
  info: AppInfo
  profile?: AgentProfile
}

export type AssistantListener = (name: EventName, payload: unknown) => void

function notBuilt(): never {
  throw new CallError('internal', 'Not built yet.')
}

/** The assistant that a desktop or web host runs: one session at a time, profiles, preferences, one audio link. */
export class Assistant {
  readonly handlers: Handlers = {
    'app:info': notBuilt,
    'session:snapshot': notBuilt,
    'session:connect': notBuilt,
    'session:hang-up': notBuilt,
    'session:command': notBuilt,
    'profiles:list': notBuilt,
    'profiles:choose': notBuilt,
    'profiles:import': notBuilt,
    'profiles:read': notBuilt,
    'profiles:save': notBuilt,
    'profiles:remove': notBuilt,
    'preferences:read': notBuilt,
    'preferences:write': notBuilt
  }

  constructor(_deps: AssistantDeps) {}

  /** Calls `listener` for every event of the contract; returns its own unsubscribe. */
  onEvent(_listener: AssistantListener): () => void {
    return () => {}
  }

  /** Takes over the audio: a newer link replaces the older one, which is closed. */
  attachAudio(_link: AudioLink): AudioLinkHandlers {
    return { onAudio: () => {}, onControl: () => {}, onClose: () => {} }
  }

  /** Ends the session and closes the audio link. */
  close(): Promise<void> {
    return Promise.resolve()
  }
}
