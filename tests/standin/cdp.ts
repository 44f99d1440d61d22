// The smallest client of Chromium's debugging protocol that will do; its types are Playwright's.
import { EventEmitter } from 'node:events'
import type { CDPSession } from '@playwright/test'

interface Incoming {
  id?: number
  method?: string
  sessionId?: string
  params?: Record<string, unknown>
  result?: unknown
  error?: { message: string }
}

interface Pending {
  method: string
  resolve(value: unknown): void
  reject(error: Error): void
}

type Dispatch = (method: string, params: unknown, sessionId: string | undefined) => Promise<unknown>

/** One attached target (or the browser itself, without an id). */
export class CdpSession {
  readonly #emitter = new EventEmitter()
  readonly #dispatch: Dispatch
  readonly #id: string | undefined

  constructor(dispatch: Dispatch, id: string | undefined) {
    this.#emitter.setMaxListeners(0)
    this.#dispatch = dispatch
    this.#id = id
  }

  readonly send = ((method: string, params?: unknown) =>
    this.#dispatch(method, params ?? {}, this.#id)) as unknown as CDPSession['send']

  readonly on = ((event: string, listener: (params: never) => void) => {
    this.#emitter.on(event, listener as (params: unknown) => void)
  }) as unknown as CDPSession['on']

  receive(event: string, params: unknown): void {
    this.#emitter.emit(event, params)
  }
}

/** One socket to the browser with all its sessions. */
export class CdpConnection {
  readonly browser: CdpSession
  readonly sessions = new Map<string, CdpSession>()
  readonly #socket: WebSocket
  readonly #pending = new Map<number, Pending>()
  #next = 1

  static async open(url: string): Promise<CdpConnection> {
    const socket = new WebSocket(url)
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true })
      socket.addEventListener('error', () => reject(new Error(`CDP: cannot reach ${url}`)), { once: true })
    })
    return new CdpConnection(socket)
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.browser = new CdpSession(this.#send, undefined)
    socket.addEventListener('message', ({ data }) => this.#receive(JSON.parse(String(data)) as Incoming))
    socket.addEventListener('close', () => {
      for (const call of this.#pending.values()) call.reject(new Error('CDP: closed'))
      this.#pending.clear()
    })
  }

  onClosed(listener: () => void): void {
    this.#socket.addEventListener('close', listener)
  }

  readonly #send: Dispatch = (method, params, sessionId) => {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('CDP: closed'))
    const id = this.#next++
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }))
    return new Promise((resolve, reject) => this.#pending.set(id, { method, resolve, reject }))
  }

  #receive(message: Incoming): void {
    if (message.id !== undefined) {
      const call = this.#pending.get(message.id)
      this.#pending.delete(message.id)
      if (message.error === undefined) call?.resolve(message.result)
      else call?.reject(new Error(`${call.method}: ${message.error.message}`))
      return
    }
    const { method = '', params = {} } = message
    if (method === 'Target.attachedToTarget') {
      const id = String(params.sessionId)
      this.sessions.set(id, new CdpSession(this.#send, id))
    }
    const session = message.sessionId === undefined ? this.browser : this.sessions.get(message.sessionId)
    session?.receive(method, params)
  }
}
