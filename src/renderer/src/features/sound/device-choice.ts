import type { DeviceChoice } from '../../../../shared/ipc/contract.ts'
import type { MicrophoneState } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import type { Choice } from '../../ui/select.tsx'

/** Stands for "the system's default" in the list; device ids are never empty once the microphone was allowed. */
export const DEFAULT_ID = 'system-default'

/** What is plugged in, and the remembered device even when it is not; `unnamed` names what has no name yet. */
export function namedDevices(
  devices: readonly DeviceChoice[],
  remembered: DeviceChoice | null,
  unnamed: (n: number) => string
): readonly Choice[] {
  const named = devices
    .filter((device) => device.deviceId !== '' && device.deviceId !== 'default' && device.deviceId !== DEFAULT_ID)
    .map((device, at) => ({ value: device.deviceId, label: device.label || unnamed(at + 1) }))
  const missing = remembered !== null && !named.some((choice) => choice.value === remembered.deviceId)
  return missing ? [...named, { value: remembered.deviceId, label: remembered.label }] : named
}

/** The list to choose from: the default, and {@link namedDevices}. */
export function deviceChoices(
  devices: readonly DeviceChoice[],
  remembered: DeviceChoice | null,
  unnamed: (n: number) => string
): readonly Choice[] {
  return [{ value: DEFAULT_ID, label: text.microphone.systemDefault }, ...namedDevices(devices, remembered, unnamed)]
}

/** The device behind a value of {@link deviceChoices}; null is the system's default, undefined one that nobody knows. */
export function deviceOf(
  value: string,
  devices: readonly DeviceChoice[],
  remembered: DeviceChoice | null
): DeviceChoice | null | undefined {
  if (value === DEFAULT_ID) return null
  const known = remembered?.deviceId === value ? remembered : undefined
  return devices.find(({ deviceId }) => deviceId === value) ?? known
}

/** The microphone that is in use, or would be. */
export function microphoneName(microphone: MicrophoneState, remembered: DeviceChoice | null): string {
  if (microphone.kind === 'live' && microphone.label !== '') return microphone.label
  return remembered?.label ?? text.microphone.systemDefault
}
