import { clsx } from 'clsx'
import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { fieldText, type FieldWords } from '../../text/en-profiles.ts'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Check, TextBox, TextField } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { ChoiceField } from '../choices/choice-field.tsx'
import type { Fault } from './check-profile.ts'
import { type Draft, pathKey, useDraft } from './draft.tsx'
import { type Control, type Field, fieldId, fieldsOf, type Scope } from './field-table.ts'
import { type Path, valueAt } from './json-fields.ts'
import { record } from './profile-fields.ts'
import { shown, typedValue } from './typed-values.ts'

const words = text.profiles

/** Of what is written as one text the first thing that is wrong inside it, too. */
function faultAt(faults: Draft['faults'], path: Path, { kind }: Control): Fault | undefined {
  const key = pathKey(path)
  const exact = faults.get(key)
  if (exact !== undefined || !['json', 'pairs', 'lines', 'texts'].includes(kind)) return exact
  return [...faults].find(([at]) => at.startsWith(`${key}\u0000`))?.[1]
}

interface PartProps {
  control: Control
  label: string
  value: unknown
  fault: Fault | undefined
  /** Of the sentence below. */
  noteId: string
  onChange: (value: unknown) => void
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

function ControlView({ part }: { part: PartProps }) {
  switch (part.control.kind) {
    case 'check':
      return <CheckPart {...part} otherwise={part.control.otherwise} />
    case 'choice':
      return <ChoicePart {...part} options={part.control.options} />
    case 'listed':
      return <ListedPart {...part} what={part.control.what} />
    case 'texts':
      return <TextsPart {...part} />
    case 'text':
    case 'number':
      return <LinePart {...part} />
    default:
      return <BoxPart {...part} />
  }
}

function described({ fault, noteId }: PartProps) {
  return { 'aria-invalid': fault?.blocks === true, 'aria-describedby': noteId }
}

function CheckPart({ label, value, onChange, otherwise }: PartProps & { otherwise: boolean }) {
  return (
    <Check
      label={label}
      checked={typeof value === 'boolean' ? value : otherwise}
      onChange={(checked) => {
        onChange(checked === otherwise ? undefined : checked)
      }}
    />
  )
}

const UNSET = ' '

function ChoicePart({ label, value, onChange, options, ...rest }: PartProps & { options: readonly string[] }) {
  const known = shown(rest.control, value)
  const other = known === '' || options.includes(known) ? [] : [{ value: known, label: words.editor.otherValue(known) }]
  const choices = [
    { value: UNSET, label: words.editor.unset },
    ...options.map((option) => ({ value: option, label: words.providers[option] ?? option })),
    ...other
  ]
  return (
    <>
      <span aria-hidden>{label}</span>
      <Select
        framed
        label={label}
        value={known === '' ? UNSET : known}
        choices={choices}
        className="bg-paper!"
        onChange={(next) => {
          if (next !== known) onChange(next === UNSET ? undefined : next)
        }}
      />
    </>
  )
}

/** What a person types stays as it is typed while its value goes into the file. */
function useTyped({ control, value, onChange }: PartProps): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(() => shown(control, value))
  return [
    typed,
    (next) => {
      setTyped(next)
      onChange(typedValue(control, next))
    }
  ]
}

function LinePart(part: PartProps) {
  const listId = useId()
  const [typed, type] = useTyped(part)
  const { control } = part
  const options = 'options' in control ? control.options : undefined
  const isMono = control.kind === 'text' && control.mono === true
  return (
    <>
      <TextField
        label={part.label}
        value={typed}
        inputMode={control.kind === 'number' ? 'decimal' : 'text'}
        className={isMono ? '[&_input]:font-mono' : ''}
        {...(options === undefined ? {} : { list: listId })}
        {...described(part)}
        onChange={type}
      />
      {options !== undefined && (
        <datalist id={listId}>
          {options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </datalist>
      )}
    </>
  )
}

function BoxPart(part: PartProps) {
  const [typed, type] = useTyped(part)
  const isCode = part.control.kind !== 'words'
  return (
    <>
      <span aria-hidden>{part.label}</span>
      <TextBox
        label={part.label}
        value={typed}
        spellCheck={!isCode}
        className={isCode ? 'font-mono text-small' : 'text-small'}
        {...described(part)}
        onChange={type}
      />
    </>
  )
}

function ListedPart(part: PartProps & { what: 'agents' | 'models' | 'voices' }) {
  const { profile } = useDraft()
  const { label, value, what, onChange, noteId, fault } = part
  const url = profile['url']
  const service = profile['service'] === 'napster' ? 'napster' : 'deepgram'
  return (
    <ChoiceField
      label={label}
      value={typeof value === 'string' ? value : ''}
      of={{ service, what, ...(typeof url === 'string' && url !== '' ? { url } : {}) }}
      aria-invalid={fault?.blocks === true}
      aria-describedby={noteId}
      onChange={(next) => {
        // The id of an agent stays as an empty text, which says what is missing.
        onChange(next === '' && what !== 'agents' ? undefined : next)
      }}
    />
  )
}

/** Several texts of any length. */
function TextsPart({ label, value, onChange }: PartProps) {
  const texts = Array.isArray(value) ? value.map(String) : []
  const change = (next: readonly string[]): void => {
    onChange(next.length === 0 ? undefined : next)
  }
  return (
    <>
      <span>{label}</span>
      {texts.map((line, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a text has no other name than its place
        <div key={at} className="flex items-start gap-1">
          <TextBox
            label={words.textLabel(label, at + 1)}
            value={line}
            className="text-small"
            onChange={(next) => {
              change(texts.with(at, next))
            }}
          />
          <IconButton
            label={words.textRemove(label, at + 1)}
            icon={Trash2}
            size="small"
            onClick={() => {
              change(texts.toSpliced(at, 1))
            }}
          />
        </div>
      ))}
      <Button
        size="small"
        icon={Plus}
        className="self-start"
        onClick={() => {
          change([...texts, ''])
        }}
      >
        {words.textAdd}
      </Button>
    </>
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
