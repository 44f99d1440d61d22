/** End of a sentence inside a running text: its mark, what closes it, and the white space after it; or a new line. */
const SENTENCE_END = /[.!?…]["'”’)\]]*\s+|[。！？]|\n+/g

/** A piece that ends so ends a sentence, though the white space after it is still to come; after a digit it may be a number's point. */
const PIECE_END = /[^\d\s][.!?…]["'”’)\]]*$/

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
    const whole = PIECE_END.test(rest)
    this.#rest = whole ? '' : rest
    return this.#tell(whole ? [...sentences, rest.trim()] : sentences)
  }

  /** The text is over: what was not told yet. `whole` takes the place of the pieces where it is not empty; what was told stays. */
  end(whole = ''): readonly string[] {
    const rest = whole.trim() === '' ? this.#rest : this.#untold(whole.slice(0, this.#limit))
    this.#rest = ''
    const last = cut(rest)
    return this.#tell([...last.sentences, last.rest.trim()].filter((sentence) => sentence !== ''))
  }

  #tell(sentences: readonly string[]): readonly string[] {
    for (const sentence of sentences) this.#told += sentence
    this.#toldSentences += sentences.length
    return sentences
  }

  /** What `whole` has beyond the told text; white space does not count. Where it says other words, its later sentences. */
  #untold(whole: string): string {
    const told = this.#told.replace(/\s+/g, '')
    let matched = 0
    let at = 0
    for (; at < whole.length && matched < told.length; at += 1) {
      const letter = whole[at] as string
      if (/\s/.test(letter)) continue
      if (letter !== told[matched]) {
        const { sentences, rest } = cut(whole)
        return [...sentences, rest].slice(this.#toldSentences).join('\n')
      }
      matched += 1
    }
    return whole.slice(at)
  }
}
