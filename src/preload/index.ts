import { contextBridge, ipcRenderer } from 'electron'
import type { ParleyBridge } from '../shared/ipc/contract.ts'
import { AUDIO_PORT_CHANNEL, callNames, eventNames } from '../shared/ipc/names.ts'

const bridge: ParleyBridge = {
  invoke: (name, input) =>
    callNames.has(name) ? ipcRenderer.invoke(name, input) : Promise.reject(new Error(`There is no call "${name}".`)),
  on: (name, listener) => {
    if (!eventNames.has(name)) throw new Error(`There is no event "${name}".`)
    const forward = (_event: unknown, payload: unknown) => listener(payload)
    ipcRenderer.on(name, forward)
    return () => {
      ipcRenderer.off(name, forward)
    }
  }
}

contextBridge.exposeInMainWorld('parley', Object.freeze(bridge))

// The audio port: asked for once the page's own scripts have run (a port posted earlier would find no listener), passed
// on only if it answers this page load's question. The bridge itself cannot carry a port: it would arrive as `{}`.
const nonce = crypto.getRandomValues(new Uint32Array(4)).join('-')

ipcRenderer.on(AUDIO_PORT_CHANNEL, (event, answered: unknown) => {
  const port = event.ports[0]
  if (answered !== nonce || port === undefined) return
  window.postMessage({ channel: AUDIO_PORT_CHANNEL, nonce }, '/', [port])
})

window.addEventListener('DOMContentLoaded', () => ipcRenderer.send(AUDIO_PORT_CHANNEL, nonce), { once: true })
