import { describe, expect, it } from 'vitest'
import type { TokenGrant, TransportFailure } from '../../ports.ts'
import { PROFILE, SessionRig, block, profile, secretStore, settle } from '../../testing.test-support.ts'
import { KEY, messagesOf, reasonOf, redialled, stable } from './reconnect.test-support.ts'

describe('what waits', () => {
  it('is counted while there is no connection', async () => {
    const rig = await stable()
    expect(rig.session.queueLengths).toEqual({ audioBlocks: 0, commands: 0, announcements: 0, toolCalls: 0 })
    rig.socket.handlers.onClose(1006, '')
    void rig.session.execute({ kind: 'append-prompt', text: 'More.' })
    void rig.session.execute({ kind: 'announce', text: 'Dinner.' })
    rig.session.talk(true, 'push-to-talk')
    for (let count = 0; count < 5; count += 1) rig.session.pushAudio(block(9))
    expect(rig.session.queueLengths).toMatchObject({ audioBlocks: 5, announcements: 1 })
    expect(rig.session.queueLengths?.commands).toBeGreaterThanOrEqual(1)
    rig.session.hangUp()
    expect(rig.session.queueLengths).toBeUndefined()
  })
})

describe('the new connection', () => {
  it('C39 sends the same Settings once, after Welcome, with the conversation in order and no greeting', async () => {
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
    const { greeting, ...agent } = (first ?? {})['agent'] as Record<string, unknown>
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

  it.each([
    [undefined, /Let the profile use the key itself\.$/],
    ['wss://agents.test', /or check the url of the profile\.$/]
  ])('an address (%s) that gives out no tokens is told as that', async (url, advice) => {
    const tokens: TokenGrant = {
      grant: () => Promise.resolve({ granted: false, failure: { kind: 'refused', httpStatus: 404 } })
    }
    const rig = await SessionRig.dialled({
      profile: profile(undefined, {
        service: 'deepgram',
        auth: 'short-lived-token',
        ...(url === undefined ? {} : { url })
      }),
      secrets: secretStore({}, KEY),
      tokens
    })
    expect(reasonOf(rig)).toEqual({ code: 'not-found', message: expect.stringMatching(advice) as string })
    expect(reasonOf(rig)?.message).toContain('Short-lived tokens')
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

  it('of a saved agent is heard at once when somebody asks it to speak', async () => {
    const rig = await stable({ profile: profile({ ...PROFILE.settings, agent: 'agent-id' }) })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    void rig.session.execute({ kind: 'stop-speaking' })
    rig.reply(100, 'Welcome!')
    expect(rig.calls).toEqual([])
    void rig.session.execute({ kind: 'user-text', text: 'Hello?' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Hello?' })
    rig.reply(100, 'Yes.')
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write' })
  })

  it('of a saved agent speaks a statement that was held, and the announcement that it was lost with', async () => {
    const rig = await stable({ profile: profile({ ...PROFILE.settings, agent: 'agent-id' }) })
    void rig.session.execute({ kind: 'announce', text: 'Dinner.' })
    rig.socket.handlers.onClose(1006, '')
    void rig.session.execute({ kind: 'agent-speech', text: 'Back again.', behavior: 'queue' })
    await rig.reconnect()
    const injected = rig.socket.messages.filter(({ type }) => type === 'InjectAgentMessage')
    expect(new Set(injected.map(({ message }) => message))).toEqual(new Set(['Back again.', 'Dinner.']))
    for (const { message } of injected) rig.reply(100, String(message))
    expect(rig.calls.map(({ kind }) => kind)).toEqual(['write', 'write'])
    expect(rig.captions.map(({ text }) => text).join(' ')).toMatch(/Back again\..*Dinner\.|Dinner\..*Back again\./)
  })

  it('of a saved agent speaks an announcement that was made in the gap', async () => {
    const rig = await stable({ profile: profile({ ...PROFILE.settings, agent: 'agent-id' }) })
    rig.socket.handlers.onClose(1006, '')
    const announced = rig.session.execute({ kind: 'announce', text: 'Dinner.' })
    await rig.reconnect()
    rig.reply(100, 'Dinner.')
    expect(rig.calls.map(({ kind }) => kind)).toEqual(['write'])
    expect((await announced).outcome).toBe('applied')
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

describe('a typed text in flight at a drop', () => {
  const typed = { type: 'History', role: 'user', content: 'Where is it?' }

  it('is known to the next connection, and its answer is told to be lost', async () => {
    const rig = await stable()
    const sent = rig.session.execute({ kind: 'user-text', text: 'Where is it?' })
    rig.socket.handlers.onClose(1006, '')
    expect((await sent).outcome).toBe('unconfirmed')
    await rig.reconnect()
    expect(messagesOf(rig)).toEqual([typed])
    expect(rig.of('reconnected').at(-1)?.answerLost).toBe(true)
  })

  it('is known once where its echo came in the last moment, in either shape', async () => {
    const rig = await stable()
    void rig.session.execute({ kind: 'user-text', text: 'Where is it?' })
    rig.socket.say({ type: 'History', role: 'user', content: 'Where is it?' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Where is it?' })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(messagesOf(rig)).toEqual([typed])
    // Said again, it is another turn.
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Where is it?' })
    rig.clock.advance(6_000)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(messagesOf(rig)).toEqual([typed, typed])
  })

  it('stands before its answer where the service gave no echo, and no answer is lost', async () => {
    const rig = await stable()
    void rig.session.execute({ kind: 'user-text', text: 'Where is it?' })
    rig.reply(100, 'Here.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(messagesOf(rig)).toEqual([typed, { type: 'History', role: 'assistant', content: 'Here.' }])
    expect(rig.of('reconnected').at(-1)?.answerLost).toBe(false)
    // What was typed on the connection before is not given back any more.
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Where is it?' })
    rig.clock.advance(6_000)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(messagesOf(rig)).toHaveLength(3)
  })

  it('C39 counts a spoken question as unanswered until the agent is heard, over several attempts', async () => {
    const rig = await stable()
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'And then?' })
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'Then' })
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
    await rig.reconnect()
    expect(rig.of('reconnected').at(-1)?.answerLost).toBe(true)
    rig.reply(100, 'Then we left.')
    rig.clock.advance(6_000)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(rig.of('reconnected').at(-1)?.answerLost).toBe(false)
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
