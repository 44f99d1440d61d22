import { useState } from 'react'
import type { Command } from '../../../../shared/commands.ts'
import { useController } from '../session/assistant-context.tsx'
import { type FieldState, type FieldStates, holds, isAboutText, type SentField, statesAfter } from './field-state.ts'
import type { TypedValue } from './typed-value.ts'
import { useOfConversation } from './use-of-conversation.ts'

/** `word`: what the service calls the field, and how its refusals name it. `all`: what stands in every field of the form. */
export interface FieldKind<V> {
  word: string
  read: (typed: string, all: Readonly<Record<string, string>>) => TypedValue<V>
}

type Kinds = Record<string, FieldKind<string | number>>

/** The fields that were filled in. */
type Values<K extends Kinds> = { [F in keyof K]?: K[F] extends FieldKind<infer V> ? V : never }

interface Fields<K extends Kinds> {
  typed: (field: keyof K & string) => string
  state: (field: keyof K & string) => FieldState | undefined
  change: (field: keyof K & string, value: string) => void
  sending: boolean
  /** Nothing is filled in. */
  empty: boolean
  /** Sends what is filled in as one command, unless some of it is wrong: then that field of `form` gets the focus. */
  submit: (form: HTMLFormElement, command: (values: Values<K>) => Command) => Promise<void>
}

/** Fields of which those that are filled in are sent as one command; each knows what became of it. A field is emptied when its value was taken. */
export function useFields<K extends Kinds>(kinds: K): Fields<K> {
  const controller = useController()
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const [sending, setSending] = useState(false)
  const [states, setStates] = useOfConversation<FieldStates>({}, (now, isChanged) =>
    isChanged ? now : without(now, holds)
  )

  const submit = async (form: HTMLFormElement, command: (values: Values<K>) => Command): Promise<void> => {
    const { values, sent, wrong } = readAll(kinds, typed)
    setStates((now) => ({ ...without(now, isAboutText), ...wrong }))
    const [firstWrong] = Object.keys(wrong)
    if (firstWrong !== undefined) {
      const input = form.elements.namedItem(firstWrong)
      if (input instanceof HTMLInputElement) input.focus()
      return
    }
    if (sent.length === 0 || sending) return
    setSending(true)
    setStates((now) => ({ ...now, ...Object.fromEntries(sent.map(({ key }) => [key, { kind: 'sending' }] as const)) }))
    // The values were read by the kinds themselves.
    const result = await controller.send(command(values as Values<K>))
    setSending(false)
    setStates((now) => ({ ...now, ...statesAfter(result, sent) }))
    if (result.outcome === 'refused' || result.outcome === 'failed') return
    // What was typed meanwhile stays.
    setTyped((now) => Object.fromEntries(Object.entries(now).filter(([key, value]) => value !== typed[key])))
  }

  return {
    typed: (field) => typed[field] ?? '',
    state: (field) => states[field],
    change: (field, value) => {
      setTyped((now) => ({ ...now, [field]: value }))
      setStates((now) => without(now, (state, key) => key === field && isAboutText(state)))
    },
    sending,
    empty: Object.values(typed).join('').trim() === '',
    submit
  }
}

function without(states: FieldStates, drop: (state: FieldState, key: string) => boolean): FieldStates {
  return Object.fromEntries(Object.entries(states).filter(([key, state]) => !drop(state, key)))
}

interface ReadFields {
  values: Record<string, string | number>
  sent: SentField[]
  wrong: Record<string, FieldState>
}

function readAll(kinds: Kinds, typed: Readonly<Record<string, string>>): ReadFields {
  const all: ReadFields = { values: {}, sent: [], wrong: {} }
  for (const [key, { read, word }] of Object.entries(kinds)) {
    const value = read(typed[key] ?? '', typed)
    if (value.kind === 'wrong') all.wrong[key] = { kind: 'wrong', problem: value.problem }
    if (value.kind !== 'value') continue
    all.values[key] = value.value
    all.sent.push({ key, word, value: String(value.value) })
  }
  return all
}
