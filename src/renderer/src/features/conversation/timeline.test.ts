import { expect, it } from 'vitest'
import type { Caption, ToolCall } from '../../../../shared/events.ts'
import { nothingPlaced } from '../../../../shared/placement.ts'
import { timelineOf } from './timeline.ts'

const captions: Caption[] = [
  { id: '1', role: 'user', text: '', interrupted: false },
  { id: '2', role: 'agent', text: '', interrupted: false },
  { id: '3', role: 'agent', text: '', interrupted: false }
]
const call = (id: string): ToolCall => ({ id, name: 'look', arguments: '{}', where: 'client', status: 'running' })
const parts = { captions, toolCalls: [], latencies: [], returns: [], placement: nothingPlaced }

const shown = (items: ReturnType<typeof timelineOf>): string[] =>
  items.map((item) =>
    item.kind === 'caption'
      ? item.caption.id
      : item.kind === 'tool-call'
        ? `call ${item.call.id}`
        : `back ${item.back.id}`
  )

it('shows each call and each return below what was said before it', () => {
  const items = timelineOf({
    ...parts,
    toolCalls: [call('a'), call('b')],
    returns: [{ id: '1', after: '2', tookMs: 900, answerLost: false }],
    placement: {
      ...nothingPlaced,
      calls: [
        { id: 'a', after: '' },
        { id: 'b', after: '2' }
      ]
    }
  })
  expect(shown(items)).toEqual(['call a', '1', '2', 'call b', 'back 1', '3'])
})

it('leaves nothing out that has no place any more', () => {
  const placement = { ...nothingPlaced, calls: [{ id: 'a', after: 'gone' }] }
  expect(shown(timelineOf({ ...parts, toolCalls: [call('a'), call('b')], placement }))).toEqual([
    'call a',
    '1',
    '2',
    '3',
    'call b'
  ])
  expect(shown(timelineOf({ ...parts, captions: [], toolCalls: [call('a')], placement: nothingPlaced }))).toEqual([
    'call a'
  ])
})

it('gives a reply its latency, and names a speaker once', () => {
  const latency = { turn: 4, client: { firstSampleMs: 600 }, service: {} }
  const placement = { ...nothingPlaced, turns: [{ turn: 4, caption: '2' }] }
  expect(timelineOf({ ...parts, latencies: [latency], placement })).toMatchObject([
    { sameSpeaker: false, latency: undefined },
    { sameSpeaker: false, latency },
    { sameSpeaker: true, latency: undefined }
  ])
})
