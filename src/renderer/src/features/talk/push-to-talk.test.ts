import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KeySignal } from './key-source.ts'
import { closedTalk, HOLD_LIMIT_MS, type PushToTalk, type PushToTalkInput, reducePushToTalk } from './push-to-talk.ts'

const SOURCES = ['space', 'pointer', 'hotkey'] as const
const key = (source: string, signal: KeySignal, atMs = 0): PushToTalkInput => ({ kind: 'key', source, signal, atMs })
const run = (inputs: readonly PushToTalkInput[], from: PushToTalk = closedTalk): PushToTalk =>
  inputs.reduce(reducePushToTalk, from)

/** Inputs in the order of time, some steps longer than the cap. */
const history = fc
  .array(
    fc.record({
      source: fc.constantFrom(...SOURCES),
      signal: fc.constantFrom<KeySignal | 'time'>('press', 'repeat', 'release', 'lost', 'time'),
      waitMs: fc.oneof(fc.nat(2000), fc.nat(2 * HOLD_LIMIT_MS))
    }),
    { maxLength: 60 }
  )
  .map((steps) => {
    let atMs = 0
    return steps.map(({ source, signal, waitMs }): PushToTalkInput => {
      atMs += waitMs
      return signal === 'time' ? { kind: 'time', atMs } : key(source, signal, atMs)
    })
  })
const endOf = (inputs: readonly PushToTalkInput[]): number => inputs.at(-1)?.atMs ?? 0

describe('push to talk', () => {
  it('is open from press to release', () => {
    expect(run([key('space', 'press')]).kind).toBe('open')
    expect(run([key('space', 'press'), key('space', 'release')])).toBe(closedTalk)
  })

  it('with two sources held stays open until both are released, in either order', () => {
    const both = run([key('space', 'press'), key('pointer', 'press')])
    for (const [first, second] of [
      ['space', 'pointer'],
      ['pointer', 'space']
    ] as const) {
      const one = run([key(first, 'release')], both)
      expect(one.kind).toBe('open')
      expect(run([key(second, 'release')], one)).toBe(closedTalk)
    }
  })

  it('counts a lost key as released', () => {
    expect(run([key('space', 'press'), key('space', 'lost')])).toBe(closedTalk)
  })

  it('closes at the cap, counted from the press that opened it, and opens again only by a new press', () => {
    const open = run([key('space', 'press', 5), key('pointer', 'press', HOLD_LIMIT_MS)])
    expect(run([{ kind: 'time', atMs: HOLD_LIMIT_MS + 4 }], open).kind).toBe('open')
    const capped = run([{ kind: 'time', atMs: HOLD_LIMIT_MS + 5 }], open)
    expect(capped).toBe(closedTalk)
    expect(run([key('space', 'repeat', HOLD_LIMIT_MS + 40)], capped)).toBe(closedTalk)
    expect(run([key('space', 'press', HOLD_LIMIT_MS + 50)], capped).kind).toBe('open')
  })

  it('never stays open once every source was released or lost, whatever happened before', () => {
    fc.assert(
      fc.property(history, fc.constantFrom<KeySignal>('release', 'lost'), (inputs, signal) => {
        const ends = SOURCES.map((source) => key(source, signal, endOf(inputs)))
        expect(run(ends, run(inputs))).toBe(closedTalk)
      })
    )
  })

  it('never stays open longer than the cap without a press', () => {
    fc.assert(
      fc.property(history, (inputs) => {
        expect(run([{ kind: 'time', atMs: endOf(inputs) + HOLD_LIMIT_MS }], run(inputs))).toBe(closedTalk)
      })
    )
  })

  it('a repeat, and a release without a press, change nothing', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...SOURCES), (inputs, source) => {
        const before = run([{ kind: 'time', atMs: endOf(inputs) }], run(inputs))
        expect(reducePushToTalk(before, key(source, 'repeat', endOf(inputs)))).toBe(before)
        if (before.kind === 'open' && before.held.has(source)) return
        for (const signal of ['release', 'lost'] as const)
          expect(reducePushToTalk(before, key(source, signal, endOf(inputs)))).toBe(before)
      })
    )
  })

  it('is open exactly while a source was pressed and not released since, within the cap', () => {
    fc.assert(
      fc.property(history, (inputs) => {
        const short = inputs.map((input): PushToTalkInput => ({ ...input, atMs: 0 }))
        const held = new Set<string>()
        let state: PushToTalk = closedTalk
        for (const input of short) {
          state = reducePushToTalk(state, input)
          if (input.kind === 'key' && input.signal === 'press') held.add(input.source)
          if (input.kind === 'key' && ['release', 'lost'].includes(input.signal)) held.delete(input.source)
          expect(state.kind === 'open' ? [...state.held].toSorted() : []).toEqual([...held].toSorted())
        }
      })
    )
  })
})
