import { describe, expect, it } from 'vitest'
import type { TransportFailure } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { SessionRig, block, profile, secretStore, settle } from '../testing.test-support.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'
const reasonOf = (rig: SessionRig) => (rig.session.state.phase === 'ended' ? rig.session.state.reason : undefined)
const everything = (rig: SessionRig) => JSON.stringify([rig.events, rig.wire, rig.session.state])

describe('the way to live', () => {
  it('passes each phase once', async () => {
    const rig = await SessionRig.live()
    expect(rig.phases).toEqual(['connecting', 'handshaking', 'configuring', 'live'])
    rig.session.connect()
    await settle()
    expect(rig.transport.sockets).toHaveLength(1)
  })

  it.each([
    ['ws://127.0.0.1:9', 'ws://127.0.0.1:9/v1/agent/converse'],
    ['ws://127.0.0.1:9/', 'ws://127.0.0.1:9/v1/agent/converse'],
    ['wss://h.test/proxy/', 'wss://h.test/proxy/v1/agent/converse'],
    ['wss://h.test/v1/agent/converse', 'wss://h.test/v1/agent/converse'],
    ['https://h.test/v1/agent/converse/', 'wss://h.test/v1/agent/converse'],
    ['ws://h.test?room=1', 'ws://h.test/v1/agent/converse?room=1']
  ])('dials %s as %s', async (url, dialled) => {
    const rig = await SessionRig.dialled({ profile: profile(undefined, { url: 'ws://other.test' }), url })
    expect(rig.socket.request.url).toBe(dialled)
  })

  it('asks the built-in agent where it is, and sends it no key', async () => {
    const rig = await SessionRig.dialled({ secrets: secretStore({}, KEY) })
    expect(rig.socket.request).toMatchObject({ url: 'ws://127.0.0.1:1/v1/agent/converse', headers: {} })
  })

  it('sends a Deepgram key as a Token', async () => {
    const rig = await SessionRig.dialled({
      profile: profile(undefined, { service: 'deepgram' }),
      secrets: secretStore({}, KEY)
    })
    expect(rig.socket.request.headers).toEqual({ Authorization: `Token ${KEY}` })
  })

  it('can be gone again after its end', async () => {
    const rig = await SessionRig.live()
    rig.session.hangUp()
    rig.session.connect()
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
    expect(rig.session.state.phase).toBe('connecting')
  })
})

describe('a profile that cannot work', () => {
  it.each([
    [profile(undefined, { service: 'napster' }), /Napster/],
    [profile({}, { service: 'deepgram' }), /settings\.agent/],
    [profile(undefined, { url: 'not a url' }), /WebSocket address/],
    [profile(undefined, { url: 'ftp://h.test' }), /WebSocket address/],
    [profile(undefined, { url: 'wss://user:pass@h.test' }), /user name or password/]
  ])('is refused by the constructor with a sentence (%#)', (bad, sentence) => {
    expect(() => new SessionRig({ profile: bad })).toThrow(ProfileError)
    expect(() => new SessionRig({ profile: bad })).toThrow(sentence)
  })
})

