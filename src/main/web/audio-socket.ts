import type { RawData, WebSocket } from 'ws'
import { AUDIO_HEADER_BYTES, AudioUp } from '../../shared/ipc/audio-link.ts'
import type { AudioDown, AudioLink, AudioLinkHandlers } from '../../shared/ipc/audio-link.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { CLOSE_POLICY, textOf } from './ipc-socket.ts'
import { rateLimit } from '../node/rate-limit.ts'

/** Largest frame a page may send; a 20 ms block at 48 kHz is 1,924 bytes. */
export const AUDIO_FRAME_LIMIT_BYTES = 32 * 1024
/** 50 blocks a second, room for a ring of 5 s flushed at once. */
export const AUDIO_RATE = { perSecond: 200, burst: 600 }
/** A minute of 48 kHz at once, ten times its rate in the long run. */
export const AUDIO_BYTE_RATE = { perSecond: 1024 * 1024, burst: 6 * 1024 * 1024 }
/** Most agent audio that may wait for a page: about 40 s at 48 kHz. What comes on top is dropped and counted. */
export const AUDIO_BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024
/** Close code of a page whose audio went to a newer page: it must not come back by itself. */
export const CLOSE_TAKEN_OVER = 4001

interface AudioDeps {
  attach(link: AudioLink): AudioLinkHandlers
  clock: Clock
  log: Log
}

/**
 * One page's `/audio` socket as main's end of the audio link: binary = audio frame, text = control message. A control
 * message that is none, or a frame that holds no whole samples, is counted and left out; the link goes on.
 */
export class AudioSocket {
  readonly #socket: WebSocket
  readonly #log: Log
  readonly #mayPass: (bytes: number) => boolean
  readonly #handlers: AudioLinkHandlers
  #open = true
  #brokenFrames = 0
  #droppedBytes = 0

  constructor(socket: WebSocket, deps: AudioDeps) {
    this.#socket = socket
    this.#log = deps.log
    const frameFits = rateLimit(deps.clock, AUDIO_RATE)
    const bytesFit = rateLimit(deps.clock, AUDIO_BYTE_RATE)
    this.#mayPass = (bytes) => frameFits() && bytesFit(bytes)
    this.#handlers = deps.attach({
      sendAudio: (frame) => this.#sendAudio(frame),
      sendControl: (message) => this.#sendControl(message),
      close: () => this.close(1000, 'done')
    })
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('close', () => this.#end())
  }

  /** Ends the link at once for main and closes the page's socket. */
  close(code: number, reason: string): void {
    this.#end()
    this.#socket.close(code, reason)
  }

  #end(): void {
    if (!this.#open) return
    this.#open = false
    if (this.#brokenFrames > 0 || this.#droppedBytes > 0) {
      this.#log.warn('Audio of a page was lost', { brokenFrames: this.#brokenFrames, droppedBytes: this.#droppedBytes })
    }
    this.#handlers.onClose()
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#open) return
    if (!this.#mayPass((data as Buffer).byteLength)) {
      this.#log.warn('A page sends audio too fast and is dropped', { frames: AUDIO_RATE, bytes: AUDIO_BYTE_RATE })
      this.close(CLOSE_POLICY, 'too many frames')
    } else if (isBinary) this.#receiveAudio(data as Buffer)
    else this.#receiveControl(textOf(data))
  }

  #receiveAudio(data: Buffer): void {
    const sampleBytes = data.byteLength - AUDIO_HEADER_BYTES
    if (sampleBytes < 0 || sampleBytes % 2 !== 0) this.#brokenFrames += 1
    // A copy: the socket's own chunk is far larger than a block and would live as long as the block does.
    else this.#handlers.onAudio(new Uint8Array(data))
  }

  #receiveControl(text: string): void {
    const message = parseControl(text)
    if (message === undefined) this.#brokenFrames += 1
    else this.#handlers.onControl(message)
  }

  #sendAudio(frame: Uint8Array): void {
    if (!this.#open) return
    if (this.#socket.bufferedAmount + frame.byteLength <= AUDIO_BACKLOG_LIMIT_BYTES) {
      this.#socket.send(frame, { binary: true })
      return
    }
    if (this.#droppedBytes === 0) this.#log.warn('A page does not take its audio; audio is dropped')
    this.#droppedBytes += frame.byteLength
  }

  #sendControl(message: AudioDown): void {
    if (this.#open) this.#socket.send(JSON.stringify(message))
  }
}

function parseControl(text: string): AudioUp | undefined {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return undefined
  }
  return AudioUp.safeParse(json).data
}
