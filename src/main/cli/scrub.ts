/** Shorter values are not looked for: they would turn ordinary words into noise. */
const MIN_SECRET_LENGTH = 6

const SECRET_VARIABLE = /^(DEEPGRAM_API_KEY|NAPSTER_API_KEY|PARLEY_AGENT_KEY|PARLEY_SECRET_(.+))$/

/** Replaces every secret of the environment in a text: a service may echo what it was sent. */
export type Scrub = (text: string) => string

/** `{{secret:NAME}}` for `PARLEY_SECRET_NAME`, `[NAME]` for the keys; also as the value stands inside JSON, and JSON inside JSON. */
export function scrubberFor(env: Readonly<Record<string, string | undefined>>): Scrub {
  const replacements: { value: string; name: string }[] = []
  for (const [variable, raw] of Object.entries(env)) {
    const match = SECRET_VARIABLE.exec(variable)
    const value = raw?.trim() ?? ''
    if (match === null || value.length < MIN_SECRET_LENGTH) continue
    const name = match[2] === undefined ? `[${variable}]` : `{{secret:${match[2]}}}`
    replacements.push(...escapings(value).map((escaped) => ({ value: escaped, name })))
  }
  // The longest first: one secret may be a part of another.
  replacements.sort((a, b) => b.value.length - a.value.length)
  return (text) => replacements.reduce((scrubbed, { value, name }) => scrubbed.replaceAll(value, name), text)
}

/** The value as it is, inside a JSON text, and inside a JSON text that is itself a string of one. */
function escapings(value: string): string[] {
  const once = JSON.stringify(value).slice(1, -1)
  const twice = JSON.stringify(once).slice(1, -1)
  return [...new Set([value, once, twice])]
}
