import { PROFILE_TEXT_LIMIT } from '../../../../shared/limits.ts'
import { text } from '../../text/en.ts'

/** A file that was chosen or dropped: its text, or why there is none. */
export type ReadFile = { name: string; text: string } | { name: string; problem: string }

/** Files that are taken at once. */
const MOST_FILES = 50

/** Reads files of a person; what cannot be read says so in its place. */
export async function readFiles(files: Iterable<File>): Promise<ReadFile[]> {
  return Promise.all([...files].slice(0, MOST_FILES).map(readFile))
}

async function readFile(file: File): Promise<ReadFile> {
  const { name } = file
  // No character takes more than four bytes.
  if (file.size > 4 * PROFILE_TEXT_LIMIT) return { name, problem: text.profiles.import.tooLarge(name) }
  try {
    const content = await file.text()
    if (content.length > PROFILE_TEXT_LIMIT) return { name, problem: text.profiles.import.tooLarge(name) }
    return { name, text: content }
  } catch {
    return { name, problem: text.profiles.import.unreadable(name) }
  }
}
