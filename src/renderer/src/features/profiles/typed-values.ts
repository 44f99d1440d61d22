import type { Control } from './field.ts'
import { parsedObject } from './json-fields.ts'
import { record } from './profile-fields.ts'

/** A value as a person edits it in a box of text: a string as it is, anything else as JSON; '' when there is nothing. */
export function shownJson(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** The value as the control shows it. What does not fit the control is shown as JSON, so that nothing is hidden. */
export function shown(control: Control, value: unknown): string {
  if (control.kind === 'pairs') return shownPairs(value)
  if (control.kind === 'lines' && isLines(value)) return value.join('\n')
  return shownJson(value)
}

/**
 * The value that what was typed stands for; undefined for nothing. What does not fit is kept as it was typed: it is told beside the field,
 * and nothing is lost.
 */
export function typedValue(control: Control, typed: string): unknown {
  if (typed === '') return undefined
  switch (control.kind) {
    case 'number':
      return numberOf(typed)
    case 'lines':
      return linesOf(typed)
    case 'pairs':
      return pairsOf(typed).value
    case 'json':
      return control.list === true ? listOf(typed) : typed.trim() === '' ? undefined : (parsedObject(typed) ?? typed)
    default:
      return typed
  }
}

function isLines(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((line) => typeof line === 'string' && line !== '' && !line.includes('\n'))
}

function numberOf(typed: string): unknown {
  const trimmed = typed.trim()
  const value = Number(trimmed.replace(',', '.'))
  return trimmed === '' ? undefined : Number.isFinite(value) ? value : trimmed
}

function linesOf(typed: string): unknown {
  const lines = typed.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
  return lines.length === 0 ? undefined : lines
}

function listOf(typed: string): unknown {
  if (typed.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(typed)
    return Array.isArray(value) ? value : typed
  } catch {
    return typed
  }
}

/** Pairs as lines `name: value`; as JSON where lines would not say the same. */
function shownPairs(pairs: unknown): string {
  const lines = Object.entries(record(pairs)).map(([name, value]) => `${name}: ${String(value)}`)
  const text = lines.join('\n')
  return JSON.stringify(pairsOf(text).value) === JSON.stringify(pairs) ? text : shownJson(pairs)
}

/** The object of lines `name: value`, or of a JSON object. With a `wrong` line all is kept as it was typed. */
export function pairsOf(typed: string): { value: unknown; wrong?: string } {
  const object = parsedObject(typed)
  if (object !== null) return { value: object }
  const lines = typed.split('\n').filter((line) => line.trim() !== '')
  const pairs = lines.map(pairOf)
  const wrong = lines.find((_, at) => pairs[at] === undefined)
  if (wrong !== undefined) return { value: typed, wrong: wrong.trim() }
  const entries = pairs.filter((pair) => pair !== undefined)
  return { value: entries.length === 0 ? undefined : Object.fromEntries(entries) }
}

function pairOf(line: string): [string, string] | undefined {
  const at = line.indexOf(':')
  const name = line.slice(0, Math.max(at, 0)).trim()
  return name === '' || name === '__proto__' ? undefined : [name, line.slice(at + 1).trim()]
}
