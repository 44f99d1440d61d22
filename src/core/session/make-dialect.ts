import type { AgentProfile } from '../../shared/profile.ts'
import { deepgramDialect } from '../dialects/deepgram.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { napsterDialect } from '../dialects/napster.ts'

/** The wire language of the profile's service. Throws `ProfileError` where Parley cannot speak it as asked. */
export function makeDialect(profile: AgentProfile): Dialect {
  return profile.service === 'napster' ? napsterDialect(profile) : deepgramDialect(profile)
}
