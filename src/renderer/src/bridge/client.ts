import {
  CallError,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type EventPayload,
  events,
  type ParleyBridge
} from '../../../shared/ipc/contract.ts'
import { OVERLAY_PATH } from '../../../shared/ipc/overlay-link.ts'
import { desktopTransport } from './desktop-transport.ts'
import type { AudioSource, BridgeTransport, LinkState } from './transport.ts'
import { WebTransport } from './web-transport.ts'

declare global {
  interface Window {
    /** Set by the preload on the desktop; absent in the web host. This file is its only reader. */
    readonly parley?: ParleyBridge
  }
}

/** The renderer's typed way to main, the same on both hosts. */
export interface BridgeClient {
  /** Rejects with a {@link CallError} whose message is a sentence for a person. */
  invoke<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** An event that does not match the contract is dropped. Returns its own unsubscribe. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  onLink(listener: (state: LinkState) => void): () => void
  audioSource(): Promise<AudioSource>
}

/** Wraps a transport in the contract's types. */
export function bridgeOver(transport: BridgeTransport): BridgeClient {
  return {
    async invoke<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
      const reply = await transport.invoke(name, input)
      if (!reply.ok) throw new CallError(reply.error.code, reply.error.message)
      return reply.value as CallOutput<N>
    },
    on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
      return transport.on(name, (payload) => {
        const parsed = events[name].safeParse(payload)
        if (parsed.success) listener(parsed.data as EventPayload<N>)
      })
    },
    onLink: (listener) => transport.onLink(listener),
    audioSource: () => transport.audioSource()
  }
}

/** The overlay's: it may make the calls of `overlay-link.ts` and no other. */
export function createOverlayBridge(): Pick<BridgeClient, 'invoke' | 'on'> {
  const { parley } = window
  return bridgeOver(parley === undefined ? new WebTransport(window.origin, OVERLAY_PATH) : desktopTransport(parley))
}

/** Create it while the page loads, before `DOMContentLoaded` (see `desktopTransport`). */
export function createBridge(): BridgeClient {
  const { parley } = window
  return bridgeOver(parley === undefined ? new WebTransport(window.origin) : desktopTransport(parley))
}
