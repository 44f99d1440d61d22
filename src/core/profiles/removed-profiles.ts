import type { ProfileId } from '../../shared/profile.ts'
import type { Own, Stored, Unreadable } from './stored-profiles.ts'

/** Removals that can be taken back. */
const MOST_REMOVED = 20

interface Removed {
  entry: Own
  /** The profiles that stood behind it, nearest first. */
  followers: readonly ProfileId[]
  wasChosen: boolean
}

/** The profiles that were removed since the start, the newest {@link MOST_REMOVED} of them. */
export class RemovedProfiles {
  #removed: Removed[] = []

  /** `entry` is about to be taken out of `stored`. */
  add(entry: Own, { entries, chosenId }: Stored): void {
    const behind = entries.slice(entries.indexOf(entry) + 1)
    const followers = behind.flatMap((one) => (one.kind === 'own' ? [one.id] : []))
    this.#removed = [...this.#removed, { entry, followers, wasChosen: chosenId === entry.id }].slice(-MOST_REMOVED)
  }

  /** `stored` with the profile back in its place, and chosen if it was and nothing else is now; undefined if it is not known any more. */
  restore(id: ProfileId, { entries, chosenId, rest }: Stored): Stored | undefined {
    const removed = this.#removed.find(({ entry }) => entry.id === id)
    if (removed === undefined) return undefined
    const next = removed.followers.find((one) => entries.some((entry) => isOwn(entry, one)))
    const chosen = chosenId ?? (removed.wasChosen ? id : undefined)
    return { entries: inserted(entries, removed.entry, next ?? null), chosenId: chosen, rest }
  }

  has(id: ProfileId): boolean {
    return this.#removed.some(({ entry }) => entry.id === id)
  }

  /** It is back, or will never be. */
  forget(id: ProfileId): void {
    this.#removed = this.#removed.filter(({ entry }) => entry.id !== id)
  }
}

export function isOwn(entry: Own | Unreadable, id: ProfileId): entry is Own {
  return entry.kind === 'own' && entry.id === id
}

/** `entries` with `entry` before the profile `before`; null: at the end. */
export function inserted(entries: Stored['entries'], entry: Own, before: ProfileId | null): Stored['entries'] {
  const at = before === null ? -1 : entries.findIndex((one) => isOwn(one, before))
  return entries.toSpliced(at === -1 ? entries.length : at, 0, entry)
}
