import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { DEEPGRAM_AGENT_PATH } from '../shared/protocol/deepgram.ts'

/** Who may connect. */
export interface UpgradePolicy {
  /** Undefined: any key or none is accepted. */
  readonly key: string | undefined
  /** Origins besides "none" that may connect; any other is foreign. */
  readonly allowedOrigins: readonly string[]
}

/** Why an upgrade is refused: an HTTP status and a sentence. */
export interface UpgradeRefusal {
  readonly status: 401 | 403 | 404 | 426 | 429
  readonly reason: string
}

const LOOPBACK_HOST = /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])(?::\d+)?$/i

/** Decides on an upgrade request before any socket is made; undefined means welcome. */
export function refuseUpgrade(
  request: Pick<IncomingMessage, 'url' | 'headers'>,
  policy: UpgradePolicy
): UpgradeRefusal | undefined {
  const path = (request.url ?? '').split(/[?#]/, 1)[0]
  if (path !== DEEPGRAM_AGENT_PATH) return { status: 404, reason: `There is nothing here; use ${DEEPGRAM_AGENT_PATH}.` }
  const stranger = refuseStranger(request.headers, policy.allowedOrigins)
  if (stranger !== undefined) return stranger
  if (policy.key === undefined || offeredKeys(request.headers).some((key) => sameKey(key, policy.key ?? ''))) {
    return undefined
  }
  return { status: 401, reason: 'The key is missing or wrong.' }
}

/** Refuses a page of a foreign origin, and a host that is not loopback. */
export function refuseStranger(
  { origin, host }: IncomingMessage['headers'],
  allowedOrigins: readonly string[]
): UpgradeRefusal | undefined {
  if (origin !== undefined && !allowedOrigins.includes(origin)) {
    return { status: 403, reason: 'Pages of this origin may not use the built-in agent.' }
  }
  if (host !== undefined && !LOOPBACK_HOST.test(host)) {
    return { status: 403, reason: 'The built-in agent answers on a loopback address only.' }
  }
  return undefined
}

/** The one protocol to answer with: the first of `token` and `bearer` that was offered, else none. */
export function chooseProtocol(offered: Iterable<string>): string | false {
  for (const protocol of offered) if (isScheme(protocol)) return protocol
  return false
}

function isScheme(word: string): boolean {
  return word === 'token' || word === 'bearer'
}

/** Keys from `Authorization: Token k` or `Bearer k`, and from the subprotocols `token, k` or `bearer, k`. */
function offeredKeys(headers: IncomingMessage['headers']): string[] {
  const keys: string[] = []
  const authorization = /^(?:token|bearer) +(\S+)\s*$/i.exec(headers.authorization ?? '')
  if (authorization?.[1] !== undefined) keys.push(authorization[1])
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim())
  const key = protocols[protocols.findIndex(isScheme) + 1]
  if (protocols.some(isScheme) && key !== undefined && key !== '') keys.push(key)
  return keys
}

/** Compares without telling by its time how much of the key is right. */
export function sameKey(offered: string, expected: string): boolean {
  return timingSafeEqual(digest(offered), digest(expected))
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
