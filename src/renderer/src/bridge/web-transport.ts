import { z } from 'zod'
import { CallErrorCode, type CallName, type EventName, type Reply } from '../../../shared/ipc/contract.ts'
import type { AudioSource, BridgeTransport, LinkState } from './transport.ts'

/** Waits before the next attempt after a drop: short at first, since the host is on this machine. */
const RETRY_DELAYS_MS = [100, 300, 1000, 3000] as const

const ReplyFrame = z.looseObject({
  id: z.union([z.int(), z.string(), z.null()]),
  reply: z.discriminatedUnion('ok', [
    z.looseObject({ ok: z.literal(true), value: z.unknown().optional() }),
    z.looseObject({ ok: z.literal(false), error: z.looseObject({ code: CallErrorCode, message: z.string() }) })
  ])
})
const EventFrame = z.looseObject({ event: z.string(), payload: z.unknown() })
const Frame = z.union([ReplyFrame, EventFrame])

type Connection =
  { kind: 'opening'; socket: WebSocket } | { kind: 'open'; socket: WebSocket } | { kind: 'waiting'; timer: number }

/**
 * The web host's `/ipc` socket on the page's own origin. Calls made while it opens wait for it; calls in flight when it
 * drops fail with a sentence; it connects again by itself, and `onLink` tells.
 */
export class WebTransport implements BridgeTransport {
  readonly #url: string
  readonly #audioUrl: string
  readonly #waiting = new Map<number, (reply: Reply<unknown>) => void>()
  readonly #listeners = new Map<string, Set<(payload: unknown) => void>>()
  readonly #linkListeners = new Set<(state: LinkState) => void>()
  #unsent: string[] = []
  #connection: Connection
  #nextId = 1
  #failures = 0

  /** `path`: of another socket than the main page's. */
  constructor(origin: string, path = '/ipc') {
    const base = origin.replace(/^http/, 'ws')
    this.#url = `${base}${path}`
    this.#audioUrl = `${base}/audio`
    this.#connection = this.#open()
  }

  invoke(name: CallName, input: unknown): Promise<Reply<unknown>> {
    if (this.#connection.kind === 'waiting') return Promise.resolve(unreachable())
    const id = this.#nextId
    this.#nextId += 1
    const frame = JSON.stringify({ id, call: name, input })
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      if (this.#connection.kind === 'open') this.#connection.socket.send(frame)
      else this.#unsent.push(frame)
    })
  }

  on(name: EventName, listener: (payload: unknown) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  onLink(listener: (state: LinkState) => void): () => void {
    this.#linkListeners.add(listener)
    return () => {
      this.#linkListeners.delete(listener)
    }
  }

  audioSource(): Promise<AudioSource> {
    return Promise.resolve({ kind: 'socket', url: this.#audioUrl })
  }

  #open(): Connection {
    const socket = new WebSocket(this.#url)
    socket.addEventListener('open', () => {
      this.#connection = { kind: 'open', socket }
      const again = this.#failures > 0
      this.#failures = 0
      for (const frame of this.#unsent) socket.send(frame)
      this.#unsent = []
      if (again) this.#tellLink({ kind: 'up' })
    })
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      this.#receive(event.data)
    })
    socket.addEventListener('close', () => {
      this.#dropped()
    })
    return { kind: 'opening', socket }
  }

  #receive(data: unknown): void {
    if (typeof data !== 'string') return
    const frame = Frame.safeParse(jsonOf(data))
    if (!frame.success) return
    if ('event' in frame.data) {
      const { event, payload } = frame.data
      for (const listener of this.#listeners.get(String(event)) ?? []) listener(payload)
      return
    }
    const { id, reply } = frame.data
    if (typeof id !== 'number') return
    const settle = this.#waiting.get(id)
    this.#waiting.delete(id)
    settle?.(reply.ok ? { ok: true, value: reply.value } : { ok: false, error: reply.error })
  }

  #dropped(): void {
    this.#unsent = []
    for (const settle of this.#waiting.values()) settle(unreachable())
    this.#waiting.clear()
    const delayMs = RETRY_DELAYS_MS[Math.min(this.#failures, RETRY_DELAYS_MS.length - 1)]
    this.#failures += 1
    const timer = window.setTimeout(() => {
      this.#connection = this.#open()
    }, delayMs)
    this.#connection = { kind: 'waiting', timer }
    this.#tellLink({ kind: 'down', message: UNREACHABLE })
  }

  #tellLink(state: LinkState): void {
    for (const listener of this.#linkListeners) listener(state)
  }
}

const UNREACHABLE = 'Parley itself does not answer. Start it again if its window or terminal was closed.'

function unreachable(): Reply<unknown> {
  return { ok: false, error: { code: 'internal', message: UNREACHABLE } }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
