import { describe, expect, it } from 'vitest'
import type { TransportFailure, TokenGrant } from '../../ports.ts'
import { PROFILE, SessionRig, profile, secretStore, settle } from '../../testing.test-support.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'
const DEEPGRAM = { profile: profile(undefined, { service: 'deepgram' }), secrets: secretStore({}, KEY) }

const reasonOf = (rig: SessionRig) => (rig.session.state.phase === 'ended' ? rig.session.state.reason : undefined)
const messagesOf = (rig: SessionRig): unknown => {
  const agent = rig.socket.settings?.['agent'] as { context?: { messages?: unknown } } | undefined
  return agent?.context?.messages
}

/** A live session whose connection has been stable. */
async function stable(options: ConstructorParameters<typeof SessionRig>[0] = {}): Promise<SessionRig> {
  const rig = await SessionRig.live(options)
  rig.clock.advance(6_000)
  return rig
}

/** The next attempt, without an answer of the service yet. */
async function redialled(rig: SessionRig): Promise<void> {
  const before = rig.transport.sockets.length
  for (let waitedMs = 0; rig.transport.sockets.length === before; waitedMs += 10) {
    if (waitedMs > 31_000) throw new Error('nothing was dialled')
    rig.clock.advance(10)
    await settle()
  }
}

describe('a lost connection', () => {
  it('is told at once, and made again with one attempt at a time', async () => {
    const rig = await stable()
    const atMs = rig.clock.nowMs()
    rig.socket.handlers.onClose(1006, '')
    expect(rig.session.state).toEqual({
      phase: 'reconnecting',
      attempt: 1,
      retryInMs: 50,
      reason: { code: 'service-closed', message: expect.stringContaining('1006') as string }
    })
    expect(rig.of('state').at(-1)?.state).toEqual(rig.session.state)
    await redialled(rig)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 1, retryInMs: null })
    rig.clock.advance(200)
    rig.socket.accept()
    expect(rig.session.state).toEqual({ phase: 'live', activity: 'listening' })
    expect(rig.of('reconnected')).toEqual([{ kind: 'reconnected', attempt: 1, tookMs: rig.clock.nowMs() - atMs }])
    expect(rig.transport.sockets).toHaveLength(2)
    expect(rig.phases.slice(-4)).toEqual(['live', 'reconnecting', 'reconnecting', 'live'])
  })

  it('counts its attempts, says why each failed, and starts afresh once the next one was stable', async () => {
    const rig = await stable()
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'broken-off' })
    for (const reason of ['no-route', 'unknown-host'] as const) {
      await redialled(rig)
      rig.socket.handlers.onFailure({ kind: 'unreachable', reason })
    }
    expect(rig.session.state).toMatchObject({
      phase: 'reconnecting',
      attempt: 3,
      reason: { message: expect.stringContaining('no host') as string }
    })
    await rig.reconnect()
    expect(rig.of('reconnected').at(-1)).toMatchObject({ attempt: 3 })
    rig.clock.advance(5_000)
    rig.socket.handlers.onClose(1011, '')
    expect(rig.session.state).toMatchObject({ attempt: 1 })
  })

  it('is tried for as long as the person wants', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    const endMs = rig.clock.nowMs() + 3_600_000
    while (rig.clock.nowMs() < endMs) {
      await redialled(rig)
      rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'nothing-answers' })
    }
    // The first minute, and then one every 15 to 30 s.
    expect(rig.transport.sockets.length).toBeGreaterThan(120)
    expect(rig.transport.sockets.length).toBeLessThan(280)
    await rig.reconnect()
    expect(rig.session.state.phase).toBe('live')
  })

  it('while dialling, times out and is tried again', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.clock.advance(11_100)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 2, reason: { code: 'timeout' } })
    expect(rig.socket.closed).toBe(1000)
    await redialled(rig)
    rig.socket.handlers.onOpen()
    rig.clock.advance(5_000)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 3 })
    await rig.reconnect()
  })

  it('lets what was received play on, and hears the next reply', async () => {
    const rig = await stable()
    rig.reply(500, 'Story.')
    rig.socket.handlers.onClose(1006, '')
    expect(rig.calls.at(-1)).toEqual({ kind: 'end', reply: 1 })
    await rig.reconnect()
    expect(rig.activity).toBe('agentSpeaking')
    rig.played(1, 500, true)
    expect(rig.activity).toBe('listening')
    rig.reply(100, 'Again.')
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
    expect(rig.captions.map(({ text, interrupted }) => [text, interrupted])).toEqual([
      ['Story.', false],
      ['Again.', false]
    ])
  })

  it('is found when it answers no ping, and is not closed politely', async () => {
    const rig = await SessionRig.configuring()
    rig.socket.pongs = true
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(8_000)
    rig.socket.pongs = false
    const atMs = rig.clock.nowMs()
    while (rig.session.state.phase === 'live') rig.clock.advance(100)
    expect(rig.clock.nowMs() - atMs).toBeLessThanOrEqual(10_000)
    expect(rig.socket.closed).toBe(1006)
    expect(rig.session.state).toMatchObject({ reason: { code: 'unreachable' } })
    rig.socket.handlers.onClose(1006, '')
    expect(rig.session.state).toMatchObject({ attempt: 1 })
  })

  it('is given up when nothing goes out for 2 s', async () => {
    const rig = await stable()
    rig.session.talk(true, 'open')
    rig.speak(1_000)
    rig.socket.bufferedBytes = 9_000
    rig.speak(2_100)
    expect(rig.session.state.phase).toBe('reconnecting')
    expect(rig.socket.closed).toBe(1006)
  })
})

