import type { CommandResult } from '../../../../shared/commands.ts'

/**
 * What became of one field. A command may change several: its reason is said once, at the field that it is about; the others are `unchanged`
 * when it was refused, and have no `reason` when it was not confirmed. `value`: what was sent. `wrong`: not sent at all.
 */
export type FieldState =
  | { kind: 'sending' }
  | { kind: 'applied'; value: string }
  | { kind: 'unconfirmed'; value: string; reason: string }
  | { kind: 'refused'; reason: string }
  | { kind: 'unchanged' }
  | { kind: 'wrong'; problem: string }

/** One field of a command. `word`: what the service calls it. */
export interface SentField {
  key: string
  word: string
  value: string
}

export type FieldStates = Readonly<Record<string, FieldState>>

/** True of what says that a value holds now, or may hold. */
export function holds(state: FieldState): boolean {
  return state.kind === 'applied' || state.kind === 'unconfirmed'
}

/** True of a text in the field that is at fault. */
export function isFault(state: FieldState | undefined): boolean {
  return state?.kind === 'refused' || state?.kind === 'wrong'
}

/** True of what is said of the text that stands in the field. */
export function isAboutText(state: FieldState): boolean {
  return isFault(state) || state.kind === 'unchanged'
}

/** What the result of a command says of each field that it was to change. */
export function statesAfter(result: CommandResult, sent: readonly SentField[]): FieldStates {
  const concerned = result.outcome === 'applied' ? undefined : concernedBy(result.reason, sent)
  return Object.fromEntries(sent.map((field) => [field.key, stateAfter(result, field, field === concerned)]))
}

function stateAfter(result: CommandResult, { value }: SentField, isConcerned: boolean): FieldState {
  if (result.outcome === 'applied') return { kind: 'applied', value }
  if (result.outcome === 'unconfirmed') return { kind: 'unconfirmed', value, reason: isConcerned ? result.reason : '' }
  return isConcerned ? { kind: 'refused', reason: result.reason } : { kind: 'unchanged' }
}

/** The field that a reason names first; the first one where it names none. */
function concernedBy(reason: string, sent: readonly SentField[]): SentField | undefined {
  const named = sent
    .map((field) => ({ field, at: wordAt(reason.toLowerCase(), field.word.toLowerCase()) }))
    .filter(({ at }) => at >= 0)
  return named.toSorted((a, b) => a.at - b.at)[0]?.field ?? sent[0]
}

/** Where a word stands, not as a part of a longer one; -1 where it does not. */
function wordAt(sentence: string, word: string): number {
  return sentence.search(new RegExp(`(?<!\\w)${word}(?!\\w)`))
}
