/**
 * The built-in agent: a voice-agent server on loopback that speaks the Deepgram Voice Agent protocol (v1) to any
 * client of it at `/v1/agent/converse`, and Napster's under `/public` (`napster/door.ts`). From the outside in:
 *
 * - `server.ts` HTTP upgrade, who may connect (`upgrade.ts`), shutdown
 * - `connection.ts` one client: parsing (`client-message.ts`, `settings*.ts`), order of messages, errors, idle time, the
 *   session clock, back-pressure (`flow.ts`)
 * - `session.ts` what `Settings` made: the conversation, the user's audio (`inflow.ts`, `audio-edge.ts`), updates
 * - `conversation.ts` whose turn it is (`turns.ts`), what is answered, refused (`injection-rules.ts`) or queued
 * - `replies.ts` one reply at a time, and drafts of one; `reply.ts` think, call functions (`tool-calls.ts`), think again
 * - `thinking.ts` models with an endpoint (`think/`) or the small brain (`brain/`); `dialogue.ts` what they are told
 * - `mouth.ts` reply audio sentence by sentence at the pace of a listener (`pace.ts`), asked of the speak list (`voices.ts`)
 * - `speech/` ears, voice and transcriber, run outside the process that owns the socket
 *
 * What it understands and what it does not is in docs/built-in-agent.md.
 */
