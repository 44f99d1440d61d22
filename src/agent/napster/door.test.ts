import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { FaultPlan } from '../faults/fault-plan.ts'
import { parseFault } from '../faults/spec.ts'
import { ManualClock } from '../manual-clock.test-support.ts'
import { keptLog } from '../rig.test-support.ts'
import { ScriptedEngine } from '../scripted-engine.test-support.ts'
import { MAX_CONNECTIONS, startAgent, type Agent, type AgentOptions } from '../server.ts'
import { BUILTIN_AGENT_ID } from './agents.ts'
import type { NapsterOptions } from './door.ts'
import type { NapsterEvent } from './events.ts'

const AGENT = `/public/agents/${BUILTIN_AGENT_ID}/connections`
const WEBSOCKET = { channelType: 'websocket' }

let agent: Agent | undefined
let clock = new ManualClock()
const clients: Client[] = []

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.terminate()
  await agent?.close()
  agent = undefined
  // What the server has started it has ended.
  expect(clock.pending).toBe(0)
  clock = new ManualClock()
})

async function start(napster: NapsterOptions = {}, more: Partial<AgentOptions> = {}): Promise<Agent> {
  const log = keptLog()
  agent = await startAgent({ port: 0, engine: new ScriptedEngine(), transcriber: 'none', log, clock, napster, ...more })
  return agent
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

async function request(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {}
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${agent?.port}${path}`, {
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

interface Token {
  readonly url: string
  readonly token: string
  readonly connection: { readonly id: string }
  readonly expiresAt: string
}

/** A new connection's token. */
async function token(path = AGENT, body: object = WEBSOCKET): Promise<Token> {
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
class Client {
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
      clock.advance(500)
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
async function upgrade(url: string, headers: Record<string, string> = {}): Promise<number> {
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

function failure(code: string, description: unknown = expect.stringMatching(/./)): object {
  return { code, description, type: 'failure', numericType: 0 }
}

/** A server with faults. */
async function startFaulty(...specs: string[]): Promise<void> {
  const log = keptLog()
  await start({}, { faults: new FaultPlan(specs.map(parseFault), { clock, log }) })
}

describe('POST /public/agents/{id}/connections', () => {
  it('gives a token for a socket, and a conversation over it', async () => {
    await start()
    const client = await Client.open()
    expect(client.events.map(({ event }) => event)).toEqual([
      'message_received',
      'avatar_state_changed',
      'avatar_state_changed'
    ])
    expect(await client.answer('What is two plus two?')).toBe('The answer is 4.')
    expect((await request('GET', `/public/sessions/${client.id}`)).body).toMatchObject({
      id: client.id,
      status: 'open',
      closeReason: null
    })
  })

  it('the token has the address as it is opened, and ends after two minutes', async () => {
    const { port } = await start({}, { now: () => new Date(Date.UTC(2026, 10, 21, 9, 5)) })
    const { url, token: inner, connection, expiresAt } = await token()
    expect(url).toBe(`http://127.0.0.1:${port}/public/ws?token=${inner}`)
    expect(expiresAt).toBe('2026-11-21T09:07:00.000Z')
    clock.advance(120_000)
    expect(await upgrade(url)).toBe(401)
    expect((await request('GET', `/public/sessions/${connection.id}`)).body).toMatchObject({
      closeReason: 'connection_timeout'
    })
  })

  it('a token is good for one socket', async () => {
    await start()
    const { url } = await token()
    expect(await upgrade(url)).toBe(101)
    expect(await upgrade(url)).toBe(401)
  })

  it.each(['', '?token=', '?token=abc', '?other=1'])('an upgrade with the query %j is refused', async (query) => {
    const { url } = await start()
    await token()
    expect(await upgrade(`${url}/public/ws${query}`)).toBe(401)
  })

  it.each([
    ['no channelType', {}, 'channelType'],
    ['an unknown channelType', { channelType: 'voip' }, 'channelType'],
    ['an unknown modality', { ...WEBSOCKET, modality: 'video' }, 'modality'],
    ['a bad externalClientId', { ...WEBSOCKET, externalClientId: 'a b' }, 'externalClientId'],
    ['one that is too long', { ...WEBSOCKET, externalClientId: 'x'.repeat(33) }, 'externalClientId'],
    ['a list', [], 'object'],
    [
      'too many tags',
      { ...WEBSOCKET, tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [i, ''])) },
      'tags'
    ],
    ['tags that are no texts', { ...WEBSOCKET, tags: { a: 1 } }, 'tags.a']
  ])('%s is refused and named', async (_what, body, named) => {
    await start()
    const answer = await request('POST', AGENT, body)
    expect([answer.status, answer.body]).toEqual([400, failure('InvalidRequest', expect.stringContaining(named))])
  })

  it('webrtc and puppeteer are refused with a reason', async () => {
    await start()
    const webrtc = await request('POST', AGENT, { channelType: 'webrtc' })
    expect([webrtc.status, webrtc.body]).toEqual([
      400,
      failure('UnsupportedChannel', expect.stringContaining('WebRTC'))
    ])
    expect((await request('POST', '/public/connections', {})).body).toMatchObject({ code: 'UnsupportedChannel' })
    const puppet = await request('POST', AGENT, { ...WEBSOCKET, mode: 'puppeteer' })
    expect(puppet.body).toEqual(failure('UnsupportedSessionMode'))
  })

  it('an unknown agent is 404', async () => {
    await start()
    const answer = await request('POST', '/public/agents/nobody/connections', WEBSOCKET)
    expect([answer.status, answer.body]).toEqual([404, failure('AgentNotFound')])
  })

  it('a client that comes again is remembered by its externalClientId, another is not', async () => {
    await start()
    const first = await Client.open(AGENT, { ...WEBSOCKET, externalClientId: 'ana' })
    await first.answer('My code is 4711.')
    // Nobody has said that the first is gone.
    const second = await Client.open(AGENT, { ...WEBSOCKET, externalClientId: 'ana' })
    expect(await second.answer('What is my code?')).toContain('4711')
    first.socket.close()
    second.socket.close()
    await second.until(() => second.closed)
    const third = await Client.open(AGENT, { ...WEBSOCKET, externalClientId: 'ana' })
    expect(await third.answer('What is my code?')).toContain('4711')
    const other = await Client.open(AGENT, { ...WEBSOCKET, externalClientId: 'bob' })
    expect(await other.answer('What is my code?')).not.toContain('4711')
  })

  it('externalClientProfile is known to the agent', async () => {
    await start()
    const client = await Client.open(AGENT, {
      ...WEBSOCKET,
      externalClientProfile: { name: 'Ana', favoriteColor: 'green' }
    })
    expect(await client.answer('What is my name?')).toContain('Ana')
    expect(await client.answer('What is my favorite color?')).toContain('green')
  })
})

