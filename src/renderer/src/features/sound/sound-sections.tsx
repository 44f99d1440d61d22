import { useEffect } from 'react'
import { useController } from '../session/assistant-context.tsx'
import { EchoSection } from './echo-section.tsx'
import { LoudspeakerSection } from './loudspeaker-section.tsx'
import { MicrophoneSection } from './microphone-section.tsx'
import { SystemSection } from './system-section.tsx'

/** How sound is taken and played: every choice holds at once. A microphone that is tried out closes with it. */
export function SoundSections() {
  const { sound } = useController()
  useEffect(() => {
    void sound.refreshDevices()
    return () => {
      sound.settingsClosed()
    }
  }, [sound])
  return (
    <>
      <MicrophoneSection />
      <LoudspeakerSection />
      <EchoSection />
      <SystemSection />
    </>
  )
}
