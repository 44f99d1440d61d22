import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChosenKey, filterKey, type HeardKey, noKeysHeld, type RawKey } from './key-filter.ts'

const SPACE = 0x39
const OTHER = 0x1e
const CTRL = 0x1d
const RIGHT_CTRL = 0x0e1d
const none = { ctrl: false, alt: false, shift: false, meta: false }
const talk: ChosenKey = { id: 0, scanCode: SPACE, ...none, ctrl: true }
const side: ChosenKey = { id: 1, scanCode: RIGHT_CTRL, ...none }

const down = (scanCode: number, modifiers: object = {}): RawKey => ({ down: true, scanCode, ...none, ...modifiers })
const up = (scanCode: number, modifiers: object = {}): RawKey => ({ ...down(scanCode, modifiers), down: false })

function heard(chosen: readonly ChosenKey[], keys: readonly RawKey[]): HeardKey[] {
  const all: HeardKey[] = []
  let held = noKeysHeld
  for (const key of keys) {
    const [next, signals] = filterKey(held, chosen, key)
    held = next
    all.push(...signals)
  }
  return all
}
const kinds = (chosen: readonly ChosenKey[], keys: readonly RawKey[]) => heard(chosen, keys).map(({ kind }) => kind)

describe('of the whole keyboard', () => {
  it('the chosen key is told down, repeated and up', () => {
    const held = down(SPACE, { ctrl: true })
    expect(kinds([talk], [down(CTRL, { ctrl: true }), held, held, held, up(SPACE, { ctrl: true })])).toEqual([
      'down',
      'repeat',
      'repeat',
      'up'
    ])
  })

  it('a needed modifier that is released is the end of it, also when only another key tells so', () => {
    const held = down(SPACE, { ctrl: true })
    expect(kinds([talk], [held, up(CTRL), up(SPACE)])).toEqual(['down', 'up'])
    expect(kinds([talk], [held, down(OTHER)])).toEqual(['down', 'up'])
  })

  it('more modifiers, or fewer, are another key; added while it is held they change nothing', () => {
    expect(kinds([talk], [down(SPACE)])).toEqual([])
    expect(kinds([talk], [down(SPACE, { ctrl: true, shift: true })])).toEqual([])
    const held = down(SPACE, { ctrl: true })
    expect(kinds([talk], [held, down(OTHER, { ctrl: true, shift: true })])).toEqual(['down'])
  })

  it('a modifier can be a key of its own, and not together with others', () => {
    expect(kinds([side], [down(RIGHT_CTRL, { ctrl: true }), up(RIGHT_CTRL)])).toEqual(['down', 'up'])
    expect(kinds([side], [down(RIGHT_CTRL, { ctrl: true, alt: true })])).toEqual([])
    expect(kinds([side], [down(CTRL, { ctrl: true })])).toEqual([])
  })

  const key = fc.record({
    down: fc.boolean(),
    scanCode: fc.constantFrom(SPACE, OTHER, CTRL, RIGHT_CTRL, 0x1f, 0x20, 0x3b),
    ctrl: fc.boolean(),
    alt: fc.boolean(),
    shift: fc.boolean(),
    meta: fc.boolean()
  })

  it('nothing is told of a key that was not chosen, and never more than a kind and the number of a chosen one', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 80 }), (keys) => {
        let held = noKeysHeld
        for (const one of keys) {
          const before = held
          const [next, signals] = filterKey(before, [talk, side], one)
          held = next
          for (const signal of signals) {
            expect(Object.keys(signal).toSorted()).toEqual(['id', 'kind'])
            const chosen = [talk, side].find(({ id }) => id === signal.id)
            // Another key ends one that is held, where a modifier that it needs is gone; it begins nothing.
            if (one.scanCode !== chosen?.scanCode) expect([signal.kind, before.has(signal.id)]).toEqual(['up', true])
          }
        }
      })
    )
  })

  it('without a chosen key that goes down the process is silent, whatever is typed', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 80 }), (keys) => {
        const typed = keys.filter(({ scanCode }) => scanCode !== SPACE && scanCode !== RIGHT_CTRL)
        expect(heard([talk, side], typed)).toEqual([])
      })
    )
  })

  it('down and up take turns for every chosen key', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 80 }), (keys) => {
        for (const id of [0, 1]) {
          const edges = heard([talk, side], keys).filter((one) => one.id === id && one.kind !== 'repeat')
          for (const [at, { kind }] of edges.entries()) expect(kind).toBe(at % 2 === 0 ? 'down' : 'up')
        }
      })
    )
  })
})
