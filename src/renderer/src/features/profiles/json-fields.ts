/** Where one field of an object stands in its JSON text: `start` at the opening quote of its name, `end` behind its value. */
interface Field {
  name: string
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

/** The fields of the object that `text` is; null when it is no JSON object. */
function fieldsOf(text: string): Field[] | null {
  if (parsedObject(text) === null) return null
  const fields: Field[] = []
  let at = skipSpace(text, skipSpace(text, 0) + 1)
  while (text[at] === '"') {
    const start = at
    const nameEnd = skipString(text, at)
    const valueStart = skipSpace(text, skipSpace(text, nameEnd) + 1)
    const end = skipValue(text, valueStart)
    fields.push({ name: JSON.parse(text.slice(start, nameEnd)) as string, start, valueStart, end })
    at = skipSpace(text, end)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return fields
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

/**
 * The JSON object `text` with its field `name` set to `value`, or without it when `value` is undefined. Everything else stays as
 * it is written: order, numbers, white space, fields that nobody knows. Text that is no JSON object comes back as it was.
 */
export function withField(text: string, name: string, value: unknown): string {
  return withFieldAt(text, name, value, 1)
}

/** `depth`: how deep the object stands in the file, for the indent of what is new. */
function withFieldAt(text: string, name: string, value: unknown, depth: number): string {
  const fields = fieldsOf(text)
  if (fields === null) return text
  const same = fields.filter((field) => field.name === name)
  // Of several fields of one name the last one counts.
  const known = same.at(-1)
  if (value === undefined) return same.toReversed().reduce((rest, field) => without(rest, field), text)
  const indent = `\n${'  '.repeat(depth)}`
  const written = JSON.stringify(value, null, 2).replaceAll('\n', indent)
  if (known !== undefined) return text.slice(0, known.valueStart) + written + text.slice(known.end)
  const field = `${indent}${JSON.stringify(name)}: ${written}`
  const last = fields.at(-1)
  if (last !== undefined) return `${text.slice(0, last.end)},${field}${text.slice(last.end)}`
  const open = text.indexOf('{') + 1
  return `${text.slice(0, open)}${field}${indent.slice(0, -2)}${text.slice(skipSpace(text, open))}`
}

/**
 * The same for a field of an object inside the object: `path` names both. An inner object that is not there, or is none, is made for a value;
 * one that is left empty by a removal stays.
 */
export function withInnerField(text: string, path: readonly [string, string], value: unknown): string {
  const [outer, name] = path
  const known = fieldsOf(text)?.findLast((field) => field.name === outer)
  const inner = known === undefined ? '' : text.slice(known.valueStart, known.end)
  if (known === undefined || parsedObject(inner) === null) {
    return value === undefined ? text : withField(text, outer, { [name]: value })
  }
  return text.slice(0, known.valueStart) + withFieldAt(inner, name, value, 2) + text.slice(known.end)
}

/** Takes the comma along: the one behind the field, or that before the last one. */
function without(text: string, { start, end }: Field): string {
  const behind = skipSpace(text, end)
  if (text[behind] === ',') return text.slice(0, start) + text.slice(skipSpace(text, behind + 1))
  const before = text.slice(0, start).trimEnd()
  return (before.endsWith(',') ? before.slice(0, -1) : before) + text.slice(end)
}
