import { expect, it, type TestContext } from 'vitest'
import type { Command } from '../../src/shared/commands.ts'
import type { NapsterCommand, NapsterSession } from '../peers/napster-session.ts'
import { until } from './client.test-support.ts'
import {
  answering,
  fastClock,
  notices,
  onlyThen,
  setUpLive,
  type Rig,
  type Setup
} from './client-napster.test-support.ts'

// `set_settings` of the vendor's page on the wire, byte for byte, and what becomes of it.

/** What is confirmed only by no objection takes 1.5 s of the session's time. */
const FAST = fastClock(5)

const live = (context: TestContext, setup: Setup = {}): Promise<Rig> => setUpLive(context, { clock: FAST, ...setup })

/** The frames that `commands` made, one after the other. */
async function frames(rig: Rig, commands: readonly Command[]): Promise<string[]> {
  const texts: string[] = []
  for (const command of commands) texts.push((await rig.sent(command)).text)
  return texts
}

it.concurrent(
  'N14 N15 N18 N22 only what changed is on the wire, also inside turn_detection, to the byte',
  async (context) => {
    const rig = await live(context)
    expect(
      await frames(rig, [
        { kind: 'set-turn-detection', silenceDurationMs: 1000 },
        { kind: 'set-turn-detection', threshold: 0.5 },
        { kind: 'set-turn-detection', prefixPaddingMs: 300 },
        { kind: 'set-model', temperature: 0.7 },
        { kind: 'replace-prompt', text: 'You are a customer support agent. Be concise and helpful.' },
        { kind: 'set-turn-detection', threshold: 0.9, prefixPaddingMs: 400, silenceDurationMs: 500 },
        { kind: 'set-turn-detection', threshold: 0.8, prefixPaddingMs: 400, silenceDurationMs: 500 }
      ])
    ).toEqual([
      '{"type":"set_settings","data":{"turn_detection":{"silence_duration_ms":1000}}}',
      '{"type":"set_settings","data":{"turn_detection":{"threshold":0.5}}}',
      '{"type":"set_settings","data":{"turn_detection":{"prefix_padding_ms":300}}}',
      '{"type":"set_settings","data":{"temperature":0.7}}',
      '{"type":"set_settings","data":{"instructions":"You are a customer support agent. Be concise and helpful."}}',
      '{"type":"set_settings","data":{"turn_detection":{"threshold":0.9,"prefix_padding_ms":400,"silence_duration_ms":500}}}',
      '{"type":"set_settings","data":{"turn_detection":{"threshold":0.8}}}'
    ])
    expect(rig.server.sessions).toHaveLength(1)
  }
)

it.concurrent(
  'N14 N19 settings are never confirmed: without an objection they end unconfirmed, and say so',
  async (context) => {
    const rig = await live(context)
    const { result } = await rig.sent({ kind: 'set-model', temperature: 0.7 })
    expect(await result).toEqual({
      outcome: 'unconfirmed',
      reason: 'Napster does not confirm this; it raised no objection.'
    })
  }
)

it.concurrent(
  'N19 a provider that does not take a setting refuses it in its own words, and the session goes on',
  async (context) => {
    const words = 'temperature is not supported by this provider.'
    let shape = 0
    const onCommand = (session: NapsterSession, command: NapsterCommand): void => {
      if (command.type === 'set_settings') {
        const errors = [
          { data: { message: words } },
          { data: { error: words } },
          { data: { error: { message: words } } }
        ]
        if (shape < errors.length) session.event('error', errors[shape]?.data)
        else session.raw(JSON.stringify({ event: 'error', message: words }))
        shape += 1
      } else answering(session, command)
    }
    const rig = await live(context, { server: { onCommand } })
    // Nesting and name of the text are not known: every place that was seen is read.
    for (let at = 0; at < 4; at += 1) {
      const { result } = await rig.sent({ kind: 'set-model', temperature: 0.7 })
      expect(await result).toEqual({ outcome: 'refused', reason: expect.stringContaining(words) as string })
    }
    expect(await (await rig.sent({ kind: 'user-text', text: 'Still there?' })).result).toEqual({ outcome: 'applied' })
  }
)

