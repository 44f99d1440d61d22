import { expect, test } from 'vitest'
import type { KeyboardFacts } from '../../../core/shortcuts/abilities.ts'
import { ManualClock, settle, silentLog } from '../../../core/testing.test-support.ts'
import { DEFAULT_SHORTCUTS } from '../../../shared/defaults.ts'
import type { Preferences } from '../../../shared/ipc/contract.ts'
import type { ShortcutPreferences } from '../../../shared/ipc/shortcut-calls.ts'
import { hookEnvironment } from './hook-child.ts'
import { scriptedForks } from './scripted-hook.test-support.ts'
import { openShortcuts, type ShortcutAssistant, TEST_LIMIT_MS } from './shortcuts.ts'
import { REPEAT_GAP_MS } from './system-keys.ts'

const X11: KeyboardFacts = { host: 'desktop', platform: 'linux', display: 'x11' }
const PROFILES = [
  { id: 'ada', name: 'Ada', hotkey: 'F8' },
  { id: 'held', name: 'Held', hotkey: 'F7', held: true }
]

const nothing = (): void => {}

interface RigOptions {
  facts?: KeyboardFacts
  system?: boolean
  page?: boolean
  /** Accelerators that the system does not give. */
  taken?: readonly string[]
}

async function rig(
  chosen: Partial<ShortcutPreferences>,
  { facts = X11, system = false, page = true, taken = [] }: RigOptions = {}
) {
  const clock = new ManualClock()
  const forks = scriptedForks()
  const registered = new Map<string, () => void>()
  const told: string[] = []
  const commands: unknown[] = []
  const refused: string[] = []
  let preferences: ShortcutPreferences = { ...DEFAULT_SHORTCUTS, enabled: true, talkMode: 'hold', ...chosen }
  let onPreferences: (all: Preferences) => void = nothing
  let onEvent: (name: 'profiles:changed', payload: unknown) => void = nothing
  const assistant = {
    onPreferences: (listener: typeof onPreferences) => {
      onPreferences = listener
      return () => {}
    },
    onEvent: (listener: typeof onEvent) => {
      onEvent = listener
      return () => {}
    },
    tell: (name: string, payload: { action: { kind: string; id?: string }; signal: string; test: boolean }) => {
      if (name === 'shortcuts:key')
        told.push(`${payload.action.id ?? payload.action.kind} ${payload.signal}${payload.test ? ' test' : ''}`)
    },
    handlers: {
      'profiles:list': () => ({ profiles: PROFILES, chosenId: 'ada' }),
      'preferences:read': () => ({ shortcuts: preferences }),
      'session:connect': () => void commands.push('connect'),
      'session:switch': ({ id }: { id: string }) => void commands.push(`switch ${id}`),
      'session:command': (command: unknown) => {
        commands.push(command)
        return { outcome: 'applied' }
      }
    }
  } as unknown as ShortcutAssistant
  const shortcuts = openShortcuts({
    facts,
    forkHook: forks.fork,
    clock,
    log: silentLog,
    hasPage: () => page,
    show: () => void commands.push('show'),
    onRefused: (sentence) => void refused.push(sentence),
    ...(system
      ? {
          system: {
            register: (accelerator: string, onPress: () => void) => {
              if (taken.includes(accelerator)) return false
              registered.set(accelerator, onPress)
              return true
            },
            clear: () => registered.clear()
          }
        }
      : {})
  })
  await shortcuts.follow(assistant)
  const prefer = (change: Partial<ShortcutPreferences>): void => {
    preferences = { ...preferences, ...change }
    onPreferences({ shortcuts: preferences } as Preferences)
  }
  const status = () => shortcuts.handlers['shortcuts:status'](undefined)
  const key = (kind: 'down' | 'repeat' | 'up', id = 0): void => forks.last().say({ kind, id })
  return {
    clock,
    ...forks,
    shortcuts,
    told,
    commands,
    refused,
    registered,
    prefer,
    status,
    key,
    profiles: (list: unknown[]) => onEvent('profiles:changed', { profiles: list, chosenId: 'ada' })
  }
}
type Rig = Awaited<ReturnType<typeof rig>>
const states = async ({ status }: Rig) => (await status()).rows.map(({ state }) => state)

test('nothing hears the keyboard while hotkeys are off', async () => {
  const off = await rig({ enabled: false })
  expect(off.children).toHaveLength(0)
  expect(await off.status()).toMatchObject({ hearing: 'nothing' })
  expect(await states(off)).toEqual(['off', 'off'])
  off.prefer({ enabled: true })
  expect(off.children).toHaveLength(1)
  off.prefer({ enabled: false })
  expect(off.last().killed).toBe(true)
})

test('talk, mute, stop, show and a profile do what they are for; a held profile has no key', async () => {
  const all = await rig({ talk: 'F1', mute: 'F2', stop: 'F3', show: 'F4' })
  expect(all.last().orders[0]?.keys.map(({ scanCode }) => scanCode)).toEqual([0x3b, 0x3c, 0x3d, 0x3e, 0x42])
  all.last().say({ kind: 'listening' })
  expect(await all.status()).toMatchObject({ hearing: 'hook' })
  for (const id of [0, 1, 2, 3, 4]) {
    all.key('down', id)
    all.key('up', id)
  }
  await settle()
  expect(all.told).toEqual([
    'talk press',
    'talk release',
    'mute press',
    'stop press',
    'show press',
    'ada press',
    'ada release'
  ])
  expect(all.commands).toEqual(['connect', { kind: 'stop-speaking' }, 'show', 'connect'])
})

