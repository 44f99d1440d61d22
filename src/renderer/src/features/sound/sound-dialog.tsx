import { useEffect } from 'react'
import { text } from '../../text/en.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Scroll } from '../../ui/scroll.tsx'
import { useController } from '../session/assistant-context.tsx'
import { EchoSection } from './echo-section.tsx'
import { LoudspeakerSection } from './loudspeaker-section.tsx'
import { MicrophoneSection } from './microphone-section.tsx'
import { SystemSection } from './system-section.tsx'

interface SoundDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** How sound is taken and played: every choice holds at once. */
export function SoundDialog({ open, onOpenChange }: SoundDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={text.sound.title} closeLabel={text.sound.close}>
      <Sections />
    </Dialog>
  )
}

function Sections() {
  const { sound } = useController()
  useEffect(() => {
    void sound.refreshDevices()
    return () => {
      sound.settingsClosed()
    }
  }, [sound])
  return (
    <Scroll label={text.sound.region} className="flex min-h-0 flex-1 flex-col border-t border-line">
      <div className="flex flex-col gap-6 px-5 pt-4 pb-5">
        <MicrophoneSection />
        <LoudspeakerSection />
        <EchoSection />
        <SystemSection />
      </div>
    </Scroll>
  )
}
