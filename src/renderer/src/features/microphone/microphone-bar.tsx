import type { ReactNode } from 'react'
import { Mic, MicOff, Volume2 } from 'lucide-react'
import type { MicrophoneState } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { useApp } from '../session/assistant-context.tsx'
import { LevelMeter } from '../sound/level-meter.tsx'
import { MicrophoneSelect } from '../sound/microphone-select.tsx'
import { SoundNoteList } from '../sound/sound-note-list.tsx'

interface MicrophoneBarProps {
  onSound: () => void
  children: ReactNode
}

/** Which microphone is in use, what it hears, and what is to be said of sound. */
export function MicrophoneBar({ onSound, children }: MicrophoneBarProps) {
  const microphone = useApp((state) => state.microphone)
  const blocked = useApp((state) => state.loudspeaker.blocked)
  const muted = useApp((state) => state.muted)
  const checking = useApp((state) => state.echoCheck.kind === 'running')
  const live = microphone.kind === 'live'

  return (
    <div className="flex flex-col gap-1">
      {blocked && (
        // The click itself is what the browser waits for; the audio engine hears it as any other.
        <Button tone="primary" icon={Volume2} className="self-stretch">
          {text.loudspeaker.blocked}
        </Button>
      )}
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <MicrophoneSelect
          icon={(live && !muted) || checking ? Mic : MicOff}
          suffix={checking ? text.microphone.checking : suffixOf(microphone)}
          className="min-w-0 max-w-64 max-wide:max-w-none max-wide:flex-1"
        />
        <LevelMeter label={text.microphone.level} of="inputDbfs" live={live} />
        <IconButton label={text.sound.open} icon={Volume2} size="small" onClick={onSound} />
        <span className="flex-1 max-wide:hidden" />
        {children}
      </div>
      <SoundNoteList onSettings={onSound} />
    </div>
  )
}

function suffixOf({ kind }: MicrophoneState): string {
  return kind === 'off' || kind === 'opening' ? text.microphone[kind] : ''
}
