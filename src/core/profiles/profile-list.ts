import { AgentProfile, modalityOf, ProfileId, type ProfileSummary } from '../../shared/profile.ts'
import { CallError, type ProfileList } from '../../shared/ipc/contract.ts'
import type { EffectiveAgent } from '../dialects/effective-agent.ts'
import type { FileStore, Log, Random } from '../ports.ts'
import { formatProfileFile, parseProfileFile } from './profile-file.ts'
import { foreignHost } from '../secrets/address-warnings.ts'
import { ProfileError } from './profile-error.ts'
import { withChanges, tunedName } from './save-changes.ts'
import { BUILTIN_STARTER, STARTERS } from './starters.ts'

/** Under which the list is kept in the file store. */
export const PROFILES_KEY = 'profiles'

/** Id of the profile that was given on the command line and is not saved. */
export const GIVEN_ID = ProfileId.parse('command-line')

/** Own profiles that one installation keeps. */
const MOST_PROFILES = 500

interface Own {
  id: ProfileId
  profile: AgentProfile
}

interface Stored {
  own: Own[]
  /** Entries of another build or with a mistake: not listed, and not lost either. */
  unreadable: unknown[]
  chosenId: ProfileId | undefined
}

/** Where changes were saved. */
export interface SavedProfile {
  id: ProfileId
  profile: AgentProfile
  warnings: string[]
}

export interface ProfilesDeps {
  store: FileStore
  random: Random
  log: Log
  given?: AgentProfile | undefined
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/** Each entry is checked alone, so that a bad one never takes the others with it. */
function parseStored(value: unknown): Stored {
  const entries = field(value, 'own')
  const stored: Stored = { own: [], unreadable: [], chosenId: ProfileId.safeParse(field(value, 'chosenId')).data }
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const id = ProfileId.safeParse(field(entry, 'id'))
    const profile = AgentProfile.safeParse(field(entry, 'profile'))
    if (id.success && profile.success) stored.own.push({ id: id.data, profile: profile.data })
    else stored.unreadable.push(entry)
  }
  return stored
}

function summaryOf(id: ProfileId, profile: AgentProfile, builtIn: boolean): ProfileSummary {
  const { name, service, url } = profile
  const host = foreignHost(service, url)
  return { id, name, service, modality: modalityOf(profile), ...(host === undefined ? {} : { host }), builtIn }
}

/** The profiles of this installation: those that come with Parley, the one given at the start, and the user's own. */
export class Profiles {
  readonly #deps: ProfilesDeps
  #stored: Stored
  #given: AgentProfile | undefined
  /** The given profile is chosen until another one is. */
  #givenChosen: boolean

  constructor(deps: ProfilesDeps) {
    this.#deps = deps
    this.#given = deps.given
    this.#givenChosen = deps.given !== undefined
    this.#stored = parseStored(deps.store.read(PROFILES_KEY))
    const { length } = this.#stored.unreadable
    if (length > 0) deps.log.warn('profiles that cannot be read are kept but not listed', { count: length })
  }

