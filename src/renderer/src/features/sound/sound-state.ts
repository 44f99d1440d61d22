import { assertNever } from '../../../../shared/assert-never.ts'
import type {
  Devices,
  EchoCheck,
  EchoState,
  LoudspeakerState,
  MicrophoneState,
  SystemAudioState
} from '../../audio/api.ts'
import type { AppState } from '../session/state.ts'

/** What the engine says of itself. */
export interface EngineStates {
  microphone: MicrophoneState
  loudspeaker: LoudspeakerState
  systemAudio: SystemAudioState
  echo: EchoState
}

/** `due`: another loudspeaker was chosen, and nobody has listened to it yet. */
export type EchoCheckState = { kind: 'none' } | { kind: 'due' } | { kind: 'running' } | EchoCheck

/** All that the screen shows of sound. */
export interface SoundState extends EngineStates {
  devices: Devices
  /** The person looks at what the microphone hears, and no conversation need run. Nothing is sent. */
  trying: boolean
  echoCheck: EchoCheckState
  /** Advice that the person has read, by its key. */
  hiddenNotes: readonly string[]
}

export type SoundAction =
  | ({ kind: 'audio' } & EngineStates)
  | { kind: 'devices'; devices: Devices }
  | { kind: 'trying'; on: boolean }
  | { kind: 'echo-check'; check: EchoCheckState }
  | { kind: 'hide-note'; key: string }

export const nothingOpen: SoundState = {
  microphone: { kind: 'off' },
  loudspeaker: { blocked: false, label: null, insteadOf: null },
  systemAudio: { kind: 'off' },
  echo: { leakDb: null, halfDuplex: false },
  devices: { microphones: [], loudspeakers: [] },
  trying: false,
  echoCheck: { kind: 'none' },
  hiddenNotes: []
}

export function reduceSound(state: AppState, action: SoundAction): AppState {
  switch (action.kind) {
    case 'audio':
      return reduceEngine(state, action)
    case 'devices':
      return { ...state, devices: action.devices }
    case 'trying':
      return state.trying === action.on ? state : { ...state, trying: action.on }
    case 'echo-check':
      return { ...state, echoCheck: action.check }
    case 'hide-note':
      return { ...state, hiddenNotes: [...state.hiddenNotes, action.key] }
    default:
      return assertNever(action)
  }
}

/** The same object comes back when nothing changed: the engine tells of a leak often, and makes its states anew at every look. */
function reduceEngine(state: AppState, said: EngineStates): AppState {
  const leakDb = said.echo.leakDb === null ? null : Math.round(said.echo.leakDb)
  const microphone = kept(state.microphone, said.microphone)
  const loudspeaker = kept(state.loudspeaker, said.loudspeaker)
  const systemAudio = kept(state.systemAudio, said.systemAudio)
  const echo = kept(state.echo, { leakDb, halfDuplex: said.echo.halfDuplex })
  const next = { microphone, loudspeaker, systemAudio, echo }
  if ((['microphone', 'loudspeaker', 'systemAudio', 'echo'] as const).every((key) => next[key] === state[key]))
    return state
  const hiddenProblem = microphone.kind === state.microphone.kind ? state.hiddenProblem : null
  return { ...state, ...next, hiddenProblem }
}

/** `before` where `after` says the same: both are small and hold plain values. */
function kept<T>(before: T, after: T): T {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after
}
