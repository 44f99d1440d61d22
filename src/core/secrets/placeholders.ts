/** Any JSON value; what settings and wire messages are made of. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

const PLACEHOLDER = /\{\{secret:([A-Za-z_][A-Za-z0-9_]*)\}\}/g
const BROKEN_PLACEHOLDER = /\{\{\s*secret\s*:(?![A-Za-z_][A-Za-z0-9_]*\}\})|\{\{\s+secret\s*:|\{\{secret\s+:/

/** Deeper levels of a received message are cut, so that no message can exhaust the stack. */
const MAX_DEPTH = 64

/** A copy of `value` with `change` applied to every string and object key in it, `levels` deep. */
export function mapStrings(value: unknown, change: (text: string) => string, levels = MAX_DEPTH): Json {
  if (typeof value === 'string') return change(value)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'object' || value === null) return null
  if (levels <= 0) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change, levels - 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), mapStrings(item, change, levels - 1)])
  )
}

/** Calls `visit` with every string in `value` and the path to it (`agent.think.prompt`). */
export function eachString(value: unknown, visit: (text: string, path: string) => void, path = ''): void {
  if (typeof value === 'string') visit(value, path)
  if (typeof value !== 'object' || value === null) return
  for (const [key, item] of Object.entries(value)) eachString(item, visit, path === '' ? key : `${path}.${key}`)
}

/** Names of all `{{secret:NAME}}` in `value`, each once. */
export function secretNames(value: unknown): string[] {
  const names = new Set<string>()
  eachString(value, (text) => {
    for (const match of text.matchAll(PLACEHOLDER)) names.add(match[1] as string)
  })
  return [...names]
}

/** True if `text` tries to name a secret in a way that would be sent as it stands. */
export function hasBrokenPlaceholder(text: string): boolean {
  return BROKEN_PLACEHOLDER.test(text)
}

/** `text` with every placeholder replaced by its secret; all of them must be in `secrets`. */
export function fillPlaceholders(text: string, secrets: ReadonlyMap<string, string>): string {
  return text.replace(PLACEHOLDER, (placeholder, name: string) => secrets.get(name) ?? placeholder)
}
