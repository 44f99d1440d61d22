import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'

/** What one REST request got. */
interface RestResult {
  status: number
  headers: Headers
  json: unknown
}

/** One frame of the server; `name` is its event, by the safe reader's rule of the sheet (`event`, else `type`). */
interface NapsterFrame {
  atMs: number
  text: string
  name: string
  data: Record<string, unknown>
}

/** What a `message_received` holds, wherever it stands. */
interface NapsterMessage {
  type?: string
  role?: string
  action?: string
  content?: string
  item_id?: string
  response_id?: string
  reason?: string
}

interface ConnectOptions {
  agentId?: string
  key?: string
  /** Beside `channelType`. */
  body?: Record<string, unknown>
}

/** The agent that a built-in agent has from the start. */
const BUILTIN_AGENT = 'agent_builtin'

const SAMPLE_RATE_HZ = 16_000
const BYTES_PER_MS = (SAMPLE_RATE_HZ / 1000) * 2

/** One JSON request; any status is an answer. */
export async function napsterRest(
  base: string,
  method: string,
  path: string,
  { key, body }: { key?: string; body?: unknown } = {}
): Promise<RestResult> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { 'X-Api-Key': key }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' })
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: text === '' ? undefined : JSON.parse(text) }
}

/** What a token holds. */
interface NapsterToken {
  url: string
  token?: string
  connection: { id: string }
  expiresAt: string
}

export function decodeToken(token: string): NapsterToken {
  return JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as NapsterToken
}

/**
 * A Napster client of the test's own, written from the fact sheet and the vendor's page alone: a connection over REST, its WebSocket, and
 * every frame that came. `base` is the REST base without `/public`.
 */
export class NapsterClient {
  readonly frames: NapsterFrame[] = []
  /** Its id over REST. */
  readonly connectionId: string
  readonly socket: WebSocket
  closed: { code: number; reason: string } | undefined
  readonly #waiting = new Set<() => void>()

  private constructor(token: NapsterToken) {
    this.connectionId = token.connection.id
    // Its scheme may be https; ws takes only ws and wss.
    this.socket = new WebSocket(token.url.replace(/^http/, 'ws'))
    this.socket.on('message', (data: Buffer, isBinary: boolean) => {
      const atMs = performance.now()
      const text = isBinary ? `binary, ${data.length} bytes` : data.toString('utf8')
      this.frames.push(isBinary ? { atMs, text, name: 'binary', data: {} } : readFrame(atMs, text))
      this.#check()
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
      this.#check()
    })
  }

  /** Asks for a connection, without opening it. */
  static create(base: string, { agentId = BUILTIN_AGENT, key, body = {} }: ConnectOptions = {}): Promise<RestResult> {
    return napsterRest(base, 'POST', `/public/agents/${encodeURIComponent(agentId)}/connections`, {
      ...(key === undefined ? {} : { key }),
      body: { channelType: 'websocket', ...body }
    })
  }

  /** A connection to an agent, ready. */
  static async connect(base: string, options: ConnectOptions = {}): Promise<NapsterClient> {
    return NapsterClient.open(await NapsterClient.create(base, options))
  }

  /** The connection that a request was answered with, ready. */
  static async open({ status, json }: RestResult): Promise<NapsterClient> {
    if (status >= 300) throw new Error(`no connection: ${status} ${JSON.stringify(json)}`)
    const client = NapsterClient.opening(json)
    await client.until('ready', () => client.states('avatar_state_changed').includes('ready'))
    return client
  }

  /** A connection that is being opened, from the body that its request was answered with. */
  static opening(json: unknown): NapsterClient {
    return new NapsterClient(decodeToken((json as { token: string }).token))
  }

  /** One command; the frame is exactly `{type, data}`. */
  command(type: string, data: unknown): void {
    this.socket.send(JSON.stringify({ type, data }))
  }

  say(text: string, more: Record<string, unknown> = {}): void {
    this.command('send_message', { role: 'user', text, trigger_response: true, ...more })
  }

  tell(text: string, more: Record<string, unknown> = {}): void {
    this.command('send_message', { role: 'system', text, trigger_response: false, ...more })
  }

  /** PCM16 mono at 16 kHz in frames of 100 ms; `paced` as a microphone gives it, else as fast as it goes. */
  async hear(pcm: Uint8Array, { paced = false, frameMs = 100 } = {}): Promise<void> {
    const bytes = frameMs * BYTES_PER_MS
    const startedMs = performance.now()
    for (let at = 0; at < pcm.byteLength; at += bytes) {
      if (paced) await sleep(Math.max(0, startedMs + at / BYTES_PER_MS - performance.now()))
      const part = pcm.subarray(at, at + bytes)
      const data = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64')
      this.command('send_audio', { data })
    }
  }

  /** Waits until `probe` holds; looks at every frame. */
  until(what: string, probe: () => unknown, ms = 25_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        this.#waiting.delete(check)
        settle()
      }
      const timer = setTimeout(() => {
        end(() => reject(new Error(`${what} did not come; got ${JSON.stringify(this.trace)}`)))
      }, ms)
      const check = (): void => {
        if (probe() !== undefined && probe() !== false) end(resolve)
      }
      this.#waiting.add(check)
      check()
    })
  }

  named(name: string): NapsterFrame[] {
    return this.frames.filter((frame) => frame.name === name)
  }

  states(name: 'avatar_state_changed' | 'talk_state_changed'): string[] {
    return this.named(name).map(({ data }) => String(data['state']))
  }

  get messages(): (NapsterMessage & { atMs: number })[] {
    return this.named('message_received').map(({ atMs, data }) => ({
      atMs,
      ...((data['message'] ?? data) as NapsterMessage)
    }))
  }

  /** Full texts of the messages of a role that were completed. */
  texts(role: 'user' | 'assistant'): string[] {
    return this.messages.flatMap((one) =>
      one.role === role && one.action === 'completed' && one.content !== undefined ? [one.content] : []
    )
  }

  /** What each frame was, in order; runs of audio as one `audio`. */
  get trace(): string[] {
    const trace: string[] = []
    for (const { name, data } of this.frames) {
      const { role, action, type } = (data['message'] ?? data) as NapsterMessage
      const state = typeof data['state'] === 'string' ? ` ${data['state']}` : ''
      const label =
        name === 'audio_received'
          ? 'audio'
          : name === 'message_received'
            ? `${role ?? type} ${action}`
            : `${name.replace('_state_changed', '')}${state}`
      if (label !== trace.at(-1) || !/audio|delta/.test(label)) trace.push(label)
    }
    return trace
  }

  /** All audio that came from frame `from` on. */
  audio(from = 0): Buffer {
    return Buffer.concat(
      this.frames.slice(from).flatMap(({ name, data }) => {
        const payload = data['data'] ?? data['audio']
        return name === 'audio_received' && typeof payload === 'string' ? [Buffer.from(payload, 'base64')] : []
      })
    )
  }

  /** Ends the conversation as a client does. */
  async hangUp(): Promise<void> {
    if (this.closed === undefined) this.socket.close(1000)
    await this.until('the close', () => this.closed)
  }

  #check(): void {
    for (const check of this.#waiting) check()
  }
}

function readFrame(atMs: number, text: string): NapsterFrame {
  const json = JSON.parse(text) as { event?: unknown; type?: unknown; data?: unknown }
  const data = typeof json.data === 'object' && json.data !== null ? (json.data as Record<string, unknown>) : {}
  return { atMs, text, name: String(json.event ?? json.type), data }
}
