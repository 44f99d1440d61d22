import type { Controller } from '../session/controller.ts'
import { isActive } from '../session/state.ts'
import type { AppStore } from '../session/store.ts'

/** When this machine has a network again, main tries a lost connection at once and checks a live one. */
export function followNetwork(store: AppStore, controller: Pick<Controller, 'retry'>): void {
  window.addEventListener('online', () => {
    const { host, session } = store.getState()
    if (host.kind === 'up' && isActive(session)) controller.retry()
  })
}
