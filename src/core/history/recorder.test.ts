import { describe, expect, it } from 'vitest'
import type { Caption, SessionEvent, ToolCall } from '../../shared/events.ts'
import { ConversationRecorder, LONGEST_TEXT, type Batch } from './recorder.ts'
import { TITLE_LENGTH, titleOf } from './title.ts'

const caption = (id: string, role: Caption['role'], text: string, rest: Partial<Caption> = {}): SessionEvent => ({
  kind: 'caption',
  caption: { id, role, text, interrupted: false, ...rest }
})
const call: ToolCall = { id: 'c', name: 'look', arguments: '{}', where: 'client', status: 'running' }
const called = (rest: Partial<ToolCall> = {}): SessionEvent => ({ kind: 'tool-call', call: { ...call, ...rest } })
const latency: SessionEvent = { kind: 'latency', latency: { turn: 1, client: { firstByteMs: 5 }, service: {} } }
const ended: SessionEvent = { kind: 'state', state: { phase: 'ended', reason: { code: 'hung-up', message: 'Bye.' } } }
const cutOff = (share: number, text: string): SessionEvent => ({
  kind: 'interrupted',
  by: 'user',
  playedMs: 1,
  heard: { share, text }
})

/** In the order in which they are read. */
function texts(batch: Batch | undefined): string[] {
  const inOrder = (batch?.items ?? []).toSorted((a, b) => a.place - b.place || a.seq - b.seq)
  return inOrder.map(({ item }) => (item.kind === 'line' ? item.text : item.kind))
}

function recorded(...events: SessionEvent[]): ConversationRecorder {
  const recorder = new ConversationRecorder(1_000)
  for (const [at, event] of events.entries()) recorder.add(event, 2_000 + at)
  return recorder
}

describe('what is written of a conversation', () => {
  it('is nothing while nothing was said', () => {
    const recorder = recorded({ kind: 'state', state: { phase: 'connecting' } }, ended)
    expect(recorder.empty).toBe(true)
    expect(recorder.take()).toBeUndefined()
  })

  it('is every line, call and latency, once, in their order', () => {
    const recorder = recorded(caption('1', 'user', 'Hello.'), called(), caption('2', 'agent', 'Hi.'), latency)
    const batch = recorder.take()
    expect(texts(batch)).toEqual(['Hello.', 'tool-call', 'Hi.', 'latency'])
    expect(batch).toMatchObject({ startedAtMs: 1_000, lastAtMs: 2_003, title: 'Hello.', lines: 2, end: undefined })
    expect(recorder.take()).toBeUndefined()
  })

  it('is a line that grew as it is now, under its number and with the time of its beginning', () => {
    const recorder = recorded(caption('1', 'agent', 'One.'))
    expect(recorder.take()?.items).toMatchObject([{ seq: 1 }])
    recorder.add(caption('1', 'agent', 'One. Two.'), 5_000)
    const batch = recorder.take()
    expect(batch?.items).toMatchObject([{ seq: 1, item: { text: 'One. Two.', atMs: 2_000 } }])
    expect(batch).toMatchObject({ lines: 1, lastAtMs: 5_000, title: 'One. Two.' })
  })

  it('is a call with its answer in the place where it was made', () => {
    const recorder = recorded(called(), caption('1', 'agent', 'Done.'), called({ status: 'answered', content: 'ok' }))
    expect(texts(recorder.take())).toEqual(['tool-call', 'Done.'])
  })

  it('late words of the user before the answer to them, and before what was called for it', () => {
    const recorder = recorded(
      caption('1', 'user', 'First.'),
      caption('2', 'agent', 'One.'),
      called(),
      caption('3', 'agent', 'Two.'),
      caption('4', 'user', 'Second.', { before: '3' }),
      caption('5', 'user', 'Half.', { before: '3' }),
      caption('6', 'user', 'Top.', { before: '1' }),
      caption('7', 'user', 'Lost.', { before: 'unknown' })
    )
    expect(texts(recorder.take())).toEqual(['Top.', 'First.', 'One.', 'Second.', 'Half.', 'tool-call', 'Two.', 'Lost.'])
  })

  it('is its end with the reason', () => {
    const recorder = recorded(caption('1', 'user', 'Hello.'))
    recorder.take()
    recorder.add(ended, 9_000)
    expect(recorder.take()).toMatchObject({ items: [], lastAtMs: 9_000, end: { code: 'hung-up' } })
    expect(recorder.take()).toBeUndefined()
  })

  it('comes again where it could not be written, with what is newer', () => {
    const recorder = recorded(caption('1', 'user', 'Hello.'), caption('2', 'agent', 'Hi.'))
    const batch = recorder.take() as Batch
    recorder.add(caption('2', 'agent', 'Hi. You.'), 3_000)
    recorder.giveBack(batch)
    expect(texts(recorder.take())).toEqual(['Hello.', 'Hi. You.'])
    recorder.add(ended, 4_000)
    recorder.giveBack(recorder.take() as Batch)
    expect(recorder.take()?.end?.code).toBe('hung-up')
    recorder.allAnew()
    expect(recorder.take()).toMatchObject({ items: [{ seq: 1 }, { seq: 2 }], end: { code: 'hung-up' } })
  })

  it('is no book', () => {
    const long = 'x'.repeat(LONGEST_TEXT + 1)
    const recorder = recorded(caption('1', 'user', long), called({ arguments: long, content: long }))
    for (const { item } of recorder.take()?.items ?? []) {
      const kept =
        item.kind === 'line' ? [item.text] : item.kind === 'tool-call' ? [item.call.arguments, item.call.content] : []
      expect(kept.map((text) => text?.length)).toEqual(kept.map(() => LONGEST_TEXT + 1))
      expect(kept.every((text) => text?.endsWith('…'))).toBe(true)
    }
  })
})

