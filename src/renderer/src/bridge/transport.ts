import type { CallName, EventName, Reply } from '../../../shared/ipc/contract.ts'

/** Whether calls can reach main right now. */
export type LinkState = { kind: 'up' } | { kind: 'down'; message: string }

/** Where the audio worker finds its end of the audio link. */
export type AudioSource = { kind: 'socket'; url: string } | { kind: 'port'; port: MessagePort }

/** One way to main: the desktop's preload or the web host's socket. Payloads are not parsed yet. */
export interface BridgeTransport {
  invoke(name: CallName, input: unknown): Promise<Reply<unknown>>
  on(name: EventName, listener: (payload: unknown) => void): () => void
  /** Told every change, not the state at the time of the call. */
  onLink(listener: (state: LinkState) => void): () => void
  audioSource(): Promise<AudioSource>
}
