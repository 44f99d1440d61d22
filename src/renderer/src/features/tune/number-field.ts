import { text } from '../../text/en.ts'

/** A number as it was typed: absent, read, or wrong with a sentence. */
export type TypedNumber = { kind: 'absent' } | { kind: 'number'; value: number } | { kind: 'wrong'; problem: string }

export interface NumberRange {
  min: number
  max: number
}

/** Reads a typed number; a comma counts as the decimal point. */
export function readNumber(label: string, typed: string, range?: NumberRange): TypedNumber {
  const trimmed = typed.trim().replace('−', '-').replace(',', '.')
  if (trimmed === '') return { kind: 'absent' }
  const value = Number(trimmed)
  if (!Number.isFinite(value)) return { kind: 'wrong', problem: text.tune.number.notNumber(label) }
  if (range !== undefined && (value < range.min || value > range.max)) {
    return { kind: 'wrong', problem: text.tune.number.outside(label, range.min, range.max) }
  }
  return { kind: 'number', value }
}