it.concurrent('N19 an objection meets the oldest change that is under way, and only that one', async (context) => {
  let seen = 0
  const onCommand = (session: NapsterSession, { type }: NapsterCommand): void => {
    if (type !== 'set_settings') return
    seen += 1
    if (seen === 2) session.event('error', { message: 'No instructions for you.' })
  }
  const rig = await live(context, { server: { onCommand } })
  const first = rig.one.session.execute({ kind: 'replace-prompt', text: 'You sell tea.' })
  const second = rig.one.session.execute({ kind: 'set-turn-detection', silenceDurationMs: 700 })
  expect(await first).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('No instructions') as string
  })
  expect(await second).toMatchObject({ outcome: 'unconfirmed' })
})

const PROMPT: Command = { kind: 'replace-prompt', text: 'You sell tea.' }
const HOT: Command = { kind: 'set-model', temperature: 0.7 }
const WORDS = 'temperature is not supported by this provider.'

/** What a new connection is told to be. */
async function reopenedWith({ one, server }: Rig): Promise<unknown> {
  server.session.cut()
  await until('the return', () => one.count('reconnected') === 1 && one.session.state.phase === 'live')
  await until('the settings', () => server.session.of('set_settings').length > 0)
  return server.session.of('set_settings')
}

it.concurrent('N19 an objection that names its setting meets that one, whatever went out before', async (context) => {
  const onCommand = (session: NapsterSession, { type, data }: NapsterCommand): void => {
    if (type === 'set_settings' && 'temperature' in data) session.event('error', { message: WORDS })
  }
  const rig = await live(context, { server: { onCommand } })
  const [prompt, hot] = [PROMPT, HOT].map((command) => rig.one.session.execute(command))
  expect(await hot).toEqual({ outcome: 'refused', reason: expect.stringContaining(WORDS) as string })
  expect(await prompt).toMatchObject({ outcome: 'unconfirmed' })
  expect(await reopenedWith(rig)).toEqual([{ instructions: 'You sell tea.' }])
})

it.concurrent('N19 an objection that comes late undoes its setting by a notice, and no typed text', async (context) => {
  const rig = await live(context, { server: { onCommand: () => {} } })
  expect(await rig.one.session.execute(PROMPT)).toMatchObject({ outcome: 'unconfirmed' })
  expect(await rig.one.session.execute(HOT)).toMatchObject({ outcome: 'unconfirmed' })
  const { result } = await rig.sent({ kind: 'user-text', text: 'Hi.' })
  rig.server.session.event('error', { error: { message: WORDS } })
  await until('the notice', () => notices(rig.one).length > 0)
  expect(notices(rig.one)).toEqual([
    expect.stringMatching(/^warning service-objected: .*the temperature.*undone: .*not supported/)
  ])
  rig.server.session.user('Hi.')
  expect(await result).toEqual({ outcome: 'applied' })
  expect(rig.one.events.findLast(({ kind }) => kind === 'changes')).toMatchObject({ changes: ['the prompt'] })
  expect((await rig.sent(HOT)).text).toBe('{"type":"set_settings","data":{"temperature":0.7}}')
  rig.server.session.event('error', { error: { message: WORDS } })
  expect(await reopenedWith(rig)).toEqual([{ instructions: 'You sell tea.' }])
})

function noTurnDetection(session: NapsterSession, { type }: NapsterCommand): void {
  if (type === 'set_settings') session.event('error', { message: 'turn_detection is not supported.' })
}

