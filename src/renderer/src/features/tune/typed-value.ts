import { text } from '../../text/en.ts'

/** What stands in a field: nothing, a value, or something wrong, with a sentence that says what to write. */
export type TypedValue<V> = { kind: 'absent' } | { kind: 'value'; value: V } | { kind: 'wrong'; problem: string }

/** Both ends are allowed. `whole`: no fractions. */
export interface NumberRange {
  min: number
  max: number
  whole?: boolean
}

/** Reads a name; spaces around it do not count. */
export function readName(typed: string): TypedValue<string> {
  const value = typed.trim()
  return value === '' ? { kind: 'absent' } : { kind: 'value', value }
}

/** Reads a number; a comma counts as the decimal point, a typographic minus as a minus. */
export function readNumber(range: NumberRange): (typed: string) => TypedValue<number> {
  return (typed) => {
    const trimmed = typed.trim().replace('−', '-').replace(',', '.')
    if (trimmed === '') return { kind: 'absent' }
    const value = Number(trimmed)
    const fits = value >= range.min && value <= range.max && (range.whole !== true || Number.isInteger(value))
    return fits ? { kind: 'value', value } : { kind: 'wrong', problem: text.tune.number.wrong(range) }
  }
}
