import { wordsOf, type Phrase } from '../../../core/history/words.ts'
import type { ConversationItem } from '../../../shared/ipc/history-calls.ts'

/** Characters of one conversation that it is found by; a normal one of two hours has about 100,000. */
export const MOST_INDEXED = 1_000_000

/** Characters of one tool's answer that it is found by. */
const MOST_OF_A_CALL = 10_000

/** What of an item is searched. */
export function searchedText(item: ConversationItem): string {
  if (item.kind === 'line') return item.text
  if (item.kind === 'latency') return ''
  const { name, arguments: given, content = '' } = item.call
  return `${name} ${given.slice(0, MOST_OF_A_CALL)} ${content.slice(0, MOST_OF_A_CALL)}`
}

/** A conversation as it stands in the index: its words with spaces between them. */
export function indexText(texts: Iterable<string>): string {
  const words: string[] = []
  let left = MOST_INDEXED
  for (const text of texts) {
    for (const { word } of wordsOf(text.slice(0, left))) words.push(word)
    left -= text.length
    if (left <= 0) break
  }
  return words.join(' ')
}

/** FTS5's query for `phrases`. Words are letters, digits and pictographs, so nothing in them is syntax. */
export function matchOf(phrases: readonly Phrase[]): string {
  return phrases.map(({ words, prefix }) => `"${words.join(' ')}"${prefix ? '*' : ''}`).join(' AND ')
}
