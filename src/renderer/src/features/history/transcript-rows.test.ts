import { describe, expect, it } from 'vitest'
import type { ConversationItem, ConversationLine } from '../../../../shared/ipc/history-calls.ts'
import { partsOf, rowsOf } from './transcript-rows.ts'

const line = (
  role: ConversationLine['role'],
  text: string,
  rest: Partial<ConversationLine> = {}
): ConversationLine => ({
  kind: 'line',
  role,
  text,
  atMs: 0,
  interrupted: false,
  ...rest
})
const latency = (turn: number): ConversationItem => ({
  kind: 'latency',
  atMs: 0,
  latency: { turn, client: {}, service: {} }
})
const call = (status: 'running' | 'answered'): ConversationItem => ({
  kind: 'tool-call',
  atMs: 0,
  call: { id: 'c', name: 'look', arguments: '{}', where: 'client', status }
})
const shown = (items: ConversationItem[], over = true): unknown[] =>
  rowsOf(items, over).map((row) =>
    row.kind === 'line' ? [row.line.text, row.latency?.turn ?? 0, row.sameSpeaker] : [row.call.name, row.unfinished]
  )

describe('a transcript', () => {
  it('has each latency at its reply, whichever came first', () => {
    expect(
      shown([
        line('agent', 'Hello.'),
        line('user', 'One?'),
        latency(1),
        line('agent', 'One.'),
        line('user', 'Two?'),
        line('agent', 'Two.'),
        latency(2),
        line('user', 'Three?')
      ])
    ).toEqual([
      ['Hello.', 0, false],
      ['One?', 0, false],
      ['One.', 1, false],
      ['Two?', 0, false],
      ['Two.', 2, false],
      ['Three?', 0, false]
    ])
  })

  it('names a speaker again after a call', () => {
    expect(shown([line('agent', 'A.'), line('agent', 'B.'), call('answered'), line('agent', 'C.')])).toEqual([
      ['A.', 0, false],
      ['B.', 0, true],
      ['look', false],
      ['C.', 0, false]
    ])
  })

  it('says that a call was not finished once nobody can answer it', () => {
    expect(shown([call('running')], true)).toEqual([['look', true]])
    expect(shown([call('running')], false)).toEqual([['look', false]])
  })
})

const heard = (text: string): ConversationLine =>
  line('agent', 'One two three.', { interrupted: true, heard: { share: 0.5, text, estimated: true } })

describe('a reply that was cut off', () => {
  it('is what was heard and the rest', () => {
    expect(partsOf(heard('One two…'))).toEqual({ heard: 'One two', unheard: ' three.' })
    expect(partsOf(heard(''))).toEqual({ heard: '', unheard: 'One two three.' })
    expect(partsOf(heard('One two three.'))).toEqual({ heard: 'One two three.', unheard: '' })
  })

  it('is whole where nobody knows, or the words are others', () => {
    expect(partsOf(line('agent', 'One.', { interrupted: true }))).toBeUndefined()
    expect(partsOf(heard('[key] two…'))).toBeUndefined()
  })
})
