import type { MicrophoneChoice, MicrophoneState } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import type { Choice } from '../../ui/select.tsx'

/** Stands for "the system's default" in the list; device ids are never empty once the microphone was allowed. */
export const DEFAULT_ID = 'system-default'

/** The list to choose from: the default, what is plugged in, and the remembered one even when it is not. */
export function microphoneChoices(
  devices: readonly MicrophoneChoice[],
  remembered: MicrophoneChoice | null
): readonly Choice[] {
  const named = devices
    .filter((device) => device.deviceId !== '' && device.deviceId !== 'default' && device.deviceId !== DEFAULT_ID)
    .map((device, at) => ({ value: device.deviceId, label: device.label || text.microphone.unnamed(at + 1) }))
  const missing = remembered !== null && !named.some((choice) => choice.value === remembered.deviceId)
  return [
    { value: DEFAULT_ID, label: text.microphone.systemDefault },
    ...named,
    ...(missing ? [{ value: remembered.deviceId, label: remembered.label }] : [])
  ]
}

/** The microphone that is in use, or would be. */
export function microphoneName(microphone: MicrophoneState, remembered: MicrophoneChoice | null): string {
  if (microphone.kind === 'live' && microphone.label !== '') return microphone.label
  return remembered?.label ?? text.microphone.systemDefault
}