describe('who may use it', () => {
  it('with a key REST wants it in X-Api-Key, and nowhere else; the socket wants its token only', async () => {
    await start({}, { key: 'secret' })
    for (const headers of [{}, { 'x-api-key': 'wrong' }, { authorization: 'Bearer secret' }]) {
      const answer = await request('POST', AGENT, WEBSOCKET, headers)
      expect([answer.status, answer.body]).toEqual([401, failure('Unauthorized')])
    }
    const { status, body } = await request('POST', AGENT, WEBSOCKET, { 'x-api-key': 'secret' })
    expect(status).toBe(200)
    const { url } = JSON.parse(Buffer.from(String(body['token']), 'base64').toString('utf8')) as Token
    expect(await upgrade(url)).toBe(101)
  })

  it('a foreign Origin or Host is refused, an allowed Origin is not', async () => {
    await start({}, { allowedOrigins: ['app://parley'] })
    const { url } = await token()
    expect(await upgrade(url, { origin: 'https://evil.example' })).toBe(403)
    expect(await upgrade(url, { host: 'evil.example' })).toBe(403)
    const evil = await request('GET', '/public/agents', undefined, { origin: 'https://evil.example' })
    expect([evil.status, evil.body]).toEqual([403, failure('Forbidden')])
    expect(await upgrade(url, { origin: 'app://parley' })).toBe(101)
  })

  it('a socket more than 45, whatever their doors, is 429, and its token stays good', async () => {
    const { url } = await start()
    const mine = await token()
    const others = Array.from({ length: MAX_CONNECTIONS }, () => new Client(`${url}/v1/agent/converse`))
    await Promise.all(others.map(({ socket }) => once(socket, 'open')))
    expect(await upgrade(mine.url)).toBe(429)
    others[0]?.socket.terminate()
    await expect.poll(() => upgrade(mine.url)).toBe(101)
  })

  it('five sessions, pending ones included; the sixth is 409 until one is over', async () => {
    await start()
    const [first] = await Promise.all(Array.from({ length: 5 }, () => token()))
    const sixth = await request('POST', AGENT, WEBSOCKET)
    expect([sixth.status, sixth.body]).toEqual([409, failure('ConcurrentSessionLimitReached')])
    expect((await request('DELETE', `/public/connections/${first?.connection.id}`)).status).toBe(204)
    await token()
  })

  it('faster than the allowed rate is 429 with Retry-After; by default any rate is', async () => {
    await start({ creationIntervalMs: 5000, maxSessions: 100 })
    await token()
    clock.advance(1500)
    const early = await request('POST', '/public/ws-connections', {})
    expect([early.status, early.headers.get('retry-after'), early.body]).toEqual([
      429,
      '4',
      failure('RequestRateLimitExceeded')
    ])
    clock.advance(3500)
    await token()
  })
})

