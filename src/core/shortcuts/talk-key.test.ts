import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TalkKeyMode } from '../../shared/ipc/shortcut-calls.ts'
import {
  closesAtMs,
  quietTalkKey,
  reduceTalkKey,
  REPEAT_LIMIT_MS,
  TALK_LIMIT_MS,
  type TalkKey,
  type TalkKeyInput,
  type TalkSignal,
  TAP_MS
} from './talk-key.ts'

type Press = 'down' | 'repeat' | 'up'
const key = (kind: Press, atMs: number, mode: TalkKeyMode, name = 'talk'): TalkKeyInput => ({
  kind,
  key: name,
  mode,
  atMs
})
function run(inputs: readonly TalkKeyInput[], from: TalkKey = quietTalkKey): { state: TalkKey; said: string[] } {
  let state = from
  const said: TalkSignal[] = []
  for (const input of inputs) {
    const [next, signals] = reduceTalkKey(state, input)
    state = next
    said.push(...signals)
  }
  return { state, said: said.map(({ key: name, signal }) => (name === 'talk' ? signal : `${name} ${signal}`)) }
}
/** Held for `ms` with repeats every 50 ms. */
const repeats = (fromMs: number, ms: number, mode: TalkKeyMode): TalkKeyInput[] =>
  Array.from({ length: Math.floor(ms / 50) }, (_, at) => key('repeat', fromMs + (at + 1) * 50, mode))

describe('the talk key', () => {
  it('held: talks while it is held, however short', () => {
    expect(run([key('down', 0, 'hold'), key('up', 80, 'hold')]).said).toEqual(['press', 'release'])
  })

  it('toggled: a press begins and the next one ends', () => {
    const taps = [key('down', 0, 'toggle'), key('repeat', 500, 'toggle'), key('up', 900, 'toggle')]
    expect(run(taps).said).toEqual(['press'])
    expect(run([...taps, key('down', 2000, 'toggle'), key('up', 2050, 'toggle')]).said).toEqual(['press', 'release'])
  })

  it('automatic: a press shorter than 300 ms toggles, a longer one holds', () => {
    const short = [key('down', 0, 'automatic'), key('up', TAP_MS - 1, 'automatic')]
    expect(run(short).said).toEqual(['press'])
    expect(run([...short, key('down', 5000, 'automatic')]).said).toEqual(['press', 'release'])
    expect(run([key('down', 0, 'automatic'), key('up', TAP_MS, 'automatic')]).said).toEqual(['press', 'release'])
  })

  it('automatic: the press that ends it does not begin anew when it is released or repeated', () => {
    const inputs = [key('down', 0, 'automatic'), key('up', 100, 'automatic'), key('down', 5000, 'automatic')]
    const { state, said } = run([...inputs, key('repeat', 5500, 'automatic'), key('up', 5600, 'automatic')])
    expect(said).toEqual(['press', 'release'])
    expect(state.gate.kind).toBe('closed')
  })

  it('another talk key takes over', () => {
    const { said } = run([key('down', 0, 'hold'), key('down', 100, 'hold', 'other'), key('up', 200, 'hold')])
    expect(said).toEqual(['press', 'lost', 'other press'])
  })
})

