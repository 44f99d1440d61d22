import { once } from 'node:events'
import { expect } from 'vitest'
import { WebSocket } from 'ws'
import { FaultPlan } from '../faults/fault-plan.ts'
import { parseFault } from '../faults/spec.ts'
import { ManualClock } from '../manual-clock.test-support.ts'
import { keptLog } from '../rig.test-support.ts'
import { ScriptedEngine } from '../scripted-engine.test-support.ts'
import { startAgent, type Agent, type AgentOptions } from '../server.ts'
import { BUILTIN_AGENT_ID } from './agents.ts'
import type { NapsterOptions } from './door.ts'
import type { NapsterEvent } from './events.ts'

/** Where connections of the built-in agent are made. */
export const AGENT = `/public/agents/${BUILTIN_AGENT_ID}/connections`
export const WEBSOCKET = { channelType: 'websocket' }

/** The server of a test, whose time stands still; every test has its own. */
export const door: { agent: Agent | undefined; clock: ManualClock } = { agent: undefined, clock: new ManualClock() }
const clients: Client[] = []

/** For `afterEach` of every file that uses the door. */
export async function endDoor(): Promise<void> {
  for (const { socket } of clients.splice(0)) socket.terminate()
  await door.agent?.close()
  door.agent = undefined
  // What the server has started it has ended.
  expect(door.clock.pending).toBe(0)
  door.clock = new ManualClock()
}

/** Starts the agent; it is ended behind the test. */
export async function start(napster: NapsterOptions = {}, more: Partial<AgentOptions> = {}): Promise<Agent> {
  const { clock } = door
  const log = keptLog()
  const engine = new ScriptedEngine()
  const agent = await startAgent({ port: 0, engine, transcriber: 'none', log, clock, napster, ...more })
  door.agent = agent
  return agent
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** One REST request. */
export async function request(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {}
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${door.agent?.port}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Answer['body']
  }
}

export interface Token {
  readonly url: string
  readonly token: string
  readonly connection: { readonly id: string }
  readonly expiresAt: string
}

/** A new connection's token. */
export async function token(path = AGENT, body: object = WEBSOCKET): Promise<Token> {
  const { status, body: given } = await request('POST', path, body)
  expect([status, given]).toEqual([
    200,
    { token: expect.any(String) as string, connection: { id: expect.any(String) as string } }
  ])
  const read = JSON.parse(Buffer.from(String(given['token']), 'base64').toString('utf8')) as Token
  expect(read.connection).toEqual(given['connection'])
  return read
}

/** A client over a real socket. */
export class Client {
  readonly events: NapsterEvent[] = []
  readonly socket: WebSocket
  closed = false
  private wake: () => void = () => undefined

  constructor(url: string) {
    this.socket = new WebSocket(url.replace('http', 'ws'))
    clients.push(this)
    this.socket.on('message', (data: Buffer, isBinary) => {
      expect(isBinary).toBe(false)
      this.events.push(JSON.parse(data.toString('utf8')) as NapsterEvent)
      this.wake()
    })
    this.socket.on('close', () => {
      this.closed = true
      this.wake()
    })
  }

  static async open(path = AGENT, body: object = WEBSOCKET): Promise<Client & { id: string }> {
    const { url, connection } = await token(path, body)
    const client = new Client(url)
    await once(client.socket, 'open')
    await client.until(() =>
      client.events.some(({ event, data }) => event === 'avatar_state_changed' && data.state === 'ready')
    )
    return Object.assign(client, { id: connection.id })
  }

  send(type: string, data: object): void {
    this.socket.send(JSON.stringify({ type, data }))
  }

  /** The agent's words of the next response that is completed. */
  async answer(text: string): Promise<string> {
    const from = this.events.length
    this.send('send_message', { role: 'user', text, trigger_response: true })
    for (;;) {
      const done = this.events.slice(from).flatMap((frame) => {
        if (frame.event !== 'message_received') return []
        const { message } = frame.data
        return message.type === 'message' && message.role === 'assistant' && message.action === 'completed'
          ? [message.content]
          : []
      })
      if (done[0] !== undefined) return done[0]
      // The words may still be on their way to the server, whose time stands still.
      await new Promise((resolve) => setTimeout(resolve, 2))
      door.clock.advance(500)
    }
  }

  async until(reached: () => boolean): Promise<void> {
    while (!reached()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }
}

/** The HTTP status that an upgrade is refused with; 101 where it is not. */
export async function upgrade(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers })
  const status = await new Promise<number>((resolve, reject) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('open', () => resolve(101))
    socket.on('error', reject)
  })
  socket.on('error', () => undefined)
  socket.terminate()
  return status
}

/** The body of a refusal. */
export function failure(code: string, description: unknown = expect.stringMatching(/./)): object {
  return { code, description, type: 'failure', numericType: 0 }
}

/** A server with faults. */
export async function startFaulty(...specs: string[]): Promise<void> {
  const log = keptLog()
  await start({}, { faults: new FaultPlan(specs.map(parseFault), { clock: door.clock, log }) })
}
