import fc from 'fast-check'
import { UiohookKey } from 'uiohook-napi'
import { describe, expect, it } from 'vitest'
import { Hotkey } from './hotkey.ts'
import { hotkeyKeys } from './hotkey-keys.ts'
import { hotkeyOf, hotkeyParts, hotkeyProblem, hotkeyText, pressedHotkey } from './hotkey-rules.ts'

const codes = [...hotkeyKeys.keys()]
const parts = fc.record({
  ctrl: fc.boolean(),
  alt: fc.boolean(),
  shift: fc.boolean(),
  meta: fc.boolean(),
  code: fc.constantFrom(...codes)
})

/** The names of the library for a `code`. */
function libraryName(code: string): string {
  return code
    .replace(/^(Key|Digit)/, '')
    .replace(/^Control/, 'Ctrl')
    .replace(/^(Numpad)(\d)$/, '$1$2')
}

describe('a hotkey', () => {
  it('is the same after it was taken apart and put together', () => {
    fc.assert(
      fc.property(parts, (one) => {
        const hotkey = hotkeyOf(one)
        expect(Hotkey.parse(hotkey)).toBe(hotkey)
        expect(hotkeyParts(hotkey)).toEqual(one)
      })
    )
  })

  it('has the scan codes of the library that hears the keys', () => {
    const library: Readonly<Record<string, number>> = UiohookKey
    for (const [code, { scanCode }] of hotkeyKeys) expect([code, scanCode]).toEqual([code, library[libraryName(code)]])
    expect(new Set([...hotkeyKeys.values()].map(({ scanCode }) => scanCode)).size).toBe(hotkeyKeys.size)
  })

  it('is written as people of the platform read it', () => {
    expect(hotkeyText('Ctrl+Alt+Shift+Meta+KeyP', 'linux')).toBe('Ctrl+Alt+Shift+Super+P')
    expect(hotkeyText('Meta+Digit1', 'win32')).toBe('Win+1')
    expect(hotkeyText('Ctrl+Meta+ArrowUp', 'darwin')).toBe('⌃+⌘+Up')
    expect(hotkeyText('ControlRight', 'linux')).toBe('Right Ctrl')
  })
})

describe('a hotkey that a person may not have', () => {
  it.each([
    ['KeyA', 'linux', 'needed for writing'],
    ['Shift+Digit1', 'win32', 'needed for writing'],
    ['Space', 'darwin', 'needed for writing'],
    ['ShiftRight', 'linux', 'needed for writing'],
    ['Ctrl+Escape', 'linux', 'Escape'],
    ['Ctrl+KeyC', 'linux', 'copies'],
    ['Meta+KeyV', 'darwin', 'pastes'],
    ['Ctrl+Alt+F2', 'linux', 'console'],
    ['Ctrl+Alt+Delete', 'win32', 'taken'],
    ['Alt+F4', 'win32', 'closes windows'],
    ['Meta+Space', 'darwin', 'Spotlight'],
    ['Ctrl+ControlRight', 'linux', 'by itself only'],
    ['Ctrl+IntlBackslash', 'linux', 'does not know this key']
  ])('%s on %s: %s', (hotkey, platform, reason) => {
    expect(hotkeyProblem(hotkey, platform)).toContain(reason)
  })

  it.each([
    ['Ctrl+Alt+Space', 'linux'],
    ['ControlRight', 'linux'],
    ['F9', 'win32'],
    ['Ctrl+KeyC', 'darwin'],
    ['Ctrl+Shift+KeyC', 'linux'],
    ['Meta+KeyQ', 'win32'],
    ['Ctrl+Alt+F2', 'darwin']
  ])('is not %s on %s', (hotkey, platform) => {
    expect(hotkeyProblem(hotkey, platform)).toBeUndefined()
  })
})

const key = (code: string, more: object = {}) =>
  pressedHotkey({ code, ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...more })

describe('the hotkey that is pressed', () => {
  it('waits for a key that is no modifier', () => {
    expect(key('ControlLeft', { ctrlKey: true })).toBeUndefined()
    expect(key('ControlRight', { ctrlKey: true })).toBeUndefined()
    expect(key('Space', { ctrlKey: true, altKey: true })).toBe('Ctrl+Alt+Space')
  })

  it('is nothing for a key without a code', () => {
    expect(key('', { ctrlKey: true })).toBeUndefined()
  })
})
