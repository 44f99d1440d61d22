import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { decodeToken, NapsterClient, napsterRest } from '../peers/napster-client.ts'
import { answerTo, openDoor } from './agent-napster.test-support.ts'

// The REST interface of the built-in agent's Napster door, its tokens, and how connections begin and end.

const KEY = 'agent-key-123456'

const socketUrl = (url: string): string => url.replace(/^http/, 'ws')

/** The status that an upgrade is refused with; 101 where it is not. */
function upgrade(url: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(socketUrl(url))
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => resolve(-1))
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
  })
}

it.concurrent('a connection has an id and a token, and the token an address that opens it', async (context) => {
  const { base } = await openDoor(context)
  const { status, json } = await NapsterClient.create(base)
  expect(status).toBeGreaterThanOrEqual(200)
  expect(status).toBeLessThan(300)
  const { token, connection } = json as { token: string; connection: { id: string } }
  const inner = decodeToken(token)
  expect(inner.connection.id).toBe(connection.id)
  expect(inner.url).toMatch(/\?(.*&)?token=/)
  expect(Date.parse(inner.expiresAt) - Date.now()).toBeGreaterThan(60_000)
  expect(Date.parse(inner.expiresAt) - Date.now()).toBeLessThan(180_000)
  expect(await upgrade(inner.url)).toBe(101)
})

it.concurrent('a token opens one socket, and an invented one opens none', async (context) => {
  const { base } = await openDoor(context)
  const { json } = await NapsterClient.create(base)
  const { url } = decodeToken((json as { token: string }).token)
  expect(await upgrade(url)).toBe(101)
  expect(await upgrade(url)).toBeGreaterThanOrEqual(400)
  expect(await upgrade(url.replace(/token=[^&]+/, 'token=invented'))).toBeGreaterThanOrEqual(400)
  expect(await upgrade(url.split('?')[0] ?? '')).toBeGreaterThanOrEqual(400)
})

