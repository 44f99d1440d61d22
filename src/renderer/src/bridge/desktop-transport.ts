import type { ParleyBridge } from '../../../shared/ipc/contract.ts'
import { AUDIO_PORT_CHANNEL } from '../../../shared/ipc/names.ts'
import type { AudioSource, BridgeTransport } from './transport.ts'

/**
 * The preload's bridge. The audio port comes as a window message, because a port cannot pass the bridge itself; only
 * this window's own messages are looked at. Create it before `DOMContentLoaded`: that is when the preload asks for the port.
 */
export function desktopTransport(bridge: ParleyBridge): BridgeTransport {
  const source = new Promise<AudioSource>((resolve) => {
    const listen = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0]
      if (event.source !== window || port === undefined || !isAudioPort(event.data)) return
      window.removeEventListener('message', listen)
      resolve({ kind: 'port', port })
    }
    window.addEventListener('message', listen)
  })
  return {
    invoke: (name, input) => bridge.invoke(name, input),
    on: (name, listener) => bridge.on(name, listener),
    // Main and its page live and die together: there is no link to lose.
    onLink: () => () => undefined,
    audioSource: () => source
  }
}

function isAudioPort(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'channel' in data && data.channel === AUDIO_PORT_CHANNEL
}
