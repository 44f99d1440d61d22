import { ipcMain, type WebFrameMain } from 'electron'
import { answerCall } from '../../shared/ipc/answer.ts'
import type { Handlers, Reply } from '../../shared/ipc/contract.ts'
import { AUDIO_PORT_CHANNEL, callNames } from '../../shared/ipc/names.ts'
import type { SenderEvent } from './sender.ts'

const UNTRUSTED: Reply<never> = {
  ok: false,
  error: { code: 'untrusted', message: 'This page may not call Parley.' }
}

export interface IpcHostOptions {
  handlers: Handlers
  /** Whether whoever sent it may make this call. */
  isTrusted: (event: SenderEvent, call: string) => boolean
  /** A page of ours has called: it is there and listens. */
  onPageHeard: (event: SenderEvent) => void
  /** A page that has loaded asks for its end of the audio link. */
  onAudioPortRequest: (frame: WebFrameMain, nonce: unknown) => void
  /** A handler failed in a way that is not for the renderer's eyes. */
  onFault: (name: string, cause: unknown) => void
  /** Somebody else than our own page tried. */
  onUntrusted: (name: string) => void
}

/** The one place where this process listens to renderers: a handler per call of the contract, and the audio port's request. */
export function hostIpc(options: IpcHostOptions): void {
  const { handlers, isTrusted, onPageHeard, onAudioPortRequest, onFault, onUntrusted } = options
  for (const name of callNames) {
    ipcMain.handle(name, (event, input: unknown) => {
      if (!isTrusted(event, name)) {
        onUntrusted(name)
        return UNTRUSTED
      }
      onPageHeard(event)
      return answerCall(handlers, name, input, onFault)
    })
  }
  ipcMain.on(AUDIO_PORT_CHANNEL, (event, nonce: unknown) => {
    if (event.senderFrame !== null && isTrusted(event, AUDIO_PORT_CHANNEL)) onAudioPortRequest(event.senderFrame, nonce)
    else onUntrusted(AUDIO_PORT_CHANNEL)
  })
}
