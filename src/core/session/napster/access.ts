import type { AgentProfile } from '../../../shared/profile.ts'
import type { Http, SecretStore } from '../../ports.ts'
import { addressWarnings, isLoopback, isNapsterHost } from '../../secrets/address-warnings.ts'
import { secretNames } from '../../secrets/placeholders.ts'
import { isTooShort } from '../../secrets/redactor.ts'
import { composedSecretNames, type SecretBook } from '../../secrets/secret-book.ts'
import type { Compose } from '../../dialects/dialect.ts'
import { napsterSettings } from '../../dialects/napster-settings.ts'
import { keepNewest, sessionRedactor, type Access } from '../access.ts'
import { EndError, missingKey, shortKey, type Place } from '../end-reasons.ts'
import { AttemptError } from '../attempt-error.ts'
import type { NapsterConnections } from './connections.ts'
import { harmlessBase, restBase, type RestTarget } from './rest.ts'

export interface NapsterAccessNeeds {
  profile: AgentProfile
  /** Overrides the profile's own. */
  url: string | undefined
  messages: readonly Compose[]
  book: SecretBook
  secrets: SecretStore
  credentials: string[]
  http: Http | undefined
  connections: NapsterConnections
  again: boolean
  place(): Place
}

/** Undefined where the server is not Napster's own and there is no key. */
async function napsterKey(secrets: SecretStore, base: string): Promise<string | undefined> {
  const key = (await secrets.serviceKey('napster')) || undefined
  if (key !== undefined && isTooShort(key)) throw new EndError(shortKey('napster', secrets.keyEntry))
  if (key === undefined && isNapsterHost(new URL(base).hostname)) {
    throw new EndError(missingKey('napster', secrets.keyEntry))
  }
  return key
}

/** Throws {@link AttemptError} where a conversation that was asked for over TLS is to go on without it. */
function checkEncryption(base: string, { protocol, hostname, host }: URL): void {
  if (protocol !== 'ws:' || isLoopback(hostname) || !base.startsWith('https:')) return
  const message = `${new URL(base).host} wants the conversation at ws://${host}, which is not encrypted, so Parley does not connect.`
  throw new AttemptError({ reason: { code: 'service-error', message }, retry: false })
}

/**
 * Resolves address, key and secrets anew, for one attempt; nothing is sent before {@link Access.create} is called, which has the service
 * create a connection and resolves to where its socket is.
 */
export async function napsterAccess(needs: NapsterAccessNeeds): Promise<Access> {
  const { profile, book, credentials, http } = needs
  if (http === undefined) {
    throw new EndError({
      code: 'internal',
      message: 'This program cannot reach Napster. Use the desktop app or parley.'
    })
  }
  const given = needs.url ?? profile.url
  const settings = profile.settings ?? {}
  const names = new Set([...needs.messages.flatMap(composedSecretNames), ...secretNames([given ?? '', settings])])
  await book.load([...names])
  const base = restBase(given === undefined ? undefined : book.text(given))
  const key = await napsterKey(needs.secrets, base)
  if (key !== undefined) keepNewest(credentials, [key])
  const target: RestTarget = { http, base, key }
  const harmless = harmlessBase(given)
  return {
    url: harmless,
    host: new URL(harmless).host,
    headers: {},
    redact: sessionRedactor(book, credentials),
    warnings: addressWarnings(harmless, { key: key !== undefined, secrets: names.size > 0 }, 'napster'),
    create: async (wanted) => {
      const { again } = needs
      const created = await needs.connections.create({
        target,
        settings: napsterSettings({ ...profile, settings: book.fill(settings) }),
        again,
        place: needs.place(),
        wanted
      })
      if (created === undefined) return undefined
      keepNewest(credentials, key === undefined ? created.secrets : [...created.secrets, key])
      const socket = new URL(created.url)
      checkEncryption(harmless, socket)
      return {
        url: created.url,
        host: socket.host,
        headers: {},
        redact: sessionRedactor(book, credentials),
        warnings: addressWarnings(created.url, { key: false, secrets: false, token: true }, 'napster')
      }
    }
  }
}
