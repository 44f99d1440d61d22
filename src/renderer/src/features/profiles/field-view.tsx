import { clsx } from 'clsx'
import { type ReactNode, useId, useState } from 'react'
import { fieldText, type FieldWords } from '../../text/en-profile-fields.ts'
import { text } from '../../text/en.ts'
import type { Fault } from './check-profile.ts'
import { type Draft, pathKey, useDraft } from './draft.tsx'
import { ControlView, type PartProps } from './field-controls.tsx'
import { type Control, type Field, fieldId, type Scope } from './field.ts'
import { fieldsOf } from './field-table.ts'
import { type Path, valueAt } from './json-fields.ts'
import { record } from './profile-fields.ts'

const words = text.profiles

/** Of what is written as one text the first thing that is wrong inside it, too. */
function faultAt(faults: Draft['faults'], path: Path, { kind }: Control): Fault | undefined {
  const key = pathKey(path)
  const exact = faults.get(key)
  if (exact !== undefined || !['json', 'pairs', 'lines', 'texts'].includes(kind)) return exact
  return [...faults].find(([at]) => at.startsWith(`${key}\u0000`))?.[1]
}

/** One field of the table, with what is wrong with it below. */
export function FieldView({ field, base }: { field: Field; base: Path }) {
  const { profile, faults, set } = useDraft()
  const noteId = useId()
  const path = [...base, ...field.path]
  const { label, about = '' } = fieldText[fieldId(field)] as FieldWords
  const fault = faultAt(faults, path, field.control)
  const part: PartProps = {
    control: field.control,
    label,
    value: valueAt(profile, path),
    fault,
    noteId,
    provider: valueAt(profile, [...base, 'provider', 'type']),
    onChange: (value) => {
      set(path, value)
    }
  }
  const isShort = ['number', 'choice', 'text', 'listed'].includes(field.control.kind)
  return (
    <div
      data-field={path.join('.')}
      className={clsx('flex min-w-0 flex-col gap-1 text-small', !isShort && 'col-span-full')}
    >
      <ControlView part={part} />
      <Note id={noteId} fault={fault} about={about} />
    </div>
  )
}

/** What is wrong with a field, else what it is about. */
export function Note({
  id,
  fault,
  about = ''
}: {
  id: string
  fault: Pick<Fault, 'message' | 'blocks'> | undefined
  about?: string
}) {
  const tone = fault === undefined ? 'text-ink-soft' : fault.blocks ? 'text-danger' : 'text-warn'
  return (
    <p id={id} aria-live="polite" className={clsx('text-small wrap-anywhere empty:hidden', tone)}>
      {fault?.message ?? about}
    </p>
  )
}

/** Fields side by side where there is room. */
export function Fields({ children }: { children: ReactNode }) {
  return <div className="grid gap-x-3 gap-y-3 wide:grid-cols-2">{children}</div>
}

interface ScopeFieldsProps {
  scope: Scope
  base: Path
  /** Only these, by the beginning of their path. */
  only?: readonly string[]
  /** Not these. */
  but?: readonly string[]
}

/** The fields of a scope that make sense with what is beside them, and those that are set all the same. Rare ones stand behind "More". */
export function ScopeFields({ scope, base, only, but = [] }: ScopeFieldsProps) {
  const { profile, faults } = useDraft()
  const item = record(valueAt(profile, base))
  const isSet = ({ path, control }: Field): boolean => {
    const value = valueAt(item, path)
    return (
      value !== undefined &&
      (control.kind === 'json' || control.kind === 'pairs' || typeof value !== 'object' || Array.isArray(value))
    )
  }
  const shownHere = fieldsOf(scope).filter((field) => {
    const id = field.path.join('.')
    const asked = only === undefined || only.some((start) => id.startsWith(start))
    if (!asked || but.some((start) => id.startsWith(start)) || field.control.kind === 'own') return false
    return field.when === undefined || field.when(item) || isSet(field)
  })
  // Once open it stays, whatever is set in it.
  const [openFirst] = useState(() => shownHere.some((field) => field.more === true && isSet(field)))
  const view = (field: Field): ReactNode => <FieldView key={fieldId(field)} field={field} base={base} />
  const rare = shownHere.filter(({ more }) => more === true)
  const isWrong = rare.some(({ path, control }) => faultAt(faults, [...base, ...path], control) !== undefined)
  return (
    <>
      <Fields>{shownHere.filter(({ more }) => more !== true).map(view)}</Fields>
      {rare.length > 0 && (
        <details open={openFirst || isWrong}>
          <summary className="w-fit rounded-md text-small text-ink-soft hover:text-ink">{words.editor.more}</summary>
          <div className="pt-2.5">
            <Fields>{rare.map(view)}</Fields>
          </div>
        </details>
      )}
    </>
  )
}
