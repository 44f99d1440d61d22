import { decodeBase64 } from '../dialects/base64.ts'
import type { Compose, Reader, ServiceEvent, WireMessage } from '../dialects/dialect.ts'
import { audioOf, readFrame } from '../dialects/napster-frame.ts'
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

  /** What a text frame means; nothing where it is no JSON. One that holds audio is shown as its size, heard or not. */
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
    const audioBytes = audioBytesOf(json, text)
    if (audioBytes === undefined) this.#show('in', this.#redact().json(json))
    else this.binary('in', audioBytes)
    return events
  }

  /** A message as it goes on the wire; with its placeholders it is shown. */
  writeOut(compose: Compose): string {
    const message: WireMessage = compose(this.#book.fill)
    const text = JSON.stringify(message)
    if (this.#onWire !== undefined) this.#showOut(compose, text)
    return text
  }

  binary(dir: WireEntry['dir'], bytes: number): void {
    if (this.#onWire !== undefined) this.#show(dir, { type: 'binary', bytes })
  }

  #showOut(compose: Compose, text: string): void {
    const shown = compose((value) => value)
    const audioBytes = audioBytesOf(shown, text)
    if (audioBytes === undefined) this.#show('out', this.#redact().json(shown))
    else this.binary('out', audioBytes)
  }

  #show(dir: WireEntry['dir'], message: unknown): void {
    this.#onWire?.({ dir, message })
  }
}

/** Messages of Napster that hold audio; those of Deepgram are binary. */
const AUDIO_NAMES: ReadonlySet<string> = new Set(['audio_received', 'send_audio'])

/** How much audio a message holds, as long as its text where that cannot be read; undefined where it is no audio. */
function audioBytesOf(message: unknown, text: string): number | undefined {
  const frame = readFrame(message)
  if (frame === undefined || !AUDIO_NAMES.has(frame.name)) return undefined
  const audio = audioOf(frame)
  const bytes = audio === undefined ? undefined : decodeBase64(audio)
  return bytes?.byteLength ?? utf8Length(text)
}
