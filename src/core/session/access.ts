import type { AgentProfile } from '../../shared/profile.ts'
import type { WireMessage } from '../dialects/dialect.ts'
import { converseUrl, DEEPGRAM_BASE_URL } from '../dialects/deepgram-url.ts'
import type { BuiltinAgent, SecretStore } from '../ports.ts'
import { ProfileError } from '../profiles/profile-error.ts'
import { fillPlaceholders, hasBrokenPlaceholder, mapStrings, secretNames } from '../secrets/placeholders.ts'
import { redactor, type Redactor } from '../secrets/redactor.ts'
import { EndError, missingKey, missingSecret } from './end-reasons.ts'

/** Everything secret that one attempt needs, resolved just before it dials. */
export interface Access {
  url: string
  headers: Readonly<Record<string, string>>
  /** The settings message as it goes on the wire. */
  settingsText: string
  redact: Redactor
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
  converseUrl(fillPlaceholders(base, new Map(secretNames(base).map((name) => [name, 'x']))))
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
      return [name, value]
    })
  )
}

/** The key goes to the service's own hosts always, and to a given address only if there is one. */
async function serviceKey({ profile, secrets }: AccessNeeds, base: string): Promise<string | undefined> {
  if (profile.service !== 'deepgram') return undefined
  const key = await secrets.serviceKey('deepgram')
  const hosted = /^(?:ws|http)s:\/\/(?:[^/]*\.)?deepgram\.com(?:[:/]|$)/i.test(base)
  if ((key === undefined || key === '') && hosted) throw new EndError(missingKey('deepgram'))
  return key === '' ? undefined : key
}

/** Resolves address, key and secrets; throws {@link EndError} when one is missing. */
export async function resolveAccess(needs: AccessNeeds): Promise<Access> {
  const base = await baseUrl(needs)
  const secrets = await resolveSecrets(secretNames([needs.settings, base]), needs.secrets)
  const key = await serviceKey(needs, base)
  const hidden = new Map([...secrets].map(([name, value]) => [value, `{{secret:${name}}}`]))
  if (key !== undefined) hidden.set(key, '[key]')
  const settings = mapStrings(needs.settings, (text) => fillPlaceholders(text, secrets), Infinity)
  return {
    url: converseUrl(fillPlaceholders(base, secrets)),
    headers: key === undefined ? {} : { Authorization: `Token ${key}` },
    settingsText: JSON.stringify(settings),
    redact: redactor(hidden)
  }
}
