import { randomBytes } from 'node:crypto'
import { createServer, STATUS_CODES } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import type { EventName, Handlers } from '../../shared/ipc/contract.ts'
import type { AudioLink, AudioLinkHandlers } from '../../shared/ipc/audio-link.ts'
import { OVERLAY_EVENT, OVERLAY_PATH, overlayCalls } from '../../shared/ipc/overlay-link.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { pageHeaders } from '../node/page.ts'
import { readStaticFile, themeOf } from '../node/static-files.ts'
import { Access } from './access.ts'
import type { Admission, Denial } from './access.ts'
import { AUDIO_FRAME_LIMIT_BYTES, AudioSocket, CLOSE_TAKEN_OVER } from './audio-socket.ts'
import { deniedHtml, deniedPages } from './denied.ts'
import { limitServer, REFUSED_LINGER_MS, requestLimits, SLOW_LIMITS, type RequestLimits } from './limits.ts'
import { eventFrame, IPC_FRAME_LIMIT_BYTES, IpcSocket } from './ipc-socket.ts'

/** How the web host names itself, so that a second start can tell who holds the port. */
export const SERVER_NAME = 'Parley'
const ADDRESS = '127.0.0.1'
const FOREIGN_HOST_STATUS = 403
const PAGES_AT_ONCE = 16
const OVERLAYS_AT_ONCE = 4
const HTML = 'text/html; charset=utf-8'

/** The part of the assistant that a page talks to. */
export interface WebAssistant {
  readonly handlers: Handlers
  onEvent(listener: (name: EventName, payload: unknown) => void): () => void
  attachAudio(link: AudioLink): AudioLinkHandlers
}

export interface WebHostOptions {
  /** 0 = any free port. */
  port: number
  /** Folder of the renderer's build. */
  rendererDir: string
  /** Value of the session cookie (session-secret.ts). */
  sessionSecret: string
  assistant: WebAssistant
  clock: Clock
  log: Log
  /** Called with the number of connected pages whenever it changes. */
  onPages?: (count: number) => void
}

/** Listens on 127.0.0.1 and serves the renderer, its calls (`/ipc`) and its audio (`/audio`) to whoever has a link. */
export async function startWebHost(options: WebHostOptions): Promise<WebHost> {
  const server = createServer(SLOW_LIMITS)
  limitServer(server)
  await listen(server, options.port)
  return new WebHost(server, options)
}

export class WebHost {
  readonly port: number
  readonly #server: Server
  readonly #options: WebHostOptions
  readonly #access: Access
  readonly #limits: RequestLimits
  readonly #ipcServer = new WebSocketServer({ noServer: true, maxPayload: IPC_FRAME_LIMIT_BYTES })
  readonly #audioServer = new WebSocketServer({ noServer: true, maxPayload: AUDIO_FRAME_LIMIT_BYTES })
  readonly #pages = new Set<IpcSocket>()
  /** Pages of the overlay: they keep no conversation alive, and may nearly nothing. */
  readonly #overlays = new Set<IpcSocket>()
  readonly #stopEvents: () => void
  #audio: AudioSocket | undefined
  #closing: Promise<void> | undefined

