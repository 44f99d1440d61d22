import { expect, it } from 'vitest'
import { DEFAULT_AUDIO_PREFERENCES } from '../shared/audio/preferences.ts'
import { DEFAULT_PREFERENCES } from '../shared/defaults.ts'
import type { FileStore } from './ports.ts'
import { PREFERENCES_KEY, readPreferences, writePreferences } from './preferences.ts'

function storeOf(kept?: unknown): FileStore & { kept(): unknown } {
  const values = new Map([[PREFERENCES_KEY, kept]])
  return {
    read: (key) => values.get(key),
    write: (key, value) => void values.set(key, value),
    kept: () => values.get(PREFERENCES_KEY)
  }
}

it.each([undefined, null, 'broken', 7, [], { audio: null }, { audio: 'loud', theme: 3 }])(
  'reads the defaults out of %j',
  (kept) => expect(readPreferences(storeOf(kept))).toEqual(DEFAULT_PREFERENCES)
)

it('what was kept before there were settings of sound stays, and those have their defaults', () => {
  const microphone = { deviceId: 'a', label: 'Desk' }
  const kept = { talkMode: 'open', microphone, theme: 'dark' }
  expect(readPreferences(storeOf(kept))).toEqual({ ...DEFAULT_PREFERENCES, ...kept })
})

it('one field of sound that cannot be read costs no other', () => {
  const audio = {
    processing: { echoCancellation: false },
    loudspeaker: { deviceId: 'b', label: 'Monitor' },
    volume: 4,
    keepWarm: 'yes',
    systemAudio: { kind: 'telephone' },
    systemAudioGainDb: -12,
    halfDuplex: 'on',
    duck: true
  }
  expect(readPreferences(storeOf({ audio })).audio).toEqual({
    ...DEFAULT_AUDIO_PREFERENCES,
    loudspeaker: audio.loudspeaker,
    systemAudioGainDb: -12,
    halfDuplex: 'on',
    duck: true
  })
})

it('a change leaves what another build keeps there', () => {
  const store = storeOf({ theme: 'dark', future: { a: 1 } })
  writePreferences(store, { theme: 'light' })
  expect(store.kept()).toMatchObject({ theme: 'light', future: { a: 1 } })
})

it('a change is kept and leaves the rest, also the choice of no microphone', () => {
  const store = storeOf({ talkMode: 'open', microphone: { deviceId: 'a', label: 'Desk' } })
  const audio = { ...DEFAULT_AUDIO_PREFERENCES, systemAudio: { kind: 'computer' } as const, keepWarm: true }
  expect(writePreferences(store, { audio, theme: undefined })).toMatchObject({ talkMode: 'open', audio })
  expect(writePreferences(store, { microphone: null })).toEqual({
    ...DEFAULT_PREFERENCES,
    talkMode: 'open',
    audio
  })
  expect(readPreferences(store)).toEqual(store.kept())
})
