// oxlint-disable-next-line import/no-unassigned-import -- must run before any schema is made
import '../schemas-without-eval.ts'
import { OVERLAY_EVENT, OVERLAY_RENEW_MS } from '../../../shared/ipc/overlay-link.ts'
import { createOverlayBridge } from '../bridge/client.ts'
import { OverlayView } from './view.ts'

const bridge = createOverlayBridge()

const view = new OverlayView(() => {
  // A browser raises the page that opened this one, where main cannot.
  bridge.invoke('presence:show', undefined).catch(() => (window.opener as Window | null)?.focus())
})

let asking = false

/** Asks for the state now, and says with it that somebody looks. */
async function renew(): Promise<void> {
  if (document.visibilityState !== 'visible' || asking) return
  asking = true
  try {
    view.show(await bridge.invoke('presence:overlay', undefined))
  } catch {
    view.lost()
  } finally {
    asking = false
  }
}

bridge.on(OVERLAY_EVENT, (state) => {
  view.show(state)
})
document.addEventListener('visibilitychange', () => void renew())
setInterval(() => void renew(), OVERLAY_RENEW_MS)
void renew()
