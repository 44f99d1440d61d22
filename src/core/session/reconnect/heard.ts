/** One sentence of a reply and how much audio of it had come before. */
export interface Sentence {
  text: string
  atMs: number
}

/** What stands where a reply was cut. */
export const CUT_MARK = '…'

/**
 * The part of a reply that was heard when `playedMs` of its `totalMs` of audio had been played: whole sentences, and of the one that was
 * cut the words that its time allows. Empty when nothing was heard. The service tells no positions, so this is an estimate by sentence.
 */
export function heardText(sentences: readonly Sentence[], totalMs: number, playedMs: number): string {
  const heard: string[] = []
  for (const [at, { text, atMs }] of sentences.entries()) {
    const endMs = Math.max(sentences[at + 1]?.atMs ?? totalMs, atMs)
    if (playedMs >= endMs && endMs > atMs) {
      heard.push(text)
      continue
    }
    const words = text.split(/\s+/)
    const count = endMs > atMs ? Math.floor((words.length * Math.max(0, playedMs - atMs)) / (endMs - atMs)) : 0
    if (count > 0) heard.push(words.slice(0, count).join(' '))
    if (heard.length === 0) return ''
    return `${heard.join(' ')}${count > 0 ? '' : ' '}${CUT_MARK}`
  }
  return heard.join(' ')
}
