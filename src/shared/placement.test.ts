import { expect, it } from 'vitest'
import type { SessionEvent } from './events.ts'
import { nothingPlaced, place, type Placement, PLACEMENT_LIMIT } from './placement.ts'

const said = (id: string, role: 'user' | 'agent' | 'parley'): SessionEvent => ({
  kind: 'caption',
  caption: { id, role, text: '', interrupted: false }
})
const called = (id: string): SessionEvent => ({
  kind: 'tool-call',
  call: { id, name: 'look', arguments: '{}', where: 'client', status: 'running' }
})
const heard = (turn: number, firstByteMs?: number): SessionEvent => ({
  kind: 'latency',
  latency: { turn, client: firstByteMs === undefined ? { lastBlockSentMs: 20 } : { firstByteMs }, service: {} }
})
function run(...events: SessionEvent[]): Placement {
  const captions = new Set<string>()
  return events.reduce((placement, event) => {
    const next = place(placement, event, captions)
    if (event.kind === 'caption') captions.add(event.caption.id)
    return next
  }, nothingPlaced)
}

it('puts a tool call below what was said last, where it stays', () => {
  const placed = run(called('a'), said('1', 'user'), called('b'), said('2', 'agent'), called('b'))
  expect(placed.calls).toEqual([
    { id: 'a', after: '' },
    { id: 'b', after: '1' }
  ])
})

it('puts a latency at its reply, whichever of text and audio comes first', () => {
  const textFirst = run(said('1', 'user'), heard(1), said('2', 'agent'), heard(1, 600))
  const audioFirst = run(said('1', 'user'), heard(1), heard(1, 600), said('2', 'agent'), heard(1, 600))
  expect(textFirst.turns).toEqual([{ turn: 1, caption: '2' }])
  expect(audioFirst.turns).toEqual(textFirst.turns)
})

it('puts the end of the next speech at no reply that was heard before', () => {
  const events = [said('0', 'agent'), said('1', 'user'), said('2', 'agent'), heard(1, 600), heard(2), heard(2, 500)]
  expect(run(...events).turns).toEqual([{ turn: 1, caption: '2' }])
  const next = [said('2', 'agent'), said('3', 'user'), said('3p', 'parley'), said('4', 'agent')]
  expect(run(...events, ...next).turns).toEqual([
    { turn: 1, caption: '2' },
    { turn: 2, caption: '4' }
  ])
})

it('takes a caption that changes for no new one', () => {
  const placed = run(said('1', 'agent'), said('2', 'user'), said('1', 'agent'), heard(1, 600), called('a'))
  expect(placed).toMatchObject({ turns: [], pendingTurn: 1, calls: [{ id: 'a', after: '2' }] })
})

it('never grows without bound', () => {
  const placed = run(...Array.from({ length: PLACEMENT_LIMIT + 9 }, (_, n) => called(String(n))))
  expect(placed.calls).toHaveLength(PLACEMENT_LIMIT)
  expect(placed.calls.at(-1)?.id).toBe(String(PLACEMENT_LIMIT + 8))
})
