import type { Earcon } from '../../audio/api.ts'
import { gateOpen } from '../session/gate.ts'
import { type AppState, isActive } from '../session/state.ts'

/** Ends that nobody has to be told by a sound: a person made them, or stands at the button. */
function endedByItself({ session }: AppState, before: AppState): boolean {
  if (session.phase !== 'ended' || !isActive(before.session)) return false
  return (
    session.reason.code !== 'hung-up' && (before.session.phase === 'live' || before.session.phase === 'reconnecting')
  )
}

/** The sound for what changed; at most one. None while they are off, and none for what the person sees at the button they press. */
export function earconFor(before: AppState, now: AppState): Earcon | undefined {
  if (!now.preferences.presence.earcons) return undefined
  if (endedByItself(now, before)) return 'ended'
  if (!isActive(before.session) || !isActive(now.session)) return undefined
  const [was, is] = [gateOpen(before), gateOpen(now)]
  if (was === is) return undefined
  return is ? 'open' : 'close'
}