  list(): ProfileList {
    const rows = [
      ...(this.#given === undefined ? [] : [{ id: GIVEN_ID, profile: this.#given, builtIn: true }]),
      ...STARTERS.map((starter) => ({ ...starter, builtIn: true })),
      ...this.#stored.own.map((own) => ({ ...own, builtIn: false }))
    ]
    return {
      profiles: rows.map(({ id, profile, builtIn }) => summaryOf(id, profile, builtIn)),
      chosenId: this.#chosenId()
    }
  }

  /** The profile of the next session. */
  chosen(): { id: ProfileId; profile: AgentProfile } {
    const id = this.#chosenId()
    const profile = this.#find(id)
    return profile === undefined ? BUILTIN_STARTER : { id, profile }
  }

  choose(id: ProfileId): void {
    this.#require(id)
    this.#givenChosen = id === GIVEN_ID
    if (!this.#givenChosen) this.#write({ ...this.#stored, chosenId: id })
  }

  read(id: ProfileId): string {
    return formatProfileFile(this.#require(id))
  }

  /** Adds the file text as a new profile, or saves it over an own one; throws `CallError` with a sentence. */
  save(text: string, id?: ProfileId): { id: ProfileId; warnings: string[] } {
    const { profile, warnings } = parseForCall(text)
    if (id === undefined) return { id: this.#add(profile), warnings }
    if (id === GIVEN_ID && this.#given !== undefined) return { id: this.#keepGiven(profile), warnings }
    this.#requireOwn(id, 'changed. Save it as a new profile')
    const own = this.#stored.own.map((entry) => (entry.id === id ? { id, profile } : entry))
    this.#write({ ...this.#stored, own })
    return { id, warnings }
  }

  /**
   * Writes what became of `agent` in a conversation into the profile that it was begun with: into an own one as it is stored now, else (it
   * comes with Parley, was given or is gone) into a new one, which is chosen in its place. Throws `CallError` with a sentence.
   */
  saveChanges(used: { id: ProfileId; profile: AgentProfile }, agent: EffectiveAgent): SavedProfile {
    const own = this.#stored.own.find(({ id }) => id === used.id)
    const isSame = own !== undefined && own.profile.service === used.profile.service
    const base = isSame ? own.profile : used.profile
    const name = isSame ? base.name : tunedName(base.name, this.#names())
    const changed = forCall(() => withChanges({ ...base, name }, agent))
    const text = formatProfileFile(changed)
    const { profile, warnings } = parseForCall(text)
    if (isSame) return { ...this.save(text, used.id), profile }
    const wasChosen = this.#chosenId() === used.id
    const id = this.#add(profile)
    if (wasChosen) this.choose(id)
    return { id, warnings, profile }
  }

  remove(id: ProfileId): void {
    this.#requireOwn(id, 'removed')
    const { chosenId } = this.#stored
    this.#write({
      ...this.#stored,
      own: this.#stored.own.filter((entry) => entry.id !== id),
      chosenId: chosenId === id ? undefined : chosenId
    })
  }

  #keepGiven(profile: AgentProfile): ProfileId {
    const id = this.#add(profile)
    if (this.#givenChosen) this.#write({ ...this.#stored, chosenId: id })
    this.#given = undefined
    this.#givenChosen = false
    return id
  }

  #add(profile: AgentProfile): ProfileId {
    if (this.#stored.own.length >= MOST_PROFILES) {
      throw new CallError('refused', `There are ${MOST_PROFILES} profiles already. Remove one first.`)
    }
    const id = this.#newId()
    this.#write({ ...this.#stored, own: [...this.#stored.own, { id, profile }] })
    return id
  }

  #names(): Set<string> {
    return new Set([...STARTERS, ...this.#stored.own].map(({ profile }) => profile.name))
  }

  #newId(): ProfileId {
    const base = `own-${Math.floor(this.#deps.random() * 2 ** 48).toString(36)}`
    const taken = new Set<string>(this.#stored.own.map(({ id }) => id))
    let id = base
    for (let next = 2; taken.has(id); next += 1) id = `${base}-${next}`
    return ProfileId.parse(id)
  }

  #chosenId(): ProfileId {
    if (this.#givenChosen) return GIVEN_ID
    const { chosenId } = this.#stored
    return chosenId !== undefined && this.#find(chosenId) !== undefined ? chosenId : BUILTIN_STARTER.id
  }

  #find(id: ProfileId): AgentProfile | undefined {
    if (id === GIVEN_ID) return this.#given
    return [...STARTERS, ...this.#stored.own].find((entry) => entry.id === id)?.profile
  }

  #require(id: ProfileId): AgentProfile {
    const profile = this.#find(id)
    if (profile === undefined) throw new CallError('not-found', 'There is no such profile any more.')
    return profile
  }

  #requireOwn(id: ProfileId, cannotBe: string): void {
    this.#require(id)
    if (this.#stored.own.some((entry) => entry.id === id)) return
    throw new CallError('refused', `A profile that comes with Parley cannot be ${cannotBe}.`)
  }

  #write(next: Stored): void {
    const { own, unreadable, chosenId } = next
    this.#deps.store.write(PROFILES_KEY, {
      own: [...own, ...unreadable],
      ...(chosenId === undefined ? {} : { chosenId })
    })
    this.#stored = next
  }
}

function parseForCall(text: string): { profile: AgentProfile; warnings: string[] } {
  return forCall(() => parseProfileFile(text))
}

/** A profile that cannot be is a `CallError` for whoever asked. */
function forCall<T>(make: () => T): T {
  try {
    return make()
  } catch (cause) {
    if (cause instanceof ProfileError) throw new CallError('invalid-profile', cause.message, { cause })
    throw cause
  }
}
