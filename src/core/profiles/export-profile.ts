import type { ProfileExport } from '../../shared/ipc/profile-calls.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { secretNames } from '../secrets/placeholders.ts'
import { isTooShort } from '../secrets/redactor.ts'
import { profileFileName } from './file-name.ts'
import { formatProfileFile } from './profile-file.ts'
import { withoutKeys } from './without-keys.ts'

/** A secret that Parley knows, and what stands for it. */
export type KnownSecret = readonly [value: string, placeholder: string]

/**
 * The profile as a file for others. Literals that look like keys, and the `known` secrets wherever they stand, become placeholders; the
 * devices of this machine are left out. Everything else is as it is in the profile.
 */
export function exportProfile(profile: AgentProfile, known: readonly KnownSecret[]): ProfileExport {
  const removed: string[] = []
  const names = new SecretNames(secretNames(profile))
  const clean = mapFields(withoutDevices(profile), (text, path) => {
    const unknown = withoutKnown(text, known)
    const result = withoutKeys(unknown, path, (literal) => `{{secret:${names.of(literal, path)}}}`)
    if (result.removed || unknown !== text) removed.push(path)
    return result.text
  }) as AgentProfile
  return { fileName: profileFileName(clean.name), text: formatProfileFile(clean), removed }
}

/** How people talk to the agent goes along; with which devices is for each machine to say. */
function withoutDevices(profile: AgentProfile): AgentProfile {
  const { devices, ...rest } = profile
  if (devices === undefined) return profile
  const { microphone: _microphone, loudspeaker: _loudspeaker, ...kept } = devices
  return Object.keys(kept).length === 0 ? rest : { ...profile, devices: kept }
}

/** Longer ones first: one may be part of another. */
function withoutKnown(text: string, known: readonly KnownSecret[]): string {
  return known
    .filter(([value]) => !isTooShort(value))
    .flatMap(([value, placeholder]) => [value, encodeURIComponent(value)].map((literal) => ({ literal, placeholder })))
    .toSorted((a, b) => b.literal.length - a.literal.length)
    .reduce((clean, { literal, placeholder }) => clean.replaceAll(literal, () => placeholder), text)
}

/** A copy with every string changed; `path` is its place in the file. */
function mapFields(value: unknown, change: (text: string, path: string) => string, path = ''): unknown {
  if (typeof value === 'string') return change(value, path)
  if (typeof value !== 'object' || value === null) return value
  const below = (name: string | number): string => (path === '' ? String(name) : `${path}.${name}`)
  if (Array.isArray(value)) return value.map((item, at) => mapFields(item, change, below(at)))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapFields(item, change, below(name))]))
}

/** Parts of a path that say nothing of a secret. */
const PLAIN = /^(?:settings|agent|headers|endpoint|provider|credentials|\d+)$/i
const NAME_LIMIT = 60

/** Gives each literal one name, after its place, that no other secret of the profile has. */
class SecretNames {
  readonly #taken: Set<string>
  readonly #byLiteral = new Map<string, string>()

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken)
  }

  of(literal: string, path: string): string {
    const known = this.#byLiteral.get(literal)
    if (known !== undefined) return known
    const base = nameOf(path)
    let name = base
    for (let next = 2; this.#taken.has(name); next += 1) name = `${base}_${next}`
    this.#taken.add(name)
    this.#byLiteral.set(literal, name)
    return name
  }
}

/** `settings.agent.think.endpoint.headers.authorization` is `THINK_AUTHORIZATION`. */
function nameOf(path: string): string {
  const parts = path.split('.').filter((part) => !PLAIN.test(part))
  const name = parts
    .slice(-2)
    .join('_')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase()
    .slice(0, NAME_LIMIT)
  return /^[A-Z]/.test(name) ? name : `SECRET${name === '' ? '' : `_${name}`}`
}
