import { clsx } from 'clsx'
import { Check, CircleAlert, CircleDashed, CircleHelp, type LucideIcon } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { assertNever } from '../../../../shared/assert-never.ts'
import { text } from '../../text/en.ts'
import type { FieldState } from './field-state.ts'
import type { Outcome } from './use-command.ts'

const icons: Record<Outcome['tone'], LucideIcon> = {
  open: CircleDashed,
  done: Check,
  unsure: CircleHelp,
  danger: CircleAlert
}

interface OutcomeLineProps {
  outcome: Outcome | null
  /** Of the sentence, where there is one. */
  id?: string
}

/** What became of a command, where it was given. What is wrong is brought into view: below a long text nobody would see it. */
export function OutcomeLine({ outcome, id }: OutcomeLineProps) {
  const lineRef = useRef<HTMLOutputElement>(null)
  const message = outcome?.message ?? ''
  const isWrong = outcome?.tone === 'danger'
  useEffect(() => {
    if (isWrong && message !== '') lineRef.current?.scrollIntoView({ block: 'nearest' })
  }, [isWrong, message])
  const Icon = outcome === null ? null : icons[outcome.tone]
  return (
    <output
      ref={lineRef}
      className={clsx(
        'flex scroll-mb-4 items-start gap-1.5 text-small not-empty:mt-2',
        isWrong ? 'text-danger' : 'text-ink-soft'
      )}
    >
      {Icon !== null && <Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" />}
      {message !== '' && (
        <span id={id} className="min-w-0 wrap-anywhere">
          {message}
        </span>
      )}
    </output>
  )
}

/** The same at one field. */
export function FieldLine({ id, state }: { id: string; state: FieldState | undefined }) {
  return <OutcomeLine id={id} outcome={state === undefined ? null : outcomeOf(state)} />
}

function outcomeOf(state: FieldState): Outcome {
  const words = text.tune.field
  switch (state.kind) {
    case 'sending':
      return { tone: 'open', message: text.tune.outcome.sending }
    case 'applied':
      return { tone: 'done', message: words.applied(state.value) }
    case 'unconfirmed':
      return { tone: 'unsure', message: words.unconfirmed(state.value, state.reason) }
    case 'refused':
      return { tone: 'danger', message: state.reason }
    case 'unchanged':
      return { tone: 'open', message: words.unchanged }
    case 'wrong':
      return { tone: 'danger', message: state.problem }
    default:
      return assertNever(state)
  }
}
