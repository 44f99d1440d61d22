import type { AgentProfile } from '../../../shared/profile.ts'
import type { EndReason } from '../../../shared/events.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../ports.ts'
import { secretStore, SessionRig, settle, type RigOptions, type ScriptedSocket } from '../../testing.test-support.ts'

export const KEY = 'nap-0123456789abcdef'
export const AGENT = 'agent_7'

/** A Napster profile with `settings` beside its agent. */
export function napster(settings: AgentProfile['settings'] = {}, rest: Partial<AgentProfile> = {}): AgentProfile {
  return { schemaVersion: 1, name: 'Test', service: 'napster', settings: { agentId: AGENT, ...settings }, ...rest }
}

export function answered(status: number, json?: unknown, retryAfterMs?: number): HttpAnswer {
  return { kind: 'answered', status, json, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

/** `token` of a connection's answer. */
export function tokenOf(fields: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(fields)).toString('base64')
}

export const offline: HttpAnswer = { kind: 'failed', failure: { kind: 'unreachable', reason: 'no-answer' } }

/** Napster's REST interface, scripted. Each connection that is created has the next number. */
export class ScriptedRest implements Http {
  readonly requests: HttpRequest[] = []
  /** Answers of the next creations; after them every connection is made. */
  creations: (HttpAnswer | Promise<HttpAnswer>)[] = []
  /** Answer to a question for a session; without it the service knows nothing of its end. */
  session: HttpAnswer | Promise<HttpAnswer> = answered(200, { id: 's', closeReason: null })
  deletion: HttpAnswer | Promise<HttpAnswer> = answered(204)
  #created = 0

  request(request: HttpRequest): Promise<HttpAnswer> {
    this.requests.push(request)
    if (request.method === 'GET') return Promise.resolve(this.session)
    if (request.method === 'DELETE') return Promise.resolve(this.deletion)
    return Promise.resolve(this.creations.shift() ?? this.connection())
  }

  connection(): HttpAnswer {
    this.#created += 1
    const inner = `inner-token-${this.#created}`
    const url = `https://edge.napster.test/ws/${this.#created}?token=${inner}&v=1`
    return answered(200, {
      token: tokenOf({ url, token: inner, connection: { id: `conn_${this.#created}` }, expiresAt: 'soon' }),
      connection: { id: `conn_${this.#created}` }
    })
  }

  /** What was asked, in order: method and path. */
  get asked(): string[] {
    return this.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)
  }

  of(method: HttpRequest['method']): HttpRequest[] {
    return this.requests.filter((request) => request.method === method)
  }
}

/** One `message_received`. */
export function message(fields: Record<string, unknown>): Record<string, unknown> {
  return { event: 'message_received', data: { message: { type: 'message', ...fields } } }
}

/** A session at a scripted Napster. */
export class NapsterRig {
  readonly rest: ScriptedRest
  readonly rig: SessionRig

  constructor(options: RigOptions = {}, rest = new ScriptedRest()) {
    this.rest = rest
    this.rig = new SessionRig({ profile: napster(), secrets: secretStore({}, KEY), http: rest, ...options })
  }

  static async dialled(options: RigOptions = {}, rest?: ScriptedRest): Promise<NapsterRig> {
    const self = new NapsterRig(options, rest)
    self.rig.session.connect()
    await settle()
    return self
  }

  static async live(options: RigOptions = {}, rest?: ScriptedRest): Promise<NapsterRig> {
    const self = await NapsterRig.dialled(options, rest)
    self.accept()
    return self
  }

  get socket(): ScriptedSocket {
    return this.rig.socket
  }

  /** The service takes the connection. */
  accept(): void {
    this.socket.handlers.onOpen()
    this.socket.say(message({ type: 'session', action: 'created' }))
    this.ready()
  }

  ready(): void {
    this.socket.say({ event: 'avatar_state_changed', data: { state: 'ready' } })
  }

  user(content: string, item = content): void {
    this.socket.say(message({ role: 'user', action: 'completed', content, item_id: item }))
  }

  speechStarted(item: string): void {
    this.socket.say(message({ role: 'user', action: 'speech_started', item_id: item }))
  }

  /** The agent begins to talk. */
  begins(item: string): void {
    this.socket.say(message({ role: 'assistant', action: 'created', item_id: item }))
  }

  says(content: string, item: string): void {
    this.socket.say(message({ role: 'assistant', action: 'completed', content, item_id: item }))
  }

  talk(state: 'started' | 'ended' | 'canceled'): void {
    this.socket.say({ event: 'talk_state_changed', data: { state } })
  }

  audio(ms: number, value = 1): void {
    const data = Buffer.alloc(ms * 32, value).toString('base64')
    this.socket.say({ event: 'audio_received', data: { data } })
  }

  /** The next attempt, without an answer of the service yet. */
  async redialled(withinMs = 31_000): Promise<void> {
    const before = this.rig.transport.sockets.length
    for (let waitedMs = 0; this.rig.transport.sockets.length === before; waitedMs += 50) {
      if (waitedMs >= withinMs) throw new Error('nothing was dialled again')
      this.rig.clock.advance(50)
      await settle()
    }
  }

  async reconnect(): Promise<void> {
    await this.redialled()
    this.accept()
  }

  /** Lets `ms` pass in small steps, so that what is asked over HTTP is answered in time. */
  async pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 250) {
      this.rig.clock.advance(Math.min(250, ms - passedMs))
      await settle()
    }
  }

  /** Commands of one type that were sent, by their data. */
  commands(type: string, socket = this.socket): unknown[] {
    return socket.messages.filter((sent) => sent['type'] === type).map(({ data }) => data)
  }

  get reason(): EndReason | undefined {
    const { state } = this.rig.session
    return state.phase === 'ended' ? state.reason : undefined
  }
}
