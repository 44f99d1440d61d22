import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Command, CommandResult } from '../../../shared/commands.ts'
import { FakeClock, settled } from '../fake-clock.test-support.ts'
import { eventLines } from '../event-lines.ts'
import { scrubberFor } from '../scrub.ts'
import { Door, RUNNING_COMMANDS, WAITING_LINES } from './door.ts'
import { DoorOutput } from './door-output.ts'
import { Replies } from './replies.ts'

type Line = Record<string, unknown>

/** A door whose session is the test: each command is answered when the test says so. */
function bench() {
  const input = new PassThrough()
  const stream = new PassThrough({ highWaterMark: 1024 })
  const told: string[] = []
  const output = new DoorOutput(
    stream,
    eventLines({ seconds: () => 1.5, scrub: scrubberFor({ PARLEY_SECRET_A: 'secret-1' }) }),
    (line) => told.push(line)
  )
  const asked: { command: Command; answer: (result: CommandResult) => void }[] = []
  const replies = new Replies(new FakeClock(), 'audio')
  const door = new Door({
    input,
    output,
    replies,
    execute: (command) => new Promise((answer) => asked.push({ command, answer }))
  })
  door.open()
  let end: string | undefined
  void door.end.then((how) => (end = how))
  const write = async (...lines: unknown[]) => {
    input.write(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))
    await settled()
  }
  const events = () => {
    const text = (stream.read() as Buffer | null)?.toString() ?? ''
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { event?: Line }).event)
      .filter((event) => event !== undefined)
  }
  const answerAll = async (result: CommandResult = { outcome: 'applied' }) => {
    for (const { answer } of asked.splice(0)) answer(result)
    await settled()
  }
  return { input, stream, output, told, asked, door, write, events, answerAll, end: () => end }
}

const say = (id: number) => ({ type: 'say', text: `t${id}`, id })

describe('a program at the door', () => {
  test('gets one result for each line, with its id, as each is there', async () => {
    const { write, asked, events } = bench()
    await write(
      { type: 'say', text: 'a', id: 'one' },
      { type: 'prompt', text: 'b', id: 2 },
      { type: 'context', text: 'c' }
    )
    expect(asked.map(({ command }) => command.kind)).toEqual(['user-text', 'append-prompt', 'context'])
    expect(events()).toEqual([])
    asked[1]?.answer({ outcome: 'refused', reason: 'Too long.' })
    asked[0]?.answer({ outcome: 'applied' })
    asked[2]?.answer({ outcome: 'unconfirmed', reason: 'Silence.' })
    await settled()
    expect(events()).toEqual([
      { kind: 'result', id: 2, type: 'prompt', outcome: 'refused', reason: 'Too long.' },
      { kind: 'result', id: 'one', type: 'say', outcome: 'applied' },
      { kind: 'result', type: 'context', outcome: 'unconfirmed', reason: 'Silence.' }
    ])
  })

  test('gets one result for settings of several parts', async () => {
    const { write, asked, events } = bench()
    await write({ type: 'settings', instructions: 'i', voice: 'v', id: 's' })
    asked[0]?.answer({ outcome: 'applied' })
    await settled()
    expect(events()).toEqual([])
    asked[1]?.answer({ outcome: 'failed', reason: 'The voice belongs to the agent.' })
    await settled()
    expect(events()).toEqual([
      {
        kind: 'result',
        id: 's',
        type: 'settings',
        outcome: 'failed',
        reason: 'instructions: applied. voice: failed. The voice belongs to the agent.'
      }
    ])
  })

  test('is told which line is bad and why; the lines around it count', async () => {
    const { write, asked, events } = bench()
    await write('\uFEFF{"type":"say","text":"a"}', '', '{"type":"say", "text": }', { type: 'shout', id: 'x' }, say(5))
    expect(asked).toHaveLength(2)
    expect(events()).toEqual([
      {
        kind: 'error',
        line: 3,
        reason: expect.stringMatching(/^Line 3 is not JSON.*Nothing was done for it/) as string
      },
      {
        kind: 'error',
        line: 4,
        id: 'x',
        reason: expect.stringMatching(/^Line 4 has the unknown type "shout"/) as string
      }
    ])
  })

  test('that writes faster than the session takes is held up, told once, and loses nothing', async () => {
    const { input, write, asked, events, answerAll } = bench()
    const lines = 2 * WAITING_LINES
    await write(...Array.from({ length: lines }, (_, id) => say(id)))
    expect(asked).toHaveLength(RUNNING_COMMANDS)
    await write('{"type":"say","text":"one more"}')
    expect(input.isPaused()).toBe(true)
    expect(events()).toEqual([{ kind: 'input', paused: true, waitingLines: expect.any(Number) as number }])
    const seen: Line[] = []
    for (let turn = 0; turn < 2 * lines && seen.length <= lines + 1; turn += 1) {
      expect(asked.length).toBeLessThanOrEqual(RUNNING_COMMANDS)
      await answerAll()
      seen.push(...events())
    }
    expect(input.isPaused()).toBe(false)
    expect(seen.filter(({ kind }) => kind === 'result').map(({ id }) => id)).toEqual([
      ...Array.from({ length: lines }, (_, id) => id),
      undefined
    ])
    expect(seen.filter(({ kind }) => kind === 'input')).toEqual([
      { kind: 'input', paused: false, waitingLines: expect.any(Number) as number }
    ])
  })

  test('is not kept waiting by what waits for the end of a reply, nor "stop" and tool results by anything', async () => {
    const { write, asked } = bench()
    await write(...Array.from({ length: 100 }, (_, id) => ({ ...say(id), when: 'after-speech' })))
    expect(asked).toHaveLength(RUNNING_COMMANDS)
    await write({ type: 'context', text: 'now' })
    expect(asked.at(-1)?.command).toMatchObject({ kind: 'context', text: 'now' })
    await write(...Array.from({ length: 100 }, (_, id) => say(id)))
    const before = asked.length
    await write({ type: 'stop' }, { type: 'tool-result', id: 'c', content: 'x' })
    expect(asked.slice(before).map(({ command }) => command.kind)).toEqual(['stop-speaking', 'tool-result'])
  })

  test('that hangs up has left at once, and every line that waits is answered', async () => {
    const { write, asked, events, end } = bench()
    await write(
      ...Array.from({ length: RUNNING_COMMANDS + 2 }, (_, id) => say(id)),
      { type: 'hang-up', id: 'bye' },
      say(99)
    )
    expect(end()).toBe('hang-up')
    expect(asked).toHaveLength(RUNNING_COMMANDS)
    expect(events()).toEqual([
      { kind: 'result', id: 'bye', type: 'hang-up', outcome: 'applied' },
      ...[16, 17].map((id) => ({
        kind: 'result',
        id,
        type: 'say',
        outcome: 'failed',
        reason: 'The session ended before this could be sent.'
      }))
    ])
  })

  test('whose stdin ends has left when everything has its result, the last line without a break too', async () => {
    const { input, write, asked, events, answerAll, end } = bench()
    await write(say(1))
    input.end('{"type":"stop"}')
    await settled()
    expect(asked.map(({ command }) => command.kind)).toEqual(['user-text', 'stop-speaking'])
    expect(end()).toBeUndefined()
    await answerAll()
    expect(end()).toBe('input-over')
    expect(events()).toHaveLength(2)
  })

  test('whose stdin has nothing has left at once', async () => {
    const { input, end } = bench()
    input.end()
    await settled()
    expect(end()).toBe('input-over')
  })
})

