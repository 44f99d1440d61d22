import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import { keptLog, settings } from '../../src/agent/rig.test-support.ts'
import { ScriptedEngine } from '../../src/agent/scripted-engine.test-support.ts'
import { MAX_CONNECTIONS, startAgent, type Agent, type AgentOptions } from '../../src/agent/server.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'

const PATH = '/v1/agent/converse'
const header = (authorization: string): ClientOptions => ({ headers: { authorization } })
let agent: Agent | undefined
afterEach(async () => {
  await agent?.close()
  agent = undefined
})

async function start(key?: string, more: Partial<AgentOptions> = {}): Promise<Agent> {
  const options = { port: 0, engine: new ScriptedEngine(), log: keptLog(), clock: systemClock, ...more }
  agent = await startAgent({ ...options, allowedOrigins: ['app://parley'], ...(key === undefined ? {} : { key }) })
  return agent
}

/** The outcome of an upgrade: the protocol that was chosen, or the HTTP status of the refusal. */
async function upgrade(path: string, protocols: string[] = [], options: ClientOptions = {}): Promise<string | number> {
  const socket = new WebSocket(`${agent?.url}${path}`, protocols, options)
  return await new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.on('open', () => {
      resolve(socket.protocol)
      socket.close()
    })
  })
}

/** The request id of a new connection. */
async function welcome(): Promise<string> {
  const socket = new WebSocket(agent?.url + PATH)
  const [data, isBinary] = (await once(socket, 'message')) as [Buffer, boolean]
  socket.terminate()
  const message = JSON.parse(data.toString('utf8')) as { type: string; request_id: string }
  expect([isBinary, message.type]).toEqual([false, 'Welcome'])
  return message.request_id
}

