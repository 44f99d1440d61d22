import type { SecretTarget } from '../../shared/ipc/secret-calls.ts'
import type { Service } from '../../shared/profile.ts'
import { secretNames } from './placeholders.ts'

/** A profile as far as secrets are concerned; `text` is its file. */
export interface ProfileText {
  name: string
  service: Service
  text: string
}

/** A secret and the names of the profiles that use it, each once. */
export interface SecretUse {
  target: SecretTarget
  usedBy: string[]
}

/** Equal for the same secret. */
export function targetKey(target: SecretTarget): string {
  return target.kind === 'named' ? `named ${target.name}` : `key ${target.service}`
}

/** As people write it: `Deepgram`, `{{secret:NAME}}`. */
export function targetName(target: SecretTarget): string {
  return target.kind === 'named' ? `{{secret:${target.name}}}` : SERVICE_NAMES[target.service]
}

/** The variable of the environment that comes before what is kept. */
export function targetVariable(target: SecretTarget): string {
  return target.kind === 'named' ? `PARLEY_SECRET_${target.name}` : `${target.service.toUpperCase()}_API_KEY`
}

/** What a person knows each service by. */
export const SERVICE_NAMES: Readonly<Record<Service, string>> = {
  builtin: 'Built-in agent',
  deepgram: 'Deepgram',
  napster: 'Napster'
}

/** Keys of the services first, then the named secrets by name. */
export function byTarget(a: { target: SecretTarget }, b: { target: SecretTarget }): number {
  return targetKey(a.target) < targetKey(b.target) ? -1 : 1
}

/** Which secrets the profiles use: the key of their service, and what their settings name. */
export function secretUse(profiles: readonly ProfileText[]): SecretUse[] {
  const uses = new Map<string, SecretUse>()
  const add = (target: SecretTarget, name: string): void => {
    const use = uses.get(targetKey(target)) ?? { target, usedBy: [] }
    if (!use.usedBy.includes(name)) use.usedBy.push(name)
    uses.set(targetKey(target), use)
  }
  for (const { name, service, text } of profiles) {
    if (service !== 'builtin') add({ kind: 'service-key', service }, name)
    for (const secret of secretNames(text)) add({ kind: 'named', name: secret }, name)
  }
  return [...uses.values()].toSorted(byTarget)
}
