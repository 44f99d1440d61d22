import { CallError, type ProfileList } from '../../shared/ipc/contract.ts'
import type { DataProblem } from '../../shared/ipc/data-calls.ts'
import type { Enabled, ImportPreview } from '../../shared/ipc/profile-calls.ts'
import { ProfileId, type AgentProfile } from '../../shared/profile.ts'
import type { EffectiveAgent } from '../dialects/effective-agent.ts'
import type { FileStore, Log, Random } from '../ports.ts'
import { copyName } from './copy-name.ts'
import { enablesOf } from './enables.ts'
import { ProfileError } from './profile-error.ts'
import { formatProfileFile, parseProfileFile } from './profile-file.ts'
import { summaryOf } from './profile-summary.ts'
import { inserted, withRemoved, withRestored } from './removed-profiles.ts'
import { tunedName, withChanges } from './save-changes.ts'
import { BUILTIN_STARTER, STARTERS } from './starters.ts'
import { formatStored, ownOf, parseStored, storedProblems, type Own, type Stored } from './stored-profiles.ts'

/** Under which the list is kept in the file store. */
export const PROFILES_KEY = 'profiles'

/** Id of the profile that was given on the command line and is not saved. */
export const GIVEN_ID = ProfileId.parse('command-line')

/** Own profiles that one installation keeps. */
const MOST_PROFILES = 500

const RESERVED_IDS = [GIVEN_ID, ...STARTERS.map(({ id }) => id)]

/** A profile as it can be used. `held`: no conversation may begin with it. */
export interface UsableProfile {
  id: ProfileId
  profile: AgentProfile
  held: boolean
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
  /** Gets what a person should know of the list as it was found. */
  onProblem?: ((problem: DataProblem) => void) | undefined
}

