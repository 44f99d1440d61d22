import type { AgentProfile } from '../../shared/profile.ts'
import type { Compose } from '../dialects/dialect.ts'
import { converseUrl, DEEPGRAM_BASE_URL } from '../dialects/deepgram-url.ts'
import type { BuiltinAgent, SecretStore, TokenGrant } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { fillPlaceholders, hasBrokenPlaceholder, secretNames } from '../secrets/placeholders.ts'
import { addressWarnings } from '../secrets/address-warnings.ts'
import { redactor, type Redactor } from '../secrets/redactor.ts'
import { composedSecretNames, type SecretBook } from '../secrets/secret-book.ts'
import { deepgramCredential } from './credential.ts'
import { EndError } from './end-reasons.ts'
import { harmlessBase } from './napster/rest.ts'

/** Everything secret that one attempt needs, resolved just before it dials. */
export interface Access {
  url: string
  /** `name:port` of the url; `hidden` stands for a secret in it. */
  host: string
  headers: Readonly<Record<string, string>>
  redact: Redactor
  /** Sentences about where key and secrets go. */
  warnings: readonly string[]
  /**
   * Where a socket has to be asked for first: asks, and resolves to what is to be dialled; undefined once it is not `wanted` any more.
   * Throws `AttemptError`.
   */
  create?: (wanted: () => boolean) => Promise<Omit<Access, 'create'> | undefined>
}

export interface AccessNeeds {
  profile: AgentProfile
  /** Overrides the profile's own. */
  url: string | undefined
  /** What will be sent as soon as the service is there; their secrets are loaded into `book`. */
  messages: readonly Compose[]
  book: SecretBook
  secrets: SecretStore
  tokens?: TokenGrant | undefined
  /** Keys and tokens of this and the last attempts; the new ones are added. */
  credentials: string[]
  builtinAgent: BuiltinAgent
}

/** A token is minted for every attempt; what is older than these is no secret any more. */
const CREDENTIALS_KEPT = 12

const NO_TOKENS: TokenGrant = {
  grant: () => Promise.resolve({ granted: false, failure: { kind: 'unreachable', reason: 'no-token' } })
}

/** Adds `more`, and forgets the oldest of too many. */
export function keepNewest(credentials: string[], more: readonly string[]): void {
  const older = credentials.filter((value) => !more.includes(value))
  credentials.splice(0, credentials.length, ...[...older, ...more].slice(-CREDENTIALS_KEPT))
}

/** Takes out everything that is secret now: what the profile and commands named, and what opened the service. */
export function sessionRedactor(book: SecretBook, credentials: readonly string[]): Redactor {
  return redactor([...book.hidden, ...credentials.map((value) => [value, '[key]'] as const)])
}

/** Base URL given by the profile or over it; checked with every placeholder filled by something harmless. */
export function checkUrl(profile: AgentProfile, override: string | undefined): void {
  const base = override ?? profile.url
  if (base === undefined) return
  if (hasBrokenPlaceholder(base))
    throw new ProfileError('url names a secret in a way that Parley cannot read. Write {{secret:NAME}}.')
  if (profile.service === 'napster') harmlessBase(base)
  else harmlessUrl(base)
}

/** The full url with something harmless in the place of each secret. */
function harmlessUrl(base: string): string {
  return converseUrl(fillPlaceholders(base, new Map(secretNames(base).map((name) => [name, 'hidden']))))
}

async function baseUrl({ profile, url, builtinAgent }: AccessNeeds): Promise<string> {
  const given = url ?? profile.url
  if (given !== undefined) return given
  if (profile.service !== 'builtin') return DEEPGRAM_BASE_URL
  try {
    return await builtinAgent.url()
  } catch (cause) {
    throw new EndError(
      { code: 'unreachable', message: 'The built-in agent could not be started. Restart Parley.' },
      { cause }
    )
  }
}

/** The key goes to the service's own hosts always, and to a given address only if there is one. */
async function credentialFor(
  { profile, secrets, tokens = NO_TOKENS }: AccessNeeds,
  url: string
): ReturnType<typeof deepgramCredential> {
  return profile.service === 'deepgram' ? deepgramCredential({ profile, url, secrets, tokens }) : undefined
}

/**
 * Resolves address, key and secrets anew, for one attempt. Throws {@link EndError} when one is missing, and `GrantError` when no
 * short-lived token could be had.
 */
export async function resolveAccess(needs: AccessNeeds): Promise<Access> {
  const { book } = needs
  const base = await baseUrl(needs)
  const names = new Set([...needs.messages.flatMap((message) => composedSecretNames(message)), ...secretNames(base)])
  await book.load([...names])
  const url = converseUrl(book.text(base))
  const access = await credentialFor(needs, url)
  keepNewest(needs.credentials, access?.hidden ?? [])
  const { credential } = access ?? {}
  return {
    url,
    host: new URL(harmlessUrl(base)).host,
    headers: credential === undefined ? {} : { Authorization: `${credential.scheme} ${credential.value}` },
    redact: sessionRedactor(book, needs.credentials),
    warnings: addressWarnings(harmlessUrl(base), { key: credential !== undefined, secrets: names.size > 0 })
  }
}
