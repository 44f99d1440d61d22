import { expect, test } from 'vitest'
import { ManualClock, silentLog } from '../../../core/testing.test-support.ts'
import { backOffMs, CRASH_LIMIT, KeyHook, START_LIMIT_MS, WELL_AFTER_MS } from './key-hook.ts'
import { scriptedForks } from './scripted-hook.test-support.ts'

const KEY = { id: 0, scanCode: 0x39, ctrl: true, alt: false, shift: false, meta: false }

function rig() {
  const clock = new ManualClock()
  const forks = scriptedForks()
  const said: string[] = []
  const hook = new KeyHook({
    fork: forks.fork,
    clock,
    log: silentLog,
    onKey: ({ kind, id }) => void said.push(`${kind} ${id}`),
    onState: (state) => void said.push(state.kind === 'failed' ? `failed ${state.reason}` : state.kind)
  })
  return { clock, ...forks, said, hook }
}
const listening = { kind: 'listening' }

test('no process runs before there is a key to listen for, and none after the last one', () => {
  const { hook, children, last, said } = rig()
  hook.listen([])
  expect(children).toHaveLength(0)
  hook.listen([KEY])
  expect(last().orders).toEqual([{ kind: 'listen', keys: [KEY] }])
  last().say(listening)
  hook.listen([])
  expect(last().killed).toBe(true)
  hook.stop()
  expect(said).toEqual(['starting', 'listening', 'off'])
})

test('other keys are told to the process that runs', () => {
  const { hook, children, last } = rig()
  hook.listen([KEY])
  last().say(listening)
  hook.listen([KEY, { ...KEY, id: 1 }])
  expect(children).toHaveLength(1)
  expect(last().orders.at(-1)?.keys).toHaveLength(2)
})

test('a process that ends is started anew, each time later, and left alone after five ends', () => {
  const { hook, children, last, said, clock } = rig()
  hook.listen([KEY])
  for (let failures = 1; failures < CRASH_LIMIT; failures += 1) {
    last().say(listening)
    last().die()
    clock.advance(backOffMs(failures) - 1)
    expect(children).toHaveLength(failures)
    clock.advance(1)
    expect(children).toHaveLength(failures + 1)
  }
  last().die()
  clock.advance(10 * WELL_AFTER_MS)
  expect(children).toHaveLength(CRASH_LIMIT)
  expect(said.at(-1)).toBe('failed crashed')
  // What the person changes is a new try.
  hook.listen([KEY])
  expect(children).toHaveLength(CRASH_LIMIT + 1)
})

test('a minute of listening forgets the ends before', () => {
  const { hook, children, last, clock } = rig()
  hook.listen([KEY])
  for (let time = 0; time < 2 * CRASH_LIMIT; time += 1) {
    last().say(listening)
    clock.advance(WELL_AFTER_MS)
    last().die()
    clock.advance(backOffMs(1))
  }
  expect(children).toHaveLength(2 * CRASH_LIMIT + 1)
})

test('a process that does not begin to listen is ended and tried again', () => {
  const { hook, children, said, clock } = rig()
  hook.listen([KEY])
  clock.advance(START_LIMIT_MS)
  expect(children[0]?.killed).toBe(true)
  expect(said).toEqual(['starting', 'waiting'])
})

test.each(['no-display', 'no-permission', 'no-native', 'wayland'])('%s is not tried again by itself', (reason) => {
  const { hook, children, last, said, clock } = rig()
  hook.listen([KEY])
  last().say({ kind: 'failed', reason })
  clock.advance(10 * WELL_AFTER_MS)
  expect(children).toHaveLength(1)
  expect(last().killed).toBe(true)
  expect(said).toEqual(['starting', `failed ${reason}`])
  hook.rebuild()
  expect(children).toHaveLength(2)
})

test('what an older process still says changes nothing', () => {
  const { hook, children, last, said } = rig()
  hook.listen([KEY])
  last().say(listening)
  hook.rebuild()
  children[0]?.say({ kind: 'down', id: 0 })
  children[0]?.die()
  expect(said).toEqual(['starting', 'listening', 'starting'])
  last().say(listening)
  children[0]?.say({ kind: 'down', id: 0 })
  expect(said.at(-1)).toBe('listening')
  last().say({ kind: 'down', id: 0 })
  expect(said.at(-1)).toBe('down 0')
})

test('a message that is none of the known ones is not passed on', () => {
  const { hook, last, said } = rig()
  hook.listen([KEY])
  last().say(listening)
  for (const message of [{ kind: 'down', id: 0, keycode: 30 }, { kind: 'down', id: 'x' }, 'down', null])
    last().say(message)
  expect(said).toEqual(['starting', 'listening'])
})
