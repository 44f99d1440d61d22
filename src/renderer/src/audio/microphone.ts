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
}

/** Failure of `getUserMedia` by its `DOMException` name (Media Capture and Streams, section 9.2). */
export function failureOf(cause: unknown): MicrophoneFailure {
  const name = cause instanceof DOMException ? cause.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'permission-denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'no-device'
  if (name === 'NotReadableError' || name === 'AbortError') return 'device-busy'
  return 'failed'
}

/** Opens `choice`, or the system's default. An id that is gone is looked up by its label: browsers renew ids. */
export async function openMicrophone(media: MediaDevices, choice: MicrophoneChoice | null): Promise<OpenedMicrophone> {
  if (choice === null) return opened(await media.getUserMedia(constraints(null)))
  try {
    return opened(await media.getUserMedia(constraints(choice.deviceId)))
  } catch (cause) {
    if (failureOf(cause) !== 'no-device') throw cause
    const again = (await listMicrophones(media)).find(({ label }) => label === choice.label)
    if (again === undefined) throw cause
    return opened(await media.getUserMedia(constraints(again.deviceId)))
  }
}

/** What the platform really granted is read back: it may refuse processing without an error. */
function opened(stream: MediaStream): OpenedMicrophone {
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
    autoGainControl: settings.autoGainControl === true
  }
}

/** Microphones whose name may be known; the aliases "default" and "communications" are left out. */
export async function listMicrophones(media: MediaDevices): Promise<MicrophoneChoice[]> {
  const devices = await media.enumerateDevices()
  return devices
    .filter(({ kind, deviceId, label }) => kind === 'audioinput' && label !== '' && !isAlias(deviceId))
    .map(({ deviceId, label }) => ({ deviceId, label }))
}

function isAlias(deviceId: string): boolean {
  return deviceId === '' || deviceId === 'default' || deviceId === 'communications'
}
