import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { useController } from './assistant-context.tsx'

/** Ends the conversation, from a card that tells what has become of it. */
export function HangUpButton() {
  const controller = useController()
  return (
    <Button
      size="small"
      onClick={() => {
        controller.hangUp()
      }}
    >
      {text.session.hangUp}
    </Button>
  )
}
