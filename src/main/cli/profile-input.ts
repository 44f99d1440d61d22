import { readFile, stat } from 'node:fs/promises'
import { parseProfileFile } from '../../core/profiles/profile-file.ts'
import { ProfileError } from '../../core/profiles/profile-error.ts'
import { BUILTIN_STARTER } from '../../core/profiles/starters.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { CliError, EXIT } from './exit-codes.ts'
import { fileProblem } from './file-problem.ts'

const MAX_FILE_BYTES = 4 * 1024 * 1024

/** The profile in `path`, or the built-in agent's. Throws {@link CliError} (usage) with a sentence that names the file. */
export async function readProfile(path?: string): Promise<{ profile: AgentProfile; warnings: string[] }> {
  if (path === undefined) return { profile: BUILTIN_STARTER.profile, warnings: [] }
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
