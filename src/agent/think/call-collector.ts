import type { CallPiece } from './chunk.ts'

/** A call as the model gave it. */
export interface RawCall {
  readonly id: string | undefined
  readonly name: string
  /** JSON text; "{}" when there was none. */
  readonly arguments: string
  readonly thoughtSignature: string | undefined
}

interface OpenCall {
  readonly index: number | undefined
  id: string | undefined
  name: string
  pieces: string[]
  thoughtSignature: string | undefined
}

/** Puts the calls of one completion together from their pieces. */
export class CallCollector {
  private readonly calls: OpenCall[] = []

  get size(): number {
    return this.calls.length
  }

  /** Adds a piece: to the call it belongs to, or as the start of another one. */
  add(piece: CallPiece): void {
    const call = this.owner(piece) ?? this.begin(piece)
    call.id ??= piece.id
    call.thoughtSignature ??= piece.thoughtSignature
    if (call.name === '') call.name = piece.name ?? ''
    if (piece.arguments !== '') call.pieces.push(piece.arguments)
  }

  /** Every call in order; undefined when one of them has no name. */
  finish(): RawCall[] | undefined {
    if (this.calls.some(({ name }) => name === '')) return undefined
    return this.calls.map(({ id, name, pieces, thoughtSignature }) => ({
      id,
      name,
      arguments: pieces.join('').trim() === '' ? '{}' : pieces.join(''),
      thoughtSignature
    }))
  }

  /** Without an index a piece with a name starts a call; with one, a second id does (servers that number every call 0). */
  private owner(piece: CallPiece): OpenCall | undefined {
    if (piece.index === undefined) {
      const last = this.calls.at(-1)
      return piece.name === undefined || (piece.id !== undefined && piece.id === last?.id) ? last : undefined
    }
    const call = this.calls.findLast(({ index }) => index === piece.index)
    return call?.id !== undefined && piece.id !== undefined && piece.id !== call.id && piece.name !== undefined
      ? undefined
      : call
  }

  private begin(piece: CallPiece): OpenCall {
    const call: OpenCall = { index: piece.index, id: undefined, name: '', pieces: [], thoughtSignature: undefined }
    this.calls.push(call)
    return call
  }
}
