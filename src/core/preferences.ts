import { Preferences } from '../shared/ipc/contract.ts'
import type { FileStore } from './ports.ts'

/** Under which the preferences are kept in the file store. */
export const PREFERENCES_KEY = 'preferences'

export const DEFAULT_PREFERENCES: Preferences = { talkMode: 'push-to-talk', microphone: null, theme: 'system' }

/** What is kept, field by field: one that cannot be read has its default. */
export function readPreferences(store: FileStore): Preferences {
  const value = store.read(PREFERENCES_KEY)
  const kept = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const { talkMode, microphone, theme } = Preferences.shape
  return {
    talkMode: talkMode.catch(DEFAULT_PREFERENCES.talkMode).parse(kept['talkMode']),
    microphone: microphone.catch(DEFAULT_PREFERENCES.microphone).parse(kept['microphone']),
    theme: theme.catch(DEFAULT_PREFERENCES.theme).parse(kept['theme'])
  }
}

/** What may change at once; an undefined field stays as it is. */
export type PreferencesChange = { [K in keyof Preferences]?: Preferences[K] | undefined }

/** Keeps what changed; returns all of it. */
export function writePreferences(store: FileStore, change: PreferencesChange): Preferences {
  const kept = readPreferences(store)
  const next: Preferences = {
    talkMode: change.talkMode ?? kept.talkMode,
    microphone: change.microphone === undefined ? kept.microphone : change.microphone,
    theme: change.theme ?? kept.theme
  }
  store.write(PREFERENCES_KEY, next)
  return next
}
