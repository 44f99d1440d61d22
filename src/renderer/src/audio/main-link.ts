import { AudioDown, AudioTaken, type AudioUp } from '../../../shared/ipc/audio-link.ts'
import type { LinkSource } from './worker-messages.ts'

/** The worker's end of the audio link. */
export interface MainLink {
  /** False when the frame was dropped because main takes them too slowly or the link is down. */
  sendAudio(frame: Uint8Array): boolean
  sendControl(message: AudioUp): void
}

export interface MainLinkHandlers {
  onAudio(frame: Uint8Array): void
  onControl(message: AudioDown): void
  /** The link is open; sent again after every reconnection. */
  onUp(): void
  onDown(): void
  /** A newer page has the link; said once, after `onDown`. It does not come back. */
  onTakenOver(): void
}

/** Most bytes that may wait in the socket: two seconds at 16 kHz. More would be heard too late to matter. */
const SOCKET_BACKLOG_BYTES = 64 * 1024
/** Most blocks that main may not have taken yet, for the same reason: two seconds. */
const PORT_BACKLOG_BLOCKS = 100
const RETRY_MS = 500
/** The host gave this page's audio to a newer page: coming back would only take it away again. */
const CLOSE_TAKEN_OVER = 4001

/** Opens the link over whatever the host offers. */
export function openMainLink(source: LinkSource, handlers: MainLinkHandlers): MainLink {
  return source.kind === 'port' ? portLink(source.port, handlers) : new SocketLink(source.url, handlers)
}

/** A port takes whatever it is given, also while main stands still: main says what it took. */
function portLink(port: MessagePort, handlers: MainLinkHandlers): MainLink {
  let sent = 0
  let taken = 0
  port.onmessage = ({ data }: MessageEvent<unknown>): void => {
    if (data instanceof Uint8Array) {
      handlers.onAudio(data)
      return
    }
    const progress = AudioTaken.safeParse(data)
    if (progress.success) taken = progress.data.frames
    else receiveControl(data, handlers)
  }
  handlers.onUp()
  return {
    sendAudio(frame) {
      if (sent - taken >= PORT_BACKLOG_BLOCKS) return false
      sent += 1
      // Not transferred: Electron's main would get nothing.
      port.postMessage(frame)
      return true
    },
    sendControl: (message) => {
      port.postMessage(message)
    }
  }
}

/** Connects again by itself: the host may be restarted under an open page. */
class SocketLink implements MainLink {
  readonly #url: string
  readonly #handlers: MainLinkHandlers
  #socket: WebSocket

  constructor(url: string, handlers: MainLinkHandlers) {
    this.#url = url
    this.#handlers = handlers
    this.#socket = this.#open()
  }

  sendAudio(frame: Uint8Array<ArrayBuffer>): boolean {
    const fits = this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount < SOCKET_BACKLOG_BYTES
    if (fits) this.#socket.send(frame)
    return fits
  }

  sendControl(message: AudioUp): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #open(): WebSocket {
    const socket = new WebSocket(this.#url)
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.#handlers.onUp()
    }
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) this.#handlers.onAudio(new Uint8Array(data))
      else if (typeof data === 'string') receiveControl(jsonOf(data), this.#handlers)
    }
    socket.onclose = ({ code }) => {
      this.#handlers.onDown()
      if (code === CLOSE_TAKEN_OVER) {
        this.#handlers.onTakenOver()
        return
      }
      setTimeout(() => {
        this.#socket = this.#open()
      }, RETRY_MS)
    }
    return socket
  }
}

function receiveControl(data: unknown, handlers: MainLinkHandlers): void {
  const message = AudioDown.safeParse(data)
  if (message.success) handlers.onControl(message.data)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
