import type { Caption } from '../../shared/events.ts'

const NAMES: Readonly<Record<Caption['role'], string>> = { user: 'You', agent: 'Agent', parley: 'Parley' }

/**
 * Prints each line of the conversation once, when nothing more will be added to it: at the next line, when its reply has
 * been played or cut, or at the end. A line cut after it was printed is marked in a line of its own.
 */
export class Transcript {
  private readonly print: (line: string) => void
  private waiting: Caption | undefined
  private readonly printed = new Map<string, string>()

  constructor(print: (line: string) => void) {
    this.print = print
  }

  caption(caption: Caption): void {
    // The words that the line being held answers: they are whole, and belong above it.
    if (caption.before !== undefined && caption.before === this.waiting?.id && !this.printed.has(caption.before)) {
      const answer = this.waiting
      this.waiting = caption
      this.settle()
      this.waiting = answer
      return
    }
    if (this.waiting !== undefined && this.waiting.id !== caption.id) this.settle()
    this.waiting = caption
  }

  /** Nothing more comes for the line being held. */
  settle(): void {
    const caption = this.waiting
    this.waiting = undefined
    if (caption === undefined) return
    const text = `${caption.text.replace(/\s*\n\s*/g, ' ').trim()}${caption.interrupted ? ' [interrupted]' : ''}`
    const before = this.printed.get(caption.id)
    if (before === text) return
    this.printed.set(caption.id, text)
    const name = NAMES[caption.role]
    if (before === undefined) this.print(`${name}: ${text}`)
    else if (text.startsWith(before)) this.print(`${name}: ... ${text.slice(before.length).trim()}`)
    else this.print(`${name}: ${text}`)
  }
}
