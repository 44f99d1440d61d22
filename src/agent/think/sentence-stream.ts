import { MAX_SENTENCE_LENGTH, rawSentences, splitSentences } from '../brain/sentences.ts'

/** A dot may turn out to be no end until the next letter: "at 3. 5 of them" goes on, "at 3. Five" does not. */
const LETTER = /\p{Alphabetic}/u
const SPEAKABLE = /[\p{L}\p{N}]/u
const LINE_END = /[\n\r\u2028\u2029]/
/** An answer that comes in one piece is taken in steps, since the work grows with the square of their length. */
const MAX_STEP_LENGTH = 500
/** Text without an end is cut at this length, so that the work per delta stays small. */
const MAX_OPEN_LENGTH = 2 * MAX_SENTENCE_LENGTH

/**
 * Turns the deltas of an answer into sentences as soon as each is certain: when the first letter of the next one has
 * come. What it gives out is what {@link splitSentences} makes of the whole text.
 */
export class SentenceStream {
  private open = ''

  /** Adds a delta; the sentences that are certain now, in order. */
  push(delta: string): string[] {
    if (delta.length <= MAX_STEP_LENGTH) return this.step(delta)
    const sentences: string[][] = []
    for (let at = 0; at < delta.length; at += MAX_STEP_LENGTH) {
      sentences.push(this.step(delta.slice(at, at + MAX_STEP_LENGTH)))
    }
    return sentences.flat()
  }

  /** The text is complete: the rest of it, without what nobody could speak. */
  end(): string[] {
    const rest = splitSentences(this.open)
    this.open = ''
    return rest.filter((piece) => SPEAKABLE.test(piece))
  }

  private step(delta: string): string[] {
    this.open += delta.replace(/\s{3,}/g, (run) => (LINE_END.test(run) ? '\n' : ' '))
    // A delta without a letter settles nothing.
    const certain = LETTER.test(delta) ? this.takeCertain() : []
    return this.open.length > MAX_OPEN_LENGTH ? [...certain, ...this.takeLong()] : certain
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

  /** All but the last piece of one long sentence, without runs of signs that nobody could speak. */
  private takeLong(): string[] {
    const pieces = splitSentences(this.open)
    const last = pieces.pop() ?? ''
    this.open = `${last.slice(0, MAX_SENTENCE_LENGTH)}${/\s$/.test(this.open) ? ' ' : ''}`
    return pieces.filter((piece) => SPEAKABLE.test(piece))
  }
}
