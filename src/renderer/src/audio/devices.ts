import type { DeviceChoice } from './api.ts'

/** How often devices are looked at in a conversation: with some sound servers Chromium tells neither of a new device nor of a lost one. */
export const LOOK_OFTEN_MS = 400
/** And while a microphone is only kept ready. */
export const LOOK_SELDOM_MS = 3000

/** What is plugged in now. */
export interface DeviceList {
  /** Whose name may be known; Chromium's aliases are left out. */
  microphones: readonly DeviceChoice[]
  loudspeakers: readonly DeviceChoice[]
  /** Whether there is any microphone, also while names are hidden because permission was not given yet. */
  anyMicrophone: boolean
  /** What the system's default is, as far as the browser tells: another text is another device. Where it tells nothing, it never changes. */
  defaultMicrophone: string
}

export const NO_DEVICES: DeviceList = { microphones: [], loudspeakers: [], anyMicrophone: false, defaultMicrophone: '' }

type DeviceEntry = Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label' | 'groupId'>

export function readDevices(entries: readonly DeviceEntry[]): DeviceList {
  const named = (kind: MediaDeviceKind): DeviceChoice[] =>
    entries
      .filter((entry) => entry.kind === kind && entry.label !== '' && !isAlias(entry.deviceId))
      .map(({ deviceId, label }) => ({ deviceId, label }))
  const standard = entries.find(({ kind, deviceId }) => kind === 'audioinput' && deviceId === 'default')
  return {
    microphones: named('audioinput'),
    loudspeakers: named('audiooutput'),
    anyMicrophone: entries.some(({ kind }) => kind === 'audioinput'),
    defaultMicrophone: standard === undefined ? '' : `${standard.label}\n${standard.groupId}`
  }
}

/** Chromium's ids for "whatever the system uses". */
export function isAlias(deviceId: string): boolean {
  return deviceId === '' || deviceId === 'default' || deviceId === 'communications'
}

/** The device that `choice` means now: by its id, else by its label, because browsers renew ids. */
export function findDevice(devices: readonly DeviceChoice[], choice: DeviceChoice): DeviceChoice | undefined {
  return (
    devices.find(({ deviceId }) => deviceId === choice.deviceId) ?? devices.find(({ label }) => label === choice.label)
  )
}

/** How the microphone that is open was found, for {@link microphoneMoved}. */
export interface MicrophoneInUse {
  deviceId: string
  /** What was plugged in when it was opened. */
  plugged: DeviceList
}

/**
 * Whether the microphone in use is not the right one any more: it has gone, or the system's default is another one now. An alias has no
 * id of its own: where the browser does not tell what it stands for, any microphone that has gone may have been it.
 */
export function microphoneMoved(
  { deviceId, plugged }: MicrophoneInUse,
  now: DeviceList
): 'no' | 'gone' | 'default-moved' {
  const gone = plugged.microphones.filter((one) => !now.microphones.some((other) => other.deviceId === one.deviceId))
  if (!isAlias(deviceId)) return gone.some((one) => one.deviceId === deviceId) ? 'gone' : 'no'
  if (gone.length > 0) return 'gone'
  const told = plugged.defaultMicrophone !== '' && now.defaultMicrophone !== ''
  return told && plugged.defaultMicrophone !== now.defaultMicrophone ? 'default-moved' : 'no'
}

/** Looks at the devices on the browser's word and, where asked to, every so often. */
export class DeviceWatch {
  readonly #media: Pick<MediaDevices, 'enumerateDevices' | 'addEventListener'>
  readonly #onLook: (changed: boolean) => void
  #list = NO_DEVICES
  #timer: ReturnType<typeof setInterval> | undefined
  #everyMs: number | undefined
  #looking: Promise<void> | undefined

  /** `onLook` is called after every look, so that what failed at one look is tried again at the next. */
  constructor(media: Pick<MediaDevices, 'enumerateDevices' | 'addEventListener'>, onLook: (changed: boolean) => void) {
    this.#media = media
    this.#onLook = onLook
    media.addEventListener('devicechange', () => void this.look())
  }

  /** At the last look. */
  get list(): DeviceList {
    return this.#list
  }

  /** Undefined: only when the browser tells of a change. */
  set everyMs(everyMs: number | undefined) {
    if (everyMs === this.#everyMs) return
    this.#everyMs = everyMs
    clearInterval(this.#timer)
    this.#timer = everyMs === undefined ? undefined : setInterval(() => void this.look(), everyMs)
  }

  /** One look at a time: who comes meanwhile waits for the one under way. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const entries = await this.#media.enumerateDevices().catch(() => undefined)
    // A look that failed says nothing: what was there is taken to be there still.
    const list = entries === undefined ? this.#list : readDevices(entries)
    const changed = JSON.stringify(list) !== JSON.stringify(this.#list)
    this.#list = list
    this.#onLook(changed)
  }
}