const cutCaption = (id: string): SessionEvent => caption(id, 'agent', 'One two three.', { interrupted: true })

const heardOf = (recorder: ConversationRecorder) =>
  recorder.take()?.items.map(({ item }) => (item.kind === 'line' ? item.heard : undefined))

describe('a reply that was cut off', () => {
  it('is written with what was heard of it, as an estimate', () => {
    expect(heardOf(recorded(cutCaption('1'), cutOff(0.4, 'One…')))).toEqual([
      { share: 0.4, text: 'One…', estimated: true }
    ])
  })

  it('keeps that when a late sentence of it comes', () => {
    expect(heardOf(recorded(cutCaption('1'), cutOff(0.4, 'One…'), cutCaption('1')))).toMatchObject([{ share: 0.4 }])
  })

  it('is the first of those that waited: of the others nothing was heard', () => {
    expect(heardOf(recorded(cutCaption('1'), cutCaption('2'), cutOff(0.4, 'One…')))).toEqual([
      { share: 0.4, text: 'One…', estimated: true },
      { share: 0, text: '', estimated: true }
    ])
  })

  it('is not one that was cut long before, or whose sound nobody knows', () => {
    const recorder = recorded(cutCaption('1'))
    recorder.add(cutCaption('2'), 9_000)
    recorder.add(cutOff(0.4, 'One…'), 9_100)
    expect(heardOf(recorder)).toEqual([undefined, { share: 0.4, text: 'One…', estimated: true }])
    expect(heardOf(recorded(cutCaption('1'), { kind: 'interrupted', by: 'user', playedMs: 1 }))).toEqual([undefined])
  })
})

describe('a title', () => {
  it('is the first words of the user, of the agent while there are none, never of Parley instead', () => {
    const recorder = recorded(
      caption('1', 'agent', 'Welcome!'),
      caption('2', 'user', 'Book it.'),
      caption('3', 'user', 'Now.')
    )
    expect(recorder.take()?.title).toBe('Book it.')
    expect(recorded(caption('1', 'agent', 'Welcome!')).take()?.title).toBe('Welcome!')
    expect(recorded(caption('1', 'parley', 'Context.'), called()).take()?.title).toBe('')
  })

  it('is one short line that ends at a word', () => {
    expect(titleOf(' Two\n lines ')).toBe('Two lines')
    const title = titleOf('many words '.repeat(30))
    expect(title).toMatch(/^many words .*(many|words)…$/)
    expect(title.length).toBeLessThanOrEqual(TITLE_LENGTH + 1)
    expect(titleOf('x'.repeat(500))).toBe(`${'x'.repeat(TITLE_LENGTH)}…`)
  })
})
