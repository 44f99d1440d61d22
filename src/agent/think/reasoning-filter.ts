const OPEN = '<think>'
const CLOSE = '</think>'

interface Sink {
  text(delta: string): void
  thinking(delta: string): void
}

/**
 * Keeps reasoning that a model writes into its answer, as `<think>...</think>` at the very start, from being spoken.
 * Servers that know the model send it as `reasoning_content` instead.
 */
export class ReasoningFilter {
  private state: 'start' | 'inside' | 'outside' = 'start'
  /** The end of what came, while it may be part of a tag. */
  private held = ''
  private readonly sink: Sink

  constructor(sink: Sink) {
    this.sink = sink
  }

  push(delta: string): void {
    if (this.state === 'outside') {
      this.sink.text(delta)
      return
    }
    this.held += delta
    if (this.state === 'start') this.begin()
    if (this.state === 'inside') this.think()
  }

  /** The answer is complete: what was held back was no tag. */
  flush(): void {
    const { held } = this
    this.held = ''
    if (held === '') return
    if (this.state === 'inside') this.sink.thinking(held)
    else this.sink.text(held)
  }

  private begin(): void {
    const seen = this.held.trimStart()
    if (seen.length < OPEN.length && OPEN.startsWith(seen)) return
    if (seen.startsWith(OPEN)) {
      this.state = 'inside'
      this.held = seen.slice(OPEN.length)
      return
    }
    this.state = 'outside'
    this.flush()
  }

  private think(): void {
    const end = this.held.indexOf(CLOSE)
    if (end === -1) {
      const safe = this.held.length - partialTag(this.held)
      if (safe > 0) this.sink.thinking(this.held.slice(0, safe))
      this.held = this.held.slice(safe)
      return
    }
    if (end > 0) this.sink.thinking(this.held.slice(0, end))
    this.state = 'outside'
    this.held = this.held.slice(end + CLOSE.length).trimStart()
    this.flush()
  }
}

/** Length of the longest end of `text` that a closing tag could begin with. */
function partialTag(text: string): number {
  for (let length = Math.min(text.length, CLOSE.length - 1); length > 0; length -= 1) {
    if (text.endsWith(CLOSE.slice(0, length))) return length
  }
  return 0
}