describe('POST /public/ws-connections', () => {
  it('takes settings, functions and a voice for one session', async () => {
    await start()
    const client = await Client.open('/public/ws-connections', {
      companionId: 'comp_1',
      providerConfig: { voiceId: 'alloy', settings: { instructions: 'Your name is Eva.', temperature: 0.3 } },
      functions: [{ data: { name: 'get_time', description: 'Tells the time.' }, flow: 'implicit' }],
      modality: 'text'
    })
    expect(await client.answer('What is your name?')).toBe('My name is Eva.')
    client.send('send_message', { role: 'user', text: 'use get time', trigger_response: true })
    await client.until(() => client.events.at(-1)?.event === 'function_implicitly_called')
  })

  it.each([
    ['a bad temperature', { providerConfig: { settings: { temperature: 2 } } }, 'InvalidRequest'],
    ['a function without a name', { functions: [{ data: {} }] }, 'InvalidRequest'],
    ['two functions of one name', { functions: [{ data: { name: 'a' } }, { data: { name: 'a' } }] }, 'InvalidRequest'],
    ['an explicit function', { functions: [{ data: { name: 'a' }, flow: 'explicit' }] }, 'UnsupportedFunctionFlow'],
    ['an endpoint that is no address', { providerConfig: { settings: { endpoint: { url: 'x' } } } }, 'InvalidRequest']
  ])('%s is refused', async (_what, body, code) => {
    await start()
    const answer = await request('POST', '/public/ws-connections', body)
    expect([answer.status, answer.body]).toEqual([400, failure(code)])
  })

  it('a voice that nobody has opens, and ends the session', async () => {
    await start()
    const { url, connection } = await token('/public/ws-connections', { providerConfig: { voiceId: 'nobody' } })
    const client = new Client(url)
    await client.until(() => client.closed)
    expect(client.events.at(-1)).toMatchObject({
      event: 'provider_connection_aborted',
      data: { error: { code: 'invalid_voice' } }
    })
    expect((await request('GET', `/public/sessions/${connection.id}`)).body).toMatchObject({
      closeReason: 'provider_connection_aborted'
    })
  })
})

