/** Longest line: a text of the greatest length a command takes, even where every character of it is escaped. */
export const MAX_LINE_BYTES = 1024 * 1024

const NEWLINE = 0x0a

export interface LineHandlers {
  /** One line without its break. */
  onLine(text: string, bytes: number): void
  /** A line that cannot be read; `problem` goes on from "Line 3 ". */
  onBadLine(problem: string): void
}

/** Cuts a stream of bytes into lines. It never holds more than {@link MAX_LINE_BYTES}: of a longer line nothing is kept. */
export class LineReader {
  readonly #handlers: LineHandlers
  #parts: Uint8Array[] = []
  #bytes = 0
  #tooLong = false

  constructor(handlers: LineHandlers) {
    this.#handlers = handlers
  }

  push(chunk: Uint8Array): void {
    let rest = chunk
    for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
      this.#add(rest.subarray(0, at))
      this.#take()
      rest = rest.subarray(at + 1)
    }
    this.#add(rest)
  }

  /** The stream is over; its last line may have no break. */
  end(): void {
    if (this.#bytes > 0 || this.#tooLong) this.#take()
  }

  #add(part: Uint8Array): void {
    if (this.#tooLong || part.byteLength === 0) return
    this.#bytes += part.byteLength
    if (this.#bytes <= MAX_LINE_BYTES) this.#parts.push(part)
    else {
      this.#tooLong = true
      this.#parts = []
    }
  }

  #take(): void {
    const [parts, bytes, tooLong] = [this.#parts, this.#bytes, this.#tooLong]
    this.#parts = []
    this.#bytes = 0
    this.#tooLong = false
    if (tooLong) {
      this.#handlers.onBadLine(`is longer than ${MAX_LINE_BYTES} bytes. Send shorter lines.`)
      return
    }
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
    } catch {
      this.#handlers.onBadLine('is not UTF-8. Write the lines in UTF-8.')
      return
    }
    this.#handlers.onLine(text, bytes)
  }
}