import { randomUUID } from 'node:crypto'
import { createServer, STATUS_CODES, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import type { Clock, Log } from '../shared/runtime.ts'
import { Connection } from './connection.ts'
import type { WireSwitches } from './conversation-deps.ts'
import type { Faults } from './faults/fault.ts'
import type { Link } from './link.ts'
import { NapsterDoor, SOCKET_PATH, type NapsterOptions } from './napster/door.ts'
import { SESSION_LIMIT_MS } from './session-clock.ts'
import type { SpeechEngine } from './speech/contract.ts'
import { functionCaller } from './think/call-function.ts'
import type { CallFunction, Thinker } from './think/contract.ts'
import { httpThinker } from './think/http-thinker.ts'
import { chooseProtocol, refuseUpgrade, type UpgradeRefusal } from './upgrade.ts'

/** Largest frame a client may send; a bigger one closes its socket with 1009. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024
/** Clients at the same time; the next one gets HTTP 429. */
export const MAX_CONNECTIONS = 45
/** Silence of a client after which its session ends (deepgram.md section 12: observed 10 to 15 s). */
export const DEFAULT_IDLE_TIMEOUT_MS = 12_000

/** `EndOfTurn` is observed on Flux, and so is the repeated `FunctionCallResponse`; `AgentThinking` is not (deepgram.md section 12). */
export const DEFAULT_SWITCHES: WireSwitches = { endOfTurn: true, echoResponses: true, agentThinking: false }

/** How to run the agent. */
export interface AgentOptions {
  /** On 127.0.0.1; 0 = any free one. */
  port: number
  /** When set, a client must bring it; otherwise any key or none will do. */
  key?: string
  /** Origins of pages that may connect; requests without an Origin always may. */
  allowedOrigins?: readonly string[]
  /** Handed in and closed by the caller. */
  engine: SpeechEngine
  /** Command line of the transcriber, `auto` (look on PATH, the default) or `none`. */
  transcriber?: string
  idleTimeoutMs?: number
  /** A session is warned near its end and ends after so long; 2 hours unless a test scales it. */
  sessionLimitMs?: number
  /** Where the pages and observations of the protocol differ; see {@link DEFAULT_SWITCHES}. */
  switches?: Partial<WireSwitches>
  /** How models and functions with endpoints are reached; Node's own unless the host has proxies. */
  fetch?: typeof globalThis.fetch
  /** Asks the models that think blocks have endpoints for; over HTTP unless a test brings its own. */
  thinker?: Thinker
  /** Calls the functions that have endpoints; over HTTP unless a test brings its own. */
  callFunction?: CallFunction
  log: Log
  clock: Clock
  /** Local time of day for the brain; the machine's unless a test brings its own. */
  now?: () => Date
  /** What it does wrong on purpose. */
  faults?: Faults
  /** Of the Napster door. */
  napster?: NapsterOptions
}

/** A running agent. */
export interface Agent {
  port: number
  /** `ws://127.0.0.1:PORT`, without the path. */
  url: string
  /** Tells every client, closes their sockets and stops listening. */
  close(): Promise<void>
}

/** Starts the built-in agent on 127.0.0.1. Rejects when the port is taken. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const http = createServer((request, response) => {
    if (NapsterDoor.answers(request)) {
      void clients.napster.handle(request, response)
      return
    }
    response.writeHead(426, { 'content-type': 'text/plain', connection: 'close', upgrade: 'websocket' })
    response.end('This is a WebSocket server.\n')
  })
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    autoPong: options.faults === undefined,
    maxPayload: MAX_FRAME_BYTES,
    handleProtocols: chooseProtocol
  })
  const clients = new Clients(options)
  http.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy())
    const fault = options.faults?.refusal('upgrade') ?? null
    if (fault !== null) {
      refuse(socket, request, { ...fault, reason: 'A fault that was asked for.' }, options.log)
      return
    }
    const decision = clients.decide(request)
    if ('reason' in decision) refuse(socket, request, decision, options.log)
    else sockets.handleUpgrade(request, socket, head, (client) => clients.add(client, decision.connect))
  })
  const port = await listen(http, options.port)
  options.log.info('agent listening', { port })
  let closed: Promise<void> | undefined
  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    close: () => (closed ??= shutDown(http, clients))
  }
}

function listen(http: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', () => {
      http.off('error', reject)
      const address = http.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

async function shutDown(http: Server, clients: Clients): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    http.close(() => resolve())
  })
  clients.napster.stop()
  await clients.closeAll()
  http.closeAllConnections()
  await stopped
}

type Refusal = Pick<UpgradeRefusal, 'reason'> & { readonly status: number; readonly retryAfterSeconds?: number | null }

function refuse(socket: Duplex, request: IncomingMessage, refusal: Refusal, log: Log): void {
  log.info('agent refused a client', {
    status: refusal.status,
    path: (request.url ?? '').split('?', 1)[0]?.slice(0, 80)
  })
  const body = `${refusal.reason}\n`
  const { retryAfterSeconds = null } = refusal
  const retryAfter = retryAfterSeconds === null ? '' : `Retry-After: ${retryAfterSeconds}\r\n`
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n` +
      `Connection: close\r\n${retryAfter}Content-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

/** One client, whatever door it came through. */
interface Peer {
  onText(text: string): void
  onBinary(frame: Uint8Array): void
  onClosed(): void
  goAway(): void
}

type Connect = (link: Link, stream: number) => Peer

/** The connected clients. */
class Clients {
  /** The door of the other protocol; its clients are counted here too. */
  readonly napster: NapsterDoor
  private readonly open = new Map<WebSocket, Peer>()
  private lastStream = 0
  private whenEmpty: () => void = () => undefined
  private readonly options: AgentOptions
  private readonly thinker: Thinker
  private readonly callFunction: CallFunction

  constructor(options: AgentOptions) {
    const { clock, fetch = globalThis.fetch } = options
    this.options = options
    this.thinker = options.thinker ?? httpThinker({ clock, fetch })
    this.callFunction = options.callFunction ?? functionCaller({ clock, fetch })
    this.napster = new NapsterDoor({
      options: options.napster ?? {},
      key: options.key,
      allowedOrigins: options.allowedOrigins ?? [],
      engine: options.engine,
      transcriber: options.transcriber ?? 'auto',
      thinker: this.thinker,
      callFunction: this.callFunction,
      sessionLimitMs: options.sessionLimitMs ?? SESSION_LIMIT_MS,
      faults: options.faults,
      clock,
      log: options.log,
      now: options.now ?? (() => new Date())
    })
  }

  /** Who may connect, and through which door. */
  decide(request: IncomingMessage): UpgradeRefusal | { readonly connect: Connect } {
    if (this.open.size >= MAX_CONNECTIONS) return { status: 429, reason: 'Too many sessions are open.' }
    if ((request.url ?? '').split(/[?#]/, 1)[0] === SOCKET_PATH) {
      const admitted = this.napster.admit(request)
      return typeof admitted === 'function' ? { connect: admitted } : admitted
    }
    const { key, allowedOrigins = [] } = this.options
    const connect: Connect = (link, stream) => this.connect(link, stream)
    return refuseUpgrade(request, { key, allowedOrigins }) ?? { connect }
  }

  add(socket: WebSocket, connect: Connect): void {
    const { options } = this
    this.lastStream += 1
    const stream = this.lastStream
    const startedAtMs = options.clock.nowMs()
    options.log.info('agent session opened', { stream })
    // A frame that breaks the WebSocket protocol is an error of its sender; `close` follows.
    socket.on('error', (error) => options.log.info('agent socket error', { stream, error: error.message }))
    const link = webSocketLink(socket)
    const connection = connect(options.faults?.attach(socket, link) ?? link, stream)
    this.open.set(socket, connection)
    socket.on('message', (data, isBinary) => {
      if (isBinary) connection.onBinary(bytesOf(data))
      else connection.onText(Buffer.from(bytesOf(data)).toString('utf8'))
    })
    socket.on('close', (code) => {
      this.open.delete(socket)
      connection.onClosed()
      options.log.info('agent session closed', { stream, code, ms: Math.round(options.clock.nowMs() - startedAtMs) })
      if (this.open.size === 0) this.whenEmpty()
    })
  }

  private connect(link: Link, stream: number): Connection {
    const { options } = this
    return new Connection({
      link,
      engine: options.engine,
      stream,
      requestId: randomUUID(),
      transcriber: options.transcriber ?? 'auto',
      thinker: this.thinker,
      callFunction: this.callFunction,
      switches: { ...DEFAULT_SWITCHES, ...options.switches },
      idleTimeoutMs: options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
      sessionLimitMs: options.sessionLimitMs ?? SESSION_LIMIT_MS,
      clock: options.clock,
      log: options.log,
      now: options.now ?? (() => new Date())
    })
  }

  /** Resolves when every socket is closed; one that does not answer is dropped by its connection after a grace. */
  async closeAll(): Promise<void> {
    if (this.open.size === 0) return
    const empty = new Promise<void>((resolve) => {
      this.whenEmpty = resolve
    })
    for (const connection of this.open.values()) connection.goAway()
    await empty
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

function webSocketLink(socket: WebSocket): Link {
  const open = (): boolean => socket.readyState === socket.OPEN
  return {
    sendText: (text) => {
      if (open()) socket.send(text)
    },
    sendBinary: (bytes) => {
      if (open()) socket.send(bytes)
    },
    close: () => socket.close(),
    terminate: () => socket.terminate(),
    pause: () => {
      if (open()) socket.pause()
    },
    resume: () => {
      if (socket.isPaused) socket.resume()
    },
    get bufferedBytes() {
      return socket.bufferedAmount
    }
  }
}
