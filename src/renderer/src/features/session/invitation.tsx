import { Mic } from 'lucide-react'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useApp, useController } from './assistant-context.tsx'

/** Before the first conversation: where the voice will go, and the one thing to do. */
export function Invitation() {
  const controller = useController()
  const service = useApp((state) => state.profiles?.profiles.find(({ id }) => id === state.profiles?.chosenId)?.service)
  return (
    <div className="flex flex-col items-center gap-5 text-center">
      {service !== undefined && (
        <p className="max-w-[48ch] text-balance whitespace-pre-line text-ink-soft">{text.destination[service]}</p>
      )}
      <Button
        tone="primary"
        size="large"
        icon={Mic}
        className="min-w-56"
        onClick={() => {
          controller.connect()
        }}
      >
        {text.session.connect}
      </Button>
    </div>
  )
}
