import { NAPSTER_BASE_URL, NapsterConnectionAnswer, NapsterToken } from '../../../shared/protocol/napster.ts'
import { decodeBase64 } from '../../dialects/base64.ts'
import type { JsonObject } from '../../dialects/json.ts'
import type { Http, HttpAnswer, HttpRequest } from '../../ports.ts'
import { ProfileError } from '../../profiles/profile-error.ts'
import { fillPlaceholders, secretNames } from '../../secrets/placeholders.ts'

/** Longest wait for a connection; a token lives about 2 minutes (napster.md section 3). */
export const CREATE_TIMEOUT_MS = 10_000

/** Longest wait for the reason of a loss, and for the end of an old connection: somebody waits to talk. */
export const ASK_TIMEOUT_MS = 1_500

/** Longest wait for the end of the last connection; nobody waits for it but a program that ends. */
export const DELETE_TIMEOUT_MS = 3_000

/** Connections of one key are created no faster than this (napster.md section 10). */
export const CREATION_GAP_MS = 1_000

const SCHEMES: Readonly<Record<string, string>> = {
  'http:': 'http:',
  'https:': 'https:',
  'ws:': 'http:',
  'wss:': 'https:'
}

/** The REST base without its last slash, and without `/public`, which the paths have. Throws {@link ProfileError}. */
export function restBase(given: string = NAPSTER_BASE_URL): string {
  const problem = 'The url is no address. Write it like https://companion-api.napster.com or http://127.0.0.1:8080.'
  if (!URL.canParse(given)) throw new ProfileError(problem)
  const url = new URL(given)
  const scheme = SCHEMES[url.protocol]
  if (scheme === undefined || url.hostname === '') throw new ProfileError(problem)
  if (url.username !== '' || url.password !== '') {
    throw new ProfileError('The url holds a user name or password. Take it out: keys have their own place.')
  }
  if (url.search !== '')
    throw new ProfileError('The url of a Napster profile has no query. Take out what is after the ?.')
  return `${scheme}//${url.host}${url.pathname.replace(/\/+$/, '').replace(/\/public$/, '')}`
}

/** The base with something harmless in the place of each secret. */
export function harmlessBase(given: string | undefined): string {
  if (given === undefined) return restBase()
  return restBase(fillPlaceholders(given, new Map(secretNames(given).map((name) => [name, 'hidden']))))
}

/** Where the requests of one session go. */
export interface RestTarget {
  http: Http
  base: string
  /** Undefined where the server wants none. */
  key: string | undefined
}

function ask(
  { http, base, key }: RestTarget,
  request: Pick<HttpRequest, 'method' | 'timeoutMs'> & { path: string; body?: JsonObject }
): Promise<HttpAnswer> {
  const { method, path, body, timeoutMs } = request
  return http.request({
    method,
    url: `${base}${path}`,
    headers: key === undefined ? {} : { 'X-Api-Key': key },
    timeoutMs,
    ...(body === undefined ? {} : { body })
  })
}

/** `POST /public/agents/{agentId}/connections`. */
export function postConnection(target: RestTarget, agentId: string, body: JsonObject): Promise<HttpAnswer> {
  const path = `/public/agents/${encodeURIComponent(agentId)}/connections`
  return ask(target, { method: 'POST', path, body, timeoutMs: CREATE_TIMEOUT_MS })
}

/** `DELETE /public/connections/{id}`; a connection that is over already is refused with `ConnectionNotFound`. */
export function deleteConnection(target: RestTarget, id: string, timeoutMs: number): Promise<HttpAnswer> {
  return ask(target, { method: 'DELETE', path: `/public/connections/${encodeURIComponent(id)}`, timeoutMs })
}

/** What `GET /public/sessions/{id}` says of its end. */
export type CloseReason = { kind: 'closed'; reason: string } | { kind: 'unknown' } | { kind: 'no-answer' }

/** Why the service closed a session. */
export async function closeReasonOf(target: RestTarget, id: string): Promise<CloseReason> {
  const path = `/public/sessions/${encodeURIComponent(id)}`
  const answer = await ask(target, { method: 'GET', path, timeoutMs: ASK_TIMEOUT_MS })
  if (answer.kind === 'failed') return { kind: 'no-answer' }
  const { json } = answer
  if (answer.status >= 300 || typeof json !== 'object' || json === null) return { kind: 'unknown' }
  const own = 'closeReason' in json ? json.closeReason : undefined
  const nested = 'session' in json && typeof json.session === 'object' ? json.session : undefined
  const reason =
    own ?? (nested !== undefined && nested !== null && 'closeReason' in nested ? nested.closeReason : undefined)
  return typeof reason === 'string' && reason !== '' ? { kind: 'closed', reason } : { kind: 'unknown' }
}

/** A connection that was created. `secrets`: what of it must not be seen. */
export interface Created {
  id: string
  url: string
  secrets: readonly string[]
}

/** The connection in a creation's answer; undefined where it holds none that can be opened (napster.md section 3). */
export function readCreated(json: unknown): Created | undefined {
  const answer = NapsterConnectionAnswer.safeParse(json).data
  if (answer === undefined) return undefined
  const token = readToken(answer.token)
  const url = token === undefined ? undefined : socketUrl(token.url)
  if (token === undefined || url === undefined) return undefined
  const inner = typeof token['token'] === 'string' ? [token['token']] : []
  return { id: answer.connection.id, url, secrets: [answer.token, ...inner, ...querySecrets(url)] }
}

function readToken(base64: string): NapsterToken | undefined {
  const bytes = decodeBase64(base64)
  if (bytes === undefined) return undefined
  try {
    return NapsterToken.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data
  } catch {
    // No JSON: no token.
    return undefined
  }
}

/** `https` and `http` stand for `wss` and `ws`; everything else stays as it came. */
function socketUrl(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, username, password } = new URL(url)
  if (SCHEMES[protocol] === undefined || hostname === '' || username !== '' || password !== '') return undefined
  return url.trim().replace(/^http/i, 'ws')
}

/** The whole query, and every value in it that is called a token or a key, as written and decoded. */
function querySecrets(url: string): string[] {
  const query = new URL(url).search.slice(1)
  const values = query.split('&').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at > 0 && /token|key|auth|secret|sig/i.test(pair.slice(0, at)) ? [pair.slice(at + 1)] : []
  })
  return [...new Set([query, ...values, ...values.map(decoded)])].filter((value) => value !== '')
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // No percent coding: it is what it looks like.
    return value
  }
}

/** When a connection was created last, by key, for everything that goes through one {@link Http}: the limit is the key's, not the session's. */
const createdMs = new WeakMap<Http, Map<string, number>>()

/**
 * Takes the turn to create a connection with this key, if it is free: 0, and the creation goes out at once. Otherwise how long it is until
 * the next turn, in ms; nothing is taken, somebody else may be faster.
 */
export function takeCreationTurn({ http, base, key = '' }: RestTarget, nowMs: number): number {
  const turns = createdMs.get(http) ?? new Map<string, number>()
  createdMs.set(http, turns)
  const whose = `${base} ${key}`
  const waitMs = Math.max(0, (turns.get(whose) ?? -Infinity) + CREATION_GAP_MS - nowMs)
  if (waitMs === 0) turns.set(whose, nowMs)
  return waitMs
}