describe('a session that shall not reconnect', () => {
  it('ends with its first loss, and is not renewed', async () => {
    const rig = await stable({ reconnect: false })
    rig.socket.say({ type: 'Warning', code: 'MAXIMUM_SESSION_LENGTH_APPROACHING' })
    rig.clock.advance(5_000)
    expect(rig.session.state.phase).toBe('live')
    rig.socket.say({ type: 'Error', code: 'FAILED_TO_THINK', description: 'x' })
    expect(reasonOf(rig)).toMatchObject({ code: 'service-error', serviceCode: 'FAILED_TO_THINK' })
    expect(rig.clock.pending).toBe(0)
  })

  it('is not tried again after 429', async () => {
    const rig = await SessionRig.dialled({ reconnect: false })
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429 })
    expect(reasonOf(rig)?.code).toBe('rate-limited')
  })
})

describe('three connections that are lost within 5 s', () => {
  it('end the session within a second, with the last reason', async () => {
    const rig = await SessionRig.live()
    for (let time = 0; time < 3; time += 1) {
      rig.clock.advance(1_000)
      rig.socket.handlers.onClose(1011, '')
      if (time < 2) await rig.reconnect()
    }
    expect(reasonOf(rig)).toMatchObject({
      code: 'service-closed',
      message: expect.stringMatching(/again and again.*1011/) as string
    })
    expect(rig.transport.sockets).toHaveLength(3)
    expect(rig.clock.pending).toBe(0)
  })

  it('count also when they never came to SettingsApplied', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    for (let time = 0; time < 3; time += 1) {
      await redialled(rig)
      rig.socket.handlers.onOpen()
      rig.socket.handlers.onClose(1006, '')
    }
    expect(reasonOf(rig)?.code).toBe('service-closed')
  })

  it('do not count over a stable one', async () => {
    const rig = await stable()
    for (let time = 0; time < 8; time += 1) {
      rig.socket.handlers.onClose(1011, '')
      await rig.reconnect()
      rig.clock.advance(time % 2 === 0 ? 100 : 5_000)
    }
    expect(rig.session.state.phase).toBe('live')
  })
})

