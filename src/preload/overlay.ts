import { contextBridge, ipcRenderer } from 'electron'
import type { ParleyBridge } from '../shared/ipc/contract.ts'
import { OVERLAY_EVENT, overlayCalls } from '../shared/ipc/overlay-link.ts'

// All that the overlay's page can do. Main checks it again: this file only keeps the rest out of the page's reach.
const bridge: ParleyBridge = {
  invoke: (name, input) =>
    overlayCalls.has(name)
      ? ipcRenderer.invoke(name, input)
      : Promise.reject(new Error(`The overlay has no call "${name}".`)),
  on: (name, listener) => {
    if (name !== OVERLAY_EVENT) throw new Error(`The overlay has no event "${name}".`)
    const forward = (_event: unknown, payload: unknown) => listener(payload)
    ipcRenderer.on(name, forward)
    return () => {
      ipcRenderer.off(name, forward)
    }
  }
}

contextBridge.exposeInMainWorld('parley', Object.freeze(bridge))
