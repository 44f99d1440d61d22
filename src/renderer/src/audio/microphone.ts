import type { DeviceChoice, MicrophoneFailure, Processing } from './api.ts'
import { findDevice, readDevices } from './devices.ts'

/** A chosen device must be that device: `ideal` would silently give another one. */
function constraints(deviceId: string | null, processing: Processing): MediaStreamConstraints {
  return {
    audio: { ...processing, channelCount: 1, ...(deviceId === null ? {} : { deviceId: { exact: deviceId } }) }
  }
}

const RAW: Processing = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }

export interface MicrophoneSetup {
  /** Null: the system's default. */
  choice: DeviceChoice | null
  processing: Processing
}

export interface OpenedMicrophone {
  stream: MediaStream
  track: MediaStreamTrack
  deviceId: string
  label: string
  granted: Processing
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

type Media = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices'>

/**
 * Opens the chosen microphone, or the system's default where it is null or gone; `anyFailure`: where it could not be opened at all. A
 * refused permission and every other failure are thrown.
 */
export async function openMicrophone(
  media: Media,
  { choice, processing }: MicrophoneSetup,
  anyFailure: boolean
): Promise<OpenedMicrophone> {
  if (choice !== null) {
    try {
      return await openChosen(media, choice, processing)
    } catch (cause) {
      const failure = failureOf(cause)
      if (failure === 'permission-denied' || (failure !== 'no-device' && !anyFailure)) throw cause
    }
  }
  return opened(await media.getUserMedia(constraints(null, processing)), choice?.label ?? null)
}

/** Opens this microphone and no other; throws where it is not there. An id that is gone is looked up by its label. */
export async function openChosen(
  media: Media,
  choice: DeviceChoice,
  processing: Processing
): Promise<OpenedMicrophone> {
  try {
    return opened(await media.getUserMedia(constraints(choice.deviceId, processing)), null)
  } catch (cause) {
    if (failureOf(cause) !== 'no-device') throw cause
    const again = findDevice(readDevices(await media.enumerateDevices()).microphones, choice)
    if (again === undefined) throw cause
    return opened(await media.getUserMedia(constraints(again.deviceId, processing)), null)
  }
}

/** The same microphone a second time without any processing, for the echo check. */
export function openRaw(media: Pick<MediaDevices, 'getUserMedia'>, deviceId: string): Promise<MediaStream> {
  return media.getUserMedia(constraints(deviceId, RAW))
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
    granted: {
      echoCancellation: Boolean(settings.echoCancellation),
      noiseSuppression: settings.noiseSuppression === true,
      autoGainControl: settings.autoGainControl === true
    },
    insteadOf
  }
}

export function stopStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
