import type { Point, Selection } from './fault.ts'

/** What is wrong with a part of a fault's text, in words that follow the text itself. */
export class FieldError extends Error {
  constructor(problem: string) {
    super(problem)
    this.name = 'FieldError'
  }
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 }
const LONGEST_MS = 24 * 60 * 60 * 1000
const UNITS_BYTES: Readonly<Record<string, number>> = { '': 1, KiB: 1024, MiB: 1024 * 1024 }
const LARGEST_BYTES = 64 * 1024 * 1024

/** `VALUE,name=value,...`: what follows a fault's name. Every field is taken once; what is left at the end is wrong. */
export class Fields {
  /** The first part, unless it is a named field; '' without one. */
  readonly value: string
  private readonly named = new Map<string, string>()

  /** With `valueHasName` the first part is the value even if it has an equals sign. */
  constructor(text: string, valueHasName: boolean) {
    const parts = text === '' ? [] : text.split(',').map((part) => part.trim())
    const first = parts[0] ?? ''
    this.value = valueHasName || !first.includes('=') ? first : ''
    for (const part of this.value === '' ? parts : parts.slice(1)) {
      const [name, value] = splitOnce(part)
      if (value === undefined) throw new FieldError(`"${part}" is not of the form name=value`)
      if (this.named.has(name)) throw new FieldError(`${name} is given twice`)
      this.named.set(name, value)
    }
  }

  take(name: string): string | undefined {
    const value = this.named.get(name)
    this.named.delete(name)
    return value
  }

  /** Throws if something is left. */
  end(): void {
    const [left] = this.named.keys()
    if (left !== undefined) throw new FieldError(`it has no field "${left}"`)
  }
}

/** The text before and after the first equals sign. */
export function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

export function readCount(text: string, what: string, least: number, most: number): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new FieldError(`${what} must be a whole number from ${least} to ${most}`)
}

/** Milliseconds of `500ms`, `1.5s` or `2min`. */
export function readDuration(text: string, what: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|min)$/.exec(text) ?? []
  const ms = Number(number) * (UNITS_MS[unit] ?? Number.NaN)
  if (ms > 0 && ms <= LONGEST_MS) return ms
  throw new FieldError(`${what} must be a duration with a unit, as in 500ms, 3s or 2min, and at most a day`)
}

/** Bytes of `333`, `64KiB` or `8MiB`. */
export function readBytes(text: string): number {
  const [, number, unit = ''] = /^(\d{1,9})(KiB|MiB)?$/.exec(text) ?? []
  const bytes = Number(number) * (UNITS_BYTES[unit] ?? Number.NaN)
  if (bytes >= 1 && bytes <= LARGEST_BYTES) return bytes
  throw new FieldError('bytes must be from 1 to 64MiB, as in 333, 64KiB or 8MiB')
}

/** `all`, `text`, `audio`, or a message's type, which begins with a capital or is a Napster event with an underscore. */
export function readSelection(text: string): Selection {
  if (text === 'all' || text === 'text' || text === 'audio') return text
  if (/^(?:[A-Z]\w*|[a-z]+(?:_[a-z]+)+)$/.test(text)) return { type: text }
  throw new FieldError(`"${text}" must be all, text, audio or the type of a message, such as ConversationText`)
}

export function readPoint(text: string): Point {
  const [name, value = ''] = splitOnce(text)
  switch (name) {
    case 'open':
      if (text === 'open') return { kind: 'open' }
      break
    case 'after':
      return { kind: 'after', ms: readDuration(value, 'after') }
    case 'message':
    case 'text':
    case 'audio':
      return { kind: name, count: readCount(value, name, 1, 1_000_000) }
    case 'type':
      if (/^\w+$/.test(value)) return { kind: 'type', type: value }
      throw new FieldError('type must be the type of a message, as in type=SettingsApplied')
  }
  throw new FieldError(
    `there is no point "${text}"; there are open, after=3s, message=5, text=2, audio=10, type=Settings`
  )
}
