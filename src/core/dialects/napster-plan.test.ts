import { describe, expect, it } from 'vitest'
import { NapsterCommand } from '../../shared/protocol/napster.ts'
import type { WireCommand, WireStep } from './dialect.ts'
import { napsterDialect } from './napster.ts'
import { DialectRig, napsterProfile, shown } from './testing.test-support.ts'

function rigOf(...given: Parameters<typeof napsterProfile>): DialectRig {
  return DialectRig.of(napsterDialect(napsterProfile(...given)))
}

/** The text frames of `command` as they go on the wire. */
function bytes(command: WireCommand, rig = rigOf()): string[] {
  return rig.send(command).map((message) => JSON.stringify(message))
}

function step(command: WireCommand): WireStep {
  const plan = rigOf().plan(command)
  if (plan.kind !== 'send' || plan.steps[0] === undefined) throw new Error(plan.kind)
  return plan.steps[0]
}

const WHEN = ['now', 'after-speech'] as const
const RESPOND = [true, false] as const

/** Every way to say a text, and what must stand on the wire. */
const TEXTS = WHEN.flatMap((when) =>
  RESPOND.flatMap((respond) => [
    { role: 'user' as const, when, respond, command: { kind: 'user-text', text: 'Hi.', when, respond } as const },
    { role: 'system' as const, when, respond, command: { kind: 'context', text: 'Hi.', when, respond } as const }
  ])
)

const SETTINGS: WireCommand[] = [
  { kind: 'replace-prompt', text: 'You sell shoes.' },
  { kind: 'set-model', temperature: 0.7 },
  { kind: 'set-turn-detection', threshold: 0.5, prefixPaddingMs: 300, silenceDurationMs: 500 }
]

describe('send_message', () => {
  it('N3 every command is one object of type and data, as the page writes it', () => {
    const commands = [
      ...TEXTS.map(({ command }) => command),
      ...SETTINGS,
      { kind: 'append-prompt', text: 'x' } as const
    ]
    for (const command of commands) {
      const messages = rigOf().send(command)
      expect(messages).toHaveLength(1)
      expect(Object.keys(messages[0] ?? {})).toEqual(['type', 'data'])
      expect(NapsterCommand.parse(messages[0])).toEqual(messages[0])
    }
  })

  it('N3 N4 N5 the exact bytes of a typed text and of context', () => {
    expect(bytes({ kind: 'user-text', text: 'Tell me more about the premium plan' })).toEqual([
      '{"type":"send_message","data":{"role":"user","text":"Tell me more about the premium plan","trigger_response":true}}'
    ])
    expect(
      bytes({ kind: 'context', text: 'The subscription is premium now.', when: 'after-speech', respond: true })
    ).toEqual([
      '{"type":"send_message","data":{"role":"system","text":"The subscription is premium now.","trigger_response":true,"delay":true}}'
    ])
  })

  it.each(TEXTS)('N4 $command.kind $when $respond has role $role and nothing else', ({ command, role }) => {
    expect(rigOf().send(command)).toMatchObject([{ type: 'send_message', data: { role, text: 'Hi.' } }])
  })

  it.each(['', 'A "quoted"\nline', '😀', '{{secret:KEY}}'])('N5 the text %j is on the wire as it is', (text) => {
    const [message] = rigOf().send({ kind: 'context', text, when: 'now', respond: false })
    expect(message?.['data']).toMatchObject({ text })
    expect(shown(step({ kind: 'user-text', text }).compose)['data']).toMatchObject({ text })
  })

  it.each(TEXTS)('N6 $command.kind $when says trigger_response $respond', ({ command, respond }) => {
    const [message] = rigOf().send(command)
    expect(message?.['data']).toHaveProperty('trigger_response', respond)
  })

  it('N6 what leaves the answer open says trigger_response too', () => {
    expect(rigOf().send({ kind: 'user-text', text: 'Hi.' })[0]?.['data']).toHaveProperty('trigger_response', true)
    expect(rigOf().send({ kind: 'append-prompt', text: 'Hi.' })[0]?.['data']).toHaveProperty('trigger_response', false)
  })

  it('N7 a text to be answered takes the turn and is confirmed when it comes back', () => {
    expect(step({ kind: 'user-text', text: 'Hi.' })).toMatchObject({ ack: 'user-echo', says: 'Hi.', takesTurn: 'user' })
  })

  it('N8 a text that is not answered is absorbed in either role: it takes no turn, and only an objection is waited for', () => {
    for (const { command } of TEXTS.filter(({ respond }) => !respond)) {
      expect(step(command)).toMatchObject({
        ack: 'no-objection',
        unconfirmed: expect.stringMatching(/raised no objection/) as string
      })
      expect(step(command)).not.toHaveProperty('takesTurn')
    }
  })

  it.each(TEXTS)('N9 $command.kind $when: delay is true or not there', ({ command, when }) => {
    const data = rigOf().send(command)[0]?.['data'] as object
    if (when === 'after-speech') expect(data).toHaveProperty('delay', true)
    else expect(data).not.toHaveProperty('delay')
  })

  it('N10 what is answered now takes the turn from a speaking agent; what is delayed leaves it', () => {
    for (const { command, when, respond } of TEXTS) {
      expect(step(command).takesTurn).toBe(when === 'now' && respond ? 'user' : undefined)
    }
  })

  it('N11 a delayed text is sent at once with delay, answered or not, and waits longer for its echo', () => {
    expect(rigOf().dialect.serviceDelays).toBe(true)
    for (const { command, respond } of TEXTS.filter(({ when }) => when === 'after-speech')) {
      expect(rigOf().send(command)).toMatchObject([{ data: { trigger_response: respond, delay: true } }])
      expect(step(command).delayed).toBe(true)
    }
  })

  it("N12 a user's text stands in the conversation as the user's, whoever sends it", () => {
    for (const { command } of TEXTS.filter(({ role }) => role === 'user')) {
      expect(step(command)).toMatchObject({ shows: { role: 'user', text: 'Hi.' }, says: 'Hi.', echoInParts: true })
    }
  })

  it('N13 context is shown to nobody and expects no echo', () => {
    const commands = TEXTS.filter(({ role }) => role === 'system').map(({ command }) => command)
    for (const command of [...commands, { kind: 'append-prompt', text: 'Hi.' } as const]) {
      expect(step(command)).not.toHaveProperty('shows')
      expect(step(command)).not.toHaveProperty('says')
    }
  })
})

