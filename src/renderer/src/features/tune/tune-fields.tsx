import type { ComponentProps, ReactNode } from 'react'
import { useId } from 'react'
import type { Support } from '../../../../shared/commands.ts'
import { text } from '../../text/en.ts'
import { TextField } from '../../ui/field.tsx'
import { type FieldState, isFault } from './field-state.ts'
import { FieldLine } from './state-line.tsx'
import { supportNote } from './support.ts'
import { SupportBadge } from './tune-section.tsx'

interface NumberFieldProps {
  /** As the form knows it. */
  name: string
  label: string
  /** What it does, which numbers it takes, what is saved. */
  about: readonly string[]
  /** The service's own name of it, as it is written on the wire. */
  code?: boolean
  /** Where it is not that of the whole section. */
  support?: Support | undefined
  state: FieldState | undefined
  value: string
  onChange: (value: string) => void
}

/** A number: what it does on the left, where it is written on the right, what became of it below. */
export function NumberField(props: NumberFieldProps) {
  const { name, label, about, code = false, support, state, value, onChange } = props
  const aboutId = useId()
  const noteId = useId()
  const stateId = useId()
  const note = supportNote(support)
  return (
    <div>
      <div className="grid grid-cols-[minmax(0,1fr)_6rem] items-start gap-x-3">
        <div className="min-w-0 text-small">
          <p className="flex flex-wrap items-center gap-x-2">
            <span className={code ? 'font-mono' : undefined}>{label}</span>
            {support?.kind === 'emulated' && <SupportBadge support={support} />}
          </p>
          <p id={aboutId} className="text-ink-soft wrap-anywhere">
            {about.filter((sentence) => sentence !== '').join(' ')}
          </p>
        </div>
        <TextField
          label=""
          name={name}
          aria-label={label}
          aria-describedby={`${aboutId} ${noteId} ${stateId}`}
          aria-invalid={isFault(state)}
          inputMode="decimal"
          value={value}
          onChange={onChange}
        />
      </div>
      <p id={noteId} className="mt-1 text-small text-ink-soft wrap-anywhere empty:hidden">
        {note}
      </p>
      <FieldLine id={stateId} state={state} />
    </div>
  )
}

interface NameFieldProps {
  state: FieldState | undefined
  children: (props: Pick<ComponentProps<'input'>, 'aria-describedby' | 'aria-invalid'>) => ReactNode
  className?: string
}

/** A name, and what became of it below. */
export function NameField({ state, children, className }: NameFieldProps) {
  const stateId = useId()
  return (
    <div className={className}>
      {children({ 'aria-describedby': stateId, 'aria-invalid': isFault(state) })}
      <FieldLine id={stateId} state={state} />
    </div>
  )
}

interface MissingField {
  label: string
  support: Support | undefined
}

/** What this service does not have, each reason once. Empty without such fields. */
export function MissingFields({ fields, code = false }: { fields: readonly MissingField[]; code?: boolean }) {
  const reasons = Map.groupBy(
    fields.filter(({ support }) => support?.kind === 'unsupported'),
    ({ support }) => supportNote(support)
  )
  if (reasons.size === 0) return null
  return (
    <ul aria-label={text.tune.missing} className="flex flex-col gap-2 text-small text-ink-soft">
      {Array.from(reasons, ([why, missing]) => (
        <li key={why}>
          <span className="flex flex-wrap items-center gap-x-2">
            <span className={code ? 'font-mono' : undefined}>{missing.map(({ label }) => label).join(', ')}</span>
            <SupportBadge support={missing[0]?.support} />
          </span>
          <span className="wrap-anywhere">{why}</span>
        </li>
      ))}
    </ul>
  )
}
