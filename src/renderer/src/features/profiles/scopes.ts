import type { Scope } from './field.ts'
import { fieldsOf } from './field-table.ts'
import { type Path, valueAt } from './json-fields.ts'
import { record } from './profile-fields.ts'

/** One object of a profile whose fields the table knows: `base` is its place in the file. */
export interface Place {
  scope: Scope
  base: Path
  item: Record<string, unknown>
}

const AGENT: Path = ['settings', 'agent']
export const LISTEN: Path = [...AGENT, 'listen', 'provider']

/** The places of what may be one object or a list of them in their order: one object stands at the path itself. */
export function itemPaths(profile: unknown, path: Path): Path[] {
  const value = valueAt(profile, path)
  if (value === undefined) return []
  return Array.isArray(value) ? value.map((_, at) => [...path, at]) : [path]
}

export const thinkPaths = (profile: unknown): Path[] => itemPaths(profile, [...AGENT, 'think'])
export const speakPaths = (profile: unknown): Path[] => itemPaths(profile, [...AGENT, 'speak'])

/** The places of the functions of one `think` block. */
export function functionPaths(profile: unknown, think: Path): Path[] {
  const path = [...think, 'functions']
  return Array.isArray(valueAt(profile, path)) ? itemPaths(profile, path) : []
}

/** Every object of the profile that the table has fields for. */
export function placesOf(profile: Record<string, unknown>): Place[] {
  const place = (scope: Scope, base: Path): Place => ({ scope, base, item: record(valueAt(profile, base)) })
  if (profile['service'] === 'napster') {
    return [place('profile', []), place('napster', ['settings']), place('tuning', ['tuning'])]
  }
  const rest = [place('profile', []), place('settings', ['settings'])]
  if (typeof valueAt(profile, AGENT) === 'string') return rest
  const thinks = thinkPaths(profile)
  return [
    ...rest,
    place('listen', LISTEN),
    ...thinks.flatMap((path) => [
      place('think', path),
      ...functionPaths(profile, path).map((inner) => place('function', inner))
    ]),
    ...speakPaths(profile).map((path) => place('speak', path))
  ]
}

/** Objects that hold fields of the table and are no field themselves. */
const holders = (scope: Scope): Set<string> =>
  new Set(fieldsOf(scope).flatMap(({ path }) => path.slice(1).map((_, at) => path.slice(0, at + 1).join('.'))))

/** Parts of `settings.agent` that have a scope of their own. */
const inner: Partial<Record<Scope, readonly string[]>> = {
  settings: ['agent', 'agent.listen', 'agent.listen.provider', 'agent.think', 'agent.speak']
}

/** The fields that the table does not know, by their place. They stay as they are written. */
export function unknownPaths(profile: Record<string, unknown>): Path[] {
  return placesOf(profile).flatMap(({ scope, base, item }) => {
    const known = new Set(fieldsOf(scope).map(({ path }) => path.join('.')))
    const open = new Set([...holders(scope), ...(inner[scope] ?? [])])
    return unknownIn(item, [], { known, open }).map((path) => [...base, ...path])
  })
}

function unknownIn(item: unknown, at: readonly string[], table: { known: Set<string>; open: Set<string> }): string[][] {
  return Object.entries(record(item)).flatMap(([name, value]) => {
    const path = [...at, name]
    const id = path.join('.')
    const isObject = Object.keys(record(value)).length > 0
    if (table.open.has(id) && isObject && !['agent.listen.provider', 'agent.think', 'agent.speak'].includes(id)) {
      return unknownIn(value, path, table)
    }
    return table.known.has(id) || table.open.has(id) ? [] : [path]
  })
}
