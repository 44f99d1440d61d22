import { afterEach, describe, expect, it, vi } from 'vitest'
import { ClientMemory } from './memory.ts'
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
  endDoor
} from './door.test-support.ts'

afterEach(endDoor)

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
    door.clock.advance(120_000)
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

  it('a session that the provider ends at once is not kept, and what is remembered of its client is', async () => {
    await start()
    const made = await request('POST', '/public/agents', { name: 'Shop', voiceId: 'alloy' })
    const id = String((made.body as { id: unknown }).id)
    const ana = [`/public/agents/${id}/connections`, { ...WEBSOCKET, externalClientId: 'ana' }] as const
    const first = await Client.open(...ana)
    await first.answer('My code is 4711.')
    first.socket.close()
    await first.until(() => first.closed)
    await request('PATCH', `/public/agents/${id}`, { voiceId: 'nobody' })
    const follow = vi.spyOn(ClientMemory.prototype, 'follow')
    const aborted = new Client((await token(...ana)).url)
    await aborted.until(() => aborted.closed)
    expect(follow, 'what is over is not held').not.toHaveBeenCalled()
    follow.mockRestore()
    await request('PATCH', `/public/agents/${id}`, { voiceId: 'alloy' })
    const third = await Client.open(...ana)
    expect(await third.answer('What is my code?')).toContain('4711')
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
