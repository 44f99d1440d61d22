import type { FormEvent, ReactNode } from 'react'
import { Button } from '../../ui/button.tsx'

interface FieldsFormProps {
  send: string
  disabled: boolean
  onSubmit: (form: HTMLFormElement) => void
  children: ReactNode
}

/** Fields and the button that sends those that are filled in; Enter in one of them does the same. */
export function FieldsForm({ send, disabled, onSubmit, children }: FieldsFormProps) {
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event: FormEvent<HTMLFormElement>) => {
        event.preventDefault()
        onSubmit(event.currentTarget)
      }}
    >
      {children}
      <Button type="submit" size="small" tone="primary" className="self-start" disabled={disabled}>
        {send}
      </Button>
    </form>
  )
}