describe('who may connect', () => {
  it('V1 the upgrade succeeds on its path only; any other is 404', async () => {
    await start()
    expect(await upgrade(PATH)).toBe('')
    expect(await upgrade('/agent')).toBe(404)
    expect(await upgrade(`${PATH}/more`)).toBe(404)
    expect(await upgrade('/v1/agent')).toBe(404)
  })

  it('V3 of the offered token, key, x-deepgram-session-id and uuid exactly token is answered', async () => {
    await start()
    expect(await upgrade(PATH, ['token', 'whatever', 'x-deepgram-session-id', 'abc'])).toBe('token')
    expect(await upgrade(PATH, ['bearer', 'whatever', 'x-deepgram-session-id', 'abc'])).toBe('bearer')
  })

  it('V4 without an offered protocol the answer names none', async () => {
    await start()
    const socket = new WebSocket(agent?.url + PATH)
    const [response] = (await once(socket, 'upgrade')) as [IncomingMessage]
    expect(response.headers).not.toHaveProperty('sec-websocket-protocol')
    socket.terminate()
  })

  it('V5 Welcome is the first frame and has a request id of its own per connection', async () => {
    await start()
    const ids = await Promise.all([welcome(), welcome(), welcome()])
    expect(new Set(ids).size).toBe(3)
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('V6 unknown query parameters are ignored', async () => {
    await start()
    expect(await upgrade(`${PATH}?model=x&utm=1&token=secret`)).toBe('')
  })

  it('takes any key or none when it has none', async () => {
    await start()
    expect(await upgrade(PATH, [], { headers: { authorization: 'Token whatever' } })).toBe('')
  })

  it('V2 with a key of its own it wants it in a header or a subprotocol', async () => {
    await start('secret')
    expect(await upgrade(PATH)).toBe(401)
    expect(await upgrade(PATH, [], header('Token wrong'))).toBe(401)
    expect(await upgrade(PATH, [], header('Basic secret'))).toBe(401)
    expect(await upgrade(PATH, ['token', 'wrong'])).toBe(401)
    expect(await upgrade(PATH, [], header('Token secret'))).toBe('')
    expect(await upgrade(PATH, [], header('Bearer secret'))).toBe('')
    expect(await upgrade(PATH, ['token', 'secret'])).toBe('token')
    expect(await upgrade(PATH, ['bearer', 'secret'])).toBe('bearer')
  })

  it('refuses a foreign Origin or Host and accepts none', async () => {
    await start()
    expect(await upgrade(PATH, [], { origin: 'https://evil.example' })).toBe(403)
    expect(await upgrade(PATH, [], { origin: 'null' })).toBe(403)
    expect(await upgrade(PATH, [], { origin: 'app://parley' })).toBe('')
    expect(await upgrade(PATH, [], { headers: { host: 'evil.example' } })).toBe(403)
  })
})

it('takes 45 clients; the next is refused with 429 until one has gone', async () => {
  const { url } = await start()
  const sockets = Array.from({ length: MAX_CONNECTIONS }, () => new WebSocket(url + PATH))
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
  expect(await upgrade(PATH)).toBe(429)
  const [first] = sockets
  first?.close()
  await expect.poll(() => upgrade(PATH)).toBe('')
  for (const socket of sockets) socket.terminate()
})

it('V18 pings are answered and do not put CLIENT_MESSAGE_TIMEOUT off', async () => {
  const { url } = await start(undefined, { idleTimeoutMs: 600 })
  const socket = new WebSocket(url + PATH)
  const texts: string[] = []
  let pongs = 0
  socket.on('message', (data: Buffer) => texts.push(data.toString('utf8')))
  socket.on('pong', () => (pongs += 1))
  await once(socket, 'open')
  socket.send(JSON.stringify(settings()))
  const sentMs = performance.now()
  const pings = setInterval(() => socket.ping(), 50)
  await expect.poll(() => socket.readyState, { timeout: 5_000 }).toBe(socket.CLOSED)
  clearInterval(pings)
  expect(performance.now() - sentMs).toBeGreaterThan(550)
  expect(texts.some((text) => text.includes('SettingsApplied'))).toBe(true)
  expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({ type: 'Error', code: 'CLIENT_MESSAGE_TIMEOUT' })
  expect(pongs).toBeGreaterThan(2)
})

describe('closing', () => {
  it('V51 an Error is the last text frame and the close has no status', async () => {
    const { url } = await start()
    const socket = new WebSocket(url + PATH)
    const texts: string[] = []
    socket.on('message', (data: Buffer) => texts.push(data.toString('utf8')))
    socket.on('open', () => socket.send('not json'))
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1005)
    expect(JSON.parse(texts.at(-1) ?? '')).toMatchObject({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE' })
  })

  it('V50 shutdown tells every client SERVER_GOING_AWAY, whatever it is doing, and closes', async () => {
    const running = await start()
    const waits = new WebSocket(running.url + PATH)
    const talks = new WebSocket(running.url + PATH)
    const lasts = new Map<WebSocket, string>()
    for (const socket of [waits, talks]) {
      socket.on('message', (data: Buffer, isBinary) => {
        if (!isBinary) lasts.set(socket, data.toString('utf8'))
      })
    }
    await Promise.all([once(waits, 'message'), once(talks, 'message')])
    talks.send(JSON.stringify(settings({ greeting: 'A greeting that takes its time, and then some more of it.' })))
    await expect.poll(() => lasts.get(talks)).toContain('ConversationText')
    await Promise.all([once(waits, 'close'), once(talks, 'close'), running.close()])
    for (const socket of [waits, talks]) {
      expect(JSON.parse(lasts.get(socket) ?? '')).toMatchObject({ type: 'Error', code: 'SERVER_GOING_AWAY' })
    }
    await expect(upgrade(PATH)).rejects.toThrow(/ECONNREFUSED/)
  })

  it('survives a frame that is too large, a broken frame and a connection that is cut', async () => {
    const { url, port } = await start()
    const large = new WebSocket(url + PATH)
    large.on('open', () => large.send(Buffer.alloc(5 * 1024 * 1024)))
    large.on('error', () => undefined)
    await once(large, 'close')
    const raw = connect(port, '127.0.0.1')
    raw.on('error', () => undefined)
    raw.write(
      `GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
    )
    await once(raw, 'data')
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
    raw.resume()
    await once(raw, 'close')
    const cut = new WebSocket(url + PATH)
    await once(cut, 'open')
    cut.terminate()
    expect(await upgrade(PATH)).toBe('')
  })
})
