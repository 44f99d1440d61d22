import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PROFILE, SessionRig, block, settle } from '../testing.test-support.ts'

const types = [
  'Welcome',
  'SettingsApplied',
  'ConversationText',
  'UserStartedSpeaking',
  'EndOfTurn',
  'AgentThinking',
  'AgentStartedSpeaking',
  'AgentAudioDone',
  'FunctionCallRequest',
  'FunctionCallCancelled',
  'FunctionCallResponse',
  'LatencyReport',
  'History',
  'ListenUpdated',
  'ThinkUpdated',
  'SpeakUpdated',
  'PromptUpdated',
  'InjectionRefused',
  'Warning',
  'Error',
  'Other'
]

const id = fc.constantFrom('a', 'b', '')
const called = fc.record(
  {
    id,
    name: fc.constantFrom('host', 'fixed', 'ask', 'constructor', ''),
    arguments: fc.constantFrom<unknown>('{}', '{"a":1}', '', '{', { a: 1 }, null, 5),
    client_side: fc.boolean()
  },
  { requiredKeys: ['id', 'name', 'arguments'] }
)

const message = fc.oneof(
  fc.record({
    type: fc.constantFrom('FunctionCallRequest', 'FunctionCallCancelled'),
    functions: fc.array(called, { maxLength: 4 })
  }),
  fc.record(
    {
      type: fc.constantFrom(...types),
      request_id: fc.constant('r'),
      role: fc.constantFrom('user', 'assistant', 'other'),
      content: fc.string(),
      id,
      name: fc.constantFrom('host', 'ask'),
      functions: fc.oneof(fc.array(called, { maxLength: 2 }), fc.jsonValue()),
      function_calls: fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 2 }),
      stt_latency: fc.oneof(fc.double(), fc.string()),
      total_latency: fc.double(),
      message: fc.string(),
      code: fc.string(),
      description: fc.oneof(fc.string(), fc.integer())
    },
    { requiredKeys: ['type'] }
  ),
  fc.jsonValue()
)

const FIXED = { kind: 'answer', content: 'yes' } as const

/** One step of the service, the user, the sink or time. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('text' as const), text: message.map((value) => JSON.stringify(value)) })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('text' as const),
      text: fc.constantFrom('{"type":"Welcome","request_id":"r"}', '{"type":"SettingsApplied"}')
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('text' as const), text: fc.string() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('binary' as const), bytes: fc.uint8Array({ maxLength: 700 }) })
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 6_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('talk' as const),
      open: fc.boolean(),
      mode: fc.constantFrom('push-to-talk' as const, 'open' as const)
    })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('audio' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command: fc.constantFrom(
        { kind: 'user-text' as const, text: 'hi' },
        { kind: 'agent-speech' as const, text: 'hi', behavior: 'queue' as const },
        { kind: 'append-prompt' as const, text: '' },
        { kind: 'announce' as const, text: 'hi' },
        { kind: 'agent-speech' as const, text: 'stop', behavior: 'interrupt' as const },
        { kind: 'context' as const, text: 'x', when: 'after-speech' as const, respond: true },
        { kind: 'end-turn' as const },
        { kind: 'set-model' as const, temperature: 1 },
        { kind: 'tool-result' as const, id: 'a', content: 'x' },
        { kind: 'stop-speaking' as const }
      )
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('played' as const),
      reply: fc.integer({ min: -1, max: 5 }),
      playedSamples: fc.integer({ min: -10, max: 2_000 }),
      drained: fc.boolean()
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('open' as const, 'connect' as const, 'hang-up' as const, 'close' as const, 'fail' as const)
    })
  }
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Wire contract: nothing before Welcome, Settings once and first, no binary or command before SettingsApplied, no call answered twice. */
class WireCheck {
  readonly #rig: SessionRig
  constructor(rig: SessionRig) {
    this.#rig = rig
  }

  check(saidWelcome: boolean, saidApplied: boolean): void {
    const { sent, messages } = this.#rig.socket
    if (!saidWelcome) expect(sent).toEqual([])
    if (!saidApplied) expect(sent.length).toBeLessThanOrEqual(1)
    expect(messages.filter(({ type }) => type === 'Settings').length).toBeLessThanOrEqual(1)
    const answered = messages.flatMap((sentMessage) =>
      sentMessage['type'] === 'FunctionCallResponse' ? [sentMessage['id']] : []
    )
    expect(new Set(answered).size).toBe(answered.length)
    if (sent.length > 0) expect(messages[0]?.['type']).toBe('Settings')
    if (sent.length > 0) expect(sent[0] !== undefined && 'message' in sent[0]).toBe(true)
  }
}

function run(rig: SessionRig, { ...one }: Step, results: Promise<unknown>[]): void {
  const { session, socket } = rig
  switch (one.kind) {
    case 'text':
      return socket.handlers.onText(one.text)
    case 'binary':
      return socket.handlers.onBinary(one.bytes)
    case 'wait':
      return rig.clock.advance(one.ms)
    case 'talk':
      return session.talk(one.open, one.mode)
    case 'audio':
      return session.pushAudio(block(1))
    case 'command':
      return void results.push(session.execute(one.command))
    case 'played':
      return session.playback(one)
    case 'open':
      return socket.handlers.onOpen()
    case 'connect':
      return session.connect()
    case 'hang-up':
      return session.hangUp()
    case 'close':
      return socket.handlers.onClose(1006, '')
    case 'fail':
      return socket.handlers.onFailure({ kind: 'unreachable', reason: 'other' })
  }
}

it('random messages and interleavings never throw, break the wire contract, or leave a session that cannot be hung up', async () => {
  let livened = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('dialled' as const, 'configuring' as const, 'live' as const),
      fc.array(step, { maxLength: 60 }),
      async (start, steps) => {
        const rig = await SessionRig[start]({
          profile: { ...PROFILE, nudge: { afterSeconds: 3, say: 'Hm?' }, tools: { fixed: FIXED } },
          tools: new Map([['host', { run: () => Promise.resolve('done') }]])
        })
        const check = new WireCheck(rig)
        const results: Promise<unknown>[] = []
        let { socket } = rig
        let welcome = start !== 'dialled'
        let applied = start === 'live'
        for (const one of steps) {
          const text = one.kind === 'text' ? one.text : ''
          if (text.includes('"Welcome"')) welcome = true
          if (text.includes('"SettingsApplied"')) applied = true
          run(rig, one, results)
          await settle()
          if (socket !== rig.socket) {
            socket = rig.socket
            welcome = false
            applied = false
          }
          check.check(welcome, applied)
          for (const call of rig.calls) if (call.kind === 'write') expect(call.pcm.byteLength % 2).toBe(0)
        }
        if (rig.phases.includes('live')) livened += 1
        rig.session.hangUp()
        expect(rig.session.state.phase).toBe('ended')
        expect(rig.events.filter(({ kind }) => kind === 'state').at(-1)).toMatchObject({ state: { phase: 'ended' } })
        expect(JSON.stringify(rig.events)).not.toContain('"code":"internal"')
        expect(rig.clock.pending).toBe(0)
        await Promise.all(results)
      }
    ),
    { numRuns: 400 }
  )
  // The property would hold of a session that never got anywhere.
  expect(livened).toBeGreaterThan(100)
}, 30_000)
