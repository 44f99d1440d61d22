import { describe, expect, it } from 'vitest'
import { settle } from '../../testing.test-support.ts'
import { answered, napster, NapsterRig, offline, ScriptedRest } from './napster.test-support.ts'

const MINUTE_MS = 60_000

/** A connection that has been stable, with one question and its answer behind it. */
async function talked(settings: Parameters<typeof napster>[0] = {}): Promise<NapsterRig> {
  const self = await NapsterRig.live({ profile: napster(settings) })
  await self.pass(6_000)
  self.user('What is open?')
  self.begins('a')
  self.talk('started')
  self.says('The shop is open.', 'a')
  self.audio(100)
  self.talk('ended')
  self.rig.played(1, 100, true)
  self.rest.requests.length = 0
  return self
}

function contexts(self: NapsterRig): string[] {
  return self.commands('send_message').map((data) => (data as { text: string }).text)
}

describe('a lost connection to Napster', () => {
  it('is asked about and ended, and the next one has the same client and no opening words', async () => {
    const self = await talked({ externalClientId: 'ana_1', initialSpeech: 'Greet.' })
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    expect(self.rest.asked).toEqual([
      'GET /public/sessions/conn_1',
      'DELETE /public/connections/conn_1',
      'POST /public/agents/agent_7/connections'
    ])
    expect(self.rest.of('POST')[0]?.body).toEqual({ channelType: 'websocket', externalClientId: 'ana_1' })
    expect(self.rest.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([1_500, 1_500, 10_000])
    expect(contexts(self)).toEqual([])
    expect(self.rig.of('reconnected')).toHaveLength(1)
  })

  it('without a client id is told the last turns, in one message that nobody sees and nobody answers', async () => {
    const self = await talked({ initialSpeech: 'Greet.' })
    const before = self.rig.captions
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    expect(self.rest.of('POST')[0]?.body).toEqual({ channelType: 'websocket' })
    const messages = self.commands('send_message') as { role: string; text: string; trigger_response: boolean }[]
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatchObject({ role: 'system', trigger_response: false })
    expect(messages[0]?.text).toMatch(/What is open\?[\s\S]*The shop is open\./)
    expect(self.rig.captions).toEqual(before)
  })

  it.each([
    [
      'idle_timeout',
      'idle',
      'Napster ended the session because nobody said anything for a while. Connect again to go on.'
    ],
    ['session_expired', 'idle', expect.stringContaining('has expired')],
    ['no_credits_left', 'no-credits', expect.stringContaining('no credits left')],
    ['connection_aborted', 'service-closed', expect.stringContaining('at Napster itself')],
    ['rejected', 'forbidden', expect.stringContaining('rejected')]
  ])('that the service closed without a word ends with its reason (%s)', async (closeReason, code, sentence) => {
    const self = await talked()
    self.rest.session = answered(200, { id: 'conn_1', closeReason })
    self.socket.handlers.onClose(1006, '')
    await self.pass(60_000)
    expect(self.reason).toEqual({ code, message: sentence as string, serviceCode: closeReason })
    expect(self.rest.asked).toEqual(['GET /public/sessions/conn_1'])
    expect(self.rig.clock.pending).toBe(0)
  })

  it('is asked about after a normal close too: what its codes mean is not known', async () => {
    const self = await talked()
    self.rest.session = answered(200, { closeReason: 'idle_timeout' })
    self.socket.handlers.onClose(1000, '')
    await self.pass(1_000)
    expect(self.reason?.code).toBe('idle')
  })

  it.each([
    ['a reason that is no end', answered(200, { closeReason: 'application_shutdown' })],
    ['a reason nobody knows', answered(200, { session: { closeReason: 'sunspots' } })],
    ['none', answered(200, { closeReason: null })],
    ['an error', answered(500, { title: 'x' })],
    ['no JSON', answered(200)]
  ])('is made again after %s', async (_what, session) => {
    const self = await talked()
    self.rest.session = session
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    expect(self.rig.session.state.phase).toBe('live')
  })

  it('is asked about until the network answers', async () => {
    const self = await talked()
    self.rest.session = offline
    self.rest.creations = [offline]
    self.socket.handlers.onFailure({ kind: 'unreachable', reason: 'broken-off' })
    await self.pass(250)
    expect(self.rest.asked).toEqual(['GET /public/sessions/conn_1', 'POST /public/agents/agent_7/connections'])
    self.rest.session = answered(200, { closeReason: 'no_credits_left' })
    await self.pass(10_000)
    expect(self.reason?.code).toBe('no-credits')
  })

  it('that the service explained itself is not asked about', async () => {
    const self = await talked()
    self.socket.say({
      event: 'provider_connection_aborted',
      data: { error: { code: 'connection_failed', message: 'x' } }
    })
    await self.reconnect()
    expect(self.rest.asked).toEqual(['POST /public/agents/agent_7/connections'])
  })

  it('is made by one creation, however long that takes and whoever is in a hurry', async () => {
    const self = await talked()
    const slow = Promise.withResolvers<ReturnType<typeof answered>>()
    self.rest.creations = [slow.promise]
    const { length } = self.rig.transport.sockets
    self.socket.handlers.onClose(1006, '')
    for (let passed = 0; passed < 9_000; passed += 750) {
      await self.pass(750)
      void self.rig.session.execute({ kind: 'user-text', text: 'Hello?' })
      self.rig.session.talk(passed % 1_500 === 0, 'push-to-talk')
    }
    expect(self.rest.of('POST')).toHaveLength(1)
    slow.resolve(self.rest.connection())
    await settle()
    self.rig.session.retryNow()
    self.accept()
    expect(self.rig.session.state.phase).toBe('live')
    expect(self.rest.of('POST')).toHaveLength(1)
    expect(self.rig.transport.sockets).toHaveLength(length + 1)
  })

  it('whose socket hangs gives way to the next, its time counted from the dial', async () => {
    const self = await talked()
    self.socket.handlers.onClose(1006, '')
    await self.redialled()
    const hanging = self.socket
    await self.pass(750)
    self.rig.session.retryNow()
    expect(hanging.closed).toBeUndefined()
    await self.pass(250)
    self.rig.session.retryNow()
    expect(hanging.closed).toBe(1000)
    await self.reconnect()
    expect(self.rig.session.state.phase).toBe('live')
  })

  it('is ended, not asked about, after a sleep', async () => {
    const self = await talked()
    self.rig.session.suspend()
    self.rig.session.retryNow()
    await settle()
    self.accept()
    expect(self.rest.asked).toEqual(['DELETE /public/connections/conn_1', 'POST /public/agents/agent_7/connections'])
  })
})

describe('the silent death at 60 minutes', () => {
  it('is pre-empted at 55 minutes in a quiet moment, and the conversation goes on', async () => {
    const self = await talked({ externalClientId: 'ana_1' })
    self.socket.pongs = true
    self.rig.clock.advance(54 * MINUTE_MS)
    expect(self.rig.session.state.phase).toBe('live')
    self.rig.clock.advance(MINUTE_MS)
    const message = 'Parley replaces the connection before it gets too old for the service.'
    expect(self.rig.session.state).toMatchObject({
      phase: 'reconnecting',
      reason: { code: 'service-closed', message }
    })
    await self.reconnect()
    expect(self.rest.asked).toEqual(['DELETE /public/connections/conn_1', 'POST /public/agents/agent_7/connections'])
    expect(self.rig.captions).toHaveLength(2)
  })

  it('is pre-empted at 58 minutes where the microphone is never quiet, and what is said then is kept', async () => {
    const self = await talked({ externalClientId: 'ana_1' })
    const old = self.socket
    old.pongs = true
    self.rig.clock.advance(55 * MINUTE_MS - 8_000)
    self.rig.session.talk(true, 'open')
    self.rig.speak(3 * MINUTE_MS - 1_000)
    expect(self.rig.session.state.phase).toBe('live')
    self.begins('b')
    self.says('The shop closes at six.', 'b')
    self.audio(6_000)
    self.talk('ended')
    self.rig.speak(5_000)
    expect(self.rig.session.state).toMatchObject({ phase: 'live', activity: 'agentSpeaking' })
    self.rig.played(2, 6_000, true)
    self.rig.speak(500)
    expect(old.closed).toBe(1000)
    await self.reconnect()
    self.rig.speak(400)
    const spoken = (self.commands('send_audio') as { data: string }[])
      .map(({ data }) => Buffer.from(data, 'base64'))
      .filter((pcm) => pcm[0] === 7)
    expect(spoken.reduce((ms, pcm) => ms + pcm.byteLength / 32, 0)).toBeGreaterThan(500)
    expect(self.rig.of('audio-dropped')).toEqual([])
  })

  it.each(['thinks', 'waits for a tool'])('is not pre-empted while the agent %s', async (what) => {
    const self = await talked()
    self.socket.pongs = true
    self.rig.clock.advance(55 * MINUTE_MS - 8_000)
    self.rig.session.talk(true, 'open')
    self.rig.speak(3 * MINUTE_MS - 1_000)
    if (what === 'thinks') self.user('And on Sunday?')
    else self.socket.say({ event: 'function_implicitly_called', data: { call_id: 'c', name: 'ask', arguments: {} } })
    self.rig.speak(5_000)
    expect(self.rig.phases).not.toContain('reconnecting')
  })

  it('is noticed when an answer is owed that never comes, although pings are answered', async () => {
    const self = await talked()
    self.socket.pongs = true
    self.socket.handlers.onPong()
    void self.rig.session.execute({ kind: 'user-text', text: 'Are you there?' })
    await self.pass(39_000)
    expect(self.rig.session.state).toMatchObject({ phase: 'live', activity: 'thinking' })
    await self.pass(6_000)
    expect(self.rig.session.state.phase).not.toBe('ended')
    expect(self.rest.asked[0]).toBe('GET /public/sessions/conn_1')
    expect(self.rig.phases).toContain('reconnecting')
    await self.pass(1_000)
    self.accept()
    expect(self.rig.of('reconnected')).toMatchObject([{ answerLost: true }])
  })

  it('ends with a sentence where the service says that the session has expired', async () => {
    const self = await talked()
    self.rest.session = answered(200, { closeReason: 'session_expired' })
    self.socket.pongs = true
    self.socket.handlers.onPong()
    void self.rig.session.execute({ kind: 'user-text', text: 'Are you there?' })
    await self.pass(46_000)
    expect(self.reason).toMatchObject({ code: 'idle', serviceCode: 'session_expired' })
  })

  it('is noticed when pings are no longer answered', async () => {
    const self = await talked()
    self.socket.handlers.onPong()
    await self.pass(12_000)
    expect(self.rig.phases).toContain('reconnecting')
  })

  it('is not what half a minute of thinking is', async () => {
    const self = await talked()
    self.socket.pongs = true
    self.socket.handlers.onPong()
    void self.rig.session.execute({ kind: 'user-text', text: 'Think long.' })
    await self.pass(35_000)
    expect(self.rig.session.state).toMatchObject({ phase: 'live', activity: 'thinking' })
    self.user('Think long.')
    self.begins('b')
    self.says('Done.', 'b')
    self.audio(100)
    await self.pass(250)
    expect(self.rig.phases).not.toContain('reconnecting')
    expect(self.rig.captions.at(-1)).toMatchObject({ role: 'agent', text: 'Done.' })
  })

  it('is not what a slow answer is that something is still told of', async () => {
    const self = await talked()
    self.socket.pongs = true
    self.socket.handlers.onPong()
    void self.rig.session.execute({ kind: 'user-text', text: 'Think long.' })
    for (let passed = 0; passed < 60_000; passed += 10_000) {
      await self.pass(10_000)
      self.socket.say({ event: 'mcp_call', action: 'created', item_id: 'x' })
    }
    expect(self.rig.phases).not.toContain('reconnecting')
  })
})

describe('hanging up at Napster', () => {
  it('closes the socket and ends the connection, and nobody waits for that but who wants to', async () => {
    const self = await NapsterRig.live()
    const slow = Promise.withResolvers<ReturnType<typeof answered>>()
    self.rest.deletion = slow.promise
    const { socket } = self
    let settled = false
    void self.rig.session.settled().then(() => (settled = true))
    await settle()
    expect(settled).toBe(false)
    self.rig.session.hangUp()
    expect(self.reason?.code).toBe('hung-up')
    expect(socket.closed).toBe(1000)
    expect(self.rest.asked.at(-1)).toBe('DELETE /public/connections/conn_1')
    expect(self.rest.requests.at(-1)?.timeoutMs).toBe(3_000)
    expect(settled).toBe(false)
    slow.resolve(offline)
    await settle()
    expect(settled).toBe(true)
    expect(self.rig.clock.pending).toBe(0)
  })

  it.each([
    ['idle_timeout', { event: 'session_expired' }],
    ['nothing left', { event: 'no_credits_left' }]
  ])('is not done where the service ended it itself (%s)', async (_what, message) => {
    const self = await NapsterRig.live()
    self.socket.say(message)
    await self.rig.session.settled()
    expect(self.reason).toBeDefined()
    expect(self.rest.of('DELETE')).toEqual([])
  })

  it('leaves no timer, whatever was going on', async () => {
    const self = await NapsterRig.live()
    self.rig.session.talk(true, 'open')
    self.rig.speak(500)
    self.begins('a')
    self.audio(500)
    self.socket.say({ event: 'function_implicitly_called', data: { call_id: 'c', name: 'ask', arguments: {} } })
    void self.rig.session.execute({ kind: 'replace-prompt', text: 'New.' })
    self.rig.session.hangUp()
    await self.rig.session.settled()
    expect(self.rig.clock.pending).toBe(0)
  })

  it('settles after a few seconds at the latest', async () => {
    const self = await NapsterRig.live()
    self.rest.deletion = new Promise(() => {})
    self.rig.session.hangUp()
    let settled = false
    void self.rig.session.settled().then(() => (settled = true))
    await self.pass(3_750)
    expect(settled).toBe(false)
    await self.pass(250)
    expect(settled).toBe(true)
  })

  it('settles at once where there was never a session', async () => {
    const self = new NapsterRig({}, new ScriptedRest())
    await self.rig.session.settled()
    expect(self.rest.requests).toEqual([])
  })
})

describe('an end that Napster tells by an event', () => {
  it.each([
    ['session_expired', undefined, 'idle', /has expired/],
    ['no_credits_left', undefined, 'no-credits', /no credits left.*Buy credits/],
    ['provider_connection_aborted', 'invalid_voice', 'settings-refused', /cannot use the voice/],
    ['provider_connection_aborted', 'invalid_credentials', 'settings-refused', /credentials/],
    ['provider_connection_aborted', 'instructions_too_long', 'settings-refused', /too long/]
  ])('is one clear sentence and no new connection: %s %s', async (event, code, end, sentence) => {
    const self = await NapsterRig.live()
    self.socket.say({ event, data: code === undefined ? {} : { error: { code, message: 'raw' } } })
    await self.pass(60_000)
    expect(self.reason).toMatchObject({ code: end, serviceCode: code ?? event })
    expect(self.reason?.message).toMatch(sentence)
    expect(self.rest.of('POST')).toHaveLength(1)
    expect(self.rig.clock.pending).toBe(0)
  })

  it('is told before it comes, where the service warns of it', async () => {
    const self = await NapsterRig.live()
    self.socket.say({ event: 'avatar_connection_warning', data: { disconnect_after: 30 } })
    expect(self.rig.of('notice')).toMatchObject([
      { notice: { code: 'idle-soon', message: expect.stringContaining('30') as string } }
    ])
    self.socket.say({ event: 'session_expired' })
    expect(self.reason).toMatchObject({ code: 'idle', serviceCode: 'idle_timeout' })
  })

  it('of a provider that could not be reached is tried again', async () => {
    const self = await NapsterRig.live()
    await self.pass(6_000)
    self.socket.say({ event: 'provider_connection_aborted', data: { error: { code: 'connection_failed' } } })
    expect(self.rig.session.state).toMatchObject({
      phase: 'reconnecting',
      reason: {
        code: 'service-error',
        message: expect.stringMatching(
          /^Napster could not reach the AI provider of this agent\. If this lasts/
        ) as string
      }
    })
    await self.reconnect()
    expect(self.rig.session.state.phase).toBe('live')
  })
})
