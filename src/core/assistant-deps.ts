import type { AppInfo, CallOutput } from '../shared/ipc/contract.ts'
import type { DataProblem } from '../shared/ipc/data-calls.ts'
import type { AgentProfile } from '../shared/profile.ts'
import type { HostHandlers } from './host-handlers.ts'
import type {
  BuiltinAgent,
  Clock,
  FileStore,
  Http,
  Log,
  Random,
  SecretStore,
  TokenGrant,
  ToolSet,
  Transport
} from './ports.ts'

/** What the assistant needs from its host. `profile` is the one given on the command line: chosen, and not saved. */
export interface AssistantDeps {
  transport: Transport
  clock: Clock
  /** The date, in ms since 1970. */
  dateMs: () => number
  random: Random
  log: Log
  secrets: SecretStore
  tokens?: TokenGrant
  http?: Http
  tools?: ToolSet
  builtinAgent: BuiltinAgent
  store: FileStore
  info: AppInfo
  profile?: AgentProfile
  /** Lets the page capture what the computer plays; absent where the host cannot. */
  allowSystemAudio?: (on: boolean) => CallOutput<'system-audio:allow'> | Promise<CallOutput<'system-audio:allow'>>
  /** What the host answers itself: keys, hotkeys, tray and overlay, the history's file, the data folder. A call that is not in it is refused. */
  host?: Partial<HostHandlers>
  /** Gets what a person should know of the profiles as they were found in the store. */
  onProblem?: (problem: DataProblem) => void
}

/** The answer of a host without `allowSystemAudio`. */
export const NO_SYSTEM_AUDIO: CallOutput<'system-audio:allow'> = {
  how: 'none',
  reason:
    'Only the desktop program can capture all that the computer plays. Choose a monitor source or a virtual cable as the source of system audio.'
}
