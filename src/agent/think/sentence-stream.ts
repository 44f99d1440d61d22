import { MAX_SENTENCE_LENGTH, rawSentences, splitSentences } from '../brain/sentences.ts'

/** A dot may turn out to be no end until the next letter: "at 3. 5 of them" goes on, "at 3. Five" does not. */
const LETTER = /\p{Alphabetic}/u
const SPEAKABLE = /[\p{L}\p{N}]/u
/** Text without an end is cut at this length, so that the work per delta stays small. */
const MAX_OPEN_LENGTH = 2 * MAX_SENTENCE_LENGTH

/**
 * Turns the deltas of an answer into sentences as soon as each is certain: when the first letter of the next one has
 * come, or a line has ended. What it gives out is what {@link splitSentences} makes of the whole text.
 */
export class SentenceStream {
  private open = ''

  /** Adds a delta; the sentences that are certain now, in order. */
  push(delta: string): string[] {
    this.open += delta
    const sentences: string[] = []
    // A delta without a letter or a line end settles nothing.
    if (LETTER.test(delta) || delta.includes('\n')) sentences.push(...this.takeCertain())
    if (this.open.length > MAX_OPEN_LENGTH) sentences.push(...this.takeLong())
    return sentences
  }

  /** The text is complete: the rest of it, without what nobody could speak. */
  end(): string[] {
    const rest = splitSentences(this.open)
    this.open = ''
    return rest.filter((piece) => SPEAKABLE.test(piece))
  }

  private takeCertain(): string[] {
    const pieces = rawSentences(this.open)
    const certain: string[] = []
    let rest = this.open
    for (const piece of pieces) {
      const after = rest.slice(piece.length)
      if (!LETTER.test(after)) break
      certain.push(...splitSentences(piece))
      rest = after
    }
    this.open = rest
    return certain
  }

  /** All but the last piece of one long sentence; a run of signs that nobody could speak is shortened. */
  private takeLong(): string[] {
    const pieces = splitSentences(this.open)
    const last = pieces.pop() ?? ''
    this.open = `${last}${/\s$/.test(this.open) ? ' ' : ''}`
    return pieces
  }
}
