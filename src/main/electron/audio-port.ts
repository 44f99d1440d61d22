import type { MessageChannelMain, MessagePortMain, WebFrameMain } from 'electron'
import {
  AUDIO_HEADER_BYTES,
  AudioUp,
  FRAMES_PER_TAKEN,
  type AudioLink,
  type AudioLinkHandlers,
  type AudioTaken
} from '../../shared/ipc/audio-link.ts'
import { AUDIO_PORT_CHANNEL } from '../../shared/ipc/names.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { rateLimit } from '../node/rate-limit.ts'

/** The largest block is 20 ms at 48 kHz: 1,920 bytes and its header. */
export const MAX_FRAME_BYTES = 8192
/** 50 blocks and some control messages a second; the burst is what queues up while main is held for five seconds. */
export const MESSAGE_LIMITS = { perSecond: 200, burst: 1000 }
const NONCE = /^[0-9a-f-]{16,64}$/

export interface AudioPortDeps {
  createChannel: () => MessageChannelMain
  /** `Assistant.attachAudio`. */
  attach: (link: AudioLink) => AudioLinkHandlers
  log: Log
  clock: Pick<Clock, 'nowMs'>
}

/** Serves one page load's port until either side closes it; returns its idempotent close. */
function servePort(port: MessagePortMain, { attach, log, clock }: AudioPortDeps): () => void {
  const mayPass = rateLimit(clock, MESSAGE_LIMITS)
  let open = true
  let taken = 0
  const close = () => {
    if (!open) return
    open = false
    port.close()
    handlers.onClose()
  }
  const cut = (reason: string) => {
    log.warn('audio port cut', { reason })
    close()
  }
  const take = (frame: Uint8Array) => {
    taken += 1
    handlers.onAudio(frame)
    if (open && taken % FRAMES_PER_TAKEN === 0) port.postMessage({ kind: 'taken', frames: taken } satisfies AudioTaken)
  }
  const handlers = attach({
    // The copy matters: a view of a pooled Buffer would carry its whole pool to the renderer, keys included.
    sendAudio: (frame) => port.postMessage(new Uint8Array(frame)),
    sendControl: (message) => port.postMessage(message),
    close
  })
  port.on('close', close)
  port.on('message', ({ data }: { data: unknown }) => {
    if (!open) return
    if (!mayPass()) cut('too many messages')
    else if (data instanceof Uint8Array) {
      if (data.byteLength < AUDIO_HEADER_BYTES || data.byteLength > MAX_FRAME_BYTES) cut('frame of a wrong size')
      else take(data)
    } else {
      const control = AudioUp.safeParse(data)
      if (control.success) handlers.onControl(control.data)
      else cut('not a message of the audio link')
    }
  })
  port.start()
  return close
}

/**
 * Hands pages their end of the audio link: a new port per page load, the one before is closed. The preload's nonce goes
 * back with the port, so that an answer to an earlier load is told apart.
 */
export function audioPorts(deps: AudioPortDeps): { open(frame: WebFrameMain, nonce: unknown): void; close(): void } {
  let closeCurrent: (() => void) | undefined
  return {
    open(frame, nonce) {
      if (typeof nonce !== 'string' || !NONCE.test(nonce)) {
        deps.log.warn('audio port refused', { reason: 'malformed request' })
        return
      }
      closeCurrent?.()
      const { port1, port2 } = deps.createChannel()
      closeCurrent = servePort(port1, deps)
      frame.postMessage(AUDIO_PORT_CHANNEL, nonce, [port2])
    },
    close: () => closeCurrent?.()
  }
}
