import type { CallOutput, DeviceChoice, SystemAudioChoice } from '../../../shared/ipc/contract.ts'
import type { SystemAudioFailure } from './api.ts'
import { findDevice, readDevices } from './devices.ts'
import { stopStream } from './microphone.ts'
import { type AllowSystemAudio, SystemAudioPermission } from './system-audio-permission.ts'

export interface OpenedSystemAudio {
  stream: MediaStream
  track: MediaStreamTrack
  label: string
  deviceId: string
  /**
   * Whether the platform leaves the agent's own voice out. Always `included` now: platforms accept the wish without effect, so that only
   * listening can tell (`OwnVoiceCanceller`).
   */
  ownVoice: 'excluded' | 'included'
}

/** Every failure of {@link OpenSystemAudioSource}; the message is a sentence with what to do. */
export class SystemAudioError extends Error {
  readonly code: SystemAudioFailure
  constructor(code: SystemAudioFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SystemAudioError'
    this.code = code
  }
}

type Media = Pick<MediaDevices, 'getUserMedia' | 'getDisplayMedia' | 'enumerateDevices'>
type Platform = Extract<CallOutput<'system-audio:allow'>, { how: 'display-media' }>['platform']

/** Sound as it is: no processing, and both channels, which the capture node mixes down by Web Audio's rule. */
const AS_IT_IS = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: { ideal: 2 }
} as const

/** As little as can be asked for; its track is stopped at once. */
const LEAST_VIDEO = { width: 16, height: 16, frameRate: 1 } as const

const PICK_DEVICE = 'Choose a monitor source or a virtual cable as the source of system audio instead.'

const DENIED: Readonly<Record<Platform, string>> = {
  macos:
    'macOS does not let Parley hear what the computer plays. Allow it in System Settings, Privacy & Security, Screen & System Audio Recording, and start Parley again.',
  windows: `Windows did not let Parley hear what the computer plays. ${PICK_DEVICE}`,
  linux: `The desktop did not let Parley hear what the computer plays. ${PICK_DEVICE}`
}

/**
 * Opens what the computer plays. Throws {@link SystemAudioError} and nothing else; then nothing is left open. `signal`: nobody wants it any
 * more. Main's permission is given back in that moment, though the platform may still ask the person; what comes of it is let go of.
 */
export type OpenSystemAudioSource = (
  choice: Exclude<SystemAudioChoice, { kind: 'off' }>,
  signal: AbortSignal
) => Promise<OpenedSystemAudio>

export function systemAudioOpener(media: Media, allow: AllowSystemAudio): OpenSystemAudioSource {
  const permission = new SystemAudioPermission(allow)
  return (choice, signal) =>
    choice.kind === 'device' ? openDevice(media, choice) : openComputer(media, permission, signal)
}

/** An id that is gone is looked up by its label: browsers renew ids. Nothing stands in for it. */
async function openDevice(media: Media, choice: DeviceChoice): Promise<OpenedSystemAudio> {
  try {
    return opened(await inputDevice(media, choice.deviceId))
  } catch (cause) {
    if (!isMissing(cause)) throw deviceError(cause, choice)
  }
  try {
    const again = findDevice(readDevices(await media.enumerateDevices()).microphones, choice)
    if (again !== undefined && again.deviceId !== choice.deviceId)
      return opened(await inputDevice(media, again.deviceId))
  } catch (cause) {
    throw deviceError(cause, choice)
  }
  throw missing(choice)
}

function inputDevice(media: Media, deviceId: string): Promise<MediaStream> {
  return media.getUserMedia({ audio: { ...AS_IT_IS, deviceId: { exact: deviceId } } })
}

function missing({ label }: DeviceChoice, cause?: unknown): SystemAudioError {
  return new SystemAudioError(
    'no-device',
    `The source of system audio, ${label}, is not there. Plug it in or choose another.`,
    {
      cause
    }
  )
}

function isMissing(cause: unknown): boolean {
  return ['NotFoundError', 'OverconstrainedError'].includes(nameOf(cause))
}

function deviceError(cause: unknown, choice: DeviceChoice): SystemAudioError {
  if (cause instanceof SystemAudioError) return cause
  if (isMissing(cause)) return missing(choice, cause)
  if (isDenied(cause)) {
    const advice = 'Parley may not record from input devices. Allow the microphone, which covers them, and try again.'
    return new SystemAudioError('denied', advice, { cause })
  }
  return new SystemAudioError('failed', `${choice.label} could not be opened: ${textOf(cause)}`, { cause })
}

async function openComputer(
  media: Media,
  permission: SystemAudioPermission,
  signal: AbortSignal
): Promise<OpenedSystemAudio> {
  if (signal.aborted) throw noLongerWanted()
  let platform: Platform = 'linux'
  const held = permission.take()
  signal.addEventListener('abort', held.release)
  try {
    const answer = await held.answer
    if (answer.how === 'none') throw new SystemAudioError('unsupported', answer.reason)
    platform = answer.platform
    const stream = await captureDisplay(media, signal)
    if (!signal.aborted) return opened(stream)
    stopStream(stream)
    throw noLongerWanted()
  } catch (cause) {
    throw cause instanceof SystemAudioError ? cause : computerError(cause, platform)
  } finally {
    // The capture that runs goes on without.
    signal.removeEventListener('abort', held.release)
    held.release()
  }
}

function noLongerWanted(): SystemAudioError {
  return new SystemAudioError('failed', 'System audio was switched off before it could begin.')
}

/** Without video first: where the platform cannot, the least video there is goes along and is stopped. */
async function captureDisplay(media: Media, signal: AbortSignal): Promise<MediaStream> {
  // Not in the type library yet: the sound that this page plays is left out of what is captured.
  const audio: MediaTrackConstraints & { restrictOwnAudio: boolean } = { ...AS_IT_IS, restrictOwnAudio: true }
  if (signal.aborted) throw noLongerWanted()
  try {
    return await media.getDisplayMedia({ audio, video: false })
  } catch (cause) {
    if (isDenied(cause) || nameOf(cause) === 'InvalidStateError') throw cause
    if (signal.aborted) throw noLongerWanted()
    return media.getDisplayMedia({ audio, video: LEAST_VIDEO })
  }
}

function computerError(cause: unknown, platform: Platform): SystemAudioError {
  if (isDenied(cause)) return new SystemAudioError('denied', DENIED[platform], { cause })
  if (nameOf(cause) === 'InvalidStateError') {
    const advice = 'System audio can only be started by a click. Switch it off and on again.'
    return new SystemAudioError('needs-click', advice, { cause })
  }
  return new SystemAudioError('failed', `What the computer plays could not be captured: ${textOf(cause)}`, { cause })
}

/** Keeps the sound alone. */
function opened(stream: MediaStream): OpenedSystemAudio {
  for (const video of stream.getVideoTracks()) {
    video.stop()
    stream.removeTrack(video)
  }
  const track = stream.getAudioTracks()[0]
  if (track === undefined || track.readyState === 'ended') {
    stopStream(stream)
    throw new SystemAudioError('no-track', `This system gave no sound of the computer. ${PICK_DEVICE}`)
  }
  return { stream, track, label: track.label, deviceId: track.getSettings().deviceId ?? '', ownVoice: 'included' }
}

function isDenied(cause: unknown): boolean {
  return ['NotAllowedError', 'SecurityError'].includes(nameOf(cause))
}

function nameOf(cause: unknown): string {
  return cause instanceof Error || cause instanceof DOMException ? cause.name : ''
}

function textOf(cause: unknown): string {
  return cause instanceof Error || cause instanceof DOMException ? cause.message : String(cause)
}
