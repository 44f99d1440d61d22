import type { AgentProfile } from '../../shared/profile.ts'
import type { Compose } from '../dialects/dialect.ts'
import { converseUrl, DEEPGRAM_BASE_URL } from '../dialects/deepgram-url.ts'
import type { BuiltinAgent, SecretStore } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { fillPlaceholders, hasBrokenPlaceholder, secretNames } from '../secrets/placeholders.ts'
import { addressWarnings, isDeepgramHost } from '../secrets/address-warnings.ts'
import { isTooShort, redactor, type Redactor } from '../secrets/redactor.ts'
import { composedSecretNames, type SecretBook } from '../secrets/secret-book.ts'
import { EndError, missingKey, shortKey } from './end-reasons.ts'

/** Everything secret that one attempt needs, resolved just before it dials. */
export interface Access {
  url: string
  /** `name:port` of the url; `hidden` stands for a secret in it. */
  host: string
  headers: Readonly<Record<string, string>>
  redact: Redactor
  /** Sentences about where key and secrets go. */
  warnings: readonly string[]
}

export interface AccessNeeds {
  profile: AgentProfile
  /** Overrides the profile's own. */
  url: string | undefined
  /** What will be sent as soon as the service is there; their secrets are loaded into `book`. */
  messages: readonly Compose[]
  book: SecretBook
  secrets: SecretStore
  builtinAgent: BuiltinAgent
}

/** Base URL given by the profile or over it; checked with every placeholder filled by something harmless. */
export function checkUrl(profile: AgentProfile, override: string | undefined): void {
  const base = override ?? profile.url
  if (base === undefined) return
  if (hasBrokenPlaceholder(base))
    throw new ProfileError('url names a secret in a way that Parley cannot read. Write {{secret:NAME}}.')
  harmlessUrl(base)
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
async function serviceKey({ profile, secrets }: AccessNeeds, url: string): Promise<string | undefined> {
  if (profile.service !== 'deepgram') return undefined
  const key = await secrets.serviceKey('deepgram')
  if (key === undefined || key === '') {
    if (isDeepgramHost(new URL(url).hostname)) throw new EndError(missingKey('deepgram'))
    return undefined
  }
  if (isTooShort(key)) throw new EndError(shortKey('deepgram'))
  return key
}

/** Resolves address, key and secrets; throws {@link EndError} when one is missing. */
export async function resolveAccess(needs: AccessNeeds): Promise<Access> {
  const { book } = needs
  const base = await baseUrl(needs)
  const names = new Set([...needs.messages.flatMap((message) => composedSecretNames(message)), ...secretNames(base)])
  await book.load([...names])
  const url = converseUrl(book.text(base))
  const key = await serviceKey(needs, url)
  if (key !== undefined) book.hide(key, '[key]')
  return {
    url,
    host: new URL(harmlessUrl(base)).host,
    headers: key === undefined ? {} : { Authorization: `Token ${key}` },
    redact: redactor(book.hidden),
    warnings: addressWarnings(harmlessUrl(base), { key: key !== undefined, secrets: names.size > 0 })
  }
}
