/**
 * The Napster door of the built-in agent: REST under `/public` and a WebSocket per session, over the same conversation as the
 * Deepgram door. From the outside in:
 *
 * - `door.ts` requests and upgrades, who may use them; `routes.ts` what each request does, `http.ts` bodies and answers
 * - `agents.ts`, `agent-config.ts` saved agents and what they mean to the conversation; `memory.ts` what is known of a client
 * - `sessions.ts` tokens, limits, and why a session ended
 * - `connection.ts` one client: commands (`command.ts`), order, refusals, `idle-close.ts`, back-pressure
 * - `session.ts` the conversation, delayed messages, settings, tools (`tool-deadlines.ts`); `outlet.ts` says it in events
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { NAPSTER_TOOL_DEADLINE_MS } from '../../shared/protocol/napster.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import type { Entry } from '../dialogue.ts'
import type { Faults } from '../faults/fault.ts'
import type { Link } from '../link.ts'
import type { HistoryMessage } from '../settings-schema.ts'
import type { SpeechEngine } from '../speech/contract.ts'
import type { CallFunction, Thinker } from '../think/contract.ts'
import { refuseStranger, sameKey, type UpgradeRefusal } from '../upgrade.ts'
import { configOf, whyAborted } from './agent-config.ts'
import { Agents, tuningOf } from './agents.ts'
import { NapsterConnection } from './connection.ts'
import { RestError } from './errors.ts'
import { answer, answerError } from './http.ts'
import { IDLE_CLOSE_MS } from './idle-close.ts'
import { ClientMemory } from './memory.ts'
import { Routes, type SessionRequest } from './routes.ts'
import { MAX_SESSIONS, TOKEN_LIFETIME_MS, Sessions, type AdmittedSession } from './sessions.ts'

/** Where REST is; everything else is not this door's. */
const REST_PREFIX = '/public/'
/** Where the sockets are; the token is in the query. */
export const SOCKET_PATH = '/public/ws'

/** What a test may change of the door. */
export interface NapsterOptions {
  /** Closed after so long without audio or messages, warned at a third, a sixth and an eighteenth of it before; 3 min. */
  readonly idleCloseMs?: number
  /** Least time from one connection request to the next; 0, the default: any number. Exceeded: 429 with Retry-After. */
  readonly creationIntervalMs?: number
  /** Open and pending sessions; 5. */
  readonly maxSessions?: number
  /** How long a token may wait to be used; 2 min. */
  readonly tokenLifetimeMs?: number
  /** How long a tool may take; 10 s. */
  readonly toolDeadlineMs?: number
  /** A session lasts so long and ends with `no_credits_left`; there is no bill by default. */
  readonly creditMs?: number
}

/** What the door needs from the server. */
export interface DoorDeps {
  readonly options: NapsterOptions
  readonly key: string | undefined
  readonly allowedOrigins: readonly string[]
  readonly engine: SpeechEngine
  readonly transcriber: string
  readonly thinker: Thinker
  readonly callFunction: CallFunction
  readonly sessionLimitMs: number
  readonly faults: Faults | undefined
  readonly clock: Clock
  readonly log: Log
  now(): Date
}

type Admission = AdmittedSession<SessionRequest>

/** A client that was let in: makes its connection once there is a socket. */
export type Admitted = (link: Link, stream: number) => NapsterConnection

/** The Napster side of the built-in agent's server. */
export class NapsterDoor {
  private readonly sessions: Sessions<SessionRequest>
  private readonly memory = new ClientMemory()
  private readonly routes: Routes
  private readonly deps: DoorDeps

  constructor(deps: DoorDeps) {
    const { clock, options } = deps
    this.deps = deps
    this.sessions = new Sessions({
      clock,
      now: () => deps.now(),
      maxSessions: options.maxSessions ?? MAX_SESSIONS,
      tokenLifetimeMs: options.tokenLifetimeMs ?? TOKEN_LIFETIME_MS
    })
    this.routes = new Routes({
      agents: new Agents(),
      sessions: this.sessions,
      clock,
      creationIntervalMs: options.creationIntervalMs ?? 0
    })
  }

  /** True when a request is this door's. */
  static answers(request: IncomingMessage): boolean {
    return (request.url ?? '').startsWith(REST_PREFIX)
  }

