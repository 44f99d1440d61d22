import type { HostHandlers } from '../../../core/host-handlers.ts'
import type { Http, KeyEntry, Log, SecretStore } from '../../../core/ports.ts'
import { acceptValue } from '../../../core/secrets/accept-value.ts'
import { checkKey } from '../../../core/secrets/check-key.ts'
import { addAdvice } from '../../../core/secrets/key-entry.ts'
import { redactor } from '../../../core/secrets/redactor.ts'
import {
  byTarget,
  secretUse,
  SERVICE_NAMES,
  targetKey,
  targetName,
  targetVariable,
  type ProfileText
} from '../../../core/secrets/secret-use.ts'
import { EndError, unreadableSecret } from '../../../core/session/end-reasons.ts'
import { CallError, type Handlers } from '../../../shared/ipc/contract.ts'
import type { SecretList, SecretRow, SecretTarget } from '../../../shared/ipc/secret-calls.ts'
import type { StoreProblems } from '../data-problems.ts'
import { environmentSecrets, environmentTargets, envSecrets } from '../env-secrets.ts'
import type { HostProtection } from './protection.ts'
import { SecretFile, SecretFileError } from './secret-file.ts'
import { UnreadableError, Vault, type KeptPlace } from './vault.ts'

export interface SecretsDeps {
  dataDir: string
  env: Readonly<Record<string, string | undefined>>
  http: Http
  log: Log
  problems: Pick<StoreProblems, 'add'>
  protection: HostProtection
  /** See {@link SecretStore}. */
  keyEntry?: KeyEntry
  /** See {@link SecretFile}. */
  readOnly?: boolean
}

type SecretCall = 'secrets:list' | 'secrets:set' | 'secrets:remove' | 'secrets:check'

/** What the keys need of the assistant: who uses them. */
export interface SecretsAssistant {
  handlers: Pick<Handlers, 'profiles:list' | 'profiles:read'>
}

/** The keys and named secrets of a host. */
export interface Secrets {
  /** The environment first, then what is kept. */
  store: SecretStore
  handlers: Pick<HostHandlers, SecretCall>
  /** From now on the list says which profiles of `assistant` use a secret. */
  follow(assistant: SecretsAssistant): void
  /** As {@link follow}, where there is no assistant. */
  usedBy(profiles: () => Promise<readonly ProfileText[]>): void
  /** Takes every value that this process saw out of a text, those of the environment too. */
  redact(text: string): string
  /** Reads everything that is kept, so that {@link redact} knows it. */
  learnAll(): Promise<void>
  /** Forgets all that is kept and deletes its files; the environment stays. */
  destroy(): Promise<void>
}

