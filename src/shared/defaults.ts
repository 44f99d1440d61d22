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

export const DEFAULT_HISTORY: HistoryPreferences = { keep: true, days: null }
