import { expect, test } from 'vitest'
import type { RawKey } from '../../../core/shortcuts/key-filter.ts'
import { settle } from '../../../core/testing.test-support.ts'
import { type Keyboard, KeyboardError, reasonOf } from './keyboard.ts'
import { serveHook } from './serve-hook.ts'

const none = { ctrl: false, alt: false, shift: false, meta: false }
const KEY = { id: 7, scanCode: 0x39, ...none, ctrl: true }

const nothing = (): void => {}
const thrown = (code: string) => Object.assign(new Error('native'), { code })

function served(keyboard?: Keyboard) {
  const said: unknown[] = []
  let order: (message: unknown) => void = nothing
  let press: (key: RawKey) => void = nothing
  let starts = 0
  const port = {
    post: (report: unknown) => void said.push(report),
    onMessage: (listener: typeof order) => {
      order = listener
    }
  }
  serveHook(
    port,
    keyboard ??
      ((onKey) => {
        starts += 1
        press = onKey
        return Promise.resolve()
      })
  )
  return {
    said,
    starts: () => starts,
    order: (message: unknown) => order(message),
    press: (key: RawKey) => press(key)
  }
}

test('the keyboard is not heard before the first order, and once only', async () => {
  const hook = served()
  await settle()
  expect(hook.starts()).toBe(0)
  hook.order({ kind: 'listen', keys: [KEY] })
  hook.order({ kind: 'listen', keys: [KEY] })
  await settle()
  expect(hook.starts()).toBe(1)
  expect(hook.said).toEqual([{ kind: 'listening' }])
})

test('only the chosen keys leave the process', async () => {
  const hook = served()
  hook.order({ kind: 'listen', keys: [KEY] })
  await settle()
  hook.press({ ...none, down: true, scanCode: 0x1e })
  hook.press({ ...none, down: true, scanCode: 0x39, ctrl: true })
  hook.press({ ...none, down: false, scanCode: 0x39 })
  expect(hook.said).toEqual([{ kind: 'listening' }, { kind: 'down', id: 7 }, { kind: 'up', id: 7 }])
})

test('a key that is down while the keys are changed is not pressed anew by its repeats', async () => {
  const hook = served()
  const key = { ...none, scanCode: 0x39, ctrl: true }
  hook.order({ kind: 'listen', keys: [KEY] })
  await settle()
  hook.press({ ...key, down: true })
  hook.order({ kind: 'listen', keys: [{ ...KEY, id: 8 }] })
  hook.press({ ...key, down: true })
  hook.press({ ...key, down: false })
  hook.press({ ...key, down: true })
  expect(hook.said.slice(1)).toEqual([
    { kind: 'down', id: 7 },
    { kind: 'repeat', id: 8 },
    { kind: 'up', id: 8 },
    { kind: 'down', id: 8 }
  ])
})

test('an order that is none is not followed', async () => {
  const hook = served()
  for (const order of [{ kind: 'listen' }, { kind: 'everything' }, null]) hook.order(order)
  await settle()
  expect(hook.starts()).toBe(0)
})

test('a keyboard that cannot be heard is told with its reason', async () => {
  for (const [cause, reason] of [
    [new KeyboardError('no-permission'), 'no-permission'],
    [new Error('what?'), 'other']
  ] as const) {
    const hook = served(() => Promise.reject(cause))
    hook.order({ kind: 'listen', keys: [KEY] })
    await settle()
    expect(hook.said).toEqual([{ kind: 'failed', reason }])
  }
})

test('what the native library throws has a reason', () => {
  expect(reasonOf(thrown('UIOHOOK_ERROR_X_OPEN_DISPLAY'))).toBe('no-display')
  expect(reasonOf(thrown('UIOHOOK_ERROR_AXAPI_DISABLED'))).toBe('no-permission')
  expect(reasonOf(thrown('UIOHOOK_ERROR_THREAD_CREATE'))).toBe('other')
  expect(reasonOf('x')).toBe('other')
})
