/** How many terms a service takes in one list (Deepgram). */
export const KEYTERMS_LIMIT = 100

/** The terms of a text that has one in each line, or several with commas between; each once, in their order. */
export function keytermsOf(text: string): string[] {
  const terms = text.split(/[\n,]/).map((term) => term.trim())
  return [...new Set(terms.filter((term) => term !== ''))]
}
