import type { AgentProfile } from '../../shared/profile.ts'
import { deepgramDialect } from '../dialects/deepgram.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { ProfileError } from '../profiles/profile-error.ts'

/** The wire language of the profile's service. Throws {@link ProfileError} where Parley cannot speak it as asked. */
export function makeDialect(profile: AgentProfile): Dialect {
  if (profile.service !== 'napster') return deepgramDialect(profile)
  throw new ProfileError('Parley cannot talk to Napster yet. Choose a built-in or Deepgram profile.')
}
