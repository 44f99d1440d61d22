import { parsedObject } from './json-fields.ts'
import { record } from './profile-fields.ts'

/** What Napster takes as `externalClientId` (napster.md section 3). */
export const CLIENT_ID = /^[A-Za-z0-9_-]{1,32}$/

/** A string as it is, anything else as JSON; '' when there is nothing. */
export function shownJson(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

/** A JSON object for `externalClientProfile`. What is none is kept as it was typed: main refuses it, and nothing is lost. */
export function clientProfileOf(typed: string): { value: unknown; valid: boolean } {
  if (typed.trim() === '') return { value: undefined, valid: true }
  const value = parsedObject(typed)
  return value === null ? { value: typed, valid: false } : { value, valid: true }
}

/** Tags as lines `name: value`; as JSON where lines would not say the same. */
export function shownTags(tags: unknown): string {
  const lines = Object.entries(record(tags)).map(([name, value]) => `${name}: ${String(value)}`)
  const shown = lines.join('\n')
  return JSON.stringify(tagsOf(shown).value) === JSON.stringify(tags) ? shown : shownJson(tags)
}

/**
 * The tags of lines `name: value`, or of a JSON object. With a `wrong` line all is kept as it was typed: main refuses it, and nothing is
 * lost.
 */
export function tagsOf(typed: string): { value: unknown; wrong?: string } {
  const object = parsedObject(typed)
  if (object !== null) return { value: object }
  const lines = typed.split('\n').filter((line) => line.trim() !== '')
  const tags = lines.map(tagOf)
  const wrong = lines.find((_, at) => tags[at] === undefined)
  if (wrong !== undefined) return { value: typed, wrong: wrong.trim() }
  const entries = tags.filter((tag) => tag !== undefined)
  return { value: entries.length === 0 ? undefined : Object.fromEntries(entries) }
}

function tagOf(line: string): [string, string] | undefined {
  const at = line.indexOf(':')
  const name = line.slice(0, Math.max(at, 0)).trim()
  return name === '' ? undefined : [name, line.slice(at + 1).trim()]
}

/** One saved change of a profile's `tuning`: where it stands, and what it says. */
export interface TuningPart {
  /** Its field, with the field inside it, or the place in its list. */
  at: readonly [string] | readonly [string, string | number]
  value: string
}

/** Every saved change by itself, in the order in which they are made at the start. */
export function tuningParts(tuning: unknown): TuningPart[] {
  return Object.entries(record(tuning)).flatMap(([name, value]): TuningPart[] => {
    if (name === 'turnDetection') {
      return Object.entries(record(value)).map(([inner, ms]) => ({ at: [name, inner], value: shownJson(ms) }))
    }
    if (name === 'context' && Array.isArray(value)) {
      return value.map((words: unknown, at) => ({ at: [name, at], value: shownJson(words) }))
    }
    return [{ at: [name], value: shownJson(value) }]
  })
}

/** What the field of a removed change becomes; undefined when nothing is left of it. */
export function withoutTuningPart(tuning: unknown, [name, inner]: TuningPart['at']): unknown {
  const value = record(tuning)[name]
  if (inner === undefined) return undefined
  if (Array.isArray(value)) {
    const rest = value.filter((_, at) => at !== inner)
    return rest.length === 0 ? undefined : rest
  }
  const { [inner]: _, ...rest } = record(value)
  return Object.keys(rest).length === 0 ? undefined : rest
}
