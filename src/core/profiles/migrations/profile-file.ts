import { migrate, versionOf, type Fields, type Migrated, type Step } from './migrate.ts'

/** From the profile file of version n to n + 1. There is only version 1 yet: fields that came since are optional. */
export const PROFILE_STEPS: readonly Step[] = []

/** A profile as this build reads it. One that says no version is left as it is: the check of the profile tells what is wrong. */
export function migrateProfile(profile: Fields): Migrated {
  const version = versionOf(profile)
  return version === undefined ? { kind: 'current', value: profile } : migrate(profile, version, PROFILE_STEPS)
}
