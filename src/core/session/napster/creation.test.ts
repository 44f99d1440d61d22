import { describe, expect, it } from 'vitest'
import { secretStore, settle } from '../../testing.test-support.ts'
import { AGENT, answered, KEY, napster, NapsterRig, offline, ScriptedRest, tokenOf } from './napster.test-support.ts'

const everything = ({ rig }: NapsterRig) => JSON.stringify([rig.events, rig.wire, rig.session.state])

describe('a connection to Napster', () => {
  it('is asked for with the key and what the profile says, and its socket is opened as it was given', async () => {
    const settings = {
      externalClientId: 'ana_1',
      externalClientProfile: { name: 'Ana', notes: ['{{secret:NOTE}}'] },
      initialSpeech: 'Greet Ana.',
      tags: { team: 'sales' }
    }
    const secrets = secretStore({ NOTE: 'likes tea' }, KEY)
    const self = await NapsterRig.dialled({ profile: napster(settings), secrets })
    expect(self.rest.requests).toEqual([
      {
        method: 'POST',
        url: `https://companion-api.napster.com/public/agents/${AGENT}/connections`,
        headers: { 'X-Api-Key': KEY },
        body: {
          channelType: 'websocket',
          ...settings,
          externalClientProfile: { name: 'Ana', notes: ['likes tea'] }
        },
        timeoutMs: 10_000
      }
    ])
    expect(self.socket.request).toMatchObject({
      url: 'wss://edge.napster.test/ws/1?token=inner-token-1&v=1',
      headers: {}
    })
    self.accept()
    expect(self.rig.session.state.phase).toBe('live')
    expect(self.socket.messages.filter(({ type }) => type !== 'send_audio')).toEqual([])
    expect(everything(self)).not.toMatch(/likes tea|inner-token|nap-0123/)
  })

  it.each([
    ['http://127.0.0.1:9', 'http://127.0.0.1:9/public/agents/agent_7/connections'],
    ['ws://127.0.0.1:9/', 'http://127.0.0.1:9/public/agents/agent_7/connections'],
    ['https://far.test/v2/public/', 'https://far.test/v2/public/agents/agent_7/connections']
  ])('is asked for at the base of the profile (%s)', async (url, asked) => {
    const self = await NapsterRig.dialled({ profile: napster({}, { url }), secrets: secretStore({}) })
    expect(self.rest.requests.map((request) => [request.url, request.headers])).toEqual([[asked, {}]])
  })

  it.each([
    ['wss://edge.test/a?token=t%2Bt%3D&x=1', 'wss://edge.test/a?token=t%2Bt%3D&x=1'],
    ['http://127.0.0.1:9/ws?token=abcdef', 'ws://127.0.0.1:9/ws?token=abcdef']
  ])('leaves the address of the token alone but for its scheme (%s)', async (url, dialled) => {
    const rest = new ScriptedRest()
    rest.creations = [answered(201, { token: tokenOf({ url }), connection: { id: 'c' } })]
    const self = await NapsterRig.dialled({}, rest)
    expect(self.socket.request.url).toBe(dialled)
  })

  it('that would go on without encryption elsewhere is not opened, but ended', async () => {
    const rest = new ScriptedRest()
    rest.creations = [
      answered(201, { token: tokenOf({ url: 'http://other.test/ws?token=abcdef' }), connection: { id: 'c' } })
    ]
    const self = await NapsterRig.dialled({}, rest)
    expect(self.reason).toEqual({
      code: 'service-error',
      message:
        'companion-api.napster.com wants the conversation at ws://other.test, which is not encrypted, so Parley does not connect.'
    })
    expect(self.rig.transport.sockets).toEqual([])
    await self.rig.session.settled()
    expect(rest.asked.at(-1)).toBe('DELETE /public/connections/c')
    expect(self.rig.clock.pending).toBe(0)
    expect(everything(self)).not.toContain('abcdef')
  })

  it('without encryption is warned of before it is opened, where the profile asks for none', async () => {
    const rest = new ScriptedRest()
    rest.creations = [
      answered(201, { token: tokenOf({ url: 'ws://other.test/ws?token=abcdef' }), connection: { id: 'c' } })
    ]
    const options = { profile: napster({}, { url: 'http://127.0.0.1:9' }), secrets: secretStore({}) }
    const self = new NapsterRig(options, rest)
    let dialled = -1
    self.rig.listener = (event) => {
      if (event.kind === 'notice') dialled = self.rig.transport.sockets.length
    }
    self.rig.session.connect()
    await settle()
    expect(dialled).toBe(0)
    expect(self.rig.of('notice').map(({ notice }) => notice.message)).toEqual([
      'The connection to other.test is not encrypted: the conversation can be read on the way. Use https:// instead.'
    ])
    expect(self.rig.transport.sockets).toHaveLength(1)
  })

  it.each([
    ['no JSON', undefined],
    ['no token', { connection: { id: 'c' } }],
    ['no base64', { token: '!!!', connection: { id: 'c' } }],
    ['no JSON inside', { token: Buffer.from('hello').toString('base64'), connection: { id: 'c' } }],
    ['an address that is none', { token: tokenOf({ url: 'ftp://x' }), connection: { id: 'c' } }],
    ['an address with a password', { token: tokenOf({ url: 'https://a:b@x.test' }), connection: { id: 'c' } }]
  ])('that cannot be opened ends the session with a sentence (%s)', async (_what, json) => {
    const rest = new ScriptedRest()
    rest.creations = [answered(200, json)]
    const self = await NapsterRig.dialled({}, rest)
    expect(self.reason).toEqual({
      code: 'service-error',
      message:
        'What answers at companion-api.napster.com gives out no Napster connection. Check the url of the profile.'
    })
    expect(self.rig.clock.pending).toBe(0)
  })

  it('has a fresh token for every attempt, and none of them is ever shown', async () => {
    const self = await NapsterRig.live()
    self.socket.say({ event: 'error', data: { message: 'inner-token-1 is bad' } })
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    expect(self.socket.request.url).toContain('token=inner-token-2')
    self.socket.say({
      event: 'error',
      data: { message: 'inner-token-2 and inner-token-1 and token=inner-token-2&v=1' }
    })
    expect(everything(self)).not.toMatch(/inner-token/)
  })

  it('needs a key at Napster itself, and one that can be kept secret', async () => {
    const missing = await NapsterRig.dialled({ secrets: secretStore({}) })
    expect(missing.reason?.message).toContain('There is no key for Napster. Add it under Settings, Keys')
    const short = await NapsterRig.dialled({ secrets: secretStore({}, 'k') })
    expect(short.reason?.message).toContain('The key for Napster is shorter')
    expect([...missing.rest.requests, ...short.rest.requests]).toEqual([])
  })

  it('tells where the key goes before it goes there, and a listener can still say no', async () => {
    const self = new NapsterRig({ profile: napster({}, { url: 'http://far.test' }) })
    self.rig.listener = (event) => {
      if (event.kind === 'notice') self.rig.session.hangUp()
    }
    self.rig.session.connect()
    await settle()
    expect(self.rig.of('notice').map(({ notice }) => notice.message)).toEqual([
      'The connection to far.test is not encrypted: your Napster key can be read on the way. Use https:// instead.',
      "Your Napster key goes to far.test, which is not Napster's. Do this only if you trust that server."
    ])
    expect(self.rest.requests).toEqual([])
  })

  it('is made no faster than once a second with one key, whatever makes it', async () => {
    const rest = new ScriptedRest()
    const self = await NapsterRig.live({}, rest)
    self.rig.session.hangUp()
    self.rig.session.connect()
    await settle()
    expect(rest.of('POST')).toHaveLength(1)
    await self.pass(750)
    expect(rest.of('POST')).toHaveLength(1)
    await self.pass(250)
    expect(rest.of('POST')).toHaveLength(2)
  })

  it('takes its turn when it goes out: who hung up while waiting for one leaves it to the next', async () => {
    const rest = new ScriptedRest()
    const self = await NapsterRig.live({}, rest)
    for (let time = 0; time < 10; time += 1) {
      self.rig.session.hangUp()
      self.rig.session.connect()
      await settle()
    }
    expect(rest.of('POST')).toHaveLength(1)
    await self.pass(1_000)
    expect(rest.of('POST')).toHaveLength(2)
    self.accept()
    expect(self.rig.session.state.phase).toBe('live')
  })

  it('waits its turn behind others of the same key, one a second', async () => {
    const rest = new ScriptedRest()
    const rigs = [1, 2, 3].map(() => new NapsterRig({}, rest))
    for (const { rig } of rigs) rig.session.connect()
    await settle()
    const made: number[] = []
    for (let second = 0; second < 3; second += 1) {
      made.push(rest.of('POST').length)
      for (let part = 0; part < 4; part += 1) {
        for (const { rig } of rigs) rig.clock.advance(250)
        await settle()
      }
    }
    expect(made).toEqual([1, 2, 3])
  })

  it('that nobody waits for any more is ended as soon as it is there', async () => {
    const rest = new ScriptedRest()
    const late = Promise.withResolvers<ReturnType<ScriptedRest['connection']>>()
    rest.creations = [late.promise]
    const self = await NapsterRig.dialled({}, rest)
    self.rig.session.hangUp()
    late.resolve(rest.connection())
    await self.rig.session.settled()
    expect(rest.asked.at(-1)).toBe('DELETE /public/connections/conn_1')
    expect(self.rig.transport.sockets).toEqual([])
  })

  it('that waits for its turn costs nothing once the session is over', async () => {
    const self = await NapsterRig.live()
    self.rig.session.hangUp()
    self.rig.session.connect()
    await settle()
    self.rig.session.hangUp()
    await self.rig.session.settled()
    expect(self.rig.clock.pending).toBe(0)
    expect(self.rest.of('POST')).toHaveLength(1)
  })

  it('is tried again when the network fails and only then, once the session was live', async () => {
    const rest = new ScriptedRest()
    rest.creations = [offline]
    const first = await NapsterRig.dialled({}, rest)
    expect(first.reason).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('companion-api') as string
    })
    const self = await NapsterRig.live()
    self.rest.creations = [offline, answered(503), rest.connection()]
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    expect(self.rest.of('POST')).toHaveLength(4)
    expect(self.rig.session.state.phase).toBe('live')
  })

  it('goes on without the signs of a handshake that are optional', async () => {
    const self = await NapsterRig.dialled()
    self.socket.handlers.onOpen()
    self.rig.clock.advance(2_000)
    expect(self.rig.session.state.phase).toBe('configuring')
    self.rig.clock.advance(6_000)
    expect(self.rig.session.state.phase).toBe('live')
  })

  it('is live at once when the conversation begins before those signs, and loses none of it', async () => {
    const self = await NapsterRig.dialled()
    self.socket.handlers.onOpen()
    self.begins('a')
    self.says('Hello.', 'a')
    self.audio(100)
    expect(self.rig.session.state.phase).toBe('live')
    expect(self.rig.captions).toMatchObject([{ role: 'agent', text: 'Hello.' }])
    expect(self.rig.calls).toHaveLength(1)
  })
})
