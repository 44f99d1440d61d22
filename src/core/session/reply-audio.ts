import { PCM16_BYTES } from '../../shared/audio/format.ts'

/** A WAV header longer than this is no header. */
const MAX_HEADER_BYTES = 4_096

const EMPTY = new Uint8Array(0)

function tag(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}

/** Where the samples of a RIFF file begin; 'more' if its header is not complete yet, 'none' if it is no such file. */
function samplesAt(bytes: Uint8Array): number | 'more' | 'none' {
  const riff = 'RIFF'
  if (bytes.length < 12) return riff.startsWith(tag(bytes, 0).slice(0, bytes.length)) ? 'more' : 'none'
  if (tag(bytes, 0) !== riff || tag(bytes, 8) !== 'WAVE') return 'none'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 12; at + 8 <= bytes.length;) {
    if (tag(bytes, at) === 'data') return at + 8
    const size = view.getUint32(at + 4, true)
    at += 8 + size + (size % 2)
    if (at > MAX_HEADER_BYTES) return 'none'
  }
  return 'more'
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** Makes whole PCM16 samples of the frames of one reply, however they are cut, and takes a WAV header off. */
export class ReplyAudio {
  #rest: Uint8Array = EMPTY
  readonly #wav: boolean
  #header: boolean

  /** `wav`: a header may come before the samples, and again before those of each sentence. */
  constructor(wav: boolean) {
    this.#wav = wav
    this.#header = wav
  }

  /** Whole samples that can be played now; may be empty. */
  push(frame: Uint8Array): Uint8Array {
    if (this.#wav && !this.#header && samplesAt(frame) !== 'none' && frame.length >= 12) {
      this.#header = true
      this.#rest = EMPTY
    }
    const bytes = join(this.#rest, frame)
    this.#rest = EMPTY
    const from = this.#header ? this.#skipHeader(bytes) : 0
    if (from < 0) return EMPTY
    const whole = from + Math.floor((bytes.length - from) / PCM16_BYTES) * PCM16_BYTES
    if (whole < bytes.length) this.#rest = bytes.slice(whole)
    return bytes.subarray(from, whole)
  }

  #skipHeader(bytes: Uint8Array): number {
    const from = samplesAt(bytes)
    if (from === 'more' && bytes.length < MAX_HEADER_BYTES) {
      this.#rest = bytes.slice()
      return -1
    }
    this.#header = false
    return typeof from === 'number' ? from : 0
  }
}
