import type { AgentProfile } from '../../shared/profile.ts'
import { ProfileError } from './profile-error.ts'

/**
 * Reads a profile file. `warnings` are sentences for a person (a literal that looks like a key, for one).
 * Throws {@link ProfileError} with a sentence that names the field and what to do.
 */
export function parseProfileFile(_text: string): { profile: AgentProfile; warnings: string[] } {
  throw new ProfileError('Reading a profile file is not built yet.')
}

/** The file text of a profile: unknown fields are kept, two spaces of indentation, a newline at the end. */
export function formatProfileFile(profile: AgentProfile): string {
  return `${JSON.stringify(profile, null, 2)}\n`
}
