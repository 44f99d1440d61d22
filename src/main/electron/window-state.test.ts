import { EventEmitter } from 'node:events'
import type { BrowserWindow, Display } from 'electron'
import { expect, test } from 'vitest'
import { ManualClock, memoryStore } from '../../core/testing.test-support.ts'
import { keepWindow, keptWindow, WINDOW_KEY } from './window-state.ts'

const BOUNDS = { x: 40, y: 60, width: 900, height: 700 }
const displays = (...areas: { x: number; y: number; width: number; height: number }[]) => ({
  getAllDisplays: () => areas.map((workArea, id) => ({ id, workArea }) as Display)
})
const laptop = { x: 0, y: 0, width: 1280, height: 800 }

function rig() {
  const clock = new ManualClock()
  const store = memoryStore()
  const state = { bounds: BOUNDS, maximized: false, minimized: false, destroyed: false }
  const window = Object.assign(new EventEmitter(), {
    getNormalBounds: () => state.bounds,
    isMaximized: () => state.maximized,
    isMinimized: () => state.minimized,
    isDestroyed: () => state.destroyed
  })
  // A class of the platform: this has the members that are used here.
  keepWindow(window as unknown as BrowserWindow, store, clock)
  return { clock, store, state, window }
}

test('a window that is dragged is written once, when it rests', () => {
  const { clock, store, window } = rig()
  for (let at = 0; at < 100; at += 1) {
    window.emit('move')
    clock.advance(10)
  }
  expect(store.read(WINDOW_KEY)).toBeUndefined()
  clock.advance(600)
  expect(store.read(WINDOW_KEY)).toEqual({ bounds: BOUNDS, maximized: false })
})

test('what is not written yet is written when the window closes, and nothing is after it', () => {
  const { clock, store, state, window } = rig()
  state.maximized = true
  window.emit('maximize')
  window.emit('close')
  expect(store.read(WINDOW_KEY)).toMatchObject({ maximized: true })
  window.emit('resize')
  state.destroyed = true
  window.emit('closed')
  state.maximized = false
  clock.advance(10_000)
  expect(store.read(WINDOW_KEY)).toMatchObject({ maximized: true })
})

test('a minimized window keeps the place it had', () => {
  const { clock, store, state, window } = rig()
  window.emit('move')
  clock.advance(600)
  state.minimized = true
  state.bounds = { ...BOUNDS, x: -32_000 }
  window.emit('move')
  clock.advance(600)
  expect(store.read(WINDOW_KEY)).toEqual({ bounds: BOUNDS, maximized: false })
})

test('what was kept is brought onto a display; what cannot be read is forgotten', () => {
  const store = memoryStore()
  expect(keptWindow(store, displays(laptop))).toBeUndefined()
  store.write(WINDOW_KEY, { bounds: { ...BOUNDS, x: 5000 }, maximized: true })
  expect(keptWindow(store, displays(laptop))).toEqual({ bounds: { ...BOUNDS, x: 380 }, maximized: true })
  expect(keptWindow(store, displays())).toBeUndefined()
  for (const broken of [
    7,
    'x',
    null,
    { bounds: { ...BOUNDS, width: Number.NaN }, maximized: false },
    { bounds: BOUNDS }
  ]) {
    store.write(WINDOW_KEY, broken)
    expect(keptWindow(store, displays(laptop))).toBeUndefined()
  }
})
