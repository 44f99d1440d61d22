const COPY = / \(copy(?: \d+)?\)$/
const NAME_LIMIT = 200

/** `NAME (copy)`, with a number where there is one already. */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  return nameWith('copy', name.replace(COPY, ''), taken)
}

/** `NAME (WORD)`, with the lowest number that makes it one of its own; cut where it would be too long for a profile. */
export function nameWith(word: string, base: string, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count += 1) {
    const end = count === 1 ? ` (${word})` : ` (${word} ${count})`
    const name = `${base.slice(0, NAME_LIMIT - end.length)}${end}`
    if (!taken.has(name)) return name
  }
}
