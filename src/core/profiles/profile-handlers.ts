import { CallError, type Handlers, type ProfileList } from '../../shared/ipc/contract.ts'
import type { profileCalls } from '../../shared/ipc/profile-calls.ts'
import type { SecretStore } from '../ports.ts'
import { secretNames } from '../secrets/placeholders.ts'
import { exportProfile, type KnownSecret } from './export-profile.ts'
import { EndError } from '../session/end-reasons.ts'
import type { Profiles } from './profile-list.ts'

/** The calls of `profile-calls.ts`. */
export type ProfileHandlers = Pick<Handlers, keyof typeof profileCalls>

export interface ProfileHandlersDeps {
  profiles: Profiles
  secrets: SecretStore
  /** The list is another now. */
  onChanged: (list: ProfileList) => void
}

/** Answers every call about profiles. */
export function profileHandlers({ profiles, secrets, onChanged }: ProfileHandlersDeps): ProfileHandlers {
  const changed = (): ProfileList => {
    const list = profiles.list()
    onChanged(list)
    return list
  }
  const saved = <T>(result: T): T => {
    changed()
    return result
  }
  const done = (_result: void): ProfileList => changed()
  return {
    'profiles:list': () => profiles.list(),
    'profiles:choose': ({ id }) => done(profiles.choose(id)),
    'profiles:preview': ({ text }) => profiles.preview(text),
    'profiles:import': ({ text }) => saved(profiles.import(text)),
    'profiles:enables': ({ id }) => ({ enables: profiles.enables(id) }),
    'profiles:allow': ({ id }) => done(profiles.allow(id)),
    'profiles:read': ({ id }) => ({ text: profiles.read(id) }),
    'profiles:export': async ({ id }) => {
      const { profile } = profiles.require(id)
      return exportProfile(profile, await knownSecrets(secrets, secretNames(profile)))
    },
    'profiles:save': ({ id, text }) => saved(profiles.save(text, id)),
    'profiles:duplicate': ({ id }) => saved(profiles.duplicate(id)),
    'profiles:move': ({ id, before }) => done(profiles.move(id, before)),
    'profiles:remove': ({ id }) => done(profiles.remove(id)),
    'profiles:restore': ({ id }) => done(profiles.restore(id))
  }
}

const SERVICES = ['deepgram', 'napster'] as const

/** All that Parley knows, so that none of it stands in an export as it is; without the services' keys and what the profile names there is none. */
async function knownSecrets(secrets: SecretStore, names: readonly string[]): Promise<KnownSecret[]> {
  try {
    const known = await Promise.all([
      ...SERVICES.map((service) => namedSecret(secrets.serviceKey(service), `${service.toUpperCase()}_API_KEY`)),
      ...names.map((name) => namedSecret(secrets.secret(name), name))
    ])
    return [...known.flat(), ...((await secrets.known?.()) ?? [])]
  } catch (cause) {
    const problem = cause instanceof EndError ? cause.reason.message : 'The kept keys cannot be read. Try again.'
    throw new CallError('refused', `${problem} Before that nobody can say that the file would hold no key.`, { cause })
  }
}

async function namedSecret(value: Promise<string | undefined>, name: string): Promise<KnownSecret[]> {
  const known = await value
  return known === undefined || known === '' ? [] : [[known, `{{secret:${name}}}`]]
}
