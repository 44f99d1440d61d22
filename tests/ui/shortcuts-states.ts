import type { ShortcutStatus } from '../../src/shared/ipc/shortcut-calls.ts'
import type { ParleyPage } from './parley-page.ts'
import type { Script } from './scripted-main.ts'

const x11 = { works: true, why: 'X11 tells Parley when a key goes down and when it comes up.' }
const down = 'The system tells only that a key went down, so the talk key starts and stops by a press each.'
const web = { works: false, why: 'Only the desktop program can ask the system for shortcuts.' }

export const status = (change: object): { ok: true; value: ShortcutStatus } => ({
  ok: true,
  value: {
    can: { hook: x11, system: web },
    hearing: 'hook',
    rows: [{ action: { kind: 'talk' }, hotkey: 'Ctrl+Alt+Space', state: 'active' }],
    ...change
  }
})

const conflicts = [
  { action: { kind: 'talk' }, hotkey: 'Ctrl+Alt+Space', state: 'active' },
  {
    action: { kind: 'mute' },
    hotkey: 'F9',
    state: 'refused',
    why: 'The system did not give it; another program may have it.'
  },
  {
    action: { kind: 'profile', id: 'own' },
    hotkey: 'Ctrl+Alt+Space',
    state: 'conflict',
    why: 'It is already taken by “Talk”.'
  }
]

export async function openHotkeys(parley: ParleyPage): Promise<void> {
  await parley.page.keyboard.press('Control+Comma')
  await parley.page.getByRole('tab', { name: 'Hotkeys' }).click()
  await parley.page.getByRole('switch', { name: 'Use hotkeys' }).waitFor()
}

/** As main tells a key that was pressed. */
export async function key(
  parley: ParleyPage,
  signal: string,
  test = true,
  action: object = { kind: 'talk' }
): Promise<void> {
  await parley.page.evaluate((payload) => window.emit('shortcuts:key', payload), { action, signal, test })
}

const toEnd = (parley: ParleyPage) =>
  parley.page
    .getByRole('region', { name: 'Press it now' })
    .evaluate((section) => section.scrollIntoView({ block: 'end', behavior: 'instant' }))

export const shortcutScripts: Record<string, Script> = {
  'hotkeys-on': { shortcuts: { enabled: true, mute: 'F9' }, answers: { 'shortcuts:status': status({}) } },
  'hotkeys-wayland': {
    host: 'desktop',
    shortcuts: { enabled: true },
    answers: {
      'shortcuts:status': status({
        can: {
          hook: { works: false, why: 'On Wayland no program may hear the keys that are meant for another one.' },
          system: {
            works: true,
            why: `${down} On Wayland the desktop may ask you first, or not tell Parley that it said no. Use the test below.`
          }
        },
        hearing: 'system',
        rows: [
          {
            action: { kind: 'talk' },
            hotkey: 'Ctrl+Alt+Space',
            state: 'unconfirmed',
            why: 'The system said yes and may not mean it. Press it in the test below.'
          }
        ]
      })
    }
  },
  'hotkeys-conflict': {
    shortcuts: { enabled: true, mute: 'F9' },
    answers: { 'shortcuts:status': status({ rows: conflicts }) }
  },
  'hotkeys-test': {
    shortcuts: { enabled: true },
    answers: { 'shortcuts:status': status({}), 'shortcuts:test': status({}) }
  }
}

export const shortcutStates: Record<string, (parley: ParleyPage) => Promise<void>> = {
  'hotkeys-off': openHotkeys,
  'hotkeys-on': openHotkeys,
  'hotkeys-wayland': openHotkeys,
  'hotkeys-conflict': async (parley) => {
    await openHotkeys(parley)
    await parley.page.getByRole('button', { name: /^Stop the agent/ }).click()
    await parley.page.keyboard.press('Control+c')
    await parley.page.getByText('copies in every program').waitFor()
    await parley.page
      .getByRole('region', { name: 'Keys', exact: true })
      .evaluate((section) => section.scrollIntoView({ block: 'start', behavior: 'instant' }))
  },
  'hotkeys-test': async (parley) => {
    await openHotkeys(parley)
    await parley.page.getByRole('button', { name: 'Try the keys' }).click()
    await key(parley, 'press')
    await parley.page.getByText(/has been down for/).waitFor()
    await toEnd(parley)
  }
}
