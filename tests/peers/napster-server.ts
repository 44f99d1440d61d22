import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { NapsterSession, type NapsterCommand } from './napster-session.ts'
import { businessError, NEWEST, type RestAnswer, type Spelling } from './napster-spelling.ts'

/** One REST request as it came. */
export interface RestRequest {
  atMs: number
  method: string
  path: string
  headers: IncomingHttpHeaders
  text: string
}

/** What the service does by itself; all of it is the test's to say. */
interface NapsterScript {
  /** Without it no key is asked for. */
  key?: string
  spelling?: Partial<Spelling>
  /** Plays the beginning of a connection; without it the markers of section 12 come at once. */
  onOpen?: (session: NapsterSession) => void
  onCommand?: (session: NapsterSession, command: NapsterCommand) => void
  /** False: pings are never answered. */
  pongs?: boolean
}

const AGENT_CONNECTIONS = /^\/public\/agents\/([^/]+)\/connections$/
const CONNECTION = /^\/public\/connections\/([^/]+)$/
const SESSION = /^\/public\/sessions\/([^/]+)$/

/**
 * A Napster service of the test's own, written from the fact sheet and the vendor's page alone: REST and WebSocket on one loopback port.
 * It keeps every request and every frame, and says what it is told to say.
 */
export class NapsterServer {
  readonly requests: RestRequest[] = []
  readonly sessions: NapsterSession[] = []
  /** Answers of the next creations, first in first out; without one a connection is created. */
  readonly refusals: RestAnswer[] = []
  /** Upgrades that brought no token, an unknown one, or one that was used before. */
  readonly strangers: string[] = []
  readonly #http: Server
  readonly #sockets: WebSocketServer
  readonly #script: NapsterScript
  readonly #spelling: Spelling
  /** Tokens that were not used yet. */
  readonly #fresh = new Map<string, NapsterSession>()

  private constructor(script: NapsterScript) {
    this.#script = script
    this.#spelling = { ...NEWEST, ...script.spelling }
    this.#sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: script.pongs ?? true })
    this.#http = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8')
      request.on('data', (part: string) => (text += part))
      request.on('end', () => this.#rest(request, text, response))
    })
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  static async listen(script: NapsterScript = {}): Promise<NapsterServer> {
    const server = new NapsterServer(script)
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve))
    return server
  }

  /** Base of the REST interface, without `/public`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  /** The newest connection. */
  get session(): NapsterSession {
    const session = this.sessions.at(-1)
    if (session === undefined) throw new Error('no connection was created')
    return session
  }

  /** `METHOD path` of every request, in order. */
  get asked(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#http.closeAllConnections()
    await new Promise((resolve) => this.#http.close(resolve))
  }

  #rest(request: IncomingMessage, text: string, response: ServerResponse): void {
    const { method = '', url: path = '', headers } = request
    this.requests.push({ atMs: performance.now(), method, path, headers, text })
    const { status, headers: more, body } = this.#answer(method, path, headers, text)
    response.writeHead(status, { 'content-type': 'application/json', ...more })
    response.end(body === undefined ? undefined : JSON.stringify(body))
  }

  #answer(method: string, path: string, headers: IncomingHttpHeaders, text: string): RestAnswer {
    const { key } = this.#script
    if (key !== undefined && headers['x-api-key'] !== key) return { status: 401 }
    if (method === 'POST' && AGENT_CONNECTIONS.test(path)) return this.refusals.shift() ?? this.#create(text)
    if (method === 'DELETE' && CONNECTION.test(path)) return this.#end(CONNECTION.exec(path)?.[1])
    if (method === 'GET' && SESSION.test(path)) return this.#tell(SESSION.exec(path)?.[1])
    return { status: 404, body: { title: 'Not Found', status: 404 } }
  }

  #create(text: string): RestAnswer {
    const body = JSON.parse(text) as Record<string, unknown>
    if (body['channelType'] !== 'websocket') return businessError(400, 'InvalidChannel', 'channelType is required.')
    const id = `conn-${this.sessions.length + 1}`
    const secret = `ws-token-${id}-${Math.random().toString(36).slice(2)}`
    const session = new NapsterSession(id, secret, body, this.#spelling)
    this.sessions.push(session)
    this.#fresh.set(secret, session)
    const { scheme, oldToken } = this.#spelling
    const url = `${this.url.replace('http', scheme)}/v1/realtime/${id}?token=${secret}&region=eu%2Dwest`
    const inner = {
      url,
      token: secret,
      connection: { id },
      expiresAt: new Date(Date.now() + 120_000).toISOString(),
      ...(oldToken ? { authToken: secret } : {})
    }
    const token = Buffer.from(JSON.stringify(inner)).toString('base64')
    return { status: 200, body: { token, connection: { id, status: 'pending' } } }
  }

  #end(id: string | undefined): RestAnswer {
    const session = this.sessions.find((one) => one.id === id)
    if (session === undefined || session.over) return businessError(400, 'ConnectionNotFound', 'There is none.')
    session.end('connection_aborted')
    return { status: 204 }
  }

  #tell(id: string | undefined): RestAnswer {
    const session = this.sessions.find((one) => one.id === id)
    if (session === undefined) return businessError(404, 'SessionNotFound', 'There is none.')
    const { closeReason } = session
    return { status: 200, body: { id, channel: 'websocket', ...(closeReason === undefined ? {} : { closeReason }) } }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const path = request.url ?? ''
    const token = new URL(path, 'http://localhost').searchParams.get('token') ?? ''
    const session = this.#fresh.get(token)
    if (session === undefined) {
      this.strangers.push(path)
      socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n')
      return
    }
    this.#fresh.delete(token)
    session.upgrade = { path, headers: request.headers }
    this.#sockets.handleUpgrade(request, socket, head, (client) => {
      session.socket = client
      client.on('error', () => client.terminate())
      client.on('ping', () => (session.pings += 1))
      client.on('close', (code) => (session.closeCode = code))
      client.on('message', (data: Buffer, isBinary) => {
        const command = session.receive(data.toString(isBinary ? 'latin1' : 'utf8'), isBinary)
        if (command !== undefined) this.#script.onCommand?.(session, command)
      })
      if (this.#script.onOpen === undefined) session.markers()
      else this.#script.onOpen(session)
    })
  }
}