describe('agents', () => {
  it('there is the built-in one, and others can be made, changed, used and removed', async () => {
    await start()
    const made = await request('POST', '/public/agents', {
      name: 'Shop',
      companionId: 'comp_1',
      voiceId: 'alloy',
      providerSettings: { instructions: 'Your name is Max.', temperature: 0.4 },
      functions: [{ data: { name: 'get_time' } }]
    })
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: expect.stringMatching(/^agent_/) as string, name: 'Shop' }
    ])
    const id = String(made.body['id'])
    const client = await Client.open(`/public/agents/${id}/connections`)
    expect(await client.answer('What is your name?')).toBe('My name is Max.')
    const changed = await request('PATCH', `/public/agents/${id}`, {
      providerSettings: { instructions: 'Your name is Eva.' }
    })
    expect(changed.body).toMatchObject({
      name: 'Shop',
      providerSettings: { instructions: 'Your name is Eva.', temperature: 0.4 }
    })
    expect(await client.answer('What is your name?')).toBe('My name is Max.')
    const later = await Client.open(`/public/agents/${id}/connections`)
    expect(await later.answer('What is your name?')).toBe('My name is Eva.')
    expect((await request('GET', '/public/agents')).body).toEqual({
      items: [
        { id: BUILTIN_AGENT_ID, name: 'Built-in agent' },
        { id, name: 'Shop', voiceId: 'alloy' }
      ],
      total: 2
    })
    expect((await request('DELETE', `/public/agents/${id}`)).status).toBe(204)
    expect((await request('GET', `/public/agents/${id}`)).status).toBe(404)
  })

  it('the headers of an endpoint are taken and never given back', async () => {
    await start()
    const endpoint = { url: 'http://127.0.0.1:1/v1', headers: { authorization: 'Bearer secret' } }
    const made = await request('POST', '/public/agents', { providerSettings: { endpoint, model: 'm' } })
    const id = String(made.body['id'])
    const answers = [
      made,
      await request('GET', `/public/agents/${id}`),
      await request('PATCH', `/public/agents/${id}`, { name: 'Other' }),
      await request('GET', '/public/agents')
    ]
    for (const { body } of answers) expect(JSON.stringify(body)).not.toContain('secret')
    expect(answers[1]?.body).toMatchObject({ providerSettings: { endpoint: { url: endpoint.url }, model: 'm' } })
  })

  it.each([
    ['POST', '/public/agents', { providerSettings: { temperature: 7 } }],
    ['PATCH', `/public/agents/${BUILTIN_AGENT_ID}`, { name: 'Mine' }],
    ['POST', '/public/agents', { functions: [{ data: { name: '' } }] }],
    ['DELETE', `/public/agents/${BUILTIN_AGENT_ID}`, undefined]
  ])('%s %s with %j is refused', async (method, path, body) => {
    await start()
    expect(await request(method, path, body)).toMatchObject({ status: 400, body: failure('InvalidRequest') })
  })
})

describe('the end of a session', () => {
  it('DELETE closes it, and once only', async () => {
    await start()
    const client = await Client.open()
    const path = `/public/connections/${client.id}`
    expect((await request('DELETE', path)).status).toBe(204)
    await client.until(() => client.closed)
    expect((await request('GET', `/public/sessions/${client.id}`)).body).toMatchObject({
      status: 'closed',
      closeReason: 'connection_aborted'
    })
    const again = await request('DELETE', path)
    expect([again.status, again.body]).toEqual([400, failure('ConnectionNotFound')])
    expect((await request('DELETE', '/public/connections/never')).status).toBe(400)
  })

  it('the reason is kept: closed by the client, idle, out of credit', async () => {
    await start({ idleCloseMs: 1000, creditMs: 5000 })
    const closed = await Client.open()
    closed.socket.close(1000)
    await closed.until(() => closed.closed)
    const idle = await Client.open()
    clock.advance(1000)
    await idle.until(() => idle.closed)
    const poor = await Client.open('/public/ws-connections', { disableIdleTimeout: true })
    clock.advance(5000)
    await poor.until(() => poor.closed)
    expect([idle.events.at(-1)?.event, poor.events.at(-1)?.event]).toEqual(['session_expired', 'no_credits_left'])
    const reasons = [closed, idle, poor].map(
      async ({ id }) => (await request('GET', `/public/sessions/${id}`)).body['closeReason']
    )
    expect(await Promise.all(reasons)).toEqual(['connection_closed', 'idle_timeout', 'no_credits_left'])
  })

  it('an unknown session is 404', async () => {
    await start()
    expect(await request('GET', '/public/sessions/never')).toMatchObject({
      status: 404,
      body: failure('SessionNotFound')
    })
  })

  it('the server goes: every socket is closed', async () => {
    const { close } = await start()
    const clientsOpen = [await Client.open(), await Client.open()]
    await token()
    await close()
    await Promise.all(clientsOpen.map((client) => client.until(() => client.closed)))
    expect(clientsOpen.map(({ socket }) => socket.readyState)).toEqual([WebSocket.CLOSED, WebSocket.CLOSED])
  })
})