test('settings of many parts are never more at a time than a session holds', async () => {
  const { write, asked, events, answerAll } = bench()
  const settings = {
    type: 'settings',
    instructions: 'i',
    model: 'm',
    temperature: 1,
    voice: 'v',
    turnDetection: { threshold: 0.5 }
  }
  await write(...Array.from({ length: 10 }, (_, id) => ({ ...settings, id })))
  expect(asked).toHaveLength(15)
  while (asked.length > 0) await answerAll()
  expect(events().map(({ id }) => id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

const wire = (bytes: number) => ({ dir: 'in' as const, message: { type: 'X', text: ' '.repeat(bytes) } })

describe('a reader that does not read', () => {
  test('stops new lines from being taken, loses only what is told, counted, and gets every result', async () => {
    const { stream, output, told, write, asked, events, answerAll } = bench()
    for (let at = 0; at < 30; at += 1) output.wire(wire(50_000))
    expect(stream.writableLength + stream.readableLength).toBeLessThan(1_200_000)
    expect(told).toEqual([expect.stringMatching(/not read fast enough/)])
    await write(say(1))
    expect(asked).toEqual([])
    const rest: Line[] = []
    for (let turn = 0; turn < 100 && asked.length === 0; turn += 1) {
      rest.push(...events())
      await settled()
    }
    rest.push(...events())
    const dropped = rest.find(({ kind }) => kind === 'lines-dropped')
    expect(dropped).toEqual({ kind: 'lines-dropped', lines: expect.any(Number) as number })
    expect(asked).toHaveLength(1)
    await answerAll()
    expect(events()).toContainEqual({ kind: 'result', id: 1, type: 'say', outcome: 'applied' })
    expect(told).toHaveLength(1)
  })

  test('and is gone ends nothing', async () => {
    const { stream, output, write, asked, answerAll } = bench()
    stream.destroy()
    await settled()
    output.wire(wire(10))
    await write(say(1))
    expect(asked).toHaveLength(1)
    await answerAll()
  })
})

test('secrets stand as their names in what a program reads', async () => {
  const { output, stream } = bench()
  output.local({ kind: 'notice', notice: { level: 'info', code: 'x', message: 'it is secret-1' } })
  await settled()
  expect((stream.read() as Buffer).toString()).toBe(
    '{"t":1.5,"dir":"local","event":{"kind":"notice","notice":{"level":"info","code":"x","message":"it is {{secret:A}}"}}}\n'
  )
})