describe('the end', () => {
  it.each<[TransportFailure, string, RegExp]>([
    [{ kind: 'refused', httpStatus: 401 }, 'unauthorized', /HTTP 401\)\. Check the key under Settings, Keys\.$/],
    [{ kind: 'refused', httpStatus: 403 }, 'forbidden', /rights/],
    [{ kind: 'refused', httpStatus: 404 }, 'not-found', /404/],
    [{ kind: 'refused', httpStatus: 503 }, 'unreachable', /503/],
    [{ kind: 'unreachable', reason: 'unknown-host' }, 'unreachable', /agent\.deepgram\.com was not found.*network/],
    [{ kind: 'unreachable', reason: 'certificate-expired' }, 'unreachable', /certificate of .* has expired/],
    [{ kind: 'unreachable', reason: 'bad-address' }, 'unreachable', /key cannot be used/],
    [{ kind: 'unreachable', reason: 'other' }, 'unreachable', /network/],
    [{ kind: 'timeout', afterMs: 10_000 }, 'timeout', /network/]
  ])('after a failed handshake says what to do (%#)', async (failure, code, sentence) => {
    const rig = await SessionRig.dialled({
      profile: profile(undefined, { service: 'deepgram' }),
      secrets: secretStore({}, KEY)
    })
    rig.socket.handlers.onFailure(failure)
    expect(reasonOf(rig)).toMatchObject({ code, message: expect.stringMatching(sentence) as string })
    expect(everything(rig)).not.toContain(KEY)
    expect(rig.clock.pending).toBe(0)
  })

  it.each([
    [{ url: 'ws://given.test:9' }, 'ws://profile.test', /given\.test:9.*the url that was given/],
    [{}, 'ws://profile.test', /profile\.test.*the url of the profile/],
    [{}, undefined, /agent\.deepgram\.com(?!.*url)/]
  ])('names the host and the url that was used (%#)', async (given, url, sentence) => {
    const rest = { service: 'deepgram' as const, ...(url === undefined ? {} : { url }) }
    const newRig = () =>
      SessionRig.dialled({ profile: profile(undefined, rest), secrets: secretStore({}, KEY), ...given })
    const failed = await newRig()
    failed.socket.handlers.onFailure({ kind: 'unreachable', reason: 'nothing-answers' })
    expect(reasonOf(failed)?.message).toMatch(sentence)
    const late = await newRig()
    late.clock.advance(60_000)
    expect(reasonOf(late)).toMatchObject({ code: 'timeout' })
    const notFound = await newRig()
    notFound.socket.handlers.onFailure({ kind: 'refused', httpStatus: 404 })
    for (const rig of [late, notFound]) {
      expect(reasonOf(rig)?.message.includes('url of the profile')).toBe(/profile/.test(String(sentence)))
    }
  })

  it('never names a host that holds a secret', async () => {
    const rig = await SessionRig.dialled({
      profile: profile(undefined, { url: 'ws://{{secret:HOST}}.test' }),
      secrets: secretStore({ HOST: 'My-Tenant' })
    })
    expect(rig.socket.request.url).toBe('ws://my-tenant.test/v1/agent/converse')
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'nothing-answers' })
    expect(everything(rig)).not.toMatch(/my-tenant/i)
    expect(reasonOf(rig)?.message).toContain('hidden.test')
  })

  it.each([
    ['INVALID_SETTINGS', 'settings-refused'],
    ['UNPARSABLE_CLIENT_MESSAGE', 'settings-refused'],
    ['INVALID_AGENT_ID', 'settings-refused'],
    ['INTERNAL_SERVER_ERROR', 'service-error']
  ])(
    'after Error %s while configuring is %s, and the close after it is no second failure',
    async (serviceCode, code) => {
      const rig = await SessionRig.configuring()
      rig.socket.say({ type: 'Error', code: serviceCode, description: 'Because.' })
      rig.socket.handlers.onClose(1005, '')
      expect(reasonOf(rig)).toMatchObject({ code, serviceCode, message: expect.stringContaining('Because.') as string })
      expect(rig.phases.filter((phase) => phase === 'ended')).toHaveLength(1)
    }
  )

  it('after a broken Error is still an end', async () => {
    const rig = await SessionRig.configuring()
    rig.socket.say({ type: 'Error', description: 5 })
    expect(reasonOf(rig)).toMatchObject({ code: 'service-error', serviceCode: 'UNKNOWN' })
  })

  it('of a live session by UNPARSABLE_CLIENT_MESSAGE is a service error', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE', description: 'x' })
    expect(reasonOf(rig)).toMatchObject({ code: 'service-error' })
  })

  it.each([1000, 1006, 1011])('after an unexpected close %i while configuring has a reason', async (code) => {
    const rig = await SessionRig.configuring()
    rig.socket.handlers.onClose(code, '')
    expect(reasonOf(rig)).toMatchObject({ code: 'service-closed' })
    expect(rig.clock.pending).toBe(0)
  })

  it('after a normal close by the service is its wish, and nothing is tried again', async () => {
    const rig = await SessionRig.live()
    rig.socket.handlers.onClose(1000, '')
    expect(reasonOf(rig)).toMatchObject({ code: 'service-closed' })
    expect(rig.clock.pending).toBe(0)
  })

  it('lets what was received play out unless the user hung up', async () => {
    const rig = await SessionRig.live()
    rig.reply(500)
    rig.socket.handlers.onClose(1000, '')
    expect(rig.calls.at(-1)).toEqual({ kind: 'end', reply: 1 })
  })

  it('C44 by hanging up closes with 1000, silences the reply and leaves no timer', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.speak(100)
    rig.session.talk(false, 'open')
    rig.reply(500, 'Story.')
    rig.session.hangUp()
    rig.session.hangUp()
    expect(rig.socket.closed).toBe(1000)
    expect(reasonOf(rig)?.code).toBe('hung-up')
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(rig.phases.filter((phase) => phase === 'ended')).toHaveLength(1)
    expect(rig.clock.pending).toBe(0)
  })

  it.each([
    ['idle', () => Promise.resolve(new SessionRig())],
    ['connecting', () => SessionRig.dialled()],
    ['configuring', () => SessionRig.configuring()],
    ['live', () => SessionRig.live()]
  ])('C44 by hanging up while %s leaves nothing running', async (phase, make) => {
    const rig = await make()
    rig.session.hangUp()
    await settle()
    expect(rig.session.state.phase).toBe(phase === 'idle' ? 'idle' : 'ended')
    expect(rig.clock.pending).toBe(0)
  })

  it.each(['connecting', 'handshaking', 'configuring', 'live'])(
    'by a listener that hangs up as soon as it is %s sends nothing more and leaves nothing running',
    async (phase) => {
      const rig = new SessionRig()
      let sentAtEnd = 0
      rig.listener = (event) => {
        if (event.kind !== 'state' || event.state.phase !== phase) return
        sentAtEnd = rig.transport.sockets[0]?.sent.length ?? 0
        rig.session.hangUp()
      }
      rig.session.talk(true, 'open')
      rig.session.connect()
      rig.session.pushAudio(block(1))
      const held = rig.session.execute({ kind: 'user-text', text: 'x' })
      await settle()
      const { handlers } = rig.transport.sockets[0] ?? {}
      handlers?.onOpen()
      handlers?.onText('{"type":"Welcome","request_id":"r"}')
      handlers?.onText('{"type":"SettingsApplied"}')
      rig.clock.advance(10_000)
      expect(rig.session.state).toMatchObject({ phase: 'ended', reason: { code: 'hung-up' } })
      expect(rig.phases.at(-1)).toBe('ended')
      expect(rig.transport.sockets[0]?.sent.length ?? 0).toBe(sentAtEnd)
      expect(rig.clock.pending).toBe(0)
      expect((await held).outcome).toBe('failed')
    }
  )

  it('while secrets are looked up dials nothing', async () => {
    const rig = new SessionRig()
    rig.session.connect()
    rig.session.hangUp()
    await settle()
    expect(rig.transport.sockets).toEqual([])
  })

  it('is final: late frames of the dead socket change nothing', async () => {
    const rig = await SessionRig.live()
    rig.session.hangUp()
    const before = everything(rig)
    const { handlers } = rig.socket
    handlers.onText('{"type":"ConversationText","role":"user","content":"late"}')
    handlers.onBinary(new Uint8Array(100))
    handlers.onText('{"type":"Welcome","request_id":"r"}')
    handlers.onFailure({ kind: 'unreachable', reason: 'other' })
    handlers.onClose(1006, '')
    rig.session.pushAudio(block(1))
    rig.clock.advance(100_000)
    expect(everything(rig)).toBe(before)
  })

  it('of one attempt does not reach the next', async () => {
    const rig = await SessionRig.live()
    const old = rig.socket
    rig.session.hangUp()
    rig.session.connect()
    await settle()
    old.handlers.onClose(1006, '')
    old.say({ type: 'Error', code: 'X' })
    expect(rig.session.state.phase).toBe('connecting')
  })
})

