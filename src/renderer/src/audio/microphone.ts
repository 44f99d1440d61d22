import type { MicrophoneChoice, MicrophoneFailure } from './api.ts'

/** A chosen device must be that device: `ideal` would silently give another one. */
function constraints(deviceId: string | null): MediaStreamConstraints {
  return {
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      channelCount: 1,
      ...(deviceId === null ? {} : { deviceId: { exact: deviceId } })
    }
  }
}

export interface OpenedMicrophone {
  stream: MediaStream
  track: MediaStreamTrack
  deviceId: string
  label: string
  echoCancellation: boolean
  noiseSuppression: boolean
  autoGainControl: boolean
  /** The label of the chosen microphone that is not there. */
  insteadOf: string | null
}

/** Failure of `getUserMedia` by its `DOMException` name (Media Capture and Streams, section 9.2). */
export function failureOf(cause: unknown): MicrophoneFailure {
  const name = cause instanceof DOMException ? cause.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'permission-denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'no-device'
  if (name === 'NotReadableError' || name === 'AbortError') return 'device-busy'
  return 'failed'
}

/**
 * Opens `choice`, or the system's default where it is null or gone; `anyFailure`: where it could not be opened at all. A
 * refused permission and every other failure are thrown.
 */
export async function openMicrophone(
  media: MediaDevices,
  choice: MicrophoneChoice | null,
  anyFailure: boolean
): Promise<OpenedMicrophone> {
  if (choice !== null) {
    try {
      return await openChosen(media, choice)
    } catch (cause) {
      const failure = failureOf(cause)
      if (failure === 'permission-denied' || (failure !== 'no-device' && !anyFailure)) throw cause
    }
  }
  return opened(await media.getUserMedia(constraints(null)), choice?.label ?? null)
}

/** An id that is gone is looked up by its label: browsers renew ids. */
async function openChosen(media: MediaDevices, choice: MicrophoneChoice): Promise<OpenedMicrophone> {
  try {
    return opened(await media.getUserMedia(constraints(choice.deviceId)), null)
  } catch (cause) {
    if (failureOf(cause) !== 'no-device') throw cause
    const again = findMicrophone(listMicrophones(await media.enumerateDevices()), choice)
    if (again === undefined) throw cause
    return opened(await media.getUserMedia(constraints(again.deviceId)), null)
  }
}

/** The device that `choice` means now: by its id, else by its label. */
export function findMicrophone(
  devices: readonly MicrophoneChoice[],
  choice: MicrophoneChoice
): MicrophoneChoice | undefined {
  return (
    devices.find(({ deviceId }) => deviceId === choice.deviceId) ?? devices.find(({ label }) => label === choice.label)
  )
}

/** What the platform really granted is read back: it may refuse processing without an error. */
function opened(stream: MediaStream, insteadOf: string | null): OpenedMicrophone {
  const track = stream.getAudioTracks()[0]
  if (track === undefined) throw new DOMException('The stream has no audio track.', 'NotFoundError')
  const settings = track.getSettings()
  return {
    stream,
    track,
    deviceId: settings.deviceId ?? '',
    label: track.label,
    echoCancellation: Boolean(settings.echoCancellation),
    noiseSuppression: settings.noiseSuppression === true,
    autoGainControl: settings.autoGainControl === true,
    insteadOf
  }
}

/** Microphones whose name may be known; the aliases "default" and "communications" are left out. */
export function listMicrophones(devices: readonly MediaDeviceInfo[]): MicrophoneChoice[] {
  return devices
    .filter(({ kind, deviceId, label }) => kind === 'audioinput' && label !== '' && !isAlias(deviceId))
    .map(({ deviceId, label }) => ({ deviceId, label }))
}

/** Whether there is any microphone, also while names are hidden because permission was not given yet. */
export function hasMicrophone(devices: readonly MediaDeviceInfo[]): boolean {
  return devices.some(({ kind }) => kind === 'audioinput')
}

/** Chromium's ids for "whatever the system uses". */
export function isAlias(deviceId: string): boolean {
  return deviceId === '' || deviceId === 'default' || deviceId === 'communications'
}