describe('a key-up that is lost', () => {
  it.each(['hold', 'toggle', 'automatic'] as const)('%s: the hook, a lock or a sleep closes the microphone', (mode) => {
    const { state, said } = run([key('down', 0, mode), { kind: 'lost', atMs: 10_000 }])
    expect(said).toEqual(['press', 'lost'])
    expect(state.gate.kind).toBe('closed')
  })

  it('closes it 30 s after the last repeat, where the keyboard repeats', () => {
    const held = run([key('down', 0, 'hold'), ...repeats(500, 1000, 'hold')])
    expect(closesAtMs(held.state)).toBe(1500 + REPEAT_LIMIT_MS)
    expect(run([{ kind: 'time', atMs: 1500 + REPEAT_LIMIT_MS - 1 }], held.state).said).toEqual([])
    expect(run([{ kind: 'time', atMs: 1500 + REPEAT_LIMIT_MS }], held.state).said).toEqual(['lost'])
  })

  it('closes it 30 s after the press, once the keyboard was seen to repeat', () => {
    const { state } = run([key('down', 0, 'hold'), ...repeats(500, 1000, 'hold'), key('up', 2000, 'hold')])
    const again = run([key('down', 10_000, 'hold')], state)
    expect(closesAtMs(again.state)).toBe(10_000 + REPEAT_LIMIT_MS)
  })

  it('closes it after 120 s where repeats come in one burst at the end, or never', () => {
    const burst = Array.from({ length: 20 }, () => key('repeat', 9_000, 'hold'))
    const { state } = run([key('down', 0, 'hold'), ...burst, key('up', 9_001, 'hold'), key('down', 10_000, 'hold')])
    expect(closesAtMs(state)).toBe(10_000 + TALK_LIMIT_MS)
  })

  it('closes it after 120 s at the latest, also while the key repeats, and only a new press opens it', () => {
    const { state, said } = run([key('down', 0, 'hold'), ...repeats(500, TALK_LIMIT_MS + 5_000, 'hold')])
    expect(said.filter((signal) => signal !== 'repeat')).toEqual(['press', 'lost'])
    expect(state.gate.kind).toBe('closed')
  })

  it('is made good by the next press', () => {
    expect(run([key('down', 0, 'hold'), key('down', 5_000, 'hold')]).said).toEqual(['press', 'lost', 'press'])
  })
})

describe('whatever happens', () => {
  const inputs = fc
    .array(
      fc.record({
        kind: fc.constantFrom<Press | 'lost' | 'time'>('down', 'repeat', 'up', 'lost', 'time'),
        name: fc.constantFrom('talk', 'other'),
        mode: fc.constantFrom<TalkKeyMode>('hold', 'toggle', 'automatic'),
        waitMs: fc.oneof(fc.nat(400), fc.nat(2 * REPEAT_LIMIT_MS))
      }),
      { maxLength: 60 }
    )
    .map((steps) => {
      let atMs = 0
      return steps.map(({ kind, name, mode, waitMs }): TalkKeyInput => {
        atMs += waitMs
        return kind === 'lost' || kind === 'time' ? { kind, atMs } : key(kind, atMs, mode, name)
      })
    })

  it('talk is open for 120 s at most without a press', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const { state } = run(all)
        const atMs = (all.at(-1)?.atMs ?? 0) + TALK_LIMIT_MS
        expect(reduceTalkKey(state, { kind: 'time', atMs })[0].gate.kind).toBe('closed')
      })
    )
  })

  it('press and end take turns, and what is told is what is so', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        let state = quietTalkKey
        let open: string | undefined
        for (const input of all) {
          const [next, signals] = reduceTalkKey(state, input)
          state = next
          for (const { key: name, signal } of signals) {
            if (signal === 'press') {
              expect(open).toBeUndefined()
              open = name
            } else {
              expect(open).toBe(name)
              if (signal !== 'repeat') open = undefined
            }
          }
          expect(state.gate.kind === 'open' ? state.gate.key : undefined).toBe(open)
        }
      })
    )
  })

  it('only a press opens talk', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        expect(run(all.filter(({ kind }) => kind !== 'down')).said).toEqual([])
      })
    )
  })

  it('in hold mode nothing is open after the release of the key that opened it', () => {
    fc.assert(
      fc.property(inputs, (all) => {
        const held = all.map((input): TalkKeyInput => ('key' in input ? { ...input, mode: 'hold' } : input))
        const atMs = held.at(-1)?.atMs ?? 0
        const { state } = run(held)
        const ends = ['talk', 'other'].map((name) => key('up', atMs, 'hold', name))
        expect(run(ends, state).state.gate.kind).toBe('closed')
      })
    )
  })
})
