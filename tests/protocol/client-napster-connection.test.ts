import { expect, it } from 'vitest'
import { secretStore } from '../../src/core/testing.test-support.ts'
import type { NapsterSession } from '../peers/napster-session.ts'
import { OLDEST } from '../peers/napster-spelling.ts'
import { until } from './client.test-support.ts'
import {
  ended,
  fastClock,
  KEY,
  napsterProfile,
  setUp,
  setUpLive,
  watchedTransport
} from './client-napster.test-support.ts'

// How a connection comes about: REST, token, socket, the marks of its beginning, and what becomes of key and tokens.

/** A service that is not ready yet. */
function preparing(session: NapsterSession): void {
  session.message({ type: 'session', action: 'created' })
  session.event('avatar_state_changed', { state: 'preparing' })
}

it.concurrent(
  'a connection is asked for with the key in its header and the settings of the profile in its body',
  async (context) => {
    const settings = {
      agentId: 'agent_a b/c',
      externalClientId: 'client-7',
      externalClientProfile: { name: 'Ana', orders: [1, 2] },
      initialSpeech: 'Greet the user by name.',
      tags: { team: 'blue' }
    }
    const { one, server } = await setUp(context, { profile: napsterProfile(settings), server: { key: KEY } })
    one.session.connect()
    await until('live', () => one.session.state.phase === 'live')
    expect(server.asked).toEqual(['POST /public/agents/agent_a%20b%2Fc/connections'])
    const [request] = server.requests
    expect(request?.headers).toMatchObject({
      'x-api-key': KEY,
      'content-type': expect.stringContaining('json') as string
    })
    expect(request?.headers).not.toHaveProperty('authorization')
    const { agentId: _, ...rest } = settings
    expect({ modality: 'audio', ...(JSON.parse(request?.text ?? '') as object) }).toEqual({
      channelType: 'websocket',
      modality: 'audio',
      ...rest
    })
  }
)

it.concurrent(
  "the token's address is dialled as it is: query untouched, no header, no subprotocol, no first frame",
  async (context) => {
    const { transport, dialled } = watchedTransport()
    const { one, server } = await setUpLive(context, { transport })
    const { upgrade, token, id, commands, strange } = server.session
    expect(upgrade?.path).toBe(`/v1/realtime/${id}?token=${token}&region=eu%2Dwest`)
    expect(upgrade?.headers).not.toHaveProperty('authorization')
    expect(upgrade?.headers).not.toHaveProperty('x-api-key')
    expect(upgrade?.headers).not.toHaveProperty('sec-websocket-protocol')
    expect(dialled.map(({ headers }) => headers)).toEqual([{}])
    // The microphone's silence may have begun by now.
    const first = commands.filter(({ type }) => type !== 'send_audio')
    expect([first, strange, server.strangers]).toEqual([[], [], []])
    expect(one.session.formats).toEqual({ inputSampleRateHz: 16_000, outputSampleRateHz: 16_000 })
  }
)

it.concurrent('an https address is dialled as wss, with everything else as it was', async (context) => {
  const { transport, dialled } = watchedTransport()
  const { server } = await setUpLive(context, { transport, server: { spelling: { scheme: 'https' } } })
  const { token, id } = server.session
  const { host } = new URL(server.url)
  expect(dialled.map(({ url }) => url)).toEqual([`wss://${host}/v1/realtime/${id}?token=${token}&region=eu%2Dwest`])
})

it.concurrent(
  'a token with the names of the old pages works, and nothing of it is added to the address',
  async (context) => {
    const { transport, dialled } = watchedTransport()
    const { server } = await setUpLive(context, { transport, server: { spelling: OLDEST } })
    expect(dialled.map(({ headers }) => headers)).toEqual([{}])
    expect(server.session.upgrade?.path.match(/token=/g)).toHaveLength(1)
  }
)