  /** Answers a REST request; never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      this.check(request)
      const result = await this.routes.handle(request)
      answer(response, result.status, result.body)
    } catch (error) {
      answerError(response, this.told(error))
    }
  }

  /** Decides on an upgrade to {@link SOCKET_PATH}; the token is used up once there is a socket. */
  admit(request: IncomingMessage): UpgradeRefusal | Admitted {
    const { allowedOrigins } = this.deps
    const stranger = refuseStranger(request.headers, allowedOrigins)
    if (stranger !== undefined) return stranger
    const token = new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('token') ?? ''
    const session = this.sessions.admit(token)
    if (session === undefined) {
      return { status: 401, reason: 'The token is wrong, too old, or was used already; ask for a new connection.' }
    }
    return (link, stream) => this.connect(session, link, stream)
  }

  /** Nothing more is admitted; sockets are closed by the server. */
  stop(): void {
    this.sessions.stop()
  }

  private connect({ record, request }: Admission, link: Link, stream: number): NapsterConnection {
    const { deps } = this
    const { agent, agentId, body } = request
    const { externalClientId } = body
    const key = externalClientId === undefined ? undefined : `${agentId} ${externalClientId}`
    const context = contextOf(key === undefined ? [] : this.memory.recall(key), body.externalClientProfile)
    const tuning = tuningOf(agent)
    let over = false
    const entries = (): readonly Entry[] => connection.entries
    const connection: NapsterConnection = new NapsterConnection(
      {
        sessionId: record.id,
        config: configOf(tuning, agent.voiceId, context),
        tuning,
        modality: body.modality ?? 'audio',
        initialSpeech: body.initialSpeech,
        refusal: whyAborted(tuning.settings, agent.voiceId)
      },
      {
        link,
        engine: deps.engine,
        stream,
        transcriber: deps.transcriber,
        thinker: deps.thinker,
        callFunction: deps.callFunction,
        toolDeadlineMs: deps.options.toolDeadlineMs ?? NAPSTER_TOOL_DEADLINE_MS,
        idleCloseMs: agent.disableIdleTimeout === true ? Infinity : (deps.options.idleCloseMs ?? IDLE_CLOSE_MS),
        sessionLimitMs: deps.sessionLimitMs,
        creditMs: deps.options.creditMs ?? Infinity,
        clock: deps.clock,
        log: deps.log,
        now: () => deps.now(),
        ended: (reason) => {
          over = true
          if (key !== undefined) this.memory.leave(key, entries)
          this.sessions.end(record.id, reason)
        }
      }
    )
    // It may have ended before it began, and has said nothing then.
    if (key !== undefined && !over) this.memory.follow(key, entries)
    this.sessions.opened(record, (reason) => connection.close(reason))
    return connection
  }

  private check(request: IncomingMessage): void {
    const { key, allowedOrigins, faults } = this.deps
    const stranger = refuseStranger(request.headers, allowedOrigins)
    if (stranger !== undefined) throw new RestError(stranger.status, 'Forbidden', stranger.reason)
    const offered = request.headers['x-api-key']
    if (key !== undefined && (typeof offered !== 'string' || !sameKey(offered, key))) {
      throw new RestError(401, 'Unauthorized', 'The X-Api-Key header is missing or wrong.')
    }
    const fault = Routes.createsConnection(request) ? (faults?.refusal('rest') ?? null) : null
    if (fault !== null) {
      const code = fault.status === 429 ? 'RequestRateLimitExceeded' : 'FaultRequested'
      throw new RestError(fault.status, code, 'A fault that was asked for.', fault.retryAfterSeconds)
    }
  }

  private told(error: unknown): RestError {
    if (error instanceof RestError) return error
    this.deps.log.error('agent request broke', {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error)
    })
    return new RestError(500, 'InternalError', 'The built-in agent failed; its log says where.')
  }
}

/** What is known before the conversation begins: what was said before, and facts about the user. */
function contextOf(
  said: readonly HistoryMessage[],
  profile: Readonly<Record<string, unknown>> | undefined
): HistoryMessage[] {
  const facts = Object.entries(profile ?? {}).map(([name, value]) => {
    const thing = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ')
    return `The user's ${thing.toLowerCase()} is ${typeof value === 'string' ? value : JSON.stringify(value)}.`
  })
  const content = facts.join(' ')
  const isKnown = facts.length === 0 || said.some((message) => message['content'] === content)
  return isKnown ? [...said] : [...said, { type: 'History', role: 'system', content }]
}
