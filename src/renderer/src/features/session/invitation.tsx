import { MessageSquareText, Mic } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp, useController } from './assistant-context.tsx'
import { chosenProfile, isTextOnly } from './state.ts'

/** Before the first conversation: where the voice will go, and the one thing to do. */
export function Invitation() {
  const controller = useController()
  const service = useApp((state) => chosenProfile(state)?.service)
  const textOnly = useApp(isTextOnly)
  return (
    <div className="flex flex-col items-center gap-5 text-center">
      {service !== undefined && (
        <p className="max-w-[48ch] text-balance whitespace-pre-line text-ink-soft">
          {(textOnly ? text.textDestination : text.destination)[service]}
        </p>
      )}
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
