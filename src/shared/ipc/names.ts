import type { CallName, EventName } from './contract.ts'

/** Names only, so that the preload bundle carries no schema library; `satisfies` keeps them equal to the contract. */
const callTable = {
  'app:info': true,
  'session:snapshot': true,
  'session:connect': true,
  'session:hang-up': true,
  'session:retry': true,
  'session:command': true,
  'session:save-changes': true,
  'service:choices': true,
  'profiles:list': true,
  'profiles:choose': true,
  'profiles:import': true,
  'profiles:read': true,
  'profiles:save': true,
  'profiles:remove': true,
  'system-audio:allow': true,
  'preferences:read': true,
  'preferences:write': true
} satisfies Record<CallName, true>

const eventTable = { 'session:event': true, 'profiles:changed': true } satisfies Record<EventName, true>

export const callNames: ReadonlySet<string> = new Set(Object.keys(callTable))
export const eventNames: ReadonlySet<string> = new Set(Object.keys(eventTable))

/** Channel on which the desktop's main hands the renderer its end of the audio port, with a nonce. */
export const AUDIO_PORT_CHANNEL = 'audio:port'
