import type { AgentProfile } from '../../shared/profile.ts'
import type { SecretStore, ServiceCredential, TokenGrant, TransportFailure } from '../ports.ts'
import { isDeepgramHost } from '../secrets/address-warnings.ts'
import { isTooShort } from '../secrets/redactor.ts'
import { EndError, missingKey, shortKey, shortToken } from './end-reasons.ts'

/** A minted token is used for the handshake that follows and for nothing else. */
export const GRANT_TTL_SECONDS = 30

/** Longest wait for a token. */
export const GRANT_TIMEOUT_MS = 10_000

/** No token could be minted; to be treated as a connection that failed in this way. */
export class GrantError extends Error {
  readonly failure: TransportFailure
  constructor(failure: TransportFailure) {
    super('no token was granted')
    this.name = 'GrantError'
    this.failure = failure
  }
}

export interface CredentialNeeds {
  /** Only `auth` counts. */
  profile: Pick<AgentProfile, 'auth'>
  /** The address that will be dialled. */
  url: string
  secrets: SecretStore
  tokens: TokenGrant
}

/**
 * Where short-lived tokens for the agent at `url` are minted (deepgram.md section 1.1): the regional API hosts do it themselves,
 * `agent.deepgram.com` has `api.deepgram.com` for it, and any other server is asked at its own address.
 */
export function grantUrl(url: string): string {
  const { protocol, hostname, host } = new URL(url)
  const scheme = protocol === 'ws:' || protocol === 'http:' ? 'http:' : 'https:'
  return `${scheme}//${hostname === 'agent.deepgram.com' ? 'api.deepgram.com' : host}/v1/auth/grant`
}

/**
 * What opens Deepgram at `url`, or undefined where there is neither key nor token. With `auth: "short-lived-token"` a token is minted
 * from the API key now; without a key, or without that setting, a token that the secret store has is used as it is.
 * All that it holds is secret: `api key` too where a token is minted. Throws {@link EndError} and {@link GrantError}.
 */
export async function deepgramCredential(
  needs: CredentialNeeds
): Promise<{ credential: ServiceCredential; hidden: readonly string[] } | undefined> {
  const { profile, secrets, url } = needs
  const key = (await secrets.serviceKey('deepgram')) || undefined
  if (key !== undefined && isTooShort(key)) throw new EndError(shortKey('deepgram', secrets.keyEntry))
  if (profile.auth === 'short-lived-token' && key !== undefined) {
    const token = await mint(needs, key)
    return { credential: { scheme: 'Bearer', value: token }, hidden: [token, key] }
  }
  const token = (await secrets.accessToken?.('deepgram')) || undefined
  if (token !== undefined) {
    if (isTooShort(token)) throw new EndError(shortToken())
    return { credential: { scheme: 'Bearer', value: token }, hidden: [token] }
  }
  if (key !== undefined) return { credential: { scheme: 'Token', value: key }, hidden: [key] }
  if (isDeepgramHost(new URL(url).hostname)) throw new EndError(missingKey('deepgram', secrets.keyEntry))
  return undefined
}

async function mint({ url, tokens }: CredentialNeeds, apiKey: string): Promise<string> {
  const result = await tokens.grant({
    url: grantUrl(url),
    apiKey,
    ttlSeconds: GRANT_TTL_SECONDS,
    timeoutMs: GRANT_TIMEOUT_MS
  })
  if (!result.granted) throw new GrantError(result.failure)
  return result.token
}
