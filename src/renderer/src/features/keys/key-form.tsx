import { type ComponentProps, useEffect, useId, useRef, useState } from 'react'
import { type SecretList, SecretTarget } from '../../../../shared/ipc/secret-calls.ts'
import { text } from '../../text/en.ts'
import { Button } from '../../ui/button.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Say } from '../../ui/setting-rows.tsx'
import type { KeyPlace, Keys } from './use-keys.ts'

const field =
  'h-9 w-full min-w-0 rounded-lg border border-line-strong bg-paper px-2.5 placeholder:text-ink-soft disabled:opacity-60 aria-invalid:border-danger'

interface KeyFormProps {
  /** Undefined: a named secret, whose name is asked for too. */
  target: SecretTarget | undefined
  label: string
  list: SecretList
  set: Keys['set']
  onSaved: (target: SecretTarget) => void
  onCancel: () => void
}

/**
 * Takes a key. What is typed is in the field and nowhere else: the field is not controlled, it is cleared in the same task in which its
 * value is handed to main, and no state, message or error of this page holds it.
 */
export function KeyForm({ target, label, list, set, onSaved, onCancel }: KeyFormProps) {
  const valueRef = useRef<HTMLInputElement>(null)
  const nameRef = useRef<HTMLInputElement>(null)
  const errorId = useId()
  const [place, setPlace] = useState<KeyPlace>(list.places[0] ?? 'memory')
  const [state, setState] = useState<{ kind: 'idle' } | { kind: 'saving' } | { kind: 'refused'; why: string }>({
    kind: 'idle'
  })
  const refused = state.kind === 'refused'

  useEffect(() => {
    // Whoever opens the form wants to paste.
    const first = nameRef.current ?? valueRef.current
    first?.focus()
  }, [])

  const save = async (): Promise<void> => {
    const wanted = target ?? namedTarget(nameRef.current)
    if (wanted === undefined) {
      setState({ kind: 'refused', why: text.keys.badName })
      nameRef.current?.focus()
      return
    }
    const asked = takeValue(valueRef.current, (value) => set(wanted, value, place))
    if (asked === undefined) {
      setState({ kind: 'refused', why: text.keys.empty })
      return
    }
    setState({ kind: 'saving' })
    const why = await asked
    if (why === undefined) {
      onSaved(wanted)
      return
    }
    setState({ kind: 'refused', why })
    valueRef.current?.focus()
  }

  return (
    <form
      className="flex flex-col gap-2.5 rounded-lg border border-line bg-surface p-3"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      {target === undefined && (
        <PlainField ref={nameRef} label={text.keys.nameField} placeholder="OPENAI_KEY" type="text" autoComplete="off" />
      )}
      <PlainField
        ref={valueRef}
        label={label}
        type="password"
        // What browsers never offer to remember.
        autoComplete="one-time-code"
        data-1p-ignore
        data-lpignore="true"
        aria-invalid={refused}
        {...(refused ? { 'aria-describedby': errorId } : {})}
      />
      <output id={errorId} className="empty:hidden">
        {refused && <Say warn>{state.why}</Say>}
      </output>
      {list.places.length > 1 && (
        <div>
          <Segmented
            label={text.keys.placeChoice}
            value={place}
            choices={list.places.map((one) => ({ value: one, label: text.keys.placeLabel[one] }))}
            onChange={setPlace}
          />
        </div>
      )}
      {place === 'protected' && <Say>{list.why}</Say>}
      {place === 'file' && <Say warn>{text.keys.fileWarning}</Say>}
      {place === 'memory' && <Say>{text.keys.memoryNote}</Say>}
      <div className="flex gap-2">
        <Button type="submit" size="small" tone="primary" disabled={state.kind === 'saving'}>
          {state.kind === 'saving' ? text.keys.saving : text.keys.save}
        </Button>
        <Button size="small" onClick={onCancel}>
          {text.keys.cancel}
        </Button>
      </div>
    </form>
  )
}

/** Undefined where the name can stand in no placeholder. */
function namedTarget(input: HTMLInputElement | null): SecretTarget | undefined {
  return SecretTarget.safeParse({ kind: 'named', name: input?.value.trim() ?? '' }).data
}

/** Hands over what is in the field and clears it, whatever comes of that; undefined where there is nothing. */
function takeValue<T>(input: HTMLInputElement | null, hand: (value: string) => T): T | undefined {
  if (input === null || input.value.trim() === '') return undefined
  try {
    return hand(input.value)
  } finally {
    input.value = ''
  }
}

interface PlainFieldProps extends ComponentProps<'input'> {
  label: string
}

/** A field that keeps its value to itself. */
function PlainField({ label, ...rest }: PlainFieldProps) {
  return (
    <label className="flex min-w-0 flex-col gap-1 text-small">
      <span>{label}</span>
      <input spellCheck={false} className={field} {...rest} />
    </label>
  )
}
