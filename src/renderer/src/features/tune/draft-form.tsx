import { useState } from 'react'
import { COMMAND_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { Button } from '../../ui/button.tsx'
import { TextBox } from '../../ui/field.tsx'

interface DraftFormProps {
  label: string
  send: string
  sending: boolean
  onEdit: () => void
  /** True if the text was taken: the box is emptied then, and keeps a text that was refused. */
  onSend: (draft: string) => Promise<boolean>
}

/** A text for the agent and the button that sends it. */
export function DraftForm({ label, send, sending, onEdit, onSend }: DraftFormProps) {
  const [draft, setDraft] = useState('')

  const submit = async (): Promise<void> => {
    // What was typed meanwhile stays.
    if (await onSend(draft)) setDraft((now) => (now === draft ? '' : now))
  }

  return (
    <>
      <TextBox
        label={label}
        placeholder={label}
        maxLength={COMMAND_TEXT_LIMIT}
        value={draft}
        onChange={(value) => {
          setDraft(value)
          onEdit()
        }}
      />
      <Button
        size="small"
        tone="primary"
        className="self-start"
        disabled={sending || draft.trim() === ''}
        onClick={() => void submit()}
      >
        {send}
      </Button>
    </>
  )
}
