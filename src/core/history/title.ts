import { oneLine } from '../one-line.ts'

/** Longest title, in characters. */
export const TITLE_LENGTH = 70

/** The first words of a text, in one line; ends with … where more follows. */
export function titleOf(text: string): string {
  const line = oneLine(text.slice(0, 4 * TITLE_LENGTH))
  if (line.length <= TITLE_LENGTH) return line
  const space = line.lastIndexOf(' ', TITLE_LENGTH)
  const end = space > TITLE_LENGTH / 2 ? space : TITLE_LENGTH
  return `${line.slice(0, end).toWellFormed().trimEnd()}…`
}
