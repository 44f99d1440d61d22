import { mapStrings, type Json } from './placeholders.ts'

/** Characters a secret must have at least: a shorter one could not be taken out of a report without wrecking it. */
export const MIN_SECRET_LENGTH = 6

/** True if `value` is too short to be kept out of what is reported; white space around it does not count. */
export function isTooShort(value: string): boolean {
  return value.trim().length < MIN_SECRET_LENGTH
}

/** Takes secret values out of everything that is reported. */
export interface Redactor {
  text(text: string): string
  json(value: unknown): Json
}

/**
 * `secrets` maps what must not be seen to what stands for it. Each is also found as it stands inside a JSON text, and in
 * JSON inside JSON: services echo what they were sent. Longer values are taken out first; too short ones are not looked for.
 */
export function redactor(secrets: Iterable<readonly [value: string, name: string]>): Redactor {
  const entries = [...secrets]
    .filter(([value]) => !isTooShort(value))
    .flatMap(([value, name]) => escapings(value.trim()).map((escaped) => ({ escaped, name })))
    .toSorted((a, b) => b.escaped.length - a.escaped.length)
  const text = (raw: string): string =>
    entries.reduce((clean, { escaped, name }) => clean.replaceAll(escaped, () => name), raw)
  return { text, json: (value) => mapStrings(value, text) }
}

/** The value as it is, inside a JSON text, and inside a JSON text that is itself a string of one. */
function escapings(value: string): string[] {
  const once = JSON.stringify(value).slice(1, -1)
  const twice = JSON.stringify(once).slice(1, -1)
  return [...new Set([value, once, twice])]
}
