import { PCM16_BYTES } from '../../shared/audio/format.ts'
import { PRIMING_SILENCE_MS } from '../dialects/napster-unknowns.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Clock } from '../ports.ts'
import { KeepAlive } from './keep-alive.ts'

/**
 * Silence goes out this long after somebody last had the turn. For ever would keep a conversation open, and paid for, that nobody is in:
 * a service that hears nothing ends it.
 */
export const SILENCE_HOLD_MS = 30_000

export interface UpkeepPorts {
  clock: Clock
  dialect: Dialect
  sendKeepAlive: () => void
  /** PCM16 of one wire message. */
  sendAudio: (pcm: Uint8Array) => void
  /** Nothing of the user's is going out or waiting to, and the socket has room. */
  microphoneIdle: () => boolean
  /** Somebody has the turn. */
  busy: () => boolean
}

/** What a connection needs besides what is said on it: a KeepAlive, or silence while the microphone is closed (design.md section 5). */
export class Upkeep {
  readonly #keepAlive: KeepAlive | undefined
  readonly #cancel: (() => void) | undefined

  constructor(ports: UpkeepPorts) {
    const { clock, dialect } = ports
    this.#keepAlive = dialect.keepAlive === undefined ? undefined : new KeepAlive(clock, () => ports.sendKeepAlive())
    this.#cancel = dialect.audioText === undefined || dialect.modality === 'text' ? undefined : silence(ports)
  }

  /** Audio was sent. Cheap enough for every block. */
  audioSent(): void {
    this.#keepAlive?.audioSent()
  }

  close(): void {
    this.#keepAlive?.close()
    this.#cancel?.()
  }
}

/** One message of silence after the other in real time, the first at once. */
function silence({ clock, dialect, sendAudio, microphoneIdle, busy }: UpkeepPorts): () => void {
  const pcm = new Uint8Array(((dialect.inputSampleRateHz * PRIMING_SILENCE_MS) / 1000) * PCM16_BYTES)
  let busyMs = clock.nowMs()
  sendAudio(pcm)
  return clock.every(PRIMING_SILENCE_MS, () => {
    if (busy()) busyMs = clock.nowMs()
    if (microphoneIdle() && clock.nowMs() - busyMs < SILENCE_HOLD_MS) sendAudio(pcm)
  })
}
