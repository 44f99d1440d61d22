import { expect, it } from 'vitest'
import { DEFAULT_SHORTCUTS } from '../../shared/defaults.ts'
import { hotkeyKeys } from '../../shared/hotkey-keys.ts'
import { ProfileId } from '../../shared/profile.ts'
import { keyboardFacts, shortcutAbilities } from './abilities.ts'
import { acceleratorOf, chosenKeys, hotkeyRows, planHotkeys, usableKeys } from './hotkey-plan.ts'

const id = (text: string) => ProfileId.parse(text)
const can = (host: 'desktop' | 'web', platform: string, env: Record<string, string>) =>
  shortcutAbilities(keyboardFacts(host, platform, env))
const on = { ...DEFAULT_SHORTCUTS, enabled: true }

it('of two actions with the same hotkey the first works, and the other says who has it', () => {
  const plan = planHotkeys(
    { ...on, talk: 'F9', mute: 'F9' },
    [
      { id: id('a'), name: 'Ada', hotkey: 'F9' },
      { id: id('b'), name: 'Bob', hotkey: 'F8' },
      { id: id('c'), name: 'Cy', hotkey: 'F8' }
    ],
    'linux'
  )
  expect(usableKeys(plan).map(({ hotkey }) => hotkey)).toEqual(['F9', 'F8'])
  const rows = hotkeyRows(plan, new Map(), undefined)
  expect(rows.map(({ state }) => state)).toEqual(['off', 'conflict', 'conflict', 'off', 'conflict'])
  expect(rows.map(({ why }) => why ?? '')).toEqual([
    '',
    'It is already taken by “Talk”.',
    'It is already taken by “Talk”.',
    '',
    'It is already taken by the agent Bob.'
  ])
})

it('a profile that is held has no hotkey, and a reserved one is refused with the reason', () => {
  const plan = planHotkeys(
    { ...on, talk: null },
    [
      { id: id('a'), name: 'Ada', hotkey: 'F9', held: true },
      { id: id('b'), name: 'Bob', hotkey: 'Ctrl+KeyC' },
      { id: id('c'), name: 'Cy', hotkey: 'Ctrl+KeyC' }
    ],
    'linux'
  )
  expect(usableKeys(plan)).toEqual([])
  const rows = hotkeyRows(plan, new Map(), undefined)
  expect(rows.map(({ state, why }) => [state, why])).toEqual([
    ['refused', 'Ctrl+C copies in every program.'],
    ['refused', 'Ctrl+C copies in every program.']
  ])
})

it('the hook is told scan codes and modifiers, Electron its own names', () => {
  const [key] = chosenKeys(planHotkeys({ ...on, talk: 'Ctrl+Alt+Space' }, [], 'linux'), 4)
  expect(key).toEqual({ id: 4, scanCode: 0x39, ctrl: true, alt: true, shift: false, meta: false })
  expect(acceleratorOf('Ctrl+Alt+Shift+Meta+ArrowUp')).toBe('Control+Alt+Shift+Super+Up')
  expect(acceleratorOf('Ctrl+Numpad5')).toBe('Control+num5')
  expect(acceleratorOf('ControlRight')).toBeUndefined()
  for (const [code, { accelerator }] of hotkeyKeys) expect(acceleratorOf(code)).toBe(accelerator ?? undefined)
})

it('says honestly what works here', () => {
  expect(can('web', 'linux', { DISPLAY: ':0' }).hook.works).toBe(true)
  expect(can('web', 'linux', { DISPLAY: ':0' }).system.works).toBe(false)
  const wayland = can('desktop', 'linux', { DISPLAY: ':0', XDG_SESSION_TYPE: 'wayland' })
  expect(wayland.hook).toEqual({ works: false, why: expect.stringContaining('Wayland') })
  expect(wayland.system).toEqual({ works: true, why: expect.stringContaining('Use the test below') })
  expect(can('desktop', 'linux', {}).hook.works).toBe(false)
  for (const platform of ['win32', 'darwin']) {
    expect(can('desktop', platform, {}).hook.why).toContain('not yet tried')
    expect(can('desktop', platform, {}).system.why).toContain('ot yet tried')
  }
  expect(can('web', 'freebsd', { DISPLAY: ':0' }).hook.works).toBe(false)
  expect(shortcutAbilities(keyboardFacts('web', 'darwin', {}), 'no-permission').hook.works).toBe(false)
})
