import { connectProblem } from '../../core/profiles/napster-profile.ts'
import { BUILTIN_STARTER } from '../../core/profiles/starters.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { ProfileFileError, readProfileFile } from '../node/read-profile.ts'
import { CliError, EXIT } from './exit-codes.ts'

/** `profile` is a file; `url` is where to connect instead of where the profile says. */
interface ProfileChoice {
  profile?: string
  url?: string
}

/**
 * The profile in the file, or the built-in agent's. With a `url` and no file it is any Deepgram-speaking server's, so that
 * `DEEPGRAM_API_KEY` goes along. Throws {@link CliError} (usage) with a sentence that names the file.
 */
export function readProfile({ profile: file, url }: ProfileChoice): { profile: AgentProfile; warnings: string[] } {
  if (file === undefined) {
    const { profile } = BUILTIN_STARTER
    return { profile: url === undefined ? profile : { ...profile, service: 'deepgram' }, warnings: [] }
  }
  const read = forCli(() => readProfileFile(file, 'command-line'))
  const problem = connectProblem(read.profile)
  if (problem !== undefined) throw new CliError(EXIT.usage, `The profile ${file} cannot be used: ${problem}`)
  return read
}

function forCli<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ProfileFileError) throw new CliError(EXIT.usage, cause.message, { cause })
    throw cause
  }
}
