import type { AppState } from './state.ts'
import { isActive } from './state.ts'

/** Whether microphone samples may leave the worker now. The one rule behind mute, both talk modes and hanging up. */
export function gateOpen(state: Pick<AppState, 'session' | 'preferences' | 'pushToTalk' | 'muted' | 'host'>): boolean {
  if (state.host.kind !== 'up' || !isActive(state.session) || state.muted) return false
  return state.preferences.talkMode === 'open' || state.pushToTalk.kind === 'open'
}
