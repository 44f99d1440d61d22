import fc from 'fast-check'
import { expect, it } from 'vitest'
import { block, settle } from '../../testing.test-support.ts'
import { answered, napster, NapsterRig, offline } from './napster.test-support.ts'

const events = [
  'message_received',
  'avatar_state_changed',
  'talk_state_changed',
  'audio_received',
  'speech_started',
  'function_implicitly_called',
  'function_call_timeout',
  'error',
  'provider_connection_aborted',
  'avatar_connection_warning',
  'session_expired',
  'no_credits_left',
  'reaching_rate_limits',
  'mcp_call',
  'ui_update'
]

const id = fc.constantFrom('a', 'b', 'c', '')

const message = fc.record(
  {
    type: fc.constantFrom('message', 'session', 'function_call', 'other'),
    role: fc.constantFrom('user', 'assistant', 'system'),
    action: fc.constantFrom('created', 'delta', 'completed', 'cancelled', 'failed', 'speech_started', 'interrupted'),
    content: fc.oneof(fc.string(), fc.constantFrom('hi', 'One. Two.'), fc.integer()),
    item_id: id,
    response_id: id
  },
  { requiredKeys: ['type'] }
)

const data = fc.record(
  {
    message: fc.oneof(message, fc.jsonValue()),
    state: fc.constantFrom('ready', 'preparing', 'started', 'ended', 'canceled', 'cancelled'),
    data: fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.string()
    ),
    call_id: id,
    name: fc.constantFrom('host', 'fixed', 'ask', 'constructor', ''),
    arguments: fc.constantFrom<unknown>('{}', '{', { a: 1 }, null, 5),
    error: fc.oneof(fc.string(), fc.record({ code: fc.string(), message: fc.string() }))
  },
  { requiredKeys: [] }
)

const frame = fc.oneof(
  { weight: 8, arbitrary: fc.record({ event: fc.constantFrom(...events.slice(0, 8)), data }) },
  { weight: 4, arbitrary: fc.record({ event: fc.constant('message_received'), data: fc.record({ message }) }) },
  { weight: 1, arbitrary: fc.record({ event: fc.constantFrom(...events), data: fc.oneof(data, fc.jsonValue()) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom(...events), action: fc.string() }) },
  { weight: 1, arbitrary: fc.jsonValue() }
)

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('say' as const), frame }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('binary' as const), bytes: fc.uint8Array({ maxLength: 99 }) })
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 6_000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('talk' as const), open: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('audio' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command: fc.constantFrom(
        { kind: 'user-text' as const, text: 'hi' },
        { kind: 'user-text' as const, text: 'One. Two.', when: 'after-speech' as const },
        { kind: 'user-text' as const, text: 'hm', respond: false },
        { kind: 'context' as const, text: 'x', when: 'now' as const, respond: true },
        { kind: 'append-prompt' as const, text: 'more' },
        { kind: 'replace-prompt' as const, text: 'other' },
        { kind: 'set-model' as const, temperature: 1 },
        { kind: 'agent-speech' as const, text: 'no', behavior: 'queue' as const },
        { kind: 'tool-result' as const, id: 'a', content: 'x' },
        { kind: 'end-turn' as const },
        { kind: 'stop-speaking' as const },
        { kind: 'revert-changes' as const }
      )
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('played' as const), playedSamples: fc.nat(2_000), drained: fc.boolean() })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('close' as const, 'hang-up' as const, 'connect' as const),
      code: fc.constantFrom(1000, 1006)
    })
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('lose' as const), code: fc.constantFrom(1000, 1006) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('rest' as const),
      session: fc.constantFrom(
        offline,
        answered(200, { closeReason: 'idle_timeout' }),
        answered(200, {}),
        answered(500)
      ),
      creation: fc.constantFrom(offline, answered(429, [], 500), answered(400, [{ code: 'x' }]), answered(200, {}))
    })
  }
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function run(self: NapsterRig, { ...one }: Step, results: Promise<unknown>[]): Promise<void> {
  const { session, clock } = self.rig
  switch (one.kind) {
    case 'say':
      return self.socket.say(one.frame)
    case 'binary':
      return self.socket.handlers.onBinary(one.bytes)
    case 'wait':
      return clock.advance(one.ms)
    case 'talk':
      return session.talk(one.open, 'open')
    case 'audio':
      return session.pushAudio(block(1))
    case 'command':
      return void results.push(session.execute(one.command))
    case 'played':
      return session.playback({ reply: 1, playedSamples: one.playedSamples, drained: one.drained })
    case 'lose':
      self.socket.handlers.onClose(one.code, '')
      await self.pass(1_500)
      return self.accept()
    case 'close':
      return self.socket.handlers.onClose(one.code, '')
    case 'connect':
      return session.connect()
    case 'hang-up':
      return session.hangUp()
    case 'rest':
      self.rest.session = one.session
      self.rest.creations = [one.creation]
  }
}

it('random messages and interleavings at Napster never throw, leak a token or a connection, or leave a session that cannot be hung up', async () => {
  let livened = 0
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('audio', 'text'), fc.array(step, { maxLength: 60 }), async (modality, steps) => {
      const self = await NapsterRig.live({
        profile: napster({ modality }, { tools: { fixed: { kind: 'answer', content: 'yes' } } }),
        tools: new Map([['host', { run: () => Promise.resolve('done') }]])
      })
      const { rig, rest } = self
      const results: Promise<unknown>[] = []
      for (const one of steps) {
        await run(self, one, results)
        await settle()
      }
      if (rig.of('reconnected').length > 0) livened += 1
      rig.session.hangUp()
      await rig.session.settled()
      expect(rig.clock.pending).toBe(0)
      const told = JSON.stringify([rig.events, rig.wire])
      expect(told).not.toMatch(/"code":"internal"|inner-token|nap-0123/)
      if (modality === 'text') expect(rig.calls).toEqual([])
      for (const socket of rig.transport.sockets) {
        expect(socket.closed).toBeDefined()
        const answeredIds = (self.commands('send_function_output', socket) as { call_id: string }[]).map(
          ({ call_id: callId }) => callId
        )
        expect(new Set(answeredIds).size).toBe(answeredIds.length)
      }
      const dialled = rig.transport.sockets.map(({ request }) => request.url)
      expect(new Set(dialled).size).toBe(dialled.length)
      const deleted = new Set(rest.of('DELETE').map(({ url }) => url))
      expect(deleted.size).toBe(rest.of('DELETE').length)
      await Promise.all(results)
    }),
    { numRuns: 300 }
  )
  // The property would hold of a session that never got over a loss.
  expect(livened).toBeGreaterThan(40)
}, 60_000)
