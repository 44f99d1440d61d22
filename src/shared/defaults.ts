import { DEFAULT_AUDIO_PREFERENCES } from './audio/preferences.ts'
import type { Preferences } from './ipc/contract.ts'
import type { HistoryPreferences } from './ipc/history-calls.ts'
import type { PresencePreferences } from './ipc/presence-calls.ts'
import type { ShortcutPreferences } from './ipc/shortcut-calls.ts'

/** As Parley comes: nothing listens to the keyboard, starts by itself or floats above other windows until somebody asks for it. */
export const DEFAULT_SHORTCUTS: ShortcutPreferences = {
  enabled: false,
  hear: 'hook',
  talkMode: 'automatic',
  talk: 'Ctrl+Alt+Space',
  mute: null,
  stop: null,
  show: null
}

export const DEFAULT_PRESENCE: PresencePreferences = {
  closeHides: true,
  startAtLogin: false,
  overlay: false,
  notifications: true,
  earcons: true,
  idleHangUpMinutes: 15
}

const DEFAULT_HISTORY: HistoryPreferences = { keep: true, days: null }

/** As they are where nothing was kept, or cannot be read. */
export const DEFAULT_PREFERENCES: Preferences = {
  talkMode: 'push-to-talk',
  microphone: null,
  audio: DEFAULT_AUDIO_PREFERENCES,
  theme: 'system',
  shortcuts: DEFAULT_SHORTCUTS,
  presence: DEFAULT_PRESENCE,
  history: DEFAULT_HISTORY
}
