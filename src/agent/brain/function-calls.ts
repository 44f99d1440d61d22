/** What the small brain knows of a function that it may call. */
export interface KnownFunction {
  readonly name: string
  /** JSON schema of the arguments. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
}

/** What a sentence asks for. */
export type CallWish =
  | { kind: 'none' }
  | { kind: 'call'; name: string; arguments: Readonly<Record<string, unknown>> }
  /** It asks for a call that cannot be made; `why` is said aloud. */
  | { kind: 'problem'; why: string }

const ASKS =
  /^(?:please\s+|now\s+|then\s+|and\s+)*(call|use|run|invoke)\s+(the\s+)?(function\s+|tool\s+)?(.+?)(?:\s+(?:with|using)\s+(.+))?$/is

/**
 * Reads "call the function NAME with {json}", "use NAME", "run NAME with city Paris and days 3". There is no
 * understanding in it: the name must be one of `functions` (case, spaces, dashes and underscores do not matter), and
 * arguments are JSON or the names of the function's parameters, each followed by its value.
 */
export function readCall(text: string, functions: readonly KnownFunction[]): CallWish {
  const asked = ASKS.exec(text.trim().replace(/[.!?]+$/, ''))
  if (asked === null) return { kind: 'none' }
  const [, , , noun, named = '', given] = asked
  const wanted = plainName(named.replace(/\s+(?:function|tool)$/i, ''))
  const found = functions.find(({ name }) => plainName(name) === wanted)
  if (found === undefined) {
    if (noun === undefined && !/\s(?:function|tool)$/i.test(named)) return { kind: 'none' }
    return { kind: 'problem', why: `I have no function named ${named.trim().slice(0, 60)}.` }
  }
  const values = given === undefined ? {} : readArguments(given.trim(), found)
  if (values === undefined) {
    return { kind: 'problem', why: `I could not read the arguments for ${found.name}.` }
  }
  const missing = requiredOf(found).filter((name) => !(name in values))
  if (missing.length > 0) return { kind: 'problem', why: `The function ${found.name} needs ${missing.join(' and ')}.` }
  return { kind: 'call', name: found.name, arguments: values }
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function readArguments(given: string, { parameters }: KnownFunction): Record<string, unknown> | undefined {
  if (given.startsWith('{')) {
    try {
      const value: unknown = JSON.parse(given)
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
    } catch {
      return undefined
    }
  }
  return readWords(given, properties(parameters))
}

interface Place {
  readonly name: string
  readonly at: number
  readonly valueAt: number
}

/** "city Paris and days 3" by the names of the parameters; undefined when it does not begin with one. */
function readWords(given: string, known: ReadonlyMap<string, string>): Record<string, unknown> | undefined {
  const places: Place[] = [...known.keys()]
    .flatMap((name): Place[] => {
      const spoken = name
        .replace(/[-_]+/g, ' ')
        .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
        .replace(/ +/g, '[ _-]+')
      const match = new RegExp(`(?<![\\p{L}\\p{N}])${spoken}(?:\\s*[:=]\\s*|\\s+(?:is\\s+|to\\s+)?)`, 'iu').exec(given)
      return match === null ? [] : [{ name, at: match.index, valueAt: match.index + match[0].length }]
    })
    .toSorted((a, b) => a.at - b.at)
  if (places[0]?.at !== 0) return undefined
  const values: Record<string, unknown> = {}
  for (const [index, { name, valueAt }] of places.entries()) {
    const raw = given.slice(valueAt, places[index + 1]?.at).replace(/[\s,;]*(?:\band\b)?\s*$/i, '')
    const value = typed(raw, known.get(name))
    if (value === undefined) return undefined
    values[name] = value
  }
  return values
}

function typed(raw: string, type: string | undefined): unknown {
  switch (type) {
    case 'number':
    case 'integer': {
      const value = Number(raw)
      return raw === '' || !Number.isFinite(value) ? undefined : value
    }
    case 'boolean':
      return /^(?:true|yes|on)$/i.test(raw) ? true : /^(?:false|no|off)$/i.test(raw) ? false : undefined
    default:
      return raw === '' ? undefined : raw
  }
}

function properties(parameters: KnownFunction['parameters']): Map<string, string> {
  const found = new Map<string, string>()
  const given = parameters?.['properties']
  if (typeof given !== 'object' || given === null) return found
  for (const [name, schema] of Object.entries(given as Record<string, unknown>).slice(0, 100)) {
    const type = typeof schema === 'object' && schema !== null && 'type' in schema ? schema.type : undefined
    found.set(name, typeof type === 'string' ? type : 'string')
  }
  return found
}

function requiredOf({ parameters }: KnownFunction): string[] {
  const required = parameters?.['required']
  return Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : []
}
