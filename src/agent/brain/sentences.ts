/** Longest piece given to the voice at once, in UTF-16 units: about 20 s of speech, so memory per sentence is bounded. */
export const MAX_SENTENCE_LENGTH = 300

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })
const SPEAKABLE = /[\p{L}\p{N}]/u
const ABBREVIATION = /(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|e\.g|i\.e)\.\s*$/

/**
 * The sentences of a text in order, trimmed, none longer than {@link MAX_SENTENCE_LENGTH}. Pieces without a letter or
 * digit stay with the sentence before them, so every piece can be spoken. Only whitespace between them is lost.
 */
export function splitSentences(text: string): string[] {
  const sentences: string[] = []
  for (const raw of rawSentences(text)) push(sentences, raw)
  return sentences
}

/** Where a text parts into sentences: its pieces in order, joined they are the text. The last one may be unspeakable. */
export function rawSentences(text: string): string[] {
  const pieces: string[] = []
  let open = ''
  for (const { segment } of segmenter.segment(text)) {
    open += segment
    if (ABBREVIATION.test(open) || !SPEAKABLE.test(open)) continue
    pieces.push(open)
    open = ''
  }
  return open === '' ? pieces : [...pieces, open]
}

function push(sentences: string[], raw: string): void {
  const text = raw.trim().replace(/\s+/g, ' ')
  if (text === '') return
  if (!SPEAKABLE.test(text)) {
    const last = sentences.pop()
    sentences.push(last === undefined ? text : `${last} ${text}`.slice(0, MAX_SENTENCE_LENGTH * 2))
    return
  }
  let rest = text
  while (rest.length > MAX_SENTENCE_LENGTH) {
    const at = cutAt(rest)
    sentences.push(rest.slice(0, at).trim())
    rest = rest.slice(at).trim()
  }
  if (rest !== '') sentences.push(rest)
}

/** A cut after a comma, else at a space, else anywhere but inside a surrogate pair. */
function cutAt(text: string): number {
  const head = text.slice(0, MAX_SENTENCE_LENGTH)
  const comma = Math.max(head.lastIndexOf(', '), head.lastIndexOf('; ')) + 1
  if (comma > MAX_SENTENCE_LENGTH / 3) return comma
  const space = head.lastIndexOf(' ')
  if (space > 0) return space
  return /[\uD800-\uDBFF]$/.test(head) ? MAX_SENTENCE_LENGTH - 1 : MAX_SENTENCE_LENGTH
}
