import { describe, expect, it } from 'vitest'
import { PROFILE, SessionRig, profile, secretStore, settle } from '../testing.test-support.ts'

const KEY = '0123456789abcdef0123456789abcdef01234567'
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwIn0.c2lnbmF0dXJl'
const LEAK = `${KEY} and ${TOKEN}`
const reasonOf = (rig: SessionRig) => (rig.session.state.phase === 'ended' ? rig.session.state.reason : undefined)
const everything = (rig: SessionRig) => JSON.stringify([rig.events, rig.wire, rig.session.state])

describe('secrets', () => {
  const settings = {
    ...PROFILE.settings,
    agent: {
      think: { endpoint: { url: 'https://llm.test', headers: { authorization: 'Bearer {{secret:LLM}}' } }, prompt: 'p' }
    }
  }

  it('are filled in on the wire and nowhere else', async () => {
    const rig = await SessionRig.configuring({ profile: profile(settings), secrets: secretStore({ LLM: 'hush-hush' }) })
    expect(JSON.stringify(rig.socket.messages[0])).toContain('Bearer hush-hush')
    expect(rig.wire.find(({ dir }) => dir === 'out')?.message).toEqual({ type: 'Settings', ...settings })
    expect(everything(rig)).not.toContain('hush')
  })

  it('that are missing end the session, naming them', async () => {
    const rig = await SessionRig.dialled({ profile: profile(settings) })
    expect(reasonOf(rig)).toMatchObject({
      code: 'missing-secret',
      message: expect.stringMatching(/\{\{secret:LLM\}\}.*no such secret\. Add it under Settings, Keys and/) as string
    })
    expect(rig.transport.sockets).toEqual([])
  })

  it.each(['x', '12345', '  123  '])(
    'that are too short to be kept out of reports end the session (%j)',
    async (value) => {
      const rig = await SessionRig.dialled({ profile: profile(settings), secrets: secretStore({ LLM: value }) })
      expect(reasonOf(rig)).toMatchObject({
        code: 'missing-secret',
        message: expect.stringMatching(/^The secret LLM is shorter than 6 characters.*PARLEY_SECRET_LLM/) as string
      })
      expect(rig.transport.sockets).toEqual([])
    }
  )

  it('a key that is too short ends the session, naming where it may come from', async () => {
    const rig = await SessionRig.dialled({
      profile: profile(undefined, { service: 'deepgram' }),
      secrets: secretStore({}, 'k')
    })
    expect(reasonOf(rig)).toMatchObject({
      code: 'missing-secret',
      message: expect.stringMatching(/^The key for Deepgram is shorter.*Settings, Keys \(or DEEPGRAM_API_KEY/) as string
    })
  })

  it('that go unencrypted or to a stranger are told of before anything is sent', async () => {
    const rest = { service: 'deepgram' as const, url: 'wss://agent.deepgram.com' }
    const notices = async (url?: string, key?: string) => {
      const rig = await SessionRig.dialled({
        profile: profile(settings, rest),
        secrets: secretStore({ LLM: 'hush-hush' }, key),
        ...(url === undefined ? {} : { url })
      })
      expect(rig.transport.sockets).toHaveLength(1)
      return rig.of('notice').map(({ notice }) => `${notice.level}: ${notice.message}`)
    }
    expect(await notices(undefined, KEY)).toEqual([])
    expect(await notices('ws://127.0.0.1:9', KEY)).toEqual([])
    expect(await notices('http://far.test', KEY)).toEqual([
      expect.stringMatching(
        /^warning: The connection to far\.test is not encrypted: your Deepgram key and the secrets/
      ),
      expect.stringMatching(/key goes to far\.test/)
    ])
    expect(await notices('wss://far.test', KEY)).toHaveLength(1)
    expect(await notices('wss://far.test')).toEqual([])
    expect(await notices('ws://far.test')).toEqual([expect.stringMatching(/not encrypted: the secrets of the profile/)])
  })

  it('are not sent when a listener hangs up at the warning', async () => {
    const rig = new SessionRig({
      profile: profile(undefined, { service: 'deepgram', url: 'ws://far.test' }),
      secrets: secretStore({}, KEY)
    })
    rig.listener = (event) => {
      if (event.kind === 'notice') rig.session.hangUp()
    }
    rig.session.connect()
    await settle()
    expect(rig.transport.sockets).toEqual([])
    expect(rig.clock.pending).toBe(0)
    expect(reasonOf(rig)?.code).toBe('hung-up')
  })

  it.each([
    [undefined, /^There is no key for Deepgram\. Add it under Settings, Keys and connect again\.$/],
    ['settings', /Add it under Settings, Keys and/],
    ['command-line', /Set DEEPGRAM_API_KEY \(or: parley keys set deepgram\) and/]
  ] as const)('a missing key ends the session and leads to where keys are entered (%s)', async (keyEntry, sentence) => {
    const rig = await SessionRig.dialled({
      profile: profile(undefined, { service: 'deepgram' }),
      secrets: { ...secretStore({}), keyEntry }
    })
    expect(reasonOf(rig)).toMatchObject({
      code: 'missing-secret',
      message: expect.stringMatching(sentence) as string
    })
  })

  it('named ones lead there too, in a terminal to their variable', async () => {
    const rig = await SessionRig.dialled({
      profile: profile(settings),
      secrets: { ...secretStore({}), keyEntry: 'command-line' }
    })
    expect(reasonOf(rig)?.message).toMatch(/Set PARLEY_SECRET_LLM \(or: parley keys set secret:LLM\) and/)
  })

  it('C45 never come back out, whatever the service echoes', async () => {
    const rig = await SessionRig.live({
      profile: profile(settings, { service: 'deepgram' }),
      secrets: secretStore({ LLM: 'hush"hush' }, KEY)
    })
    const leak = `${KEY} and hush"hush and ${JSON.stringify({ echo: 'hush"hush' })}`
    const refused = rig.session.execute({ kind: 'agent-speech', text: 'x', behavior: 'queue' })
    rig.socket.say({ type: 'InjectionRefused', message: leak })
    rig.socket.say({ type: 'Warning', code: leak, description: leak })
    rig.socket.say({ type: 'Strange', [leak]: { nested: [leak] } })
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: leak })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: leak })
    rig.socket.say({ type: 'Error', code: leak, description: leak })
    const seen = everything(rig) + JSON.stringify(await refused)
    expect(seen).not.toContain(KEY)
    expect(seen).not.toMatch(/hush\\*"hush/)
    expect(seen).toContain('{{secret:LLM}}')
  })

  it('C45 key and token are in no log line, event, inspector entry or error text, over tools, drops and the end', async () => {
    const lines: unknown[] = []
    const write = (...line: unknown[]): void => void lines.push(line)
    const rig = await SessionRig.live({
      profile: profile(undefined, { service: 'deepgram', auth: 'short-lived-token' }),
      secrets: secretStore({}, KEY),
      tokens: { grant: () => Promise.resolve({ granted: true, token: TOKEN }) },
      tools: new Map([['leak', { run: () => Promise.reject(new Error(LEAK)) }]]),
      log: { debug: write, info: write, warn: write, error: write }
    })
    expect(rig.socket.request.headers).toEqual({ Authorization: `Bearer ${TOKEN}` })
    const functions = [
      { id: LEAK, name: LEAK, arguments: `{"key":"${LEAK}"}`, client_side: true },
      { id: 'b', name: 'leak', arguments: '{}', client_side: true },
      { id: 'c', name: 'shown', arguments: LEAK, client_side: false }
    ]
    rig.socket.say({ type: 'FunctionCallRequest', functions })
    await settle()
    rig.socket.say({ type: 'FunctionCallResponse', id: 'c', name: 'shown', content: LEAK })
    rig.socket.say({ type: 'FunctionCallCancelled', functions })
    rig.socket.say({ type: 'History', role: 'user', content: LEAK })
    rig.socket.say({ type: 'Error', code: LEAK, description: LEAK })
    expect(rig.session.state.phase).toBe('reconnecting')
    const results = [await rig.session.execute({ kind: 'tool-result', id: LEAK, content: LEAK })]
    await rig.reconnect()
    rig.socket.say({ type: 'Error', code: 'INVALID_SETTINGS', description: LEAK })
    expect(reasonOf(rig)?.code).toBe('settings-refused')
    const seen = JSON.stringify(lines) + everything(rig) + JSON.stringify(results)
    expect(seen).not.toContain(KEY)
    expect(seen).not.toContain(TOKEN)
    expect(rig.of('tool-call').map(({ call }) => call.status)).toEqual([
      'waiting-for-person',
      'running',
      'running',
      'failed',
      'answered',
      'cancelled'
    ])
    expect(lines.length).toBeGreaterThan(3)
  })

  it('that cannot be asked for end the session as ours, not as a crash', async () => {
    const rig = await SessionRig.dialled({
      profile: profile(settings),
      secrets: { secret: () => Promise.reject(new Error('vault')), serviceKey: () => Promise.resolve(undefined) }
    })
    expect(reasonOf(rig)?.code).toBe('internal')
  })

  it('a built-in agent that does not start is unreachable', async () => {
    const rig = await SessionRig.dialled({ builtinUrl: () => Promise.reject(new Error('no')) })
    expect(reasonOf(rig)?.code).toBe('unreachable')
  })
})

describe('what the service should not send', () => {
  it('is reported on the wire and changes nothing', async () => {
    const rig = await SessionRig.live()
    const { length } = rig.events
    rig.wire.length = 0
    rig.socket.say({ type: 'LatencyReport', stt_latency: 1 })
    rig.socket.say({ type: 'ConversationText', role: 'robot' })
    rig.socket.say(null)
    rig.socket.handlers.onText('{ not json é')
    expect(rig.wire.map(({ message }) => message)).toEqual([
      { type: 'LatencyReport', stt_latency: 1 },
      { type: 'ConversationText', role: 'robot' },
      null,
      { type: 'text', bytes: 13 }
    ])
    expect(rig.events).toHaveLength(length)
  })

  it('is cut where it is too deep', async () => {
    const rig = await SessionRig.live()
    rig.socket.handlers.onText(`{"type":"X","a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)
    expect(JSON.stringify(rig.wire.at(-1))).toContain('[too deep]')
    expect(rig.activity).toBe('listening')
  })
})
