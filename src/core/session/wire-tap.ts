import type { Compose, Reader, ServiceEvent, WireMessage } from '../dialects/dialect.ts'
import type { Redactor } from '../secrets/redactor.ts'
import type { SecretBook } from '../secrets/secret-book.ts'
import type { WireEntry } from './session-types.ts'
import { utf8Length } from './utf8-length.ts'

/** Shows every frame of a session to its host, without secrets; costs nothing where nobody looks. */
export class WireTap {
  readonly #onWire: ((entry: WireEntry) => void) | undefined
  readonly #redact: () => Redactor
  readonly #book: SecretBook

  constructor(onWire: ((entry: WireEntry) => void) | undefined, book: SecretBook, redact: () => Redactor) {
    this.#onWire = onWire
    this.#book = book
    this.#redact = redact
  }

  /** What a text frame means; nothing where it is no JSON. Audio in it is shown as audio. */
  readIn(text: string, reader: Reader): readonly ServiceEvent[] {
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      this.#show('in', { type: 'text', bytes: utf8Length(text) })
      return []
    }
    const events = reader(json)
    if (this.#onWire === undefined) return events
    const audioBytes = audioBytesOf(events)
    if (audioBytes === undefined) this.#show('in', this.#redact().json(json))
    else this.binary('in', audioBytes)
    return events
  }

  /** A message as it goes on the wire; with its placeholders it is shown. */
  writeOut(compose: Compose): string {
    if (this.#onWire !== undefined) this.#show('out', this.#redact().json(compose((value) => value)))
    const message: WireMessage = compose(this.#book.fill)
    return JSON.stringify(message)
  }

  binary(dir: WireEntry['dir'], bytes: number): void {
    if (this.#onWire !== undefined) this.#show(dir, { type: 'binary', bytes })
  }

  #show(dir: WireEntry['dir'], message: unknown): void {
    this.#onWire?.({ dir, message })
  }
}

/** How much audio a message holds; undefined where it is none. */
function audioBytesOf(events: readonly ServiceEvent[]): number | undefined {
  let bytes: number | undefined
  for (const event of events) if (event.kind === 'agent-audio') bytes = (bytes ?? 0) + event.bytes.byteLength
  return bytes
}