describe('set_settings', () => {
  it('N14 changes the live session: one message, and the agent is so from now on', () => {
    const rig = rigOf()
    for (const command of SETTINGS) expect(rig.send(command)).toMatchObject([{ type: 'set_settings' }])
    expect(rig.agent).toMatchObject({
      savedId: 'agent_1',
      think: { prompt: 'You sell shoes.', provider: { temperature: 0.7 } },
      listen: { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 500 },
      updated: { listen: true, think: true, speak: false }
    })
  })

  it.each<[string, WireCommand, string]>([
    ['instructions', { kind: 'replace-prompt', text: 'Be brief.' }, '{"instructions":"Be brief."}'],
    ['temperature', { kind: 'set-model', temperature: 0.7 }, '{"temperature":0.7}'],
    ['threshold', { kind: 'set-turn-detection', threshold: 0.5 }, '{"turn_detection":{"threshold":0.5}}'],
    ['prefix', { kind: 'set-turn-detection', prefixPaddingMs: 300 }, '{"turn_detection":{"prefix_padding_ms":300}}'],
    [
      'silence',
      { kind: 'set-turn-detection', silenceDurationMs: 500 },
      '{"turn_detection":{"silence_duration_ms":500}}'
    ]
  ])('N15 with only %s, whatever is known of the rest, the exact bytes', (_field, command, data) => {
    const tuned = rigOf(
      {},
      {
        tuning: {
          instructions: 'Old.',
          temperature: 0.1,
          turnDetection: { threshold: 0.9, prefixPaddingMs: 10, silenceDurationMs: 20 }
        }
      }
    )
    for (const rig of [rigOf(), tuned]) expect(bytes(command, rig)).toEqual([`{"type":"set_settings","data":${data}}`])
  })

  it('N15 fields of turn_detection that are what they were are left out; all the same again is sent again on purpose', () => {
    const rig = rigOf()
    void rig.send({ kind: 'set-turn-detection', threshold: 0.5, silenceDurationMs: 500 })
    expect(bytes({ kind: 'set-turn-detection', threshold: 0.5, silenceDurationMs: 900 }, rig)).toEqual([
      '{"type":"set_settings","data":{"turn_detection":{"silence_duration_ms":900}}}'
    ])
    expect(bytes({ kind: 'set-turn-detection', threshold: 0.5 }, rig)).toEqual([
      '{"type":"set_settings","data":{"turn_detection":{"threshold":0.5}}}'
    ])
    expect(rig.agent.listen).toEqual({ threshold: 0.5, silence_duration_ms: 900 })
  })

  it('N16 instructions replace the whole prompt, and what was added to it goes with it', () => {
    const rig = rigOf()
    void rig.send({ kind: 'append-prompt', text: 'Also be kind.' })
    expect(rig.agent.additions).toEqual(['Also be kind.'])
    expect(rig.send({ kind: 'replace-prompt', text: 'You sell shoes.' })).toEqual([
      { type: 'set_settings', data: { instructions: 'You sell shoes.' } }
    ])
    void rig.send({ kind: 'replace-prompt', text: 'You sell hats.' })
    expect(rig.agent).toMatchObject({ think: { prompt: 'You sell hats.' }, additions: [] })
  })

  it.each([0, 0.5, 1])('N17 temperature %s is sent', (temperature) => {
    expect(rigOf().send({ kind: 'set-model', temperature })).toEqual([{ type: 'set_settings', data: { temperature } }])
  })

  it.each([-0.1, 1.01, 2])('N17 temperature %s is refused before anything is sent', (temperature) => {
    expect(rigOf().obstacle({ kind: 'set-model', temperature })).toBe('A temperature at Napster is from 0 to 1.')
  })

  it('N18 the three fields of turn_detection are numbers under the names of the page', () => {
    const [message] = rigOf().send({
      kind: 'set-turn-detection',
      threshold: 0.5,
      prefixPaddingMs: 300,
      silenceDurationMs: 500
    })
    expect(JSON.stringify(message)).toBe(
      '{"type":"set_settings","data":{"turn_detection":{"threshold":0.5,"prefix_padding_ms":300,"silence_duration_ms":500}}}'
    )
  })

  it.each<[Partial<Extract<WireCommand, { kind: 'set-turn-detection' }>>, RegExp]>([
    [{ threshold: 1.1 }, /threshold at Napster is from 0 to 1/],
    [{ threshold: -1 }, /threshold/],
    [{ prefixPaddingMs: 5_001 }, /padding before speech at Napster is from 0 to 5000 ms/],
    [{ silenceDurationMs: 60_001 }, /silence that ends a turn at Napster is from 0 to 60000 ms/],
    [{ silenceDurationMs: -1 }, /silence/],
    [{ eotThreshold: 0.7 }, /no confidence that ends a turn/],
    [{ eagerEotThreshold: 0.5 }, /no early end/],
    [{ eotTimeoutMs: 900, silenceDurationMs: 900 }, /no timeout/],
    [{}, /Nothing is to be changed/]
  ])('N18 %j is refused before anything is sent, with the field and its range', (fields, reason) => {
    expect(rigOf().obstacle({ kind: 'set-turn-detection', ...fields })).toMatch(reason)
  })
})