describe('commands outside a live session', () => {
  it('without a session fail with what to do', async () => {
    const rig = new SessionRig()
    expect(await rig.session.execute({ kind: 'user-text', text: 'x' })).toEqual({
      outcome: 'failed',
      reason: 'There is no session. Connect first.'
    })
  })

  it('while connecting are held, sent in order, and bounded', async () => {
    const rig = await SessionRig.dialled()
    const results = Array.from({ length: 21 }, (_, at) => rig.session.execute({ kind: 'append-prompt', text: `${at}` }))
    expect((await results[20])?.outcome).toBe('failed')
    rig.socket.handlers.onOpen()
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    rig.socket.say({ type: 'SettingsApplied' })
    expect(rig.socket.messages.slice(1).map(({ prompt }) => prompt)).toEqual(
      Array.from({ length: 20 }, (_, at) => `${at}`)
    )
  })

  it('are answered when the session ends first', async () => {
    const rig = await SessionRig.configuring()
    const held = rig.session.execute({ kind: 'user-text', text: 'x' })
    rig.session.hangUp()
    expect(await held).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('ended') as string })
    const live = await SessionRig.live()
    const sent = live.session.execute({ kind: 'user-text', text: 'x' })
    live.session.hangUp()
    expect((await sent).outcome).toBe('unconfirmed')
  })
})
