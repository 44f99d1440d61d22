/** A microphone that is heard and does all that it was asked for. */
export const liveMicrophone = {
  kind: 'live',
  deviceId: 'a',
  label: 'Desk',
  granted: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  sound: 'heard',
  insteadOf: null,
  bluetooth: false
} as const