/** Opens what is kept in the data folder. */
export function openSecrets(deps: SecretsDeps): Secrets {
  const { env, http, log, protection, keyEntry = 'settings' } = deps
  const vault = new Vault({ file: new SecretFile(deps), protection, log })
  const environment = envSecrets(env)
  const fromEnvironment = redactor(environmentSecrets(env))
  let profiles: () => Promise<readonly ProfileText[]> = nobody

  const kept = async (target: SecretTarget): Promise<string | undefined> => {
    try {
      return await vault.get(target)
    } catch (cause) {
      if (!(cause instanceof UnreadableError)) throw cause
      const what = target.kind === 'named' ? targetName(target) : `The key for ${targetName(target)}`
      const anew = `${addAdvice(target, keyEntry)} to have one that can be read.`
      throw new EndError(unreadableSecret(`${what} cannot be read. ${cause.message} ${anew}`), { cause })
    }
  }
  const store: SecretStore = {
    secret: async (name) => (await environment.secret(name)) ?? kept({ kind: 'named', name }),
    serviceKey: async (service) => (await environment.serviceKey(service)) ?? kept({ kind: 'service-key', service }),
    accessToken: async (service) => environment.accessToken?.(service),
    known: async () => {
      const targets = (await vault.list()).map(({ target }) => target)
      const found = await Promise.all(targets.map(async (target) => [await readable(vault, target), target] as const))
      return [
        ...environmentSecrets(env).map(([value, standIn]) => [value, placeholderOf(standIn)] as const),
        ...found.flatMap(([value, target]) => (value === undefined ? [] : [[value, keptPlaceholder(target)] as const]))
      ]
    },
    keyEntry
  }

  const list = async (): Promise<SecretList> => {
    const [uses, stored, places] = await Promise.all([profiles().then(secretUse), vault.list(), vault.places()])
    const users = new Map(uses.map(({ target, usedBy }) => [targetKey(target), usedBy]))
    const rows = new Map<string, SecretRow>()
    const add = (row: Omit<SecretRow, 'usedBy'>): void => {
      rows.set(targetKey(row.target), { ...row, usedBy: users.get(targetKey(row.target)) ?? [] })
    }
    for (const one of stored) add(one)
    for (const target of environmentTargets(env)) add({ target, place: 'environment' })
    return {
      rows: [...rows.values()].toSorted(byTarget),
      missing: uses.filter(({ target }) => !rows.has(targetKey(target))),
      places: [...places.places],
      why: places.why
    }
  }

  const requireNotInEnvironment = (target: SecretTarget): void => {
    if (!environmentTargets(env).some((other) => targetKey(other) === targetKey(target))) return
    throw new CallError(
      'refused',
      `${targetName(target)} comes from the environment in which Parley was started (${targetVariable(target)}), and that comes first. Start Parley without it to keep one here.`
    )
  }

  const set = async (target: SecretTarget, entered: string, place: KeptPlace): Promise<SecretList> => {
    requireNotInEnvironment(target)
    const accepted = acceptValue(target, entered)
    if (!accepted.ok) throw new CallError('refused', accepted.problem)
    if (!(await vault.places()).places.includes(place)) {
      throw new CallError('refused', 'It cannot be kept in this way here. Choose another.')
    }
    await told(log, () => vault.set(target, accepted.value, place))
    return list()
  }

  return {
    store,
    handlers: {
      'secrets:list': list,
      'secrets:set': ({ target, value, place }) => set(target, value, place),
      'secrets:remove': async ({ target }) => {
        if (!(await told(log, () => vault.remove(target)))) requireNotInEnvironment(target)
        return list()
      },
      'secrets:check': async ({ service }) => {
        const key = await store.serviceKey(service).catch((cause: unknown) => {
          if (cause instanceof EndError) throw new CallError('refused', cause.message, { cause })
          throw cause
        })
        if (key === undefined) throw new CallError('not-found', `There is no key for ${SERVICE_NAMES[service]} yet.`)
        return checkKey(http, service, key)
      }
    },
    follow({ handlers }) {
      profiles = () => textsOf(handlers)
    },
    usedBy(texts) {
      profiles = texts
    },
    redact: (text) => fromEnvironment.text(vault.redact(text)),
    learnAll: () => vault.learnAll(),
    destroy: () => vault.destroy()
  }
}

/** `[VARIABLE]` stands for a key in a text; in a profile it is a secret of that name. */
function placeholderOf(standIn: string): string {
  const variable = /^\[(\w+)\]$/.exec(standIn)?.[1]
  return variable === undefined ? standIn : `{{secret:${variable}}}`
}

function keptPlaceholder(target: SecretTarget): string {
  return target.kind === 'named' ? targetName(target) : `{{secret:${targetVariable(target)}}}`
}

/** Undefined also where the key store does not give it out. */
async function readable(vault: Vault, target: SecretTarget): Promise<string | undefined> {
  try {
    return await vault.get(target)
  } catch (cause) {
    if (cause instanceof UnreadableError) return undefined
    throw cause
  }
}

const nobody = (): Promise<readonly ProfileText[]> => Promise.resolve([])

async function textsOf(handlers: SecretsAssistant['handlers']): Promise<ProfileText[]> {
  const { profiles } = await handlers['profiles:list'](undefined)
  return Promise.all(
    profiles.map(async ({ id, name, service }) => ({
      name,
      service,
      text: (await handlers['profiles:read']({ id })).text
    }))
  )
}

/** A change that the disk or the key store refuses is told as a sentence. */
async function told<T>(log: Log, change: () => Promise<T>): Promise<T> {
  try {
    return await change()
  } catch (cause) {
    if (cause instanceof SecretFileError) throw new CallError('refused', cause.message, { cause })
    log.warn('a secret could not be kept', { cause })
    throw new CallError(
      'refused',
      'The key store of the system did not take it. Unlock the key store and try again, or keep it until Parley ends.',
      { cause }
    )
  }
}
