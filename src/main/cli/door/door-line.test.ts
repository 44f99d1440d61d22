import { describe, expect, test } from 'vitest'
import { Command, COMMAND_TEXT_LIMIT } from '../../../shared/commands.ts'
import { combined, commandsOf } from './door-commands.ts'
import { readDoorLine, type DoorLine } from './door-line.ts'

function commands(text: string) {
  const read = readDoorLine(text)
  if (!read.ok) throw new Error(read.problem)
  return commandsOf(read.line as Exclude<DoorLine, { type: 'hang-up' }>)
}

describe('a line of the door', () => {
  test.each([
    ['{"type":"say","text":"a"}', [{ kind: 'user-text', text: 'a' }]],
    [
      '{"type":"say","text":"a","when":"after-speech","respond":false,"id":7}',
      [{ kind: 'user-text', text: 'a', when: 'after-speech', respond: false }]
    ],
    ['{"type":"context","text":"a"}', [{ kind: 'context', text: 'a', when: 'now', respond: false }]],
    [
      '{"type":"context","text":"a","when":"after-speech","respond":true}',
      [{ kind: 'context', text: 'a', when: 'after-speech', respond: true }]
    ],
    ['{"type":"inject","text":"a"}', [{ kind: 'agent-speech', text: 'a', behavior: 'if-quiet' }]],
    ['{"type":"inject","text":"a","behavior":"queue"}', [{ kind: 'agent-speech', text: 'a', behavior: 'queue' }]],
    ['{"type":"prompt","text":"a"}', [{ kind: 'append-prompt', text: 'a' }]],
    ['{"type":"prompt","text":"","replace":true}', [{ kind: 'replace-prompt', text: '' }]],
    ['{"type":"stop"}', [{ kind: 'stop-speaking' }]],
    ['{"type":"tool-result","id":"c1","content":"42"}', [{ kind: 'tool-result', id: 'c1', content: '42' }]],
    [
      '{"type":"tool-result","id":"c1","content":{"sum":42}}',
      [{ kind: 'tool-result', id: 'c1', content: '{"sum":42}' }]
    ],
    [
      '{"type":"settings","instructions":"i","temperature":0.3,"model":"m","voice":"v","turnDetection":{"silenceDurationMs":1000}}',
      [
        { kind: 'replace-prompt', text: 'i' },
        { kind: 'set-model', model: 'm' },
        { kind: 'set-model', temperature: 0.3 },
        { kind: 'set-voice', model: 'v' },
        { kind: 'set-turn-detection', silenceDurationMs: 1000 }
      ]
    ]
  ])('%s is what it asks of the session', (text, expected) => {
    const made = commands(text).map(({ command }) => command)
    expect(made).toEqual(expected)
    for (const command of made) expect(Command.safeParse(command).success).toBe(true)
  })

  test.each([
    ['hello', /is not JSON.*\{"type":"say"/],
    ['{"type":"say"', /is not JSON/],
    ['[]', /not a JSON object/],
    ['null', /not a JSON object/],
    ['{}', /no "type".*say, context, inject/],
    ['{"type":"shout","text":"a"}', /unknown type "shout".*Use one of/],
    ['{"type":"toString"}', /unknown type "toString"/],
    ['{"type":"say"}', /\(say\): "text" is missing.*Send \{"type":"say"/],
    ['{"type":"say","text":""}', /: "text" must not be empty\. Send/],
    ['{"type":"say","text":5}', /: "text" must be a text\. Send/],
    [
      JSON.stringify({ type: 'say', text: 'x'.repeat(COMMAND_TEXT_LIMIT + 1) }),
      /"text" is longer than \d+ characters\. Send/
    ],
    ['{"type":"say","text":"a","txt":"b"}', /"txt" is no field of it/],
    ['{"type":"say","text":"a","when":"later"}', /: "when" must be "now" or "after-speech"\. Send/],
    ['{"type":"context","text":"a","respond":"yes"}', /: "respond" must be true or false\. Send/],
    [
      '{"type":"inject","text":"a","behavior":"shout"}',
      /: "behavior" must be "if-quiet", "queue" or "interrupt"\. Send/
    ],
    ['{"type":"settings"}', /nothing is to be changed/],
    ['{"type":"settings","turnDetection":{}}', /"turnDetection" has no field/],
    ['{"type":"settings","turnDetection":{"silence":1}}', /"turnDetection.silence" is no field/],
    ['{"type":"settings","temperature":"hot"}', /: "temperature" must be a number\. Send/],
    ['{"type":"settings","temperature":3}', /: "temperature" must be at most 2\. Send/],
    ['{"type":"settings","temperature":-1}', /: "temperature" must be at least 0\. Send/],
    ['{"type":"settings","turnDetection":5}', /: "turnDetection" must be an object\. Send/],
    ['{"type":"settings","turnDetection":{"threshold":"x"}}', /: "turnDetection.threshold" must be a number\. Send/],
    ['{"type":"stop","id":{}}', /: "id" must be a text of at most 200 characters or a number\. Send/],
    ['{"type":"tool-result","id":"c","content":1e999}', /: "content" is not valid\. Send/],
    ['{"type":"tool-result","content":"a"}', /"id" is missing/],
    ['{"type":"stop","now":true}', /"now" is no field/]
  ])('%s is refused with what is wrong and what to send', (text, problem) => {
    const read = readDoorLine(text)
    expect(read).toMatchObject({ ok: false, problem: expect.stringMatching(problem) as string })
  })

  test.each(['[]', '{"a":1}'])('nested deep in %s is taken or refused, and never thrown', (inner) => {
    const read = (depth: number) => {
      const content = `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`
      return readDoorLine(`{"type":"tool-result","id":"c","content":${content}}`)
    }
    for (const depth of [2_000, 3_000, 4_000, 5_000, 10_000]) expect(read(depth)).toHaveProperty('ok')
    expect(read(100)).toMatchObject({ ok: true })
    expect(read(20_000)).toEqual({ ok: false, id: 'c', problem: 'is nested too deeply.' })
  })

  test('that is wrong still gives its id back', () => {
    expect(readDoorLine('{"type":"say","id":"q1"}')).toMatchObject({ ok: false, id: 'q1' })
    expect(readDoorLine('{"type":"say","id":{}}')).not.toHaveProperty('id')
  })
})

describe('the one result of several parts', () => {
  const failed = { outcome: 'failed', reason: 'No.' } as const
  const applied = { outcome: 'applied' } as const

  test('is applied only if all are', () => {
    expect(
      combined([
        { part: 'model', result: applied },
        { part: 'voice', result: applied }
      ])
    ).toEqual(applied)
    expect(combined([{ part: 'model', result: failed }])).toEqual(failed)
  })

  test('is the worst of them, and says what became of each', () => {
    const unconfirmed = { outcome: 'unconfirmed', reason: 'Silence.' } as const
    const refused = { outcome: 'refused', reason: 'Too hot.' } as const
    expect(
      combined([
        { part: 'instructions', result: applied },
        { part: 'model', result: unconfirmed },
        { part: 'temperature', result: refused }
      ])
    ).toEqual({
      outcome: 'refused',
      reason: 'instructions: applied. model: unconfirmed. Silence. temperature: refused. Too hot.'
    })
  })
})
