import type { TestContext } from 'vitest'
import type { Clock, Log, SecretStore, ToolSet, Transport, TransportRequest } from '../../src/core/ports.ts'
import { secretStore } from '../../src/core/testing.test-support.ts'
import { nodeHttp } from '../../src/main/node/http.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { wsTransport } from '../../src/main/node/ws-transport.ts'
import type { Command, CommandResult } from '../../src/shared/commands.ts'
import type { Caption } from '../../src/shared/events.ts'
import type { AgentProfile } from '../../src/shared/profile.ts'
import { NapsterServer } from '../peers/napster-server.ts'
import type { NapsterCommand, NapsterSession } from '../peers/napster-session.ts'
import { Client, until } from './client.test-support.ts'

/** Parley's own session over real HTTP and real sockets, against a Napster service of the tests' own. */

export const KEY = 'napster-key-canary-0123456789'

export function napsterProfile(
  settings: AgentProfile['settings'] = {},
  rest: Partial<AgentProfile> = {}
): AgentProfile {
  return {
    schemaVersion: 1,
    name: 'Ada',
    service: 'napster',
    settings: { agentId: 'agent_ada', ...settings },
    ...rest
  }
}

/** The session's time runs `times` as fast as the real one. */
export function fastClock(times: number): Clock {
  return {
    nowMs: () => systemClock.nowMs() * times,
    after: (ms, run) => systemClock.after(ms / times, run),
    every: (ms, run) => systemClock.every(ms / times, run)
  }
}

/** What each socket was dialled with. Addresses of wss, which only a hosted service has, are dialled without TLS. */
export function watchedTransport(): { transport: Transport; dialled: TransportRequest[] } {
  const inner = wsTransport()
  const dialled: TransportRequest[] = []
  const transport: Transport = {
    open(request, handlers) {
      dialled.push(request)
      return inner.open({ ...request, url: request.url.replace(/^wss:/, 'ws:') }, handlers)
    }
  }
  return { transport, dialled }
}

export interface Setup {
  profile?: AgentProfile
  server?: Parameters<typeof NapsterServer.listen>[0]
  clock?: Clock
  secrets?: SecretStore
  tools?: ToolSet
  transport?: Transport
  log?: Log
}

export interface Rig {
  one: Client
  server: NapsterServer
  /** `execute`, when its frame has come. */
  readonly sent: (command: Command) => Promise<{ text: string; result: Promise<CommandResult> }>
}

/** A session that has not dialled, and its service; both end with the test. */
export async function setUp({ onTestFinished }: TestContext, setup: Setup = {}): Promise<Rig> {
  const { profile = napsterProfile(), clock = systemClock, tools, transport, log } = setup
  const server = await NapsterServer.listen({ onCommand: answering, ...setup.server })
  onTestFinished(() => server.close())
  const change = {
    clock,
    http: nodeHttp(),
    secrets: setup.secrets ?? secretStore({}, KEY),
    ...(tools === undefined ? {} : { tools }),
    ...(transport === undefined ? {} : { transport }),
    ...(log === undefined ? {} : { log })
  }
  const one = new Client(server.url, change, profile)
  onTestFinished(() => one.close())
  return {
    one,
    server,
    async sent(command) {
      const before = server.session.texts.length
      const result = one.session.execute(command)
      await until(`the frame of ${command.kind}`, () => server.session.texts.length > before)
      return { text: server.session.texts[before] ?? '', result }
    }
  }
}

/** {@link setUp}, and the session is live. */
export async function setUpLive(context: TestContext, setup: Setup = {}): Promise<Rig> {
  const rig = await setUp(context, setup)
  await rig.one.live()
  return rig
}

/** A service as it is: user messages are echoed, and what asks for a response is answered aloud. */
export function answering(session: NapsterSession, { type, data }: NapsterCommand): void {
  if (type !== 'send_message') return
  const text = String(data['text'])
  if (data['role'] === 'user') session.user(text)
  if (data['trigger_response'] !== true) return
  if (session.request['modality'] === 'text') session.answerInText(`You said ${text}`)
  else session.answer(`You said ${text}`)
}

/** The captions as a person sees them: the newest of each id, where its first one was put. */
export function captions(one: Client): Caption[] {
  const ids: string[] = []
  const byId = new Map<string, Caption>()
  for (const event of one.events) {
    if (event.kind !== 'caption') continue
    const { id, before } = event.caption
    const place = before === undefined ? -1 : ids.indexOf(before)
    if (!byId.has(id)) ids.splice(place === -1 ? ids.length : place, 0, id)
    byId.set(id, event.caption)
  }
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** What the session ended with. */
export async function ended(one: Client) {
  const state = await until('the end', () => (one.session.state.phase === 'ended' ? one.session.state : undefined))
  return state.reason
}

/** A live session has dropped, and why. */
export async function dropped(one: Client) {
  const state = await until('the drop', () =>
    one.session.state.phase === 'reconnecting' ? one.session.state : undefined
  )
  return state.reason
}

/** Sentences and codes of all notices. */
export function notices(one: Client): string[] {
  return one.events.flatMap((event) =>
    event.kind === 'notice' ? [`${event.notice.level} ${event.notice.code}: ${event.notice.message}`] : []
  )
}

/** The frames that came by the time that `command` did. */
export async function onlyThen({ server, sent }: Rig, command: Command): Promise<string[]> {
  const before = server.session.texts.length
  await sent(command)
  return server.session.texts.slice(before)
}
