import type { AppState } from './state.ts'
import { isActive, isTextOnly } from './state.ts'

type GateInput = Pick<AppState, 'session' | 'talkingTo' | 'profiles' | 'preferences' | 'pushToTalk' | 'muted' | 'host'>

/** Whether microphone samples may leave the worker now. The one rule behind mute, both talk modes, text-only agents and hanging up. */
export function gateOpen(state: GateInput): boolean {
  if (state.host.kind !== 'up' || !isActive(state.session) || state.muted || isTextOnly(state)) return false
  return state.preferences.talkMode === 'open' || state.pushToTalk.kind === 'open'
}
