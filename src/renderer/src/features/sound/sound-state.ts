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
  }
}

/** The same object comes back when nothing changed: a leak is told often, and the screen shows whole decibels. */
function reduceEngine(state: AppState, said: EngineStates): AppState {
  const { microphone, loudspeaker, systemAudio } = said
  const leakDb = said.echo.leakDb === null ? null : Math.round(said.echo.leakDb)
  const { halfDuplex } = said.echo
  const sameEcho = leakDb === state.echo.leakDb && halfDuplex === state.echo.halfDuplex
  const echo = sameEcho ? state.echo : { leakDb, halfDuplex }
  const loudspeakerKept = sameLoudspeaker(loudspeaker, state.loudspeaker) ? state.loudspeaker : loudspeaker
  if (
    sameEcho &&
    loudspeakerKept === state.loudspeaker &&
    microphone === state.microphone &&
    systemAudio === state.systemAudio
  )
    return state
  const hiddenProblem = microphone.kind === state.microphone.kind ? state.hiddenProblem : null
  return { ...state, microphone, systemAudio, echo, loudspeaker: loudspeakerKept, hiddenProblem }
}

/** An engine may make this state anew at every look. */
function sameLoudspeaker(a: LoudspeakerState, b: LoudspeakerState): boolean {
  return a.blocked === b.blocked && a.label === b.label && a.insteadOf === b.insteadOf
}
