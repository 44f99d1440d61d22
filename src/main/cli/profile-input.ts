import { readFile, stat } from 'node:fs/promises'
import { parseProfileFile } from '../../core/profiles/profile-file.ts'
import { ProfileError } from '../../core/profiles/profile-error.ts'
import { BUILTIN_STARTER } from '../../core/profiles/starters.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { CliError, EXIT } from './exit-codes.ts'
import { fileProblem } from './file-problem.ts'

const MAX_FILE_BYTES = 4 * 1024 * 1024

/** `profile` is a file; `url` is where to connect instead of where the profile says. */
interface ProfileChoice {
  profile?: string
  url?: string
}

/**
 * The profile in the file, or the built-in agent's. With a `url` and no file it is any Deepgram-speaking server's, so that
 * `DEEPGRAM_API_KEY` goes along. Throws {@link CliError} (usage) with a sentence that names the file.
 */
export async function readProfile(choice: ProfileChoice): Promise<{ profile: AgentProfile; warnings: string[] }> {
  const { profile: path, url } = choice
  if (path === undefined) {
    const { profile } = BUILTIN_STARTER
    return { profile: url === undefined ? profile : { ...profile, service: 'deepgram' }, warnings: [] }
  }
  const text = await readText(path)
  try {
    return parseProfileFile(text)
  } catch (cause) {
    if (cause instanceof ProfileError) throw new CliError(EXIT.usage, `${path}: ${cause.message}`, { cause })
    throw cause
  }
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MAX_FILE_BYTES) throw new CliError(EXIT.usage, `${path} is too large to be an agent profile.`)
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    throw new CliError(EXIT.usage, fileProblem('read', path, cause), { cause })
  }
}
