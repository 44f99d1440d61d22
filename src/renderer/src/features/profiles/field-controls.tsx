import { Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { text } from '../../text/en.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Check, TextBox, TextField } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { ChoiceField } from '../choices/choice-field.tsx'
import type { Fault } from './check-profile.ts'
import { useDraft } from './draft.tsx'
import type { Control } from './field.ts'
import { shown, typedValue } from './typed-values.ts'

const words = text.profiles

export interface PartProps {
  control: Control
  label: string
  value: unknown
  fault: Fault | undefined
  /** Of the sentence below. */
  noteId: string
  /** The kind of provider that the field belongs to; undefined where there is none. */
  provider: unknown
  onChange: (value: unknown) => void
}

/** What edits the value of one field. */
export function ControlView({ part }: { part: PartProps }) {
  switch (part.control.kind) {
    case 'check':
      return <CheckPart {...part} otherwise={part.control.otherwise} />
    case 'choice':
      return <ChoicePart {...part} options={part.control.options} />
    case 'listed':
      // The list of voices is Deepgram's.
      return part.control.what === 'voices' && part.provider !== 'deepgram' ? (
        <LinePart {...part} />
      ) : (
        <ListedPart {...part} what={part.control.what} />
      )
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