describe('patterns', () => {
  it("N20 the role of another profile becomes this agent's: its instructions as they are, nothing else changes", () => {
    const other = napsterProfile(
      { agentId: 'agent_2' },
      { tuning: { instructions: 'You are the checkout assistant.' } }
    )
    const rig = rigOf({}, { tuning: { temperature: 0.3, context: ['The user is in Oslo.'] } })
    const role = other.tuning?.instructions ?? ''
    expect(bytes({ kind: 'replace-prompt', text: role }, rig)).toEqual([
      '{"type":"set_settings","data":{"instructions":"You are the checkout assistant."}}'
    ])
    expect(rig.agent).toMatchObject({ savedId: 'agent_1', think: { provider: { temperature: 0.3 } } })
  })

  it('N21 what the user just did is context without a response, and the instructions are not touched', () => {
    const rig = rigOf({}, { tuning: { instructions: 'Be brief.' } })
    const command = {
      kind: 'context',
      text: 'The user just navigated to the checkout page.',
      when: 'now',
      respond: false
    } as const
    expect(bytes(command, rig)).toEqual([
      '{"type":"send_message","data":{"role":"system","text":"The user just navigated to the checkout page.","trigger_response":false}}'
    ])
    expect(rig.agent).toMatchObject({ think: { prompt: 'Be brief.' }, additions: [] })
  })

  it('N22 a noisy room is silence_duration_ms 1000 and nothing else', () => {
    expect(bytes({ kind: 'set-turn-detection', silenceDurationMs: 1_000 })).toEqual([
      '{"type":"set_settings","data":{"turn_detection":{"silence_duration_ms":1000}}}'
    ])
  })
})

