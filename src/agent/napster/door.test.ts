import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { MAX_CONNECTIONS } from '../server.ts'
import {
  AGENT,
  Client,
  WEBSOCKET,
  door,
  failure,
  request,
  start,
  token,
  upgrade,
  type Token,
  endDoor
} from './door.test-support.ts'

afterEach(endDoor)

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
    door.clock.advance(1500)
    const early = await request('POST', '/public/ws-connections', {})
    expect([early.status, early.headers.get('retry-after'), early.body]).toEqual([
      429,
      '4',
      failure('RequestRateLimitExceeded')
    ])
    door.clock.advance(3500)
    await token()
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
    door.clock.advance(1000)
    await idle.until(() => idle.closed)
    const poor = await Client.open('/public/ws-connections', { disableIdleTimeout: true })
    door.clock.advance(5000)
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
    const agent = await start()
    const clientsOpen = [await Client.open(), await Client.open()]
    await token()
    await agent.close()
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