describe('what is no request', () => {
  it.each([
    ['POST', AGENT, '{"channelType":', 400, 'InvalidJson'],
    [
      'POST',
      AGENT,
      `{"externalClientProfile":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      400,
      'InvalidRequest'
    ],
    ['POST', AGENT, `{"initialSpeech":"${'x'.repeat(1024 * 1024)}"}`, 413, 'RequestTooLarge'],
    ['GET', '/public/nothing', undefined, 404, 'NotFound'],
    ['GET', '/public/ws', undefined, 404, 'NotFound'],
    ['PUT', '/public/agents', '{}', 405, 'MethodNotAllowed'],
    ['GET', '/public/agents/%zz', undefined, 400, 'InvalidRequest']
  ])('%s %s is refused with a reason', async (method, path, body, status, code) => {
    await start()
    const answer = await request(method, path, body)
    expect([answer.status, answer.body]).toEqual([status, failure(code)])
  })

  it('the door of the other protocol answers as before', async () => {
    const { port } = await start()
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(426)
  })
})

describe('faults', () => {
  it('refuse: a request for a connection, or the upgrade, gets the status', async () => {
    await startFaulty('refuse:429,retry-after=7,times=1', 'refuse:503,of=upgrade,times=1')
    const refused = await request('POST', AGENT, WEBSOCKET)
    expect([refused.status, refused.headers.get('retry-after'), refused.body]).toEqual([
      429,
      '7',
      failure('RequestRateLimitExceeded')
    ])
    const { url } = await token()
    expect(await upgrade(url)).toBe(503)
    expect(await upgrade(url)).toBe(101)
  })

  it('refuse,of=rest leaves upgrades alone', async () => {
    await startFaulty('refuse:500,of=rest,times=1')
    expect((await request('GET', '/public/agents')).status).toBe(200)
    expect(await request('POST', AGENT, WEBSOCKET)).toMatchObject({ status: 500, body: failure('FaultRequested') })
    expect(await upgrade((await token()).url)).toBe(101)
  })

  it('close and garbage come at their points; audio counts as audio', async () => {
    await startFaulty('garbage:text@text=2', 'close:1011@audio=3', 'duplicate:function_implicitly_called')
    const { url } = await token(AGENT, { ...WEBSOCKET, initialSpeech: 'Greet the user.' })
    const socket = new WebSocket(url.replace('http', 'ws'))
    const texts: string[] = []
    socket.on('message', (data: Buffer) => texts.push(data.toString('utf8')))
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1011)
    expect(texts[2]).toMatch(/^no JSON!/)
    expect(texts.filter((text) => text.includes('audio_received'))).toHaveLength(3)
  })

  it('stall and no-pong: nothing is answered any more', async () => {
    await startFaulty('no-pong', 'stall@message=1')
    const client = await Client.open()
    let pongs = 0
    client.socket.on('pong', () => (pongs += 1))
    const other = await Client.open()
    client.socket.ping()
    client.send('send_audio', { data: '' })
    client.send('send_message', { role: 'user', text: 'Hello', trigger_response: true })
    other.send('send_audio', { data: 'no base64!' })
    // A stall begins with a message that is no audio: the other client is answered still.
    await other.until(() => other.events.at(-1)?.event === 'error')
    clock.advance(10_000)
    expect([client.events.length, pongs]).toEqual([3, 0])
  })

  it('duplicate: a tool call is delivered twice', async () => {
    await startFaulty('duplicate:function_implicitly_called')
    const client = await Client.open('/public/ws-connections', { functions: [{ data: { name: 'get_time' } }] })
    client.send('send_message', { role: 'user', text: 'use get time', trigger_response: true })
    const calls = (): unknown[] =>
      client.events.flatMap((frame) => (frame.event === 'function_implicitly_called' ? [frame.data] : []))
    await client.until(() => calls().length === 2)
    expect(calls()[0]).toEqual(calls()[1])
  })
})
