import type { OverlayState } from '../../src/shared/ipc/presence-calls.ts'
import { conversation, type ParleyPage } from './parley-page.ts'
import type { Script } from './scripted-main.ts'

const hours = [
  { profileId: 'own', profileName: 'Kitchen helper', today: 12.4, last30Days: 184, total: 611 },
  { profileId: 'builtin', profileName: 'Built-in agent', today: 0.6, last30Days: 33, total: 33 },
  { profileId: null, profileName: 'From a file with a rather long name', today: 0, last30Days: 2, total: 2 }
]

/** Every tab has something to show. */
export const everyTab: Script = {
  answers: {
    'secrets:list': { ok: true, value: { rows: [], missing: [], places: ['memory'], why: 'Kept until Parley ends.' } },
    'data:info': { ok: true, value: { dir: '/home/alice/.local/share/parley', bytes: 4_812_345, problems: [] } }
  }
}

export async function openWindowSettings(parley: ParleyPage): Promise<void> {
  await parley.page.keyboard.press('Control+Comma')
  await parley.page.getByRole('tab', { name: 'Window' }).click()
  await parley.page.getByRole('switch', { name: 'Short sounds' }).waitFor()
}

/** The last minute of a silent conversation. */
export async function idleFor(parley: ParleyPage, endsInSeconds: number | null): Promise<void> {
  await parley.page.evaluate((seconds) => window.emit('presence:idle', { endsInSeconds: seconds }), endsInSeconds)
}

export const presenceScripts: Record<string, Script> = {
  'settings-window-desktop': { host: 'desktop', answers: { 'usage:list': { ok: true, value: hours } } },
  'settings-window-web': { answers: { 'usage:list': { ok: true, value: [] } } }
}

export const presenceStates: Record<string, (parley: ParleyPage) => Promise<void>> = {
  'settings-window-desktop': openWindowSettings,
  'settings-window-web': openWindowSettings,
  'settings-window-usage': async (parley) => {
    await parley.answer('usage:list', { ok: true, value: hours })
    await openWindowSettings(parley)
    const usage = parley.page.getByRole('region', { name: 'Minutes used' })
    await usage.evaluate((section) => section.scrollIntoView({ block: 'end', behavior: 'instant' }))
  },
  'idle-card': async (parley) => {
    await parley.live()
    await parley.say(...conversation.slice(0, 3))
    await idleFor(parley, 42)
  }
}

const overlay: OverlayState = {
  state: { phase: 'live', activity: 'listening' },
  agent: 'Kitchen helper',
  microphoneOpen: true,
  muted: false,
  level: 0.45,
  caption: { role: 'user', text: 'And remember that my sister arrives on Thursday.' },
  theme: 'system'
}

/** Everything the overlay can look like. */
export const overlays: Record<string, OverlayState> = {
  listening: overlay,
  speaking: {
    ...overlay,
    state: { phase: 'live', activity: 'agentSpeaking' },
    level: 0.8,
    caption: {
      role: 'agent',
      text: '…the oven to two hundred degrees, and put the bread in as soon as it is hot. Then wait for about forty minutes.'
    }
  },
  thinking: { ...overlay, state: { phase: 'live', activity: 'thinking' }, level: 0, microphoneOpen: false },
  muted: { ...overlay, muted: true, microphoneOpen: false, level: 0 },
  reconnecting: {
    ...overlay,
    level: 0,
    state: {
      phase: 'reconnecting',
      attempt: 2,
      retryInMs: 800,
      canRetryNow: true,
      reason: { code: 'unreachable', message: 'It broke.' }
    }
  },
  ready: { ...overlay, state: { phase: 'idle' }, caption: null, level: 0, microphoneOpen: false },
  locked: { ...overlay, away: 'locked', muted: true, microphoneOpen: false, level: 0 }
}
