/** Where the user's turns stand: speaking, being understood, dealt with. */
export class UserTurns {
  /** Turns in which the user still speaks. */
  private readonly open = new Set<number>()
  /** Turns that are over and not understood yet. */
  private readonly unread = new Set<number>()
  /** Typed words that wait for audio before them. */
  private texts = 0
  /** Statements of the client that wait behind words of the user. */
  private statements = 0

  started(turn: number): void {
    this.open.add(turn)
  }

  silent(turn: number): void {
    this.open.delete(turn)
    this.unread.add(turn)
  }

  ended(turn: number): void {
    this.open.delete(turn)
    this.unread.delete(turn)
  }

  /** Something waits for audio before it; answers what to call when it no longer does. */
  waits(what: 'words' | 'statement'): () => void {
    if (what === 'words') this.texts += 1
    else this.statements += 1
    return () => {
      if (what === 'words') this.texts -= 1
      else this.statements -= 1
    }
  }

  /** The user is mid-turn: from speech start to end of turn (rule I7). */
  get userIsSpeaking(): boolean {
    return this.open.size > 0
  }

  /** Words of the user are on their way that are not known yet. */
  get wordsAreComing(): boolean {
    return this.unread.size > 0 || this.texts > 0
  }

  /** The user is silent and something they said is not dealt with yet. */
  get areBeingRead(): boolean {
    return this.wordsAreComing || this.statements > 0
  }

  /** Texts that wait. */
  get waiting(): number {
    return this.texts + this.statements
  }
}
