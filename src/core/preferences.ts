import { z } from 'zod'
import { AudioPreferences, Preferences } from '../shared/ipc/contract.ts'
import { DEFAULT_PREFERENCES } from '../shared/defaults.ts'
import { HistoryPreferences } from '../shared/ipc/history-calls.ts'
import { PresencePreferences } from '../shared/ipc/presence-calls.ts'
import { ShortcutPreferences } from '../shared/ipc/shortcut-calls.ts'
import type { FileStore } from './ports.ts'

/** Under which the preferences are kept in the file store. */
export const PREFERENCES_KEY = 'preferences'

/** What is kept, field by field: one that cannot be read has its default. */
export function readPreferences(store: FileStore): Preferences {
  const kept = fieldsOf(store.read(PREFERENCES_KEY))
  const { talkMode, microphone, theme } = Preferences.shape
  return {
    talkMode: talkMode.catch(DEFAULT_PREFERENCES.talkMode).parse(kept['talkMode']),
    microphone: microphone.catch(DEFAULT_PREFERENCES.microphone).parse(kept['microphone']),
    audio: readAudio(fieldsOf(kept['audio'])),
    theme: theme.catch(DEFAULT_PREFERENCES.theme).parse(kept['theme']),
    shortcuts: readGroup(ShortcutPreferences, DEFAULT_PREFERENCES.shortcuts, kept['shortcuts']),
    presence: readGroup(PresencePreferences, DEFAULT_PREFERENCES.presence, kept['presence']),
    history: readGroup(HistoryPreferences, DEFAULT_PREFERENCES.history, kept['history'])
  }
}

/** Field by field: one that cannot be read has its default. */
function readGroup<T extends Record<string, unknown>>(group: z.ZodObject, fallback: T, value: unknown): T {
  const kept = fieldsOf(value)
  const fields = Object.entries(group.shape).map(([name, field]) => {
    const parsed = z.safeParse(field, kept[name])
    return [name, parsed.success ? parsed.data : fallback[name]] as const
  })
  return Object.fromEntries(fields) as T
}

function readAudio(kept: Record<string, unknown>): AudioPreferences {
  const shape = AudioPreferences.shape
  const fallback = DEFAULT_PREFERENCES.audio
  return {
    processing: shape.processing.catch(fallback.processing).parse(kept['processing']),
    loudspeaker: shape.loudspeaker.catch(fallback.loudspeaker).parse(kept['loudspeaker']),
    volume: shape.volume.catch(fallback.volume).parse(kept['volume']),
    keepWarm: shape.keepWarm.catch(fallback.keepWarm).parse(kept['keepWarm']),
    systemAudio: shape.systemAudio.catch(fallback.systemAudio).parse(kept['systemAudio']),
    systemAudioGainDb: shape.systemAudioGainDb.catch(fallback.systemAudioGainDb).parse(kept['systemAudioGainDb']),
    halfDuplex: shape.halfDuplex.catch(fallback.halfDuplex).parse(kept['halfDuplex']),
    duck: shape.duck.catch(fallback.duck).parse(kept['duck'])
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

/** What may change at once; an undefined field stays as it is. */
export type PreferencesChange = { [K in keyof Preferences]?: Preferences[K] | undefined }

/** Keeps what changed; returns all of it. */
export function writePreferences(store: FileStore, change: PreferencesChange): Preferences {
  const kept = readPreferences(store)
  const next: Preferences = {
    talkMode: change.talkMode ?? kept.talkMode,
    microphone: change.microphone === undefined ? kept.microphone : change.microphone,
    audio: change.audio ?? kept.audio,
    theme: change.theme ?? kept.theme,
    shortcuts: change.shortcuts ?? kept.shortcuts,
    presence: change.presence ?? kept.presence,
    history: change.history ?? kept.history
  }
  // What another build of this version keeps there stays.
  store.write(PREFERENCES_KEY, { ...fieldsOf(store.read(PREFERENCES_KEY)), ...next })
  return next
}
