import { AudioPreferences, Preferences } from '../shared/ipc/contract.ts'
import { DEFAULT_AUDIO_PREFERENCES } from '../shared/audio/preferences.ts'
import type { FileStore } from './ports.ts'

/** Under which the preferences are kept in the file store. */
export const PREFERENCES_KEY = 'preferences'

export const DEFAULT_PREFERENCES: Preferences = {
  talkMode: 'push-to-talk',
  microphone: null,
  audio: DEFAULT_AUDIO_PREFERENCES,
  theme: 'system'
}

/** What is kept, field by field: one that cannot be read has its default. */
export function readPreferences(store: FileStore): Preferences {
  const kept = fieldsOf(store.read(PREFERENCES_KEY))
  const { talkMode, microphone, theme } = Preferences.shape
  return {
    talkMode: talkMode.catch(DEFAULT_PREFERENCES.talkMode).parse(kept['talkMode']),
    microphone: microphone.catch(DEFAULT_PREFERENCES.microphone).parse(kept['microphone']),
    audio: readAudio(fieldsOf(kept['audio'])),
    theme: theme.catch(DEFAULT_PREFERENCES.theme).parse(kept['theme'])
  }
}

function readAudio(kept: Record<string, unknown>): AudioPreferences {
  const shape = AudioPreferences.shape
  const fallback = DEFAULT_AUDIO_PREFERENCES
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
    theme: change.theme ?? kept.theme
  }
  store.write(PREFERENCES_KEY, next)
  return next
}
