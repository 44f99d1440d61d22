/** End of a sentence inside a running text: its mark, what closes it, and the white space after it; or a new line. */
const SENTENCE_END = /[.!?…]["'”’)\]]*\s+|[。！？]|\n+/g

/** A piece that ends so ends a sentence, though the white space after it is still to come. */
const PIECE_END = /[.!?…]["'”’)\]]*$/

/** A number whose other half may be in the next piece, where the pieces are no longer than a word. */
const OPEN_NUMBER = /\d\.$/
const WORDS = /\S\s+\S/

function endsSentence(text: string, piece: string): boolean {
  return PIECE_END.test(text) && (WORDS.test(piece) || !OPEN_NUMBER.test(text))
}

/** The whole sentences at the start of `text`, and the rest. */
function cut(text: string): { sentences: string[]; rest: string } {
  const sentences: string[] = []
  let from = 0
  for (const match of text.matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length
    const sentence = text.slice(from, end).trim()
    if (sentence !== '') sentences.push(sentence)
    from = end
  }
  return { sentences, rest: text.slice(from) }
}

/** The text of one reply, which comes in pieces and is told sentence by sentence. */
export class ReplyText {
  readonly #limit: number
  #told = ''
  #toldSentences = 0
  #rest = ''

  /** Pieces beyond `limit` characters are dropped. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** The sentences that `piece` completes. */
  add(piece: string): readonly string[] {
    const room = Math.max(0, this.#limit - this.#told.length - this.#rest.length)
    const { sentences, rest } = cut(this.#rest + piece.slice(0, room))
    if (endsSentence(rest, piece)) return this.#tell([...sentences, rest.trim()])
    const told = this.#tell(sentences)
    this.#rest = rest
    return told
  }

  /** The text is over, as far as it has come: what was not told yet. */
  end(): readonly string[] {
    return this.#tell(sentencesOf(this.#rest))
  }

  /** The text is over, and `whole` is all of it, unless it is empty: the rest, or a text in the place of all that was told. */
  complete(whole: string): { sentences: readonly string[] } | { instead: string; of: number } {
    if (whole.trim() === '') return { sentences: this.end() }
    const text = whole.slice(0, this.#limit)
    const rest = beyond(this.#told, text)
    if (rest === undefined) return { instead: text.trim(), of: this.#toldSentences }
    return { sentences: this.#tell(sentencesOf(rest)) }
  }

  #tell(sentences: readonly string[]): readonly string[] {
    for (const sentence of sentences) this.#told += sentence
    this.#toldSentences += sentences.length
    this.#rest = ''
    return sentences
  }
}

function sentencesOf(text: string): string[] {
  const { sentences, rest } = cut(text)
  return [...sentences, rest.trim()].filter((sentence) => sentence !== '')
}

/** What `whole` has after `told`; white space does not count. Undefined where it does not begin so. */
function beyond(told: string, whole: string): string | undefined {
  const letters = told.replace(/\s+/g, '')
  let matched = 0
  let at = 0
  for (; at < whole.length && matched < letters.length; at += 1) {
    const letter = whole[at] as string
    if (/\s/.test(letter)) continue
    if (letter !== letters[matched]) return undefined
    matched += 1
  }
  return matched === letters.length ? whole.slice(at) : undefined
}
