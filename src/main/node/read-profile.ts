import { closeSync, openSync, readSync } from 'node:fs'
import type { KeyEntry } from '../../core/ports.ts'
import { ProfileError } from '../../core/profiles/profile-error.ts'
import { parseProfileFile } from '../../core/profiles/profile-file.ts'
import { keyLiteralWarnings } from '../../core/secrets/key-literals.ts'
import { makeDialect } from '../../core/session/session.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { fileObstacle } from './file-problem.ts'

/** Far more than any profile needs; a device that never ends is not read beyond it. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

/** A profile file that cannot be used; the message is one sentence that names the file and what to do. */
export class ProfileFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ProfileFileError'
  }
}

/**
 * Reads the profile that a host was started with. What could never connect (no such service, settings Parley cannot speak)
 * is refused here, at the terminal where it was typed. `keyEntry`: where the program's people enter keys. Throws {@link ProfileFileError}.
 */
export function readProfileFile(file: string, keyEntry?: KeyEntry): { profile: AgentProfile; warnings: string[] } {
  const text = readBounded(file)
  try {
    const { profile } = parseProfileFile(text)
    makeDialect(profile)
    // Where keys go is told when the session connects: the address may be another then.
    return { profile, warnings: keyLiteralWarnings(profile, keyEntry) }
  } catch (cause) {
    if (!(cause instanceof ProfileError)) throw cause
    throw new ProfileFileError(`The profile ${file} cannot be used: ${cause.message}`, { cause })
  }
}

function readBounded(file: string): string {
  try {
    const fd = openSync(file, 'r')
    try {
      return readText(fd, file)
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    if (cause instanceof ProfileFileError) throw cause
    throw new ProfileFileError(`The profile ${file} cannot be read: ${fileObstacle(cause)}.`, { cause })
  }
}

/** In pieces, because neither a device nor a pipe has a size to be asked for. */
function readText(fd: number, file: string): string {
  const pieces: Buffer[] = []
  let total = 0
  for (;;) {
    const piece = Buffer.alloc(65_536)
    const bytes = readSync(fd, piece)
    if (bytes === 0) return Buffer.concat(pieces).toString('utf8')
    total += bytes
    if (total > MAX_FILE_BYTES) throw new ProfileFileError(`The profile ${file} is too large: 4 MB at most.`)
    pieces.push(piece.subarray(0, bytes))
  }
}
