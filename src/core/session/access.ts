import type { AgentProfile } from '../../shared/profile.ts'
import type { WireMessage } from '../dialects/dialect.ts'
import { converseUrl, DEEPGRAM_BASE_URL } from '../dialects/deepgram-url.ts'
import type { BuiltinAgent, SecretStore } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { fillPlaceholders, hasBrokenPlaceholder, mapStrings, secretNames } from '../secrets/placeholders.ts'
import { addressWarnings, isDeepgramHost } from '../secrets/address-warnings.ts'
import { isTooShort, redactor, type Redactor } from '../secrets/redactor.ts'
import { EndError, missingKey, missingSecret, shortKey, shortSecret } from './end-reasons.ts'

/** Everything secret that one attempt needs, resolved just before it dials. */
export interface Access {
  url: string
  /** `name:port` of the url; `hidden` stands for a secret in it. */
  host: string
  headers: Readonly<Record<string, string>>
  /** The settings message as it goes on the wire. */
  settingsText: string
  redact: Redactor
  /** Sentences about where key and secrets go. */
  warnings: readonly string[]
}

export interface AccessNeeds {
  profile: AgentProfile
  /** Overrides the profile's own. */
  url: string | undefined
  settings: WireMessage
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

async function resolveSecrets(names: readonly string[], secrets: SecretStore): Promise<Map<string, string>> {
  const values = await Promise.all(names.map((name) => secrets.secret(name)))
  return new Map(
    names.map((name, index) => {
      const value = values[index]
      if (value === undefined || value === '') throw new EndError(missingSecret(name))
      if (isTooShort(value)) throw new EndError(shortSecret(name))
      return [name, value]
    })
  )
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
  const base = await baseUrl(needs)
  const secrets = await resolveSecrets(secretNames([needs.settings, base]), needs.secrets)
  const url = converseUrl(fillPlaceholders(base, secrets))
  const key = await serviceKey(needs, url)
  const hidden = new Map([...secrets].map(([name, value]) => [value, `{{secret:${name}}}`]))
  if (key !== undefined) hidden.set(key, '[key]')
  const settings = mapStrings(needs.settings, (text) => fillPlaceholders(text, secrets), Infinity)
  return {
    url,
    host: new URL(harmlessUrl(base)).host,
    headers: key === undefined ? {} : { Authorization: `Token ${key}` },
    settingsText: JSON.stringify(settings),
    redact: redactor(hidden),
    warnings: addressWarnings(harmlessUrl(base), { key: key !== undefined, secrets: secrets.size > 0 })
  }
}
