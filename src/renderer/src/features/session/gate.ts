import type { Gate } from '../../audio/api.ts'
import type { AppState } from './state.ts'
import { isActive, isTextOnly } from './state.ts'

type GateInput = Pick<
  AppState,
  'session' | 'talkingTo' | 'profiles' | 'preferences' | 'pushToTalk' | 'muted' | 'host' | 'microphone'
>

/** Whether samples may leave the worker now. The one rule behind mute, both talk modes, text-only agents and hanging up. */
export function gateOpen(state: GateInput): boolean {
  if (state.host.kind !== 'up' || !isActive(state.session) || state.muted || isTextOnly(state)) return false
  return state.preferences.talkMode === 'open' || state.pushToTalk.kind === 'open'
}

/** The gate as the worker is told it: `ready` keeps what was said just before a talk key went down. */
export function gateOf(state: GateInput): Gate {
  if (gateOpen(state)) return 'open'
  const { talkMode, audio } = state.preferences
  if (talkMode !== 'push-to-talk' || state.muted || isTextOnly(state) || state.host.kind !== 'up') return 'closed'
  return state.microphone.kind === 'live' && (isActive(state.session) || audio.keepWarm) ? 'ready' : 'closed'
}

/**
 * Whether the microphone is to be open: in a conversation (`asked`: or one that was asked for), between them when it is kept warm, and
 * while the person tries it. An agent without audio needs none, kept warm or not.
 */
export function microphoneWanted(
  state: Pick<AppState, 'session' | 'talkingTo' | 'profiles' | 'preferences' | 'trying'>,
  asked: boolean
): boolean {
  if (state.trying) return true
  return !isTextOnly(state) && (asked || isActive(state.session) || state.preferences.audio.keepWarm)
}

/** The microphone is open for the next conversation alone. */
export function isKeptWarm(state: Pick<AppState, 'session' | 'preferences' | 'microphone'>): boolean {
  return state.preferences.audio.keepWarm && !isActive(state.session) && state.microphone.kind === 'live'
}
