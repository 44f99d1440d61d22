/** What reading on gave. `broken` carries the error as it came; nobody but {@link networkReason} may look into it. */
export type Piece =
  { kind: 'text'; text: string } | { kind: 'end' } | { kind: 'too-large' } | { kind: 'broken'; error: unknown }

/** Reads the text of a response piece by piece, up to a number of bytes; characters that arrive in halves are put together. */
export class BodyReader {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  private readonly decoder = new TextDecoder()
  private readonly maxBytes: number
  private bytes = 0

  constructor(response: Response, maxBytes: number) {
    this.reader = response.body?.getReader()
    this.maxBytes = maxBytes
  }

  async next(): Promise<Piece> {
    if (this.reader === undefined) return { kind: 'end' }
    let read
    try {
      read = await this.reader.read()
    } catch (error) {
      return { kind: 'broken', error }
    }
    if (read.done) return { kind: 'end' }
    this.bytes += read.value.byteLength
    if (this.bytes > this.maxBytes) return { kind: 'too-large' }
    return { kind: 'text', text: this.decoder.decode(read.value, { stream: true }) }
  }

  /** Everything up to the end; what is not text says why there is no end. */
  async all(): Promise<{ kind: 'all'; text: string } | Exclude<Piece, { kind: 'text' | 'end' }>> {
    const pieces: string[] = []
    for (;;) {
      const piece = await this.next()
      if (piece.kind === 'end') return { kind: 'all', text: pieces.join('') }
      if (piece.kind !== 'text') return piece
      pieces.push(piece.text)
    }
  }

  /** Reads up to `maxBytes` and throws the rest away; never fails. */
  async start(): Promise<string> {
    let text = ''
    for (;;) {
      const piece = await this.next()
      if (piece.kind !== 'text') return text
      text += piece.text
    }
  }
}