describe('what Napster does in another way', () => {
  it('adds to the prompt as context after the agent has finished, without a response', () => {
    expect(bytes({ kind: 'append-prompt', text: 'Call me Ann.' })).toEqual([
      '{"type":"send_message","data":{"role":"system","text":"Call me Ann.","trigger_response":false,"delay":true}}'
    ])
    expect(rigOf().obstacle({ kind: 'append-prompt', text: '' })).toMatch(/nothing to add/)
  })

  it('ends a turn by trailing silence, and has none to end in a conversation of text', () => {
    expect(rigOf().plan({ kind: 'end-turn' })).toEqual({ kind: 'trailing-silence' })
    expect(rigOf({ modality: 'text' }).obstacle({ kind: 'end-turn' })).toMatch(/no spoken turn/)
  })

  it('detects no turns in a conversation of text', () => {
    const command = { kind: 'set-turn-detection', silenceDurationMs: 1_000 } as const
    expect(rigOf({ modality: 'text' }).obstacle(command)).toBe('A conversation in text has no spoken turn.')
  })

  it.each<[WireCommand, RegExp]>([
    [{ kind: 'agent-speech', text: 'Hi.', behavior: 'if-quiet' }, /puppeteer/],
    [{ kind: 'announce', text: 'Hi.' }, /puppeteer/],
    [{ kind: 'set-voice', model: 'alloy' }, /voice/],
    [{ kind: 'set-model', model: 'gpt', temperature: 0.5 }, /model/],
    [{ kind: 'set-model', provider: 'open_ai' }, /model/],
    [{ kind: 'set-model' }, /Nothing/],
    [{ kind: 'configure-listen', provider: {} }, /no such block/],
    [{ kind: 'configure-think', think: {} }, /no such block/],
    [{ kind: 'configure-speak', speak: {} }, /no such block/]
  ])('and cannot do $kind at all: the reason is told, nothing is sent', (command, reason) => {
    expect(rigOf().obstacle(command)).toMatch(reason)
  })

  it.each([
    ['{"table":4}', { table: 4 }],
    ['no JSON', { result: 'no JSON' }],
    ['[1,2]', { result: '[1,2]' }],
    ['5', { result: '5' }],
    ['', { result: '' }]
  ])('answers a tool call with an object: %j', (content, output) => {
    expect(JSON.stringify(rigOf().dialect.toolResponse('call_1', 'book', content))).toBe(
      JSON.stringify({ type: 'send_function_output', data: { call_id: 'call_1', output, delay: false } })
    )
  })

  it('answers a tool call with the text of what is nested too deeply to be written again', () => {
    const content = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    const message = rigOf().dialect.toolResponse('call_1', 'book', content)
    expect(message).toMatchObject({ data: { output: { result: content } } })
  })

  it('sends audio as base64 in data.data', () => {
    expect(rigOf().dialect.audioText?.(Uint8Array.of(1, 0, 255, 127))).toBe(
      '{"type":"send_audio","data":{"data":"AQD/fw=="}}'
    )
  })

  it('brings a late result as context that is answered, after the sentence being said', () => {
    const { toolDeadline } = rigOf().dialect
    const late = toolDeadline?.late('book', '{"ok":true}')
    expect(late === undefined ? undefined : shown(late.compose)).toEqual({
      type: 'send_message',
      data: {
        role: 'system',
        text: 'The function book that you called earlier has ended now. Its result: {"ok":true}',
        trigger_response: true,
        delay: true
      }
    })
    expect(late).not.toHaveProperty('shows')
    expect(toolDeadline?.interimMs).toBeLessThan(10_000)
  })
})