it.concurrent('N15 N22 what was refused is sent when it is asked for again', async (context) => {
  const rig = await live(context, { server: { onCommand: noTurnDetection } })
  for (let time = 0; time < 2; time += 1) {
    const { text, result } = await rig.sent({ kind: 'set-turn-detection', silenceDurationMs: 1000 })
    expect(text).toBe('{"type":"set_settings","data":{"turn_detection":{"silence_duration_ms":1000}}}')
    expect(await result).toMatchObject({ outcome: 'refused' })
  }
})

it.concurrent(
  'C30 a call that is nested too deeply is answered as broken, and the session goes on',
  async (context) => {
    const rig = await live(context)
    const nested = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    rig.server.session.raw(
      `{"event":"function_implicitly_called","data":{"call_id":"c","name":"book","arguments":${nested}}}`
    )
    await until('the answer', () => rig.server.session.of('send_function_output').length === 1)
    expect(rig.server.session.of('send_function_output')).toMatchObject([
      { call_id: 'c', output: { error: expect.stringMatching(/no JSON/) as string } }
    ])
    expect(await (await rig.sent({ kind: 'user-text', text: 'Still there?' })).result).toEqual({ outcome: 'applied' })
  }
)

it.concurrent(
  'N16 N20 the whole role is replaced in the middle of a conversation, and the next reply is of the new one',
  async (context) => {
    let role = 'a support agent'
    const onCommand = (session: NapsterSession, { type, data }: NapsterCommand): void => {
      if (type === 'set_settings') role = String(data['instructions'])
      else if (data['trigger_response'] === true) session.answer(`I am ${role}.`)
    }
    const rig = await live(context, { server: { onCommand } })
    void rig.one.session.execute({ kind: 'user-text', text: 'Who are you?' })
    await until('the first role', () => rig.one.count('reply-played') === 1)
    const { text } = await rig.sent({ kind: 'replace-prompt', text: 'a checkout assistant' })
    expect(text).toBe('{"type":"set_settings","data":{"instructions":"a checkout assistant"}}')
    void rig.one.session.execute({ kind: 'user-text', text: 'And now?' })
    await until('the second role', () => rig.one.count('reply-played') === 2)
    expect(rig.one.captions.filter((line) => line.startsWith('agent'))).toEqual([
      'agent: I am a support agent.',
      'agent: I am a checkout assistant.'
    ])
    expect(rig.server.sessions).toHaveLength(1)
  }
)

it.concurrent('N17 a temperature outside 0 to 1 is never sent, both ends of the range are', async (context) => {
  const rig = await live(context)
  for (const temperature of [1.01, 2]) {
    const result = await rig.one.session.execute({ kind: 'set-model', temperature })
    expect(result).toEqual({ outcome: 'failed', reason: expect.stringMatching(/0 (to|and) 1/) as string })
  }
  expect(
    await frames(
      rig,
      [0, 1].map((temperature) => ({ kind: 'set-model', temperature }))
    )
  ).toEqual(['{"type":"set_settings","data":{"temperature":0}}', '{"type":"set_settings","data":{"temperature":1}}'])
})

it.concurrent('what Napster cannot do is refused with a reason, and nothing is sent', async (context) => {
  const rig = await live(context)
  const impossible: Command[] = [
    { kind: 'agent-speech', text: 'Say this.', behavior: 'if-quiet' },
    { kind: 'agent-speech', text: 'Say this.', behavior: 'queue' },
    { kind: 'agent-speech', text: 'Say this.', behavior: 'interrupt' },
    { kind: 'announce', text: 'Say this.' },
    { kind: 'set-model', model: 'gpt-5' },
    { kind: 'set-voice', model: 'alloy' },
    { kind: 'set-turn-detection', eotThreshold: 0.7 }
  ]
  for (const command of impossible) {
    const result = await rig.one.session.execute(command)
    expect(result).toEqual({ outcome: 'failed', reason: expect.stringMatching(/\w+ \w+.*\.$/) as string })
  }
  expect(await onlyThen(rig, { kind: 'user-text', text: 'Hi.' })).toHaveLength(1)
})
