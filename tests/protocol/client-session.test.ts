import { afterEach, expect, it } from 'vitest'
import { secretStore } from '../../src/core/testing.test-support.ts'
import { Client, Peer, TALK_PROFILE, until } from './client.test-support.ts'

const PORT = 47_720
const closing: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function peer(refuse?: number): Promise<Peer> {
  const made = await Peer.listen(PORT, refuse)
  closing.push(() => made.close())
  return made
}

function client(...args: Partial<ConstructorParameters<typeof Client>>): Client {
  const made = new Client(args[0] ?? `ws://127.0.0.1:${PORT}`, args[1], args[2])
  closing.push(() => made.close())
  return made
}

async function live(server: Peer, one: Client): Promise<void> {
  one.session.connect()
  await until('the connection', () => server.socket)
  server.say({ type: 'Welcome', request_id: 'r' })
  await until('Settings', () => server.json[0])
  server.say({ type: 'SettingsApplied' })
  await until('live', () => one.session.state.phase === 'live')
}

it('S1 S2 S3 over a real socket: the path, nothing before Welcome, then Settings, then audio', async () => {
  const server = await peer()
  const one = client()
  one.session.talk(true, 'open')
  one.session.connect()
  await until('the connection', () => server.socket)
  for (let at = 0; at < 5; at += 1) one.session.pushAudio(new Uint8Array(640).fill(at))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.got).toEqual([])
  server.say({ type: 'Welcome', request_id: 'r' })
  await until('Settings', () => server.json[0])
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.json).toEqual([{ type: 'Settings', ...TALK_PROFILE.settings }])
  expect(server.bytes).toHaveLength(0)
  server.say({ type: 'SettingsApplied' })
  await until('the audio', () => server.bytes.length === 5 * 640)
  expect([...new Set(server.bytes)]).toEqual([0, 1, 2, 3, 4])
  expect(server.paths).toEqual(['/v1/agent/converse'])
})

it('a released key sends silence in real time until the service ends the turn', async () => {
  const server = await peer()
  const one = client()
  await live(server, one)
  one.session.talk(true, 'push-to-talk')
  one.session.pushAudio(new Uint8Array(640).fill(9))
  const startMs = performance.now()
  one.session.talk(false, 'push-to-talk')
  await until('half a second of silence', () => server.bytes.length >= 26 * 640)
  const tookMs = performance.now() - startMs
  expect(tookMs).toBeGreaterThan(450)
  server.say({ type: 'ConversationText', role: 'user', content: 'nine' })
  await until('the caption', () => one.captions[0])
  const { length } = server.bytes
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(server.bytes.length - length).toBeLessThanOrEqual(640)
  expect(server.bytes.subarray(640).some((byte) => byte !== 0)).toBe(false)
})

it('sends the key as a header and never tells it, also not after 401', async () => {
  const server = await peer(401)
  const key = 'f'.repeat(40)
  const one = client(undefined, { secrets: secretStore({}, key) }, { ...TALK_PROFILE, service: 'deepgram' })
  one.session.connect()
  const state = await until('the end', () => (one.session.state.phase === 'ended' ? one.session.state : undefined))
  expect(state).toMatchObject({ reason: { code: 'unauthorized' } })
  expect(JSON.stringify([one.events, one.wire])).not.toContain(key)
  expect(server.paths).toEqual([])
})

it.each([
  [403, 'forbidden'],
  [404, 'not-found'],
  [429, 'rate-limited'],
  [500, 'unreachable']
])('HTTP %i at the upgrade is %s', async (status, code) => {
  await peer(status)
  const one = client()
  one.session.connect()
  await until('the end', () => one.session.state.phase === 'ended')
  expect(one.session.state).toMatchObject({ reason: { code } })
})

it('nobody at the address is unreachable', async () => {
  const one = client('ws://127.0.0.1:47739')
  one.session.connect()
  await until('the end', () => one.session.state.phase === 'ended')
  expect(one.session.state).toMatchObject({ reason: { code: 'unreachable' } })
})

it('an Error followed by a close without status is one end, with the code of the service', async () => {
  const server = await peer()
  const one = client()
  await live(server, one)
  server.say({ type: 'Error', code: 'USER_AUDIO_FORMAT', description: 'That is no audio.' })
  server.socket?.close()
  await until('the end', () => one.session.state.phase === 'ended')
  await until('the close', () => server.closeCode)
  expect(one.events.filter((event) => event.kind === 'state' && event.state.phase === 'ended')).toEqual([
    expect.objectContaining({
      state: {
        phase: 'ended',
        reason: expect.objectContaining({ code: 'service-error', serviceCode: 'USER_AUDIO_FORMAT' }) as unknown
      }
    })
  ])
})

it('frames that are not JSON and messages nobody knows are written down and harm nothing', async () => {
  const server = await peer()
  const one = client()
  await live(server, one)
  server.socket?.send('not json')
  server.say({ type: 'FrustrationDetected', level: 3 })
  server.say({ type: 'ConversationText', role: 'assistant', content: 'Still here.' })
  await until('the caption', () => one.captions.length === 1)
  expect(one.captions).toEqual(['agent: Still here.'])
  expect(one.wire.slice(-3).map(({ message }) => message)).toEqual([
    { type: 'text', bytes: 8 },
    { type: 'FrustrationDetected', level: 3 },
    { type: 'ConversationText', role: 'assistant', content: 'Still here.' }
  ])
})

it('hanging up closes with 1000', async () => {
  const server = await peer()
  const one = client()
  await live(server, one)
  one.session.hangUp()
  expect(await until('the close', () => server.closeCode)).toBe(1000)
  expect(one.session.state).toMatchObject({ phase: 'ended', reason: { code: 'hung-up' } })
})

it('a server that goes away in the middle is connected to again, with a reason meanwhile', async () => {
  const server = await peer()
  const one = client()
  await live(server, one)
  const { socket } = server
  server.socket?.terminate()
  await until('the loss', () => one.session.state.phase === 'reconnecting')
  expect(one.session.state).toMatchObject({ reason: { code: 'service-closed' } })
  await until('the next connection', () => server.socket !== socket)
  server.say({ type: 'Welcome', request_id: 'r2' })
  await until('its Settings', () => server.json.filter(({ type }) => type === 'Settings').length === 2)
  server.say({ type: 'SettingsApplied' })
  await until('the return', () => one.session.state.phase === 'live')
  one.session.hangUp()
})
