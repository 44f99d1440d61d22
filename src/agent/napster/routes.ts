import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { NapsterConnectionRequest, NapsterFunction } from '../../shared/protocol/napster.ts'
import type { Clock } from '../../shared/runtime.ts'
import { ProviderSettings, thinkOf } from './agent-config.ts'
import { AgentBody, BUILTIN_AGENT_ID, checkMode, tuningOf, type Agents, type NapsterAgent } from './agents.ts'
import { RestError } from './errors.ts'
import { readBody, readJson } from './http.ts'
import type { SessionRecord, Sessions } from './sessions.ts'

/** What a session was asked for; the agent as it was then. */
export interface SessionRequest {
  readonly agentId: string
  readonly agent: AgentBody
  readonly body: ConnectionBody
}

type ConnectionBody = Pick<
  NapsterConnectionRequest,
  'modality' | 'externalClientId' | 'externalClientProfile' | 'initialSpeech' | 'tags'
>

/** Body of `POST /public/ws-connections` (napster.md section 3): a session without a saved agent. */
const WsConnectionRequest = NapsterConnectionRequest.omit({ channelType: true }).extend({
  companionId: z.string().optional(),
  providerConfig: z.looseObject({ voiceId: z.string().optional(), settings: ProviderSettings.optional() }).optional(),
  functions: z.array(NapsterFunction).max(128).optional(),
  disableIdleTimeout: z.boolean().optional()
})

/** An answer; no body with 204. */
export interface RestAnswer {
  readonly status: number
  readonly body?: unknown
}

/** What the routes work on. */
export interface RoutesDeps {
  readonly agents: Agents
  readonly sessions: Sessions<SessionRequest>
  readonly clock: Clock
  readonly creationIntervalMs: number
}

type Handler = (request: IncomingMessage, id: string) => Promise<RestAnswer> | RestAnswer

const MAX_TAGS = 50
const MAX_TAG_LENGTH = 256
const AGENT_CONNECTIONS = /^\/public\/agents\/[^/]+\/connections$/
const WS_CONNECTIONS = '/public/ws-connections'

/** What each REST request does. */
export class Routes {
  private lastCreationAtMs = Number.NEGATIVE_INFINITY
  private readonly deps: RoutesDeps
  private readonly routes: readonly [RegExp, Readonly<Record<string, Handler>>][] = [
    [/^\/public\/agents$/, { GET: () => this.list(), POST: (request) => this.addAgent(request) }],
    [
      /^\/public\/agents\/([^/]+)$/,
      {
        GET: (_request, id) => ({ status: 200, body: shownAgent(this.deps.agents.find(id)) }),
        PATCH: (request, id) => this.changeAgent(request, id),
        DELETE: (_request, id) => this.removeAgent(id)
      }
    ],
    [/^\/public\/agents\/([^/]+)\/connections$/, { POST: (request, id) => this.connectAgent(request, id) }],
    [/^\/public\/ws-connections$/, { POST: (request) => this.connect(request) }],
    [/^\/public\/connections$/, { POST: () => this.refuseWebRtc() }],
    [/^\/public\/connections\/([^/]+)$/, { DELETE: (_request, id) => this.abort(id) }],
    [
      /^\/public\/sessions\/([^/]+)$/,
      { GET: (_request, id) => ({ status: 200, body: shown(this.deps.sessions.find(id)) }) }
    ]
  ]

  constructor(deps: RoutesDeps) {
    this.deps = deps
  }

  /** True for the requests that make a connection. */
  static createsConnection(request: IncomingMessage): boolean {
    const path = pathOf(request)
    return request.method === 'POST' && (AGENT_CONNECTIONS.test(path) || path === WS_CONNECTIONS)
  }

  /** Throws {@link RestError} for what is refused. */
  async handle(request: IncomingMessage): Promise<RestAnswer> {
    const path = pathOf(request)
    for (const [pattern, methods] of this.routes) {
      const match = pattern.exec(path)
      if (match === null) continue
      const handler = Object.hasOwn(methods, request.method ?? '') ? methods[request.method ?? ''] : undefined
      if (handler === undefined) {
        throw new RestError(405, 'MethodNotAllowed', `Only ${Object.keys(methods).join(', ')} is possible here.`)
      }
      return await handler(request, decoded(match[1] ?? ''))
    }
    throw new RestError(404, 'NotFound', 'There is nothing here.')
  }

  private list(): RestAnswer {
    const { list } = this.deps.agents
    return {
      status: 200,
      body: { items: list.map(({ id, name, voiceId }) => ({ id, name, voiceId })), total: list.length }
    }
  }

