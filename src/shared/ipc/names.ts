import type { CallName, EventName } from './contract.ts'

/** Names only, so that the preload bundle carries no schema library; `satisfies` keeps them equal to the contract. */
const callTable = {
  'app:info': true,
  'session:snapshot': true,
  'session:connect': true,
  'session:hang-up': true,
  'session:retry': true,
  'session:switch': true,
  'session:command': true,
  'session:save-changes': true,
  'service:choices': true,
  'system-audio:allow': true,
  'preferences:read': true,
  'preferences:write': true,
  'profiles:list': true,
  'profiles:choose': true,
  'profiles:preview': true,
  'profiles:import': true,
  'profiles:enables': true,
  'profiles:allow': true,
  'profiles:read': true,
  'profiles:export': true,
  'profiles:save': true,
  'profiles:duplicate': true,
  'profiles:move': true,
  'profiles:remove': true,
  'profiles:restore': true,
  'secrets:list': true,
  'secrets:set': true,
  'secrets:remove': true,
  'secrets:check': true,
  'shortcuts:status': true,
  'shortcuts:test': true,
  'presence:info': true,
  'presence:level': true,
  'presence:overlay': true,
  'presence:show': true,
  'presence:stay': true,
  'usage:list': true,
  'history:list': true,
  'history:read': true,
  'history:remove': true,
  'history:clear': true,
  'history:export': true,
  'history:continue': true,
  'data:info': true,
  'data:open': true,
  'data:report': true,
  'data:delete-all': true,
  'self-check:begin': true,
  'self-check:report': true
} satisfies Record<CallName, true>

const eventTable = {
  'session:event': true,
  'preferences:changed': true,
  'profiles:changed': true,
  'shortcuts:changed': true,
  'shortcuts:key': true,
  'presence:overlay-changed': true,
  'presence:watched': true,
  'presence:mute': true,
  'presence:idle': true,
  'history:changed': true,
  'data:problem': true
} satisfies Record<EventName, true>

export const callNames: ReadonlySet<string> = new Set(Object.keys(callTable))
export const eventNames: ReadonlySet<string> = new Set(Object.keys(eventTable))

/** Channel on which the desktop's main hands the renderer its end of the audio port, with a nonce. */
export const AUDIO_PORT_CHANNEL = 'audio:port'
