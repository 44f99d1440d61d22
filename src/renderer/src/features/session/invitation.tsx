import { MessageSquareText, Mic } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp, useController } from './assistant-context.tsx'
import { destinationOf } from './destination.ts'
import { chosenProfile, isTextOnly } from './state.ts'

/** Before the first conversation: where the voice will go, and the one thing to do. */
export function Invitation() {
  const controller = useController()
  const profile = useApp(chosenProfile)
  const textOnly = useApp(isTextOnly)
  const systemAudio = useApp((state) => state.preferences.audio.systemAudio.kind !== 'off') && !textOnly
  return (
    <div className="flex flex-col items-center gap-5 text-center">
      {profile !== undefined && (
        <p className="max-w-[48ch] text-balance whitespace-pre-line text-ink-soft">{destinationOf(profile)}</p>
      )}
      {systemAudio && <p className="-mt-4 max-w-[48ch] text-balance text-ink-soft">{text.sound.destination}</p>}
      <Button
        tone="primary"
        size="large"
        icon={textOnly ? MessageSquareText : Mic}
        className="min-w-56"
        onClick={() => {
          controller.connect()
        }}
      >
        {textOnly ? text.session.connectText : text.session.connect}
      </Button>
    </div>
  )
}