describe('errors', () => {
  it.each([401, 402, 403, 404, 400, 426])(
    'C4 HTTP %i at the first handshake ends the session at once',
    async (httpStatus) => {
      const rig = await SessionRig.dialled(DEEPGRAM)
      rig.socket.handlers.onFailure({ kind: 'refused', httpStatus })
      rig.clock.advance(120_000)
      await settle()
      expect(rig.transport.sockets).toHaveLength(1)
      expect(rig.phases.filter((phase) => phase === 'ended')).toHaveLength(1)
      expect(rig.clock.pending).toBe(0)
    }
  )

  it.each([401, 403, 404])('C4 HTTP %i at a reconnect ends it after exactly one attempt', async (httpStatus) => {
    const rig = await stable(DEEPGRAM)
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus })
    rig.clock.advance(120_000)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
    expect(reasonOf(rig)?.message).toContain(String(httpStatus))
    expect(rig.clock.pending).toBe(0)
  })

  it('C5 HTTP 429 at the first handshake is tried four times with growing pauses, and then told', async () => {
    const rig = await SessionRig.dialled(DEEPGRAM)
    const dialledMs = [rig.clock.nowMs()]
    for (let time = 0; time < 3; time += 1) {
      rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429 })
      expect(rig.session.state).toMatchObject({
        phase: 'reconnecting',
        attempt: time + 1,
        reason: { code: 'rate-limited' }
      })
      await redialled(rig)
      dialledMs.push(rig.clock.nowMs())
    }
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429 })
    expect(reasonOf(rig)?.code).toBe('rate-limited')
    for (const [at, ms] of dialledMs.slice(1).entries())
      expect(ms - (dialledMs[at] as number)).toBeGreaterThanOrEqual(1_000)
    expect(rig.clock.pending).toBe(0)
  })

  it('C5 a first connection that is taken after 429 is the first one: greeting, no history, no event of a return', async () => {
    const rig = await SessionRig.dialled({
      profile: profile({ ...PROFILE.settings, agent: { greeting: 'Hi!' } })
    })
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429, retryAfterMs: 3_000 })
    const held = rig.session.execute({ kind: 'append-prompt', text: 'Be kind.' })
    await rig.reconnect()
    expect(rig.socket.settings).toMatchObject({ agent: { greeting: 'Hi!' } })
    expect(messagesOf(rig)).toBeUndefined()
    expect(rig.of('reconnected')).toEqual([])
    rig.socket.say({ type: 'PromptUpdated' })
    expect((await held).outcome).toBe('applied')
  })

  it('C5 Retry-After is respected at a reconnect, whoever is in a hurry', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429, retryAfterMs: 20_000 })
    expect(rig.session.state).toMatchObject({ reason: { code: 'rate-limited' }, retryInMs: 20_500 })
    rig.session.retryNow()
    rig.session.talk(true, 'push-to-talk')
    rig.clock.advance(19_999)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
    await rig.reconnect(1_000)
    expect(rig.session.state.phase).toBe('live')
  })

  it.each<TransportFailure>([
    { kind: 'refused', httpStatus: 500 },
    { kind: 'refused', httpStatus: 503 },
    { kind: 'refused', httpStatus: 408 },
    { kind: 'unreachable', reason: 'certificate-untrusted' },
    { kind: 'timeout', afterMs: 10_000 }
  ])('that may pass are tried again at a reconnect (%j)', async (failure) => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure(failure)
    expect(rig.session.state.phase).toBe('reconnecting')
    await rig.reconnect()
    expect(rig.session.state.phase).toBe('live')
  })

  it.each<TransportFailure>([
    { kind: 'refused', httpStatus: 503 },
    { kind: 'unreachable', reason: 'nothing-answers' },
    { kind: 'timeout', afterMs: 10_000 }
  ])('of a first connection end it with their reason (%j)', async (failure) => {
    const rig = await SessionRig.dialled()
    rig.socket.handlers.onFailure(failure)
    expect(rig.session.state.phase).toBe('ended')
  })

  it.each([
    ['INVALID_SETTINGS', 'settings-refused'],
    ['UNPARSABLE_CLIENT_MESSAGE', 'service-error'],
    ['SETTINGS_ALREADY_APPLIED', 'settings-refused'],
    ['NON_SETTINGS_MESSAGE_BEFORE_SETTINGS', 'settings-refused'],
    ['INVALID_AGENT_ID', 'settings-refused'],
    ['USER_AUDIO_FORMAT', 'service-error']
  ])('C38 Error %s ends the session without another attempt', async (code, endCode) => {
    const rig = await stable()
    rig.socket.say({ type: 'Error', code, description: 'Because.' })
    rig.socket.handlers.onClose(1005, '')
    rig.clock.advance(120_000)
    await settle()
    expect(reasonOf(rig)).toMatchObject({ code: endCode, serviceCode: code })
    expect(rig.transport.sockets).toHaveLength(1)
  })

  it.each([
    'SERVER_GOING_AWAY',
    'CLIENT_MESSAGE_TIMEOUT',
    'MAXIMUM_SESSION_LENGTH_REACHED',
    'INTERNAL_SERVER_ERROR',
    'ASR_CONNECTION_CLOSED',
    'ASR_DRIVER_TIMEOUT',
    'FAILED_TO_START_LISTENING',
    'FAILED_TO_THINK',
    'FAILED_TO_SPEAK'
  ])('C37 C38 after Error %s the session reconnects, and the close after it is no second failure', async (code) => {
    const rig = await stable()
    rig.socket.say({ type: 'Error', code, description: 'Because.' })
    const old = rig.socket
    expect(rig.session.state).toMatchObject({
      phase: 'reconnecting',
      attempt: 1,
      reason: { code: 'service-error', serviceCode: code, message: expect.stringContaining('Because.') as string }
    })
    old.handlers.onClose(1005, '')
    old.handlers.onFailure({ kind: 'unreachable', reason: 'other' })
    expect(rig.session.state).toMatchObject({ attempt: 1, reason: { serviceCode: code } })
    expect(old.closed).toBe(1000)
    await rig.reconnect()
    expect(rig.session.state.phase).toBe('live')
    expect(rig.transport.sockets).toHaveLength(2)
  })

  it('about the settings of a reconnect end it, with one attempt', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onOpen()
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    rig.socket.say({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE', description: 'context' })
    expect(reasonOf(rig)).toMatchObject({ code: 'settings-refused', serviceCode: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(rig.clock.pending).toBe(0)
  })
})

describe('the new connection', () => {
  it('C6 C7 C39 sends the same Settings once, after Welcome, with the conversation in order and no greeting', async () => {
    const rig = await stable({
      profile: profile({
        ...PROFILE.settings,
        tags: ['t'],
        agent: { greeting: 'Hi!', think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.' } }
      })
    })
    rig.reply(100, 'Hi!')
    rig.socket.say({ type: 'History', role: 'assistant', content: 'Hi!' })
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 100, true)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Book it.' })
    rig.socket.say({ type: 'History', role: 'user', content: 'Book it.', conversational_behavior: 'default' })
    rig.socket.say({
      type: 'History',
      function_calls: [{ id: 'f', name: 'book', client_side: false, arguments: '{}', response: 'ok', extra: 1 }]
    })
    const first = rig.socket.settings
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onOpen()
    expect(rig.socket.sent).toEqual([])
    rig.socket.say({ type: 'Welcome', request_id: 'r2' })
    rig.socket.say({ type: 'Welcome', request_id: 'r2' })
    const { greeting, ...agent } = first?.['agent'] as Record<string, unknown>
    expect(greeting).toBe('Hi!')
    expect(rig.socket.messages).toEqual([
      {
        ...first,
        agent: {
          ...agent,
          context: {
            messages: [
              { type: 'History', role: 'assistant', content: 'Hi!' },
              { type: 'History', role: 'user', content: 'Book it.' },
              {
                type: 'History',
                function_calls: [{ id: 'f', name: 'book', client_side: false, arguments: '{}', response: 'ok' }]
              }
            ]
          }
        }
      }
    ])
    rig.socket.say({ type: 'SettingsApplied' })
    expect(rig.socket.messages).toHaveLength(1)
  })

  it('C39 has everything that was changed since', async () => {
    const rig = await stable()
    void rig.session.execute({ kind: 'append-prompt', text: 'She is a member.' })
    void rig.session.execute({ kind: 'set-model', model: 'better' })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    const agent = rig.socket.settings?.['agent'] as { think: { prompt: string; provider: { model: string } } }
    expect(agent.think.prompt).toContain('She is a member.')
    expect(agent.think.provider.model).toBe('better')
    rig.clock.advance(1_000)
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings'])
  })

  it('C39 has fresh credentials: a new token for every attempt, the key only to mint it', async () => {
    const asked: string[] = []
    let minted = 0
    const tokens: TokenGrant = {
      grant: ({ apiKey }) => {
        asked.push(apiKey)
        return Promise.resolve({ granted: true, token: `token-number-${(minted += 1)}` })
      }
    }
    const rig = await SessionRig.live({
      profile: profile(undefined, { service: 'deepgram', auth: 'short-lived-token' }),
      secrets: secretStore({}, KEY),
      tokens
    })
    rig.clock.advance(6_000)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(rig.transport.sockets.map(({ request }) => request.headers)).toEqual([
      { Authorization: 'Bearer token-number-1' },
      { Authorization: 'Bearer token-number-2' }
    ])
    expect(asked).toEqual([KEY, KEY])
    rig.socket.say({ type: 'Warning', code: 'X', description: `${KEY} token-number-1 token-number-2` })
    expect(JSON.stringify([rig.events, rig.wire])).not.toMatch(/token-number|0123456789abcdef/)
  })

  it('a token that cannot be had for a while is tried again, one that is refused is not', async () => {
    const failures: TransportFailure[] = [
      { kind: 'unreachable', reason: 'no-route' },
      { kind: 'refused', httpStatus: 401 }
    ]
    let first = true
    const tokens: TokenGrant = {
      grant: () => {
        const failure = first ? undefined : failures.shift()
        first = false
        return Promise.resolve(
          failure === undefined ? { granted: true, token: 'token-number-1' } : { granted: false, failure }
        )
      }
    }
    const rig = await stable({
      profile: profile(undefined, { service: 'deepgram', auth: 'short-lived-token' }),
      secrets: secretStore({}, KEY),
      tokens
    })
    rig.socket.handlers.onClose(1006, '')
    rig.clock.advance(100)
    await settle()
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 2 })
    rig.clock.advance(8_000)
    await settle()
    expect(reasonOf(rig)?.code).toBe('unauthorized')
    expect(rig.transport.sockets).toHaveLength(1)
  })

  it('that is dead changes nothing any more', async () => {
    const rig = await stable()
    const old = rig.socket
    old.handlers.onClose(1006, '')
    await rig.reconnect()
    const { length } = rig.events
    old.say({ type: 'ConversationText', role: 'user', content: 'late' })
    old.handlers.onBinary(new Uint8Array(640))
    old.handlers.onClose(1006, '')
    expect(rig.events).toHaveLength(length)
    expect(rig.session.state.phase).toBe('live')
  })

  it('of a saved agent tells what was said, and its second greeting is not heard', async () => {
    const rig = await stable({ profile: profile({ ...PROFILE.settings, agent: 'agent-id' }) })
    rig.reply(100, 'Welcome!')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 100, true)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'My name is Ada.' })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(rig.socket.settings?.['agent']).toBe('agent-id')
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings', 'UpdatePrompt'])
    expect(JSON.stringify(rig.socket.messages[1])).toContain('My name is Ada.')
    const calls = rig.calls.length
    rig.socket.say({ type: 'AgentStartedSpeaking', total_latency: 1, tts_latency: 1, ttt_latency: 1 })
    rig.reply(200, 'Welcome!')
    rig.socket.say({ type: 'History', role: 'assistant', content: 'Welcome!' })
    rig.socket.say({ type: 'AgentAudioDone' })
    expect(rig.calls).toHaveLength(calls)
    expect(rig.activity).not.toBe('agentSpeaking')
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Who am I?' })
    rig.reply(200, 'Ada.')
    expect(rig.calls.length).toBeGreaterThan(calls)
    expect(rig.captions.map(({ text }) => text)).toEqual(['Welcome!', 'My name is Ada.', 'Who am I?', 'Ada.'])
  })

  it('of a saved agent without a greeting hears the first reply', async () => {
    const rig = await stable({ profile: profile({ ...PROFILE.settings, agent: 'agent-id' }) })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    rig.clock.advance(3_000)
    rig.reply(100, 'By the way.')
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write' })
  })

  it('that could not take all of a long conversation tells how much is missing', async () => {
    const rig = await stable()
    for (let turn = 0; turn < 405; turn += 1) {
      rig.socket.say({ type: 'ConversationText', role: 'user', content: `Turn ${turn}.` })
    }
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(messagesOf(rig)).toHaveLength(400)
    const notices = rig.of('notice').filter(({ notice }) => notice.code === 'history-shortened')
    expect(notices.map(({ notice }) => notice.message)).toEqual([expect.stringContaining(' 5 ')])
  })
})

