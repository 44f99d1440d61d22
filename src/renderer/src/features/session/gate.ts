import type { Gate } from '../../audio/api.ts'
import type { AppState } from './state.ts'
import { isActive, isTextOnly } from './state.ts'

type GateInput = Pick<
  AppState,
  'session' | 'talkingTo' | 'profiles' | 'preferences' | 'pushToTalk' | 'muted' | 'host' | 'microphone'
>

/**
 * Whether samples may leave the worker now. The one rule behind mute, both talk modes, text-only agents and hanging up. System audio is
 * sent beside the person and never alone: not while their microphone has failed.
 */
export function gateOpen(state: GateInput): boolean {
  if (state.host.kind !== 'up' || !isActive(state.session) || state.muted || isTextOnly(state)) return false
  if (state.microphone.kind === 'failed') return false
  return state.preferences.talkMode === 'open' || state.pushToTalk.kind === 'open'
}

/** The gate as the worker is told it: `ready` keeps what was said just before a talk key went down. */
export function gateOf(state: GateInput): Gate {
  if (gateOpen(state)) return 'open'
  const { talkMode, audio } = state.preferences
  if (talkMode !== 'push-to-talk' || state.muted || isTextOnly(state) || state.host.kind !== 'up') return 'closed'
  return state.microphone.kind === 'live' && (isActive(state.session) || audio.keepWarm) ? 'ready' : 'closed'
}

/** `all`: the microphone, the loudspeaker and, where it is chosen, system audio. */
export type Wanted = 'nothing' | 'microphone' | 'all'

/**
 * What is to be open: all of it in a conversation (`asked`: or one that was asked for), and the microphone alone between them when it is
 * kept warm, or while the person tries it. An agent without audio needs nothing, kept warm or not.
 */
export function soundWanted(
  state: Pick<AppState, 'session' | 'talkingTo' | 'profiles' | 'preferences' | 'trying'>,
  asked: boolean
): Wanted {
  const hears = !isTextOnly(state)
  if (hears && (asked || isActive(state.session))) return 'all'
  return state.trying || (hears && state.preferences.audio.keepWarm) ? 'microphone' : 'nothing'
}

/** The microphone is open for the next conversation alone. */
export function isKeptWarm(state: Pick<AppState, 'session' | 'preferences' | 'microphone'>): boolean {
  return state.preferences.audio.keepWarm && !isActive(state.session) && state.microphone.kind === 'live'
}
