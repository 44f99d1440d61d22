/** Names of fields and numbers of list items, from the outside in. */
export type Path = readonly (string | number)[]

/** Where one field of an object, or item of a list, stands in the text: `start` at the opening quote of its name or at its value, `end` behind its value. */
interface Field {
  name: string | number
  start: number
  valueStart: number
  end: number
}

const SPACE = /[\t\n\r ]*/y

/** Behind the white space at `at`. */
function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at
  return at + (SPACE.exec(text)?.[0].length ?? 0)
}

/** Behind the string whose opening quote is at `at`. */
function skipString(text: string, at: number): number {
  let end = at + 1
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  return end + 1
}

/** Behind the value at `at`. */
function skipValue(text: string, at: number): number {
  let depth = 0
  let end = at
  do {
    const sign = text[end] as string
    if (sign === '"') {
      end = skipString(text, end)
      continue
    }
    if (sign === '{' || sign === '[') depth += 1
    if (sign === '}' || sign === ']') depth -= 1
    end += 1
  } while (end < text.length && (depth > 0 || !/[,}\]\s]/.test(text[end] as string)))
  return end
}

/** The fields or items of the object or list that begins at `at`; null for any other value. The text is valid JSON. */
function membersAt(text: string, at: number): Field[] | null {
  const isList = text[at] === '['
  if (!isList && text[at] !== '{') return null
  const members: Field[] = []
  let next = skipSpace(text, at + 1)
  while (text[next] !== '}' && text[next] !== ']') {
    const start = next
    const nameEnd = isList ? start : skipString(text, start)
    const valueStart = isList ? start : skipSpace(text, skipSpace(text, nameEnd) + 1)
    const end = skipValue(text, valueStart)
    const name = isList ? members.length : (JSON.parse(text.slice(start, nameEnd)) as string)
    members.push({ name, start, valueStart, end })
    next = skipSpace(text, end)
    if (text[next] === ',') next = skipSpace(text, next + 1)
  }
  return members
}

/** `text` as an object, or null when it is no JSON object. */
export function parsedObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** Where the value at `path` stands in the JSON object `text`, its name included; null where there is none. Of several fields of one name the last counts. */
export function placeOf(text: string, path: Path): { start: number; end: number } | null {
  const found = parsedObject(text) === null ? null : fieldAt(text, path)
  return found === null ? null : { start: found.start, end: found.end }
}

function fieldAt(text: string, path: Path): Field | null {
  const start = skipSpace(text, 0)
  let found: Field = { name: '', start, valueStart: start, end: text.trimEnd().length }
  for (const name of path) {
    const next = membersAt(text, found.valueStart)?.findLast((member) => member.name === name)
    if (next === undefined) return null
    found = next
  }
  return found
}

/** The value at `path` as it is written; null where there is none. */
export function rawAt(text: string, path: Path): string | null {
  const found = parsedObject(text) === null ? null : fieldAt(text, path)
  return found === null ? null : text.slice(found.valueStart, found.end)
}

/**
 * The JSON object `text` with `value` at `path`, or without it when `value` is undefined. Everything else stays as it is written: order,
 * numbers, white space, fields that nobody knows. What is on the way to it and missing, or neither object nor list, is made for a value;
 * what is left empty by a removal stays. Text that is no JSON object comes back as it was.
 */
export function withPath(text: string, path: Path, value: unknown): string {
  return withRaw(text, path, value === undefined ? undefined : written(value, path.length))
}

/** The same with the text of the value as it is to be written. */
export function withRaw(text: string, path: Path, raw: string | undefined): string {
  if (parsedObject(text) === null || path.length === 0) return text
  if (raw === undefined) return withoutPath(text, path)
  let depth = path.length
  while (depth > 0 && fieldAt(text, path.slice(0, depth)) === null) depth -= 1
  const known = fieldAt(text, path.slice(0, depth)) as Field
  if (depth === path.length) return text.slice(0, known.valueStart) + raw + text.slice(known.end)
  const members = membersAt(text, known.valueStart)
  const [name, ...rest] = path.slice(depth) as [string | number, ...(string | number)[]]
  if (members === null) {
    const made = wrapped([name, ...rest], raw, depth + 1)
    return text.slice(0, known.valueStart) + made + text.slice(known.end)
  }
  return inserted(text, known, members, { name, raw: wrapped(rest, raw, depth + 2) }, depth + 1)
}

function withoutPath(text: string, path: Path): string {
  const known = fieldAt(text, path)
  if (known === null) return text
  const rest = without(text, known)
  // Several of one name would give the older one back.
  return typeof path.at(-1) === 'string' ? withoutPath(rest, path) : rest
}

/** `value` as it is written `depth` levels deep. */
function written(value: unknown, depth: number): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${'  '.repeat(depth)}`)
}

/** `raw` inside the objects and lists that `path` names. `depth`: how deep what is in the outermost of them stands. */
function wrapped(path: Path, raw: string, depth: number): string {
  const [name, ...rest] = path
  if (name === undefined) return raw
  const inner = wrapped(rest, raw, depth + 1)
  const indent = `\n${'  '.repeat(depth)}`
  if (typeof name === 'number') return `[${indent}${inner}${indent.slice(0, -2)}]`
  return `{${indent}${JSON.stringify(name)}: ${inner}${indent.slice(0, -2)}}`
}

/** A new member behind the others of the object or list `outer`. */
function inserted(
  text: string,
  outer: Field,
  members: readonly Field[],
  { name, raw }: { name: string | number; raw: string },
  depth: number
): string {
  const indent = `\n${'  '.repeat(depth)}`
  const member = text[outer.valueStart] === '[' ? `${indent}${raw}` : `${indent}${JSON.stringify(String(name))}: ${raw}`
  const last = members.at(-1)
  if (last !== undefined) return `${text.slice(0, last.end)},${member}${text.slice(last.end)}`
  const open = outer.valueStart + 1
  return `${text.slice(0, open)}${member}${indent.slice(0, -2)}${text.slice(skipSpace(text, open))}`
}

/** Objects that a profile keeps also when nothing is left in them. */
const KEPT: ReadonlySet<string> = new Set(['settings', 'settings.agent'])

/** As {@link withPath}; and objects that a removal leaves empty go too, so that what is set and emptied again leaves nothing behind. */
export function edited(text: string, path: Path, value: unknown): string {
  let next = withPath(text, path, value)
  if (value !== undefined) return next
  for (let length = path.length - 1; length > 0; length -= 1) {
    const outer = path.slice(0, length)
    const isEmptyObject = /^\{\s*\}$/.test(rawAt(next, outer) ?? '')
    if (!isEmptyObject || typeof outer.at(-1) === 'number' || KEPT.has(outer.join('.'))) return next
    next = withPath(next, outer, undefined)
  }
  return next
}

/** The value at `path` of something parsed. */
export function valueAt(value: unknown, path: Path): unknown {
  let found = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string | number, unknown>)[name]
  }
  return found
}

/** Takes the comma along: the one behind the field, or that before the last one. */
function without(text: string, { start, end }: Field): string {
  const behind = skipSpace(text, end)
  if (text[behind] === ',') return text.slice(0, start) + text.slice(skipSpace(text, behind + 1))
  const before = text.slice(0, start).trimEnd()
  return (before.endsWith(',') ? before.slice(0, -1) : before) + text.slice(end)
}
