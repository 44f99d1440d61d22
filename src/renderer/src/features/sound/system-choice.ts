import type { DeviceChoice, SystemAudioChoice } from '../../../../shared/ipc/contract.ts'
import type { MicrophoneState } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import type { Choice } from '../../ui/select.tsx'
import { namedDevices } from './device-choice.ts'

const OFF = 'off'
const COMPUTER = 'computer'
/** Before the id of a device, so that no id can be one of the two above. */
const DEVICE = 'device '

interface SystemChoices {
  devices: readonly DeviceChoice[]
  choice: SystemAudioChoice
  /** The microphone that is used, or would be: it is heard already. */
  used: DeviceChoice | null
  /** The web host cannot take what the computer plays. */
  web: boolean
}

/** The microphone that is open, by what the platform says, else the chosen one; null: the default, and nobody knows what that is. */
export function usedMicrophone(microphone: MicrophoneState, chosen: DeviceChoice | null): DeviceChoice | null {
  return microphone.kind === 'live' ? { deviceId: microphone.deviceId, label: microphone.label } : chosen
}

/** `device` is the microphone that is used. Chromium's alias has an id of its own, and the device's name at the end of its label. */
export function isUsed(device: DeviceChoice, used: DeviceChoice | null): boolean {
  if (used === null) return false
  if (device.deviceId === used.deviceId) return true
  const isAlias = used.deviceId === 'default' || used.deviceId === 'communications'
  return isAlias && device.label !== '' && (used.label === device.label || used.label.endsWith(` - ${device.label}`))
}

/** What the second input can be. A choice that the host cannot do stays in the list while it is the chosen one. */
export function systemChoices({ devices, choice, used, web }: SystemChoices): readonly Choice[] {
  const others = devices.filter((device) => !isUsed(device, used))
  const named = namedDevices(others, choice.kind === 'device' ? choice : null, text.sound.system.unnamed)
  const computer = { value: COMPUTER, label: text.sound.system.computer }
  return [
    { value: OFF, label: text.sound.system.off },
    ...(web && choice.kind !== 'computer' ? [] : [computer]),
    ...named.map(({ value, label }) => ({ value: `${DEVICE}${value}`, label }))
  ]
}

export function systemValue(choice: SystemAudioChoice): string {
  return choice.kind === 'device' ? `${DEVICE}${choice.deviceId}` : choice.kind
}

/** The choice behind a value of the list; undefined: a device that nobody knows. */
export function systemChoiceOf(
  value: string,
  devices: readonly DeviceChoice[],
  choice: SystemAudioChoice
): SystemAudioChoice | undefined {
  if (value === OFF || value === COMPUTER) return { kind: value }
  const device = devices.find(({ deviceId }) => `${DEVICE}${deviceId}` === value)
  if (device !== undefined) return { kind: 'device', deviceId: device.deviceId, label: device.label }
  return value === systemValue(choice) ? choice : undefined
}
