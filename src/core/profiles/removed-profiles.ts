import type { ProfileId } from '../../shared/profile.ts'
import type { Own, Removed, Stored } from './stored-profiles.ts'

/** Removals that can be taken back. */
const MOST_REMOVED = 20

/** `stored` without the profile, whose place is remembered; of more than {@link MOST_REMOVED} removals the oldest is forgotten. */
export function withRemoved({ entries, chosenId, rest }: Stored, entry: Own): Stored {
  const before = entries.filter((one) => one.kind === 'removed').toSorted((a, b) => a.order - b.order)
  const removed: Removed = {
    kind: 'removed',
    own: entry,
    wasChosen: chosenId === entry.id,
    order: (before.at(-1)?.order ?? 0) + 1
  }
  const oldest = before.length < MOST_REMOVED ? undefined : before[0]
  return {
    rest,
    entries: entries.flatMap((one) => (one === oldest ? [] : [one === entry ? removed : one])),
    chosenId: chosenId === entry.id ? undefined : chosenId
  }
}

/** `stored` with the profile back in its place, and chosen if it was and nothing else is now; undefined where its removal is not known. */
export function withRestored({ entries, chosenId, rest }: Stored, id: ProfileId): Stored | undefined {
  const removed = entries.find((one) => one.kind === 'removed' && one.own.id === id)
  if (removed?.kind !== 'removed') return undefined
  return {
    rest,
    entries: entries.map((one) => (one === removed ? removed.own : one)),
    chosenId: chosenId ?? (removed.wasChosen ? id : undefined)
  }
}

/** `entries` with `entry` before the profile `before`; null: at the end. */
export function inserted(entries: Stored['entries'], entry: Own, before: ProfileId | null): Stored['entries'] {
  const at = entries.findIndex((one) => one.kind === 'own' && one.id === before)
  return entries.toSpliced(at === -1 ? entries.length : at, 0, entry)
}