it.concurrent('live when the service says that it is ready, and not before', async (context) => {
  const { one, server } = await setUp(context, { server: { onOpen: preparing } })
  one.session.connect()
  await until('the first state', () => one.wire.some(({ message }) => JSON.stringify(message).includes('preparing')))
  expect(one.session.state.phase).not.toBe('live')
  server.session.event('avatar_state_changed', { state: 'ready' })
  await until('live', () => one.session.state.phase === 'live')
  // With a deferred video there is a second one.
  server.session.event('avatar_state_changed', { state: 'ready', details: { mode: 'audio_video' } })
  await until('the second', () => one.wire.filter(({ dir }) => dir === 'in').length === 4)
  const phases = one.events.flatMap((event) => (event.kind === 'state' ? [event.state.phase] : []))
  expect(phases.filter((phase) => phase === 'live')).toHaveLength(1)
})

it.concurrent('a service that gives no marks at all is used after a short wait', async (context) => {
  const { one, server } = await setUp(context, { clock: fastClock(5), server: { onOpen: () => undefined } })
  await one.live()
  expect(await one.session.execute({ kind: 'user-text', text: 'Hi.' })).toEqual({ outcome: 'applied' })
  expect(server.sessions).toHaveLength(1)
})

it.concurrent('a token that is used up is never used again: every connection has one of its own', async (context) => {
  const { one, server } = await setUpLive(context, { clock: fastClock(5) })
  server.session.cut()
  await until('the return', () => one.count('reconnected') === 1)
  expect(server.sessions).toHaveLength(2)
  expect(server.strangers).toEqual([])
  expect(server.sessions.map(({ upgrade, token }) => upgrade?.path.includes(token))).toEqual([true, true])
})

it.concurrent('key and tokens are in no event, no line of the log and nothing the inspector shows', async (context) => {
  const lines: string[] = []
  const line = (text: string, fields?: object): void => void lines.push(`${text} ${JSON.stringify(fields ?? {})}`)
  const log = { debug: line, info: line, warn: line, error: line }
  const { one, server } = await setUp(context, {
    server: { key: KEY },
    log,
    clock: fastClock(5),
    profile: napsterProfile({ tags: { secret: '{{secret:TAG}}' } }),
    secrets: secretStore({ TAG: 'tag-canary-987654' }, KEY)
  })
  await one.live()
  const [first] = server.sessions
  const both = (): string[] => server.sessions.map(({ token }) => token)
  // A service that tells its own secrets, in words and in errors.
  first?.event('error', { message: `bad key ${KEY} for token ${first.token}` })
  first?.answer(`Your key is ${KEY}, and your token is ${first.token}.`)
  await until('the reply', () => one.count('reply-played') === 1)
  first?.cut()
  await until('the return', () => one.count('reconnected') === 1)
  one.session.hangUp()
  await until('the end', () => server.asked.some((asked) => asked.startsWith('DELETE') && asked.endsWith('conn-2')))
  expect(both()).toHaveLength(2)
  const told = JSON.stringify([one.events, one.wire, lines])
  for (const secret of [KEY, 'tag-canary-987654', ...both()]) expect(told).not.toContain(secret)
  for (const token of both()) expect(told).not.toContain(Buffer.from(token).toString('base64').slice(0, 24))
  expect(first?.request['tags']).toEqual({ secret: 'tag-canary-987654' })
})

it.concurrent('a key that the service does not know ends the session, and is not tried again', async (context) => {
  const { one, server } = await setUp(context, { server: { key: 'another-key-entirely' } })
  one.session.connect()
  expect(await ended(one)).toMatchObject({ code: 'unauthorized', message: expect.stringMatching(/key/i) as string })
  expect(server.requests).toHaveLength(1)
})

it.concurrent('a server of your own needs no key', async (context) => {
  const { one, server } = await setUp(context, { secrets: secretStore({}) })
  await one.live()
  expect(server.requests[0]?.headers).not.toHaveProperty('x-api-key')
})

it.concurrent('hanging up closes the socket with 1000 and ends the connection over REST', async (context) => {
  const { one, server } = await setUpLive(context, { server: { key: KEY } })
  one.session.hangUp()
  await until('the end', () => server.requests.length === 2)
  await until('the close', () => server.session.closeCode !== undefined)
  expect(server.asked[1]).toBe('DELETE /public/connections/conn-1')
  expect(server.requests[1]?.headers['x-api-key']).toBe(KEY)
  expect([1000, 1005]).toContain(server.session.closeCode)
})
