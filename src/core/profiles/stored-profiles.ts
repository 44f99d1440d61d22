import type { DataProblem } from '../../shared/ipc/data-calls.ts'
import { AgentProfile, PROFILE_SCHEMA_VERSION, ProfileId } from '../../shared/profile.ts'
import { migrateProfile } from './migrations/profile-file.ts'
import { inOrderOf, isTooDeep } from './profile-file.ts'

/** `held`: it came from elsewhere, and what it would enable was not allowed yet. `rest`: what another build wrote beside it. */
export interface Own {
  kind: 'own'
  id: ProfileId
  profile: AgentProfile
  held: boolean
  rest: Readonly<Record<string, unknown>>
}

/** An entry of another build, or with a mistake: not listed, and not lost either. `newer`: a newer build can read it. */
export interface Unreadable {
  kind: 'unreadable'
  raw: unknown
  newer: boolean
}

/** A profile that was removed, in the place where it stood; only in memory. `order` grows with each removal. */
export interface Removed {
  kind: 'removed'
  own: Own
  wasChosen: boolean
  order: number
}

/** The list as it is kept, in its order. `rest`: what another build wrote beside it. */
export interface Stored {
  entries: readonly (Own | Unreadable | Removed)[]
  chosenId: ProfileId | undefined
  rest: Readonly<Record<string, unknown>>
}

/**
 * Each entry is checked alone, so that a bad one never takes the others with it; one with an id that is `reserved` or stands twice is bad
 * too. Never throws.
 */
export function parseStored(value: unknown, reserved: Iterable<string>): Stored {
  const { own, chosenId, ...rest } = fieldsOf(value)
  const taken = new Set<string>(reserved)
  const entries = (Array.isArray(own) ? (own as unknown[]) : []).map((raw) => {
    const entry = parseEntry(raw)
    if (entry.kind === 'own' && taken.has(entry.id)) return { kind: 'unreadable', raw, newer: false } as const
    if (entry.kind === 'own') taken.add(entry.id)
    return entry
  })
  return {
    entries,
    chosenId: ProfileId.safeParse(chosenId).data,
    rest: { ...rest, ...notRead(value, own) }
  }
}

/** What stands in the place of the list, or of all of it, is kept as well. */
function notRead(value: unknown, own: unknown): Readonly<Record<string, unknown>> {
  if (own !== undefined) return Array.isArray(own) ? {} : { unreadable: own }
  return value === undefined || value === null || isFields(value) ? {} : { unreadable: value }
}

function parseEntry(raw: unknown): Own | Unreadable {
  const { id, profile, held, ...rest } = fieldsOf(raw)
  // The schema goes through it by recursion, and would not come to its end.
  if (isTooDeep(profile)) return { kind: 'unreadable', raw, newer: false }
  const migrated = migrateProfile(fieldsOf(profile))
  if (migrated.kind === 'newer') return { kind: 'unreadable', raw, newer: true }
  const [known, parsed] = [ProfileId.safeParse(id), AgentProfile.safeParse(migrated.value)]
  // A mark that nobody knows is no permission.
  const isHeld = held !== undefined && held !== false
  return known.success && parsed.success
    ? { kind: 'own', id: known.data, profile: inOrderOf(migrated.value, parsed.data), held: isHeld, rest }
    : { kind: 'unreadable', raw, newer: false }
}

/** As {@link parseStored} reads it. */
export function formatStored({ entries, chosenId, rest }: Stored): unknown {
  const own = entries.flatMap((entry) => {
    if (entry.kind === 'removed') return []
    return [entry.kind === 'unreadable' ? entry.raw : formatOwn(entry)]
  })
  return { ...rest, own, ...(chosenId === undefined ? {} : { chosenId }) }
}

function formatOwn({ id, profile, held, rest }: Own): unknown {
  return { ...rest, id, profile, ...(held ? { held: true } : {}) }
}

/** The profiles that can be used, in their order. */
export function ownOf({ entries }: Stored): Own[] {
  return entries.filter((entry) => entry.kind === 'own')
}

/** What to tell a person of the entries that are not listed. */
export function storedProblems({ entries }: Stored): DataProblem[] {
  const unreadable = entries.filter((entry) => entry.kind === 'unreadable')
  const newer = unreadable.filter((entry) => entry.newer)
  const broken = unreadable.filter((entry) => !entry.newer)
  const problems: DataProblem[] = []
  if (newer.length > 0) {
    problems.push({
      code: 'newer',
      message: `Made by a newer Parley: ${names(newer)}. This one reads agent profiles up to schemaVersion ${PROFILE_SCHEMA_VERSION}; what is newer is kept as it is and not listed. Update Parley to use it.`
    })
  }
  if (broken.length > 0) {
    problems.push({
      code: 'entry-unreadable',
      message: `Agent profiles that cannot be read: ${names(broken)}. They are kept in the file as they are and not listed; the others are unharmed.`
    })
  }
  return problems
}

const MOST_NAMES = 5

function names(entries: readonly Unreadable[]): string {
  const shown = entries.slice(0, MOST_NAMES).map(({ raw }) => {
    const { name } = fieldsOf(fieldsOf(raw)['profile'])
    return typeof name === 'string' && name.trim() !== '' ? `“${name.trim().slice(0, 60)}”` : 'one without a name'
  })
  const more = entries.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isFields(value) ? value : {}
}