  constructor(server: Server, options: WebHostOptions) {
    this.#server = server
    this.#options = options
    this.port = (server.address() as AddressInfo).port
    this.#access = new Access({ port: this.port, sessionSecret: options.sessionSecret })
    this.#limits = requestLimits(options.clock)
    this.#stopEvents = options.assistant.onEvent((name, payload) => this.#broadcast(name, payload))
    server.on('request', (request, response) => void this.#respond(request, response))
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    server.on('clientError', (_cause, socket) => refuseSocket(socket, 400))
  }

  /** A link that lets one browser in, once. Of the links not used, the last two are good. */
  newLink(): string {
    return `http://${ADDRESS}:${this.port}/?token=${this.#access.newToken()}`
  }

  /** Closes every page's sockets and stops listening; the assistant is left to its owner. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#stopEvents()
    this.#audio?.close(1001, 'Parley ends')
    const sockets = [...this.#ipcServer.clients, ...this.#audioServer.clients]
    for (const socket of sockets) socket.close(1001, 'Parley ends')
    const stopped = new Promise<void>((resolve) => void this.#server.close(() => resolve()))
    this.#server.closeAllConnections()
    const cancel = this.#options.clock.after(1000, () => {
      for (const socket of sockets) socket.terminate()
    })
    await stopped
    cancel()
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const nonce = randomBytes(16).toString('base64url')
    const send = (status: number, headers: Record<string, string>, body: string | Uint8Array): void => {
      response.writeHead(status, { ...pageHeaders(nonce), server: SERVER_NAME, ...headers })
      response.end(request.method === 'HEAD' ? undefined : body)
    }
    const text = (status: number, headers: Record<string, string> = {}): void =>
      send(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }, `${STATUS_CODES[status] ?? ''}\n`)
    try {
      const asked = { method: request.method ?? '', target: request.url ?? '', headers: request.headers }
      const admission = this.#access.admit(asked)
      if (!this.#fits(admission)) text(429, { 'retry-after': '1', connection: 'close' })
      else if (admission.kind === 'deny') {
        const { reason } = admission
        this.#logDenial(reason)
        if (reason === 'foreign-host') {
          response.writeHead(FOREIGN_HOST_STATUS, { ...pageHeaders(nonce), 'content-length': '0', connection: 'close' })
          response.end()
          return
        }
        const retry = reason === 'no-session' && isLinkFromElsewhere(request)
        const page = deniedHtml(reason, { nonce, retry })
        send(deniedPages[reason].status, { 'content-type': HTML, connection: 'close' }, page)
      } else if (asked.method !== 'GET' && asked.method !== 'HEAD') {
        text(405, { allow: 'GET, HEAD', connection: 'close' })
      } else if (admission.kind === 'welcome') text(303, { location: '/', 'set-cookie': this.#access.setCookie })
      else if (admission.kind === 'to-page') text(303, { location: '/' })
      else {
        const { rendererDir, assistant } = this.#options
        const file = await readStaticFile(rendererDir, admission.path, nonce, themeOf(assistant.handlers))
        if (file === undefined) text(404)
        else {
          // Whoever is served has named this host, by one of its own names.
          const own = pageHeaders(nonce, admission.path, `ws://${request.headers.host ?? ''}${OVERLAY_PATH}`)
          send(200, { ...own, 'content-type': file.contentType }, file.bytes)
        }
      }
    } catch (cause) {
      this.#options.log.error('A request failed', { cause })
      text(500)
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const admission = this.#access.admitUpgrade({
      method: 'GET',
      target: request.url ?? '',
      headers: request.headers
    })
    if (!this.#fits(admission)) refuseSocket(socket, 429)
    else if (admission.kind === 'deny') {
      this.#logDenial(admission.reason)
      const { reason } = admission
      refuseSocket(socket, reason === 'foreign-host' ? FOREIGN_HOST_STATUS : deniedPages[reason].status)
    } else if (admission.kind !== 'serve') refuseSocket(socket, 404)
    else if (admission.path === '/ipc') {
      if (this.#pages.size >= PAGES_AT_ONCE) refuseSocket(socket, 503)
      else this.#ipcServer.handleUpgrade(request, socket, head, (page) => this.#addPage(page))
    } else if (admission.path === OVERLAY_PATH) {
      if (this.#overlays.size >= OVERLAYS_AT_ONCE) refuseSocket(socket, 503)
      else this.#ipcServer.handleUpgrade(request, socket, head, (page) => this.#addOverlay(page))
    } else if (admission.path === '/audio') {
      this.#audioServer.handleUpgrade(request, socket, head, (page) => this.#takeAudio(page))
    } else refuseSocket(socket, 404)
  }

  #fits(admission: Admission): boolean {
    return admission.kind === 'deny' ? this.#limits.refused() : this.#limits.admitted()
  }

  #addPage(socket: WebSocket): void {
    const { assistant, clock, log, onPages } = this.#options
    this.#reportSocketErrors(socket, 'ipc')
    const page = new IpcSocket(socket, { handlers: assistant.handlers, clock, log })
    this.#pages.add(page)
    onPages?.(this.#pages.size)
    socket.on('close', () => {
      this.#pages.delete(page)
      onPages?.(this.#pages.size)
    })
  }

  #addOverlay(socket: WebSocket): void {
    const { assistant, clock, log } = this.#options
    this.#reportSocketErrors(socket, 'ipc')
    const page = new IpcSocket(socket, { handlers: assistant.handlers, clock, log, only: overlayCalls })
    this.#overlays.add(page)
    socket.on('close', () => this.#overlays.delete(page))
  }

  /** The newest page has the audio; the one before is told so by the close code and stays without. */
  #takeAudio(socket: WebSocket): void {
    const { assistant, clock, log } = this.#options
    this.#reportSocketErrors(socket, 'audio')
    this.#audio?.close(CLOSE_TAKEN_OVER, 'another window has the audio now')
    this.#audio = new AudioSocket(socket, { attach: (link) => assistant.attachAudio(link), clock, log })
  }

  #broadcast(name: EventName, payload: unknown): void {
    const pages = name === OVERLAY_EVENT ? this.#overlays : this.#pages
    if (pages.size === 0) return
    const text = eventFrame(name, payload)
    for (const page of pages) page.sendEvent(text)
  }

  /** `ws` closes the socket by itself (1009 for a frame that is too large, 1002 for a broken one). */
  #reportSocketErrors(socket: WebSocket, link: 'ipc' | 'audio'): void {
    socket.on('error', (cause) => this.#options.log.warn('A page broke the link', { link, reason: cause.message }))
  }

  #logDenial(reason: Denial): void {
    this.#options.log.debug('A request was refused', { reason })
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, ADDRESS, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function isLinkFromElsewhere({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers['sec-fetch-site'] === 'cross-site' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  )
}

/** Answers an upgrade, or what is no HTTP at all, with a bare refusal that carries the same headers as a page. */
function refuseSocket(socket: Duplex, status: number): void {
  const headers = { ...pageHeaders(randomBytes(16).toString('base64url')), server: SERVER_NAME, connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  if (socket.writable) socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`)
  socket.on('error', () => socket.destroy())
  // Whoever does not close its half would hold a connection for ever.
  setTimeout(() => socket.destroy(), REFUSED_LINGER_MS).unref()
}
