import type { AudioPreferences } from '../ipc/contract.ts'

/** How sound is taken and played where nobody has chosen anything. */
export const DEFAULT_AUDIO_PREFERENCES: AudioPreferences = {
  processing: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  loudspeaker: null,
  volume: 1,
  keepWarm: false,
  systemAudio: { kind: 'off' },
  systemAudioGainDb: 0,
  halfDuplex: 'auto',
  duck: false
}
