import type { ThinkItem } from '../settings-schema.ts'

/** Where a think item or a function sends its requests. Address and headers may hold secrets. */
export type Endpoint = NonNullable<ThinkItem['endpoint']>

/** Bytes of an error answer that are read for its reason. */
export const MAX_REASON_BYTES = 4096
const MAX_REASON_LENGTH = 200
/** Shorter words are no secrets, and blanking them would make a reason unreadable. */
const MIN_SECRET_LENGTH = 6

/** The endpoint's own address, or why it cannot be asked. */
export function addressOf(endpoint: Endpoint): { ok: true; url: URL } | { ok: false; reason: string } {
  if (endpoint.url === undefined || !URL.canParse(endpoint.url)) {
    return { ok: false, reason: 'has no address that can be read; give the full http or https URL' }
  }
  const url = new URL(endpoint.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { ok: false, reason: `has a ${url.protocol.slice(0, -1)} address; only http and https are spoken here` }
  }
  if (url.username !== '' || url.password !== '') {
    return { ok: false, reason: 'has a user name or password in its address; put them into a header instead' }
  }
  return { ok: true, url }
}

/** " (host)" for a text that names the endpoint; '' without a readable address. */
export function hostNote(endpoint: Endpoint): string {
  const { url } = endpoint
  return url !== undefined && URL.canParse(url) ? ` (${new URL(url).host})` : ''
}

/** The given headers over the defaults, whatever their case; undefined when one of them cannot be sent. */
export function headersOf(endpoint: Endpoint, defaults: Readonly<Record<string, string>>): Headers | undefined {
  try {
    const headers = new Headers(defaults)
    for (const [name, value] of Object.entries(endpoint.headers ?? {})) headers.set(name, value)
    return headers
  } catch {
    // The error would repeat the header's value.
    return undefined
  }
}

/** Why a request got no answer: the system's own code at most, since messages can repeat addresses and headers. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code)
    ? `could not be reached (${code})`
    : 'could not be reached'
}

/** What an answer with an error status says, with every part that could be a secret of this endpoint blanked. */
export function statusReason(endpoint: Endpoint, status: number, body: string): string {
  if (status >= 300 && status < 400) return `answered ${status}, a redirect, which is not followed`
  // A refused key is often repeated, in parts, in the answer.
  const said = status === 401 || status === 403 ? undefined : messageIn(body)
  return said === undefined ? `answered ${status}` : `answered ${status}: ${blankSecrets(endpoint, said)}`
}

function messageIn(body: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  return errorMessage(value)
}

/** The text inside the error shapes that chat servers use: `error.message`, `error`, `message`, `detail`. */
export function errorMessage(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const error = 'error' in value ? value.error : value
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return undefined
  if ('message' in error && typeof error.message === 'string') return error.message
  return 'detail' in error && typeof error.detail === 'string' ? error.detail : undefined
}

/** A server's own words in one line of bounded length, without any word that stands in the endpoint's address or headers. */
export function blankSecrets(endpoint: Endpoint, text: string): string {
  const url = endpoint.url !== undefined && URL.canParse(endpoint.url) ? new URL(endpoint.url) : undefined
  const secrets = [...Object.values(endpoint.headers ?? {}), url === undefined ? '' : url.pathname + url.search]
  const known = [...secrets, ...secrets.flatMap(decoded)].join('\n')
  const line = text
    .slice(0, MAX_REASON_LENGTH * 2)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[\p{L}\p{N}_.~+/=*-]+/gu, (word) => (isSecret(word, known) ? '***' : word))
  return line.slice(0, MAX_REASON_LENGTH).trim()
}

function isSecret(word: string, known: string): boolean {
  const parts = [word, ...word.split(/\*+|\.{2,}/)]
  return parts.some((part) => part.length >= MIN_SECRET_LENGTH && known.includes(part.replace(/[.]+$/, '')))
}

/** The plain text of Basic credentials and of percent signs. */
function decoded(secret: string): string[] {
  const basic = /^basic\s+([A-Za-z0-9+/=]+)$/i.exec(secret)?.[1]
  const plain = basic === undefined ? [] : [Buffer.from(basic, 'base64').toString('utf8')]
  return secret.includes('%')
    ? [...plain, secret.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)))]
    : plain
}