it.concurrent(
  'a key is asked for in X-Api-Key: without it, with another and as a Bearer it is 401',
  async (context) => {
    const { base } = await openDoor(context, { key: KEY })
    const path = '/public/agents/agent_builtin/connections'
    const body = JSON.stringify({ channelType: 'websocket' })
    const json = { 'content-type': 'application/json' }
    const ask = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${base}${path}`, { method: 'POST', headers: { ...json, ...headers }, body })).status
    expect(
      await Promise.all([ask({}), ask({ 'x-api-key': 'other' }), ask({ authorization: `Bearer ${KEY}` })])
    ).toEqual([401, 401, 401])
    expect(await ask({ 'x-api-key': KEY })).toBeLessThan(300)
  }
)

it.concurrent('what cannot be a connection is 400 with a code and a sentence', async (context) => {
  const { base } = await openDoor(context)
  const path = '/public/agents/agent_builtin/connections'
  const bodies: unknown[] = [
    {},
    { channelType: 'telepathy' },
    { channelType: 'websocket', modality: 'smell' },
    { channelType: 'websocket', externalClientId: 'no spaces please' },
    { channelType: 'websocket', externalClientId: 'x'.repeat(33) },
    { channelType: 'websocket', initialSpeech: 7 },
    { channelType: 'websocket', tags: { team: 7 } },
    [],
    '{"channelType":'
  ]
  for (const body of bodies) {
    const { status, json } = await napsterRest(base, 'POST', path, { body })
    expect([body, status, json]).toEqual([
      body,
      400,
      expect.objectContaining({ code: expect.any(String) as string, description: expect.any(String) as string })
    ])
  }
  expect((await napsterRest(base, 'GET', path)).status).toBeGreaterThanOrEqual(404)
  expect((await napsterRest(base, 'GET', '/public/nothing')).status).toBe(404)
})

it.concurrent('an agent that does not exist has no connections', async (context) => {
  const { base } = await openDoor(context)
  const { status, json } = await NapsterClient.create(base, { agentId: 'agent_nobody' })
  expect([status, json]).toEqual([404, expect.objectContaining({ code: expect.any(String) as string })])
})

it.concurrent('why a session ended is told over REST, and nothing while it lasts', async (context) => {
  const { base, connect } = await openDoor(context)
  const [deleted, left] = await Promise.all([connect(), connect()])
  const reason = async ({ connectionId }: NapsterClient): Promise<unknown> =>
    ((await napsterRest(base, 'GET', `/public/sessions/${connectionId}`)).json as { closeReason?: unknown }).closeReason
  expect((await reason(deleted)) ?? null).toBeNull()
  await napsterRest(base, 'DELETE', `/public/connections/${deleted.connectionId}`)
  await Promise.all([deleted.until('the close', () => deleted.closed), left.hangUp()])
  expect([await reason(deleted), await reason(left)]).toEqual(['connection_aborted', 'connection_closed'])
  expect((await napsterRest(base, 'GET', '/public/sessions/nobody')).status).toBe(404)
})

it.concurrent('who says nothing is warned three times, and then the session is over', async (context) => {
  const { base, connect } = await openDoor(context, { napster: { idleCloseMs: 900 } })
  const client = await connect()
  await client.until('the close', () => client.closed)
  const left = client.named('avatar_connection_warning').map(({ data }) => Number(data['disconnect_after']))
  expect(left).toHaveLength(3)
  expect(left).toEqual(left.toSorted((a, b) => b - a))
  expect(client.trace.at(-1)).toBe('session_expired')
  const { json } = await napsterRest(base, 'GET', `/public/sessions/${client.connectionId}`)
  expect(json).toMatchObject({ closeReason: 'idle_timeout' })
})

it.concurrent.for([
  ['no_credits_left', { napster: { creditMs: 300 } }, 'no_credits_left'],
  ['session_expired', { sessionLimitMs: 300 }, 'session_expired']
] as const)('%s is the last event of a session that ends by it', async ([event, options, closeReason], context) => {
  const { base, connect } = await openDoor(context, options)
  const client = await connect()
  await client.until('the close', () => client.closed)
  expect(client.trace.at(-1)).toBe(event)
  const { json } = await napsterRest(base, 'GET', `/public/sessions/${client.connectionId}`)
  expect(json).toMatchObject({ closeReason })
})

it.concurrent('who comes back with the same externalClientId is remembered, and nobody else', async (context) => {
  const { connect } = await openDoor(context)
  const first = await connect(undefined, { externalClientId: 'client-7' })
  await answerTo(first, 'My name is Ana.')
  await first.hangUp()
  const [again, stranger, nameless] = await Promise.all([
    connect(undefined, { externalClientId: 'client-7' }),
    connect(undefined, { externalClientId: 'client-8' }),
    connect()
  ])
  expect(await answerTo(again, 'What is my name?')).toContain('Ana')
  expect(await answerTo(stranger, 'What is my name?')).not.toContain('Ana')
  expect(await answerTo(nameless, 'What is my name?')).not.toContain('Ana')
})

it.concurrent('words keep a session from its idle close', async (context) => {
  const { connect } = await openDoor(context, { napster: { idleCloseMs: 1_500 } })
  const client = await connect()
  await client.until('the first warning', () => client.named('avatar_connection_warning').length === 1)
  client.tell('The code is 4711.')
  client.say('What is the code?', { delay: true })
  await client.until('the answer', () => client.texts('assistant').join().includes('4711'))
  expect(client.closed).toBeUndefined()
})

it.concurrent(
  'too many connections at once, and too soon after each other, are refused in the words of the sheet',
  async (context) => {
    const options = { napster: { maxSessions: 2, creationIntervalMs: 1_200 } }
    const [crowded, hurried] = await Promise.all([
      openDoor(context, { napster: { maxSessions: 1 } }),
      openDoor(context, options)
    ])
    await crowded.connect()
    const full = await NapsterClient.create(crowded.base)
    expect([full.status, full.json]).toEqual([409, expect.objectContaining({ code: 'ConcurrentSessionLimitReached' })])
    await NapsterClient.create(hurried.base)
    const soon = await NapsterClient.create(hurried.base)
    expect([soon.status, soon.json]).toEqual([429, expect.objectContaining({ code: 'RequestRateLimitExceeded' })])
    expect(Number(soon.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  }
)

it.concurrent('a voice that nobody has is refused after the socket opened, and the session closes', async (context) => {
  const { base } = await openDoor(context)
  const { json } = await napsterRest(base, 'POST', '/public/ws-connections', {
    body: { companionId: 'comp_any', providerConfig: { voiceId: 'zed', settings: {} } }
  })
  const client = NapsterClient.opening(json)
  await client.until('the close', () => client.closed)
  expect(client.named('provider_connection_aborted').map(({ data }) => data)).toEqual([
    { error: { code: 'invalid_voice', message: expect.any(String) as string } }
  ])
})

it.concurrent('a text session has text alone: no talk states, no audio', async (context) => {
  const { connect } = await openDoor(context)
  const client = await connect('Your name is Max.', { modality: 'text' })
  client.say('What is 2 plus 3?')
  await client.until('the answer', () => client.texts('assistant').length === 1)
  client.say('What is your name?')
  await client.until('the next', () => client.texts('assistant').length === 2)
  expect(client.texts('assistant')[0]).toMatch(/\b5\b/)
  expect(client.texts('assistant')[1]).toContain('Max')
  expect(client.named('talk_state_changed')).toEqual([])
  expect(client.named('audio_received')).toEqual([])
  expect(client.states('avatar_state_changed')).toContain('ready')
})

it.concurrent('the marker comes first, then preparing and ready, once each', async (context) => {
  const { connect } = await openDoor(context)
  const client = await connect()
  expect(client.trace.slice(0, 3)).toEqual(['session created', 'avatar preparing', 'avatar ready'])
  await client.hangUp()
  expect(client.trace).toHaveLength(3)
})

it.concurrent('deleting a connection closes its socket; a second time there is none to delete', async (context) => {
  const { base, connect } = await openDoor(context)
  const client = await connect()
  const path = `/public/connections/${client.connectionId}`
  expect((await napsterRest(base, 'DELETE', path)).status).toBeLessThan(300)
  await client.until('the close', () => client.closed)
  const again = await napsterRest(base, 'DELETE', path)
  expect([again.status, again.json]).toEqual([400, expect.objectContaining({ code: 'ConnectionNotFound' })])
})

it.concurrent('a connection that was deleted before it was opened cannot be opened', async (context) => {
  const { base } = await openDoor(context)
  const { json } = await NapsterClient.create(base)
  const { token, connection } = json as { token: string; connection: { id: string } }
  expect((await napsterRest(base, 'DELETE', `/public/connections/${connection.id}`)).status).toBeLessThan(300)
  expect(await upgrade(decodeToken(token).url)).toBeGreaterThanOrEqual(400)
})

it.concurrent('initialSpeech lets the agent begin by itself, and without it the agent waits', async (context) => {
  const { connect } = await openDoor(context)
  const [greeted, quiet] = await Promise.all([
    connect(undefined, { initialSpeech: 'Greet the user in one sentence.' }),
    connect()
  ])
  await greeted.until('the greeting', () => greeted.states('talk_state_changed').includes('ended'))
  expect(greeted.texts('assistant').join(' ')).not.toBe('')
  expect(greeted.texts('user')).toEqual([])
  expect(greeted.audio().byteLength).toBeGreaterThan(0)
  expect(quiet.trace).toHaveLength(3)
})
