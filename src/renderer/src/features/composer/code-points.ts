/** Unicode code points, as rule P2 counts. */
export function codePoints(words: string): number {
  return Array.from(words).length
}
