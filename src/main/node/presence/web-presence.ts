import { CallError } from '../../../shared/ipc/contract.ts'
import type { PresenceInfo } from '../../../shared/ipc/presence-calls.ts'
import type { Clock, Log } from '../../../shared/runtime.ts'
import { createPresence, type Presence } from './presence.ts'

const WEB = 'Parley runs in a browser here.'

/** A browser's page can be given none of what belongs to the desktop; the overlay is a window that a person opens. */
export const WEB_PRESENCE: PresenceInfo = {
  tray: { works: false, why: `${WEB} A tray needs the desktop program.` },
  overlay: { works: true, why: `${WEB} The overlay is a small window of the browser: keep it in sight yourself.` },
  startAtLogin: { works: false, why: `${WEB} Starting at login needs the desktop program.` },
  notifications: { works: false, why: `${WEB} Notifications need the desktop program.` }
}

/** Presence in the web host: idle hang-up, and the overlay as a page. */
export function webPresence(deps: { clock: Clock; log: Log }): Presence {
  return createPresence({
    ...deps,
    info: () => WEB_PRESENCE,
    show() {
      throw new CallError('refused', 'A browser does not let Parley bring its window to the front.')
    }
  })
}
