import { WebSocketServer, type WebSocket } from 'ws'
import { Session, type SessionDeps, type WireEntry } from '../../src/core/session/session.ts'
import { secretStore, silentLog } from '../../src/core/testing.test-support.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { wsTransport } from '../../src/main/node/ws-transport.ts'
import type { SessionEvent } from '../../src/shared/events.ts'
import type { AgentProfile } from '../../src/shared/profile.ts'

/** Polls until `probe` gives a value; fails with `what` after `ms`. */
export async function until<T>(what: string, probe: () => T | undefined | false, ms = 20_000): Promise<T> {
  const end = performance.now() + ms
  for (;;) {
    const value = probe()
    if (value !== undefined && value !== false) return value
    if (performance.now() > end) throw new Error(`waited ${ms} ms for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export const TALK_PROFILE: AgentProfile = {
  schemaVersion: 1,
  name: 'Test',
  service: 'builtin',
  settings: {
    audio: {
      input: { encoding: 'linear16', sample_rate: 16_000 },
      output: { encoding: 'linear16', sample_rate: 16_000, container: 'none' }
    },
    agent: {
      think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Your name is Ada.' },
      greeting: 'Hello there.'
    }
  }
}

/** A session over real sockets, whose sink plays in real time by its own clock. */
export class Client {
  readonly events: SessionEvent[] = []
  readonly wire: WireEntry[] = []
  readonly session: Session
  /** Samples that came, by reply. */
  readonly samples = new Map<number, number>()
  readonly flushed: number[] = []
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(url: string, change: Partial<SessionDeps> = {}, profile: AgentProfile = TALK_PROFILE) {
    this.session = new Session(
      {
        transport: wsTransport(),
        clock: systemClock,
        random: Math.random,
        log: silentLog,
        secrets: secretStore({}),
        builtinAgent: { url: () => Promise.reject(new Error('not used')) },
        sink: {
          write: (reply, pcm) => void this.samples.set(reply, (this.samples.get(reply) ?? 0) + pcm.byteLength / 2),
          end: (reply) => this.#drainIn(reply, ((this.samples.get(reply) ?? 0) / 16_000) * 1000),
          flush: (reply) => {
            this.flushed.push(reply)
            this.#drainIn(reply, 0)
          }
        },
        onEvent: (event) => this.events.push(event),
        onWire: (entry) => this.wire.push(entry),
        ...change
      },
      { profile, url }
    )
  }

  #drainIn(reply: number, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.session.playback({ reply, playedSamples: this.samples.get(reply) ?? 0, drained: true })
    }, ms)
    this.#timers.add(timer)
  }

  get phase(): string {
    const { state } = this.session
    return state.phase === 'live' ? state.activity : state.phase
  }

  get captions(): string[] {
    const byId = new Map(
      this.events.flatMap((event) => (event.kind === 'caption' ? [[event.caption.id, event.caption] as const] : []))
    )
    return [...byId.values()].map(({ role, text }) => `${role}: ${text}`)
  }

  count(kind: SessionEvent['kind']): number {
    return this.events.filter((event) => event.kind === kind).length
  }

  live(): Promise<true> {
    this.session.connect()
    return until('live', () => this.session.state.phase === 'live')
  }

  close(): void {
    this.session.hangUp()
    for (const timer of this.#timers) clearTimeout(timer)
  }
}

/** A server that does what the test says and writes down what it got. */
export class Peer {
  readonly got: ({ json: Record<string, unknown> } | { bytes: Buffer })[] = []
  readonly paths: (string | undefined)[] = []
  readonly headers: Record<string, unknown>[] = []
  closeCode: number | undefined
  socket: WebSocket | undefined
  readonly #server: WebSocketServer

  private constructor(server: WebSocketServer) {
    this.#server = server
    server.on('connection', (socket, request) => {
      this.socket = socket
      this.paths.push(request.url)
      this.headers.push(request.headers)
      socket.on('message', (data: Buffer, binary) => {
        this.got.push(binary ? { bytes: data } : { json: JSON.parse(data.toString()) as Record<string, unknown> })
      })
      socket.on('close', (code) => (this.closeCode = code))
    })
  }

  /** `refuse`: the HTTP status that every upgrade is answered with. */
  static async listen(port: number, refuse?: number): Promise<Peer> {
    const server = new WebSocketServer({
      port,
      host: '127.0.0.1',
      verifyClient: (_info: unknown, done: (ok: boolean, code?: number) => void) =>
        refuse === undefined ? done(true) : done(false, refuse)
    })
    const peer = new Peer(server)
    await new Promise((resolve) => server.once('listening', resolve))
    return peer
  }

  get json(): Record<string, unknown>[] {
    return this.got.flatMap((frame) => ('json' in frame ? [frame.json] : []))
  }

  get bytes(): Buffer {
    return Buffer.concat(this.got.flatMap((frame) => ('bytes' in frame ? [frame.bytes] : [])))
  }

  say(message: object): void {
    this.socket?.send(JSON.stringify(message))
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
