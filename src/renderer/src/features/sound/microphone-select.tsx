import type { LucideIcon } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Select } from '../../ui/select.tsx'
import { useApp, useController } from '../session/assistant-context.tsx'
import { DEFAULT_ID, deviceChoices, deviceOf, microphoneName } from './device-choice.ts'

interface MicrophoneSelectProps {
  icon?: LucideIcon
  suffix?: string
  framed?: boolean
  className?: string
}

/** The microphone to use; shows the one that is really open. */
export function MicrophoneSelect(props: MicrophoneSelectProps) {
  const { sound } = useController()
  const microphone = useApp((state) => state.microphone)
  const { microphones } = useApp((state) => state.devices)
  const remembered = useApp((state) => state.preferences.microphone)
  const shown = microphoneName(microphone, remembered)
  return (
    <Select
      {...props}
      label={`${text.microphone.label}: ${shown}`}
      value={remembered?.deviceId ?? DEFAULT_ID}
      shown={shown}
      choices={deviceChoices(microphones, remembered, text.microphone.unnamed)}
      onChange={(value) => {
        const device = deviceOf(value, microphones, remembered)
        if (device !== undefined) sound.chooseMicrophone(device)
      }}
      onOpen={() => {
        void sound.refreshDevices()
      }}
    />
  )
}