describe('commands across a reconnect', () => {
  it('in flight are unconfirmed, new ones are held and sent once, in order', async () => {
    const rig = await stable()
    const sent = rig.session.execute({ kind: 'append-prompt', text: 'One.' })
    rig.socket.handlers.onClose(1006, '')
    expect((await sent).outcome).toBe('unconfirmed')
    const typed = rig.session.execute({ kind: 'user-text', text: 'Two.' })
    const spoken = rig.session.execute({ kind: 'agent-speech', text: 'Three.', behavior: 'queue' })
    await rig.reconnect()
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings', 'InjectUserMessage', 'InjectAgentMessage'])
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Two.' })
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'Three.' })
    expect([(await typed).outcome, (await spoken).outcome]).toEqual(['applied', 'applied'])
    expect(rig.captions.map(({ text }) => text)).toEqual(['Two.', 'Three.'])
  })
})

describe('somebody in a hurry', () => {
  /** Fails until the next attempt is seconds away. */
  const waiting = async (): Promise<SessionRig> => {
    const rig = await stable({ random: () => 0.99 })
    rig.socket.handlers.onClose(1006, '')
    for (let time = 0; time < 5; time += 1) {
      await redialled(rig)
      rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
    }
    rig.clock.advance(1_000)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 6 })
    return rig
  }

  it.each<[string, (rig: SessionRig) => void]>([
    ['the network', (rig) => rig.session.retryNow()],
    ['a pressed key', (rig) => rig.session.talk(true, 'push-to-talk')],
    ['a typed text', (rig) => void rig.session.execute({ kind: 'user-text', text: 'Hello?' })]
  ])('(%s) makes the next attempt come at once', async (_who, hurry) => {
    const rig = await waiting()
    const { length } = rig.transport.sockets
    hurry(rig)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', retryInMs: null })
    await settle()
    expect(rig.transport.sockets).toHaveLength(length + 1)
    rig.socket.accept()
    expect(rig.session.state.phase).toBe('live')
  })

  it('who speaks into an open microphone makes it come at once, silence does not', async () => {
    const rig = await waiting()
    rig.session.talk(true, 'open')
    rig.clock.advance(1)
    await settle()
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
    for (let time = 0; time < 6; time += 1) {
      await redialled(rig)
      rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
    }
    const { length } = rig.transport.sockets
    rig.speak(4_990, 0)
    await settle()
    expect(rig.transport.sockets).toHaveLength(length)
    rig.speak(60)
    await settle()
    expect(rig.transport.sockets).toHaveLength(length + 1)
  })

  it('cannot make a storm of attempts', async () => {
    const rig = await waiting()
    const { length } = rig.transport.sockets
    for (let time = 0; time < 100; time += 1) {
      rig.session.retryNow()
      rig.clock.advance(100)
      await settle()
      if (rig.session.state.phase === 'reconnecting' && rig.session.state.retryInMs === null) {
        rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
      }
    }
    expect(rig.transport.sockets.length - length).toBeLessThanOrEqual(20)
  })

  it('replaces an attempt that hangs on the old network', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    const hanging = rig.socket
    rig.session.retryNow()
    expect(hanging.closed).toBeUndefined()
    rig.clock.advance(3_000)
    rig.session.retryNow()
    await settle()
    expect(hanging.closed).toBe(1000)
    expect(rig.socket).not.toBe(hanging)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 2, retryInMs: null })
    hanging.accept()
    expect(rig.session.state.phase).toBe('reconnecting')
    rig.socket.accept()
    expect(rig.session.state.phase).toBe('live')
  })

  it('has a live connection checked after a sleep', async () => {
    const rig = await SessionRig.configuring()
    rig.socket.pongs = true
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(6_500)
    rig.socket.pongs = false
    rig.session.retryNow()
    rig.clock.advance(2_500)
    expect(rig.session.state.phase).toBe('reconnecting')
  })
})