test('a key of an agent that is not chosen changes to it; without a page nothing begins', async () => {
  const two = await rig({ talk: null })
  two.profiles([{ id: 'bob', name: 'Bob', hotkey: 'F5' }])
  two.last().say({ kind: 'listening' })
  two.key('down')
  await settle()
  expect(two.commands).toEqual(['switch bob'])
  const alone = await rig({ talk: 'F1' }, { page: false })
  alone.last().say({ kind: 'listening' })
  alone.key('down')
  await settle()
  expect(alone.told).toEqual(['talk press'])
  expect(alone.commands).toEqual([])
})

test('a hook that ends closes the microphone', async () => {
  const talking = await rig({ talk: 'F1' })
  talking.last().say({ kind: 'listening' })
  talking.key('down')
  talking.last().die()
  expect(talking.told).toEqual(['talk press', 'talk lost'])
  expect(await states(talking)).toEqual(['off', 'off'])
})

test('a lock, a sleep, changed keys and the end of Parley close the microphone', async () => {
  for (const end of [
    (one: Rig) => one.shortcuts.away(),
    (one: Rig) => one.shortcuts.back(),
    (one: Rig) => one.prefer({ talk: 'F2' }),
    (one: Rig) => one.prefer({ enabled: false }),
    (one: Rig) => one.profiles([]),
    (one: Rig) => one.shortcuts.close()
  ]) {
    const talking = await rig({ talk: 'F1' })
    talking.last().say({ kind: 'listening' })
    talking.key('down')
    end(talking)
    expect(talking.told).toEqual(['talk press', 'talk lost'])
  }
})

test('preferences that change nothing of the keys leave the talk open', async () => {
  const talking = await rig({ talk: 'F1' })
  talking.last().say({ kind: 'listening' })
  talking.key('down')
  talking.prefer({})
  talking.profiles(PROFILES)
  expect(talking.told).toEqual(['talk press'])
})

test('a key-up that never comes closes the microphone by the clock', async () => {
  const talking = await rig({ talk: 'F1' })
  talking.last().say({ kind: 'listening' })
  talking.key('down')
  talking.clock.advance(119_999)
  expect(talking.told).toEqual(['talk press'])
  talking.clock.advance(1)
  expect(talking.told).toEqual(['talk press', 'talk lost'])
})

test('while they are tried out keys do nothing but show themselves, for a minute at most', async () => {
  const trying = await rig({ talk: 'F1', stop: 'F3' })
  trying.last().say({ kind: 'listening' })
  await trying.shortcuts.handlers['shortcuts:test']({ on: true })
  trying.key('down')
  trying.key('up')
  trying.key('down', 1)
  expect(trying.told).toEqual(['talk press test', 'talk release test', 'stop press test'])
  expect(trying.commands).toEqual([])
  trying.clock.advance(TEST_LIMIT_MS)
  trying.key('up', 1)
  trying.key('down')
  expect(trying.told.at(-1)).toBe('talk press')
})

test('where the hook cannot hear, the system is asked; presses toggle, and its repeats are none', async () => {
  const wayland = await rig(
    { talk: 'F1', mute: 'F2' },
    { facts: { ...X11, display: 'wayland' }, system: true, taken: ['F2'] }
  )
  expect(wayland.children).toHaveLength(0)
  expect(await wayland.status()).toMatchObject({ hearing: 'system' })
  expect(await states(wayland)).toEqual(['unconfirmed', 'refused', 'unconfirmed'])
  expect(wayland.refused).toEqual([expect.stringContaining('F2')])
  const press = wayland.registered.get('F1')!
  press()
  for (let repeat = 0; repeat < 20; repeat += 1) {
    wayland.clock.advance(REPEAT_GAP_MS - 1)
    press()
  }
  expect(wayland.told).toEqual(['talk press'])
  wayland.clock.advance(REPEAT_GAP_MS)
  press()
  expect(wayland.told).toEqual(['talk press', 'talk release'])
})

test('a hook that fails for good leaves the keys to the system', async () => {
  const mac = await rig({ talk: 'F1' }, { facts: { ...X11, platform: 'darwin' }, system: true })
  mac.last().say({ kind: 'failed', reason: 'no-permission' })
  expect(await mac.status()).toMatchObject({ hearing: 'system', can: { hook: { works: false } } })
  expect(mac.refused).toEqual([expect.stringContaining('Accessibility')])
  mac.shortcuts.back()
  expect(mac.children).toHaveLength(1)
  mac.prefer({ enabled: false })
  mac.prefer({ enabled: true })
  expect(mac.children).toHaveLength(2)
  mac.last().say({ kind: 'listening' })
  expect(await mac.status()).toMatchObject({ hearing: 'hook', can: { hook: { works: true } } })
  mac.shortcuts.close()
  expect(mac.registered.size).toBe(0)
})

test('the web host on Wayland hears nothing and says so', async () => {
  const web = await rig({ talk: 'F1' }, { facts: { ...X11, host: 'web', display: 'wayland' } })
  expect(await web.status()).toMatchObject({
    hearing: 'nothing',
    rows: [{ state: 'off', why: 'Nothing hears keys here.' }, {}]
  })
})

test('the process that sees the keyboard gets none of the keys and tokens of Parley', () => {
  const env = { DISPLAY: ':0', DEEPGRAM_API_KEY: 'canary', NODE_OPTIONS: '--inspect', PARLEY_SECRET_X: 'canary' }
  expect(hookEnvironment(env)).toEqual({ DISPLAY: ':0' })
})
