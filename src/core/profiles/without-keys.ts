import { isPlainId, KEY_SHAPES, PLACEHOLDERS, UUID } from '../secrets/key-literals.ts'

const SCHEME = /^\s*(?:Bearer|Token|Basic|ApiKey|Key)\s+/i

/** Headers and fields whose value is a secret, by the last part of their path in lower case with underscores. */
const SECRET_NAME =
  /(?:^|_)(?:api_?key|key|token|secret|password|passwd|pwd|auth|authorization|credentials?|cookie|signature|sig|access_?key_?id)$/

/** Values of such a field that are shorter are no secret, except in an `Authorization` header. */
const SHORTEST_SECRET = 8
const SHORTEST_QUERY_TOKEN = 16

const AUTHORIZATION = /(?:^|_)(?:authorization|cookie)$/
const ADDRESS = /^\s*(?:[a-z][a-z0-9+.-]*:)?\/\/\S/i
const QUERY_VALUE = /(?<=[?&]([^=&#\s]+)=)[^&#\s]+/g
const USER_INFO = /(?<=^\s*(?:[a-z][a-z0-9+.-]*:)?\/\/)[^/?#@\s]+(?=@)/gi

/** `text` is the value of the field at `path`; what `standIn` gives for each literal that looks like a key takes its place. */
export function withoutKeys(
  text: string,
  path: string,
  standIn: (literal: string) => string = () => '[removed]'
): { text: string; removed: boolean } {
  let removed = false
  const replace = (literal: string): string => {
    removed = true
    return standIn(literal)
  }
  const name = fieldName(path)
  const isAddress = ADDRESS.test(text)
  const clean = betweenPlaceholders(text, (piece) => {
    const whole = ownValue(piece, name, path)
    if (whole !== undefined) return piece.replace(whole, () => replace(whole))
    const inQuery = isAddress ? withoutAddressKeys(piece, replace) : piece
    return betweenPlaceholders(inQuery, (rest) => withoutShapes(rest, path, replace))
  })
  return { text: clean, removed }
}

/** The last part of a path, `xApiKey` and `x-api-key` as `x_api_key`. */
function fieldName(path: string): string {
  const last = path.slice(path.lastIndexOf('.') + 1)
  return last
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase()
}

/** Placeholders stay; `change` gets what is between them. */
function betweenPlaceholders(text: string, change: (piece: string) => string): string {
  let clean = ''
  let at = 0
  for (const match of text.matchAll(PLACEHOLDERS)) {
    clean += change(text.slice(at, match.index)) + match[0]
    at = match.index + match[0].length
  }
  return clean + change(text.slice(at))
}

/** The secret that a field of this name is there for, without the scheme before it; undefined where there is none. */
function ownValue(piece: string, name: string, path: string): string | undefined {
  const isHeader = AUTHORIZATION.test(name)
  if (!isHeader && !SECRET_NAME.test(name) && !SCHEME.test(piece)) return undefined
  const value = piece.replace(SCHEME, '').trim()
  if (value === '' || /^(?:Bearer|Token|Basic|ApiKey|Key)$/i.test(value)) return undefined
  if (isHeader) return value
  // Prose under such a name is no secret, and neither is an id.
  if (value.length < SHORTEST_SECRET || /\s/.test(value) || isPlainId(value, path)) return undefined
  return value
}

function withoutAddressKeys(piece: string, replace: (literal: string) => string): string {
  return piece
    .replace(USER_INFO, (literal) => replace(literal))
    .replace(QUERY_VALUE, (literal: string, query: string) => (isToken(literal, query) ? replace(literal) : literal))
}

function isToken(literal: string, query: string): boolean {
  const looksRandom = literal.length >= SHORTEST_QUERY_TOKEN && /\d/.test(literal) && /[A-Za-z]/.test(literal)
  return SECRET_NAME.test(fieldName(query)) || looksRandom
}

function withoutShapes(text: string, path: string, replace: (literal: string) => string): string {
  if (isPlainId(text.trim(), path)) return text
  const ids = new Set(text.match(UUID) ?? [])
  return KEY_SHAPES.reduce(
    (clean, shape) =>
      betweenPlaceholders(clean, (piece) =>
        piece.replace(new RegExp(shape.source, `${shape.flags}g`), (literal) =>
          ids.has(literal) ? literal : replace(literal)
        )
      ),
    text
  )
}
