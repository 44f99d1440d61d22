import type { ProfileId, ProfileSummary } from '../../../../shared/profile.ts'

/** Before which own profile `id` stands after a step up or down; undefined where there is no such step. Null: at the end. */
export function beforeOf(
  profiles: readonly ProfileSummary[],
  id: ProfileId,
  step: 'up' | 'down'
): ProfileId | null | undefined {
  const own = profiles.filter(({ builtIn }) => !builtIn)
  const at = own.findIndex((profile) => profile.id === id)
  if (at === -1) return undefined
  if (step === 'up') return own[at - 1]?.id
  return at + 1 === own.length ? undefined : (own[at + 2]?.id ?? null)
}

/** The place of a profile among the own ones, from 1, and how many there are. */
export function placeOfOwn(profiles: readonly ProfileSummary[], id: ProfileId): { place: number; of: number } {
  const own = profiles.filter(({ builtIn }) => !builtIn)
  return { place: own.findIndex((profile) => profile.id === id) + 1, of: own.length }
}