/** The profiles of this installation: those that come with Parley, the one given at the start, and the user's own. All methods that change something throw `CallError` with a sentence. */
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
    this.#stored = this.#read()
    for (const problem of storedProblems(this.#stored)) {
      deps.log.warn('profiles that cannot be read are kept but not listed', { code: problem.code })
      deps.onProblem?.(problem)
    }
  }

  list(): ProfileList {
    return {
      profiles: this.#all().map(({ id, profile, held, builtIn }) => summaryOf(id, profile, held, builtIn)),
      chosenId: this.#chosenId()
    }
  }

  /** The profile of the next session. */
  chosen(): UsableProfile {
    return this.#find(this.#chosenId()) ?? { ...BUILTIN_STARTER, held: false }
  }

  choose(id: ProfileId): void {
    this.require(id)
    this.#givenChosen = id === GIVEN_ID
    if (!this.#givenChosen) this.#write({ ...this.#stored, chosenId: id })
  }

  read(id: ProfileId): string {
    return formatProfileFile(this.require(id).profile)
  }

  /** Reads the store anew, which was cleared; removals cannot be taken back any more. */
  reload(): void {
    this.#stored = this.#read()
  }

  /** What the file would bring; nothing is kept. */
  preview(text: string): ImportPreview {
    const { profile, warnings } = parseForCall(text)
    const { name, service } = profile
    return { name, service, warnings, enables: enablesOf(profile) }
  }

  /** Adds a file from elsewhere: it is held if it would enable anything. */
  import(text: string): { id: ProfileId; warnings: string[] } {
    const { profile, warnings } = parseForCall(text)
    return { id: this.#add(profile, { held: enablesOf(profile).length > 0 }), warnings }
  }

  /** What a held profile waits for; nothing for any other. */
  enables(id: ProfileId): Enabled[] {
    const { profile, held } = this.require(id)
    return held ? enablesOf(profile) : []
  }

  /** A person allows all that a held profile would enable. */
  allow(id: ProfileId): void {
    if (this.require(id).held) this.#change(id, { held: false })
  }

  /** Adds the file text as a new profile, or saves it over an own one. One that is held stays so as long as it would enable anything. */
  save(text: string, id?: ProfileId): { id: ProfileId; warnings: string[] } {
    const { profile, warnings } = parseForCall(text)
    if (id === undefined) return { id: this.#add(profile), warnings }
    if (id === GIVEN_ID && this.#given !== undefined) return { id: this.#keepGiven(profile), warnings }
    const { held } = this.#requireOwn(id, 'changed. Save it as a new profile')
    this.#change(id, { profile, held: held && enablesOf(profile).length > 0 })
    return { id, warnings }
  }

  /**
   * Writes what became of `agent` in a conversation into the profile that it was begun with: into an own one as it is stored now, else (it
   * comes with Parley, was given or is gone) into a new one, which is chosen in its place.
   */
  saveChanges(used: { id: ProfileId; profile: AgentProfile }, agent: EffectiveAgent): SavedProfile {
    const own = this.#own(used.id)
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

  /** A copy behind an own profile, at the end of any other; without the hotkey, which two cannot have. */
  duplicate(id: ProfileId): { id: ProfileId; warnings: string[] } {
    const { profile, held } = this.require(id)
    const { hotkey: _hotkey, ...rest } = profile
    const copy = parseForCall(formatProfileFile({ ...rest, name: copyName(profile.name, this.#names()) }))
    return { id: this.#add(copy.profile, { held, behind: id }), warnings: copy.warnings }
  }

  /** Puts an own profile before another own one; null: to the end. */
  move(id: ProfileId, before: ProfileId | null): void {
    const entry = this.#requireOwn(id, 'moved')
    if (before === id) return
    if (before !== null) this.#requireOwn(before, 'moved, nor anything before it')
    const others = this.#stored.entries.filter((one) => one !== entry)
    this.#write({ ...this.#stored, entries: inserted(others, entry, before) })
  }

  remove(id: ProfileId): void {
    this.#write(withRemoved(this.#stored, this.#requireOwn(id, 'removed')))
  }

  /** Takes back a removal, to where the profile was. */
  restore(id: ProfileId): void {
    const restored = withRestored(this.#stored, id)
    if (restored === undefined) {
      throw new CallError('not-found', 'This removal cannot be taken back any more. Import the profile from a file.')
    }
    this.#requireRoom()
    this.#write(restored)
  }

  /** The profile of this id; throws `CallError` where there is none. */
  require(id: ProfileId): UsableProfile {
    const found = this.#find(id)
    if (found === undefined) throw new CallError('not-found', 'There is no such profile any more.')
    return found
  }

  #keepGiven(profile: AgentProfile): ProfileId {
    const id = this.#add(profile)
    if (this.#givenChosen) this.#write({ ...this.#stored, chosenId: id })
    this.#given = undefined
    this.#givenChosen = false
    return id
  }

  #add(profile: AgentProfile, { held = false, behind }: { held?: boolean; behind?: ProfileId } = {}): ProfileId {
    this.#requireRoom()
    const own = ownOf(this.#stored)
    const next = behind === undefined ? undefined : own[own.findIndex((one) => one.id === behind) + 1]
    const before = this.#own(behind) === undefined ? null : (next?.id ?? null)
    const entry: Own = { kind: 'own', id: this.#newId(), profile, held, rest: {} }
    this.#write({ ...this.#stored, entries: inserted(this.#stored.entries, entry, before) })
    return entry.id
  }

  #change(id: ProfileId, change: Partial<Pick<Own, 'profile' | 'held'>>): void {
    const entries = this.#stored.entries.map((entry) =>
      entry.kind === 'own' && entry.id === id ? { ...entry, ...change } : entry
    )
    this.#write({ ...this.#stored, entries })
  }

  #requireRoom(): void {
    if (ownOf(this.#stored).length < MOST_PROFILES) return
    throw new CallError('refused', `There are ${MOST_PROFILES} profiles already. Remove one first.`)
  }

  #names(): Set<string> {
    return new Set(this.#all().map(({ profile }) => profile.name))
  }

  #newId(): ProfileId {
    const base = `own-${Math.floor(this.#deps.random() * 2 ** 48).toString(36)}`
    // A removed profile may come back with its id.
    const taken = new Set(this.#stored.entries.map((entry) => idOf(entry)))
    let id = ProfileId.parse(base)
    for (let next = 2; taken.has(id); next += 1) id = ProfileId.parse(`${base}-${next}`)
    return id
  }

  #chosenId(): ProfileId {
    if (this.#givenChosen) return GIVEN_ID
    const { chosenId } = this.#stored
    return chosenId !== undefined && this.#find(chosenId) !== undefined ? chosenId : BUILTIN_STARTER.id
  }

  #all(): (UsableProfile & { builtIn: boolean })[] {
    return [
      ...(this.#given === undefined ? [] : [{ id: GIVEN_ID, profile: this.#given, held: false, builtIn: true }]),
      ...STARTERS.map((starter) => ({ ...starter, held: false, builtIn: true })),
      ...ownOf(this.#stored).map(({ id, profile, held }) => ({ id, profile, held, builtIn: false }))
    ]
  }

  #find(id: ProfileId): UsableProfile | undefined {
    const found = this.#all().find((one) => one.id === id)
    return found === undefined ? undefined : { id, profile: found.profile, held: found.held }
  }

  #own(id: ProfileId | undefined): Own | undefined {
    return ownOf(this.#stored).find((entry) => entry.id === id)
  }

  #requireOwn(id: ProfileId, cannotBe: string): Own {
    this.require(id)
    const own = this.#own(id)
    if (own === undefined) throw new CallError('refused', `A profile that comes with Parley cannot be ${cannotBe}.`)
    return own
  }

  #read(): Stored {
    return parseStored(this.#deps.store.read(PROFILES_KEY), RESERVED_IDS)
  }

  #write(next: Stored): void {
    this.#deps.store.write(PROFILES_KEY, formatStored(next))
    this.#stored = next
  }
}

function idOf(entry: Stored['entries'][number]): ProfileId | undefined {
  if (entry.kind === 'unreadable') return undefined
  return entry.kind === 'own' ? entry.id : entry.own.id
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