  private async addAgent(request: IncomingMessage): Promise<RestAnswer> {
    return { status: 201, body: shownAgent(this.deps.agents.add(readBody(AgentBody, await readJson(request)))) }
  }

  private async changeAgent(request: IncomingMessage, id: string): Promise<RestAnswer> {
    return { status: 200, body: shownAgent(this.deps.agents.change(id, readBody(AgentBody, await readJson(request)))) }
  }

  private removeAgent(id: string): RestAnswer {
    this.deps.agents.remove(id)
    return { status: 204 }
  }

  private async connectAgent(request: IncomingMessage, agentId: string): Promise<RestAnswer> {
    this.limitRate()
    const body = readBody(NapsterConnectionRequest, await readJson(request))
    checkTags(body.tags)
    if (body.channelType === 'webrtc') this.refuseWebRtc()
    checkMode(body['mode'])
    return this.created({ agentId, agent: this.deps.agents.find(agentId), body }, request)
  }

  private async connect(request: IncomingMessage): Promise<RestAnswer> {
    this.limitRate()
    const body = readBody(WsConnectionRequest, await readJson(request))
    checkTags(body.tags)
    checkMode(body['mode'])
    const { providerConfig = {}, functions, disableIdleTimeout, companionId = BUILTIN_AGENT_ID } = body
    const { voiceId, settings } = providerConfig
    const agent: AgentBody = {
      ...(voiceId === undefined ? {} : { voiceId }),
      ...(settings === undefined ? {} : { providerSettings: settings }),
      ...(functions === undefined ? {} : { functions }),
      ...(disableIdleTimeout === undefined ? {} : { disableIdleTimeout })
    }
    thinkOf(tuningOf(agent))
    return this.created({ agentId: companionId, agent, body }, request)
  }

  private created(asked: SessionRequest, request: IncomingMessage): RestAnswer {
    const { modality = 'audio', tags } = asked.body
    const { id, state } = this.deps.sessions.create({ agentId: asked.agentId, modality, tags }, asked)
    const { token, expiresAt } = state
    const content = {
      url: `http://127.0.0.1:${request.socket.localPort}/public/ws?token=${token}`,
      token,
      connection: { id },
      expiresAt: expiresAt.toISOString()
    }
    const encoded = Buffer.from(JSON.stringify(content)).toString('base64')
    return { status: 200, body: { token: encoded, connection: { id } } }
  }

  private abort(id: string): RestAnswer {
    this.deps.sessions.abort(id)
    return { status: 204 }
  }

  private refuseWebRtc(): never {
    throw new RestError(
      400,
      'UnsupportedChannel',
      'The built-in agent has the channel "websocket" only; WebRTC and video are not there.'
    )
  }

  private limitRate(): void {
    const { clock, creationIntervalMs } = this.deps
    const waitMs = this.lastCreationAtMs + creationIntervalMs - clock.nowMs()
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000)
      throw new RestError(429, 'RequestRateLimitExceeded', `Wait ${seconds} s before the next connection.`, seconds)
    }
    this.lastCreationAtMs = clock.nowMs()
  }
}

/** Tags are kept when the session is over. */
function checkTags(tags: Readonly<Record<string, string>> = {}): void {
  const list = Object.entries(tags)
  if (list.length <= MAX_TAGS && list.every((tag) => tag.every((text) => text.length <= MAX_TAG_LENGTH))) return
  throw new RestError(400, 'InvalidRequest', `tags: at most ${MAX_TAGS}, of at most ${MAX_TAG_LENGTH} characters each.`)
}

/** Headers of an endpoint may hold a key: they are taken and never given back. */
function shownAgent(agent: NapsterAgent): object {
  const { endpoint, ...settings } = agent.providerSettings ?? {}
  const shownEndpoint = endpoint === undefined ? {} : { endpoint: { url: endpoint.url } }
  return { ...agent, providerSettings: { ...settings, ...shownEndpoint } }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split(/[?#]/, 1)[0] ?? ''
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new RestError(400, 'InvalidRequest', 'The address has a broken percent escape.')
  }
}

function shown({ id, createdAt, info, state }: SessionRecord<SessionRequest>): object {
  return {
    id,
    agentId: info.agentId,
    channelType: 'websocket',
    modality: info.modality,
    createdAt: createdAt.toISOString(),
    ...(info.tags === undefined ? {} : { tags: info.tags }),
    status: state.kind,
    closeReason: state.kind === 'closed' ? state.reason : null
  }
}
