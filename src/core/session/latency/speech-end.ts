import type { TalkMode } from '../microphone.ts'
import { LoudBlocks } from './loud-blocks.ts'

/** When an utterance ended and when its last block went out, in ms of the clock. */
export interface SpeechEnd {
  endedMs: number
  lastBlockSentMs: number | undefined
}

function isDigitalSilence(pcm: Uint8Array): boolean {
  for (const byte of pcm) if (byte !== 0) return false
  return true
}

/**
 * Finds where the user's speech ended: at the release of the key, with an open microphone at the end of the last block that was louder
 * than the room. Cheap enough for every block.
 */
export class SpeechEndFinder {
  readonly #loud: LoudBlocks
  #mode: TalkMode = 'push-to-talk'
  #captured = false
  #releasedMs: number | undefined
  #loudMs: number | undefined
  #sentMs: number | undefined

  /** `blockBytes`: of 20 ms of PCM16. */
  constructor(blockBytes: number) {
    this.#loud = new LoudBlocks(blockBytes)
  }

  /** The user has spoken since the last utterance was taken. */
  get heard(): boolean {
    return this.#releasedMs !== undefined || this.#loudMs !== undefined
  }

  /** The gate of the microphone opened or closed. */
  talk(open: boolean, mode: TalkMode, nowMs: number): void {
    this.#mode = mode
    if (open) this.#releasedMs = undefined
    else if (mode === 'push-to-talk' && this.#captured) this.#releasedMs = nowMs
    this.#captured = false
  }

  /** A block of the microphone, just now complete. */
  captured(pcm: Uint8Array, nowMs: number): void {
    this.#captured = true
    if (this.#loud.learn(pcm)) this.#loudMs = nowMs
  }

  /** A block goes out. With a key everything up to its release is speech; only Parley's own silence behind it is not. */
  sent(pcm: Uint8Array, nowMs: number): void {
    if (this.#mode === 'open' ? this.#loud.anyIn(pcm) : !isDigitalSilence(pcm)) this.#sentMs = nowMs
  }

  /** The utterance that the service has just ended; where nothing louder than the room was captured, it ended `nowMs`. */
  take(nowMs: number): SpeechEnd {
    const endedMs = this.#releasedMs ?? this.#loudMs ?? nowMs
    const lastBlockSentMs = this.#sentMs
    this.forget()
    return { endedMs, lastBlockSentMs }
  }

  /** What was said so far belongs to no turn any more. */
  forget(): void {
    this.#releasedMs = undefined
    this.#loudMs = undefined
    this.#sentMs = undefined
  }
}