describe('C44 hanging up while reconnecting', () => {
  it.each(['waiting', 'looking up', 'dialling', 'handshaking', 'configuring'])(
    '(%s) ends it, and nothing is left',
    async (when) => {
      const rig = await stable()
      rig.session.talk(true, 'open')
      rig.speak(100)
      rig.socket.handlers.onClose(1006, '')
      const held = rig.session.execute({ kind: 'append-prompt', text: 'x' })
      if (when === 'looking up') rig.clock.advance(1_000)
      else if (when !== 'waiting') await redialled(rig)
      if (when === 'handshaking' || when === 'configuring') rig.socket.handlers.onOpen()
      if (when === 'configuring') rig.socket.say({ type: 'Welcome', request_id: 'r' })
      const { length } = rig.transport.sockets
      rig.session.hangUp()
      await settle()
      expect(rig.session.state).toMatchObject({ phase: 'ended', reason: { code: 'hung-up' } })
      expect(rig.clock.pending).toBe(0)
      rig.clock.advance(120_000)
      await settle()
      expect(rig.transport.sockets).toHaveLength(length)
      if (length > 1) expect(rig.socket.closed).toBe(1000)
      expect((await held).outcome).toBe('failed')
    }
  )

  it.each(['reconnecting', 'live', 'reconnected'])(
    'by a listener at the event "%s" leaves nothing running',
    async (kind) => {
      const rig = await stable()
      rig.listener = (event) => {
        const hit = event.kind === 'state' ? event.state.phase === kind : event.kind === kind
        if (hit) rig.session.hangUp()
      }
      rig.socket.handlers.onClose(1006, '')
      if (kind !== 'reconnecting') await rig.reconnect()
      rig.clock.advance(60_000)
      await settle()
      expect(rig.session.state.phase).toBe('ended')
      expect(rig.phases.at(-1)).toBe('ended')
      expect(rig.clock.pending).toBe(0)
    }
  )
})
