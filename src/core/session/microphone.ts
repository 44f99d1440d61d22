import { BLOCK_MS, PCM16_BYTES, blockSamples } from '../../shared/audio/format.ts'
import type { Clock } from '../ports.ts'
import { BlockRing } from './block-ring.ts'

/** Speech kept while the service is not ready yet. */
export const RING_MS = 5_000

/** Digital silence after the gate closed, unless the service ends the turn earlier. */
export const TRAILING_SILENCE_MS = 3_000

/** Most blocks sent in one go after a late timer, so that a pause of the process does not become a burst. */
const MAX_CATCH_UP_BLOCKS = 10

/** A push-to-talk release with waiting speech still sends it; a muted open microphone does not. */
export type TalkMode = 'push-to-talk' | 'open'

/** What the microphone sends through. `congested`: the socket holds too much already. */
export interface MicrophonePorts {
  clock: Clock
  sendAudio(pcm: Uint8Array): void
  congested(): boolean
  onDropped(where: 'capture' | 'before-live', ms: number): void
}

type Output =
  /** Blocks go out as they come; nothing of our own is sent. */
  | { kind: 'direct' }
  /** Not ready: blocks wait in the ring. */
  | { kind: 'held' }
  /** The ring goes out at twice real time; new blocks queue behind. */
  | { kind: 'flush'; startedMs: number; sent: number; cancel: () => void }
  | { kind: 'silence'; startedMs: number; sent: number; cancel: () => void }

/** The way of the user's voice from the gate to the socket (design.md section 5). */
export class Microphone {
  readonly blockBytes: number
  readonly #ports: MicrophonePorts
  readonly #ring: BlockRing
  readonly #silence: Uint8Array
  #gate: { open: boolean; mode: TalkMode } = { open: false, mode: 'push-to-talk' }
  #output: Output = { kind: 'held' }
  /** Audio was sent or is waiting for which the service has not ended the turn. */
  #utterance = false

  constructor(ports: MicrophonePorts, sampleRateHz: number) {
    this.#ports = ports
    this.blockBytes = blockSamples(sampleRateHz) * PCM16_BYTES
    this.#ring = new BlockRing(this.blockBytes, RING_MS / BLOCK_MS)
    this.#silence = new Uint8Array(this.blockBytes)
  }

  get open(): boolean {
    return this.#gate.open
  }

  /** Opens or closes the gate; true when that changed anything. */
  talk(open: boolean, mode: TalkMode): boolean {
    const changed = open !== this.#gate.open
    this.#gate = { open, mode }
    if (!changed) return false
    if (open && this.#output.kind === 'silence') this.#become({ kind: 'direct' })
    if (!open) this.#released(mode)
    return true
  }

  push(block: Uint8Array): void {
    if (!this.#gate.open) return
    if (block.byteLength !== this.blockBytes) {
      this.#ports.onDropped('capture', BLOCK_MS)
      return
    }
    this.#utterance = true
    if (this.#output.kind === 'direct') this.#send(block)
    else if (this.#ring.push(block) > 0) this.#ports.onDropped('before-live', BLOCK_MS)
  }

  /** The service is ready: what waits goes out, if it belongs to an utterance. */
  ready(): void {
    if (this.#output.kind !== 'held') return
    if (this.#ring.length > 0) this.#startFlush()
    else this.#become({ kind: 'direct' })
  }

  /** The service ended the user's turn or began to answer: no silence is needed any more. */
  turnEnded(): void {
    if (this.#ring.length > 0) return
    if (!this.#gate.open) this.#utterance = false
    if (this.#output.kind === 'silence') this.#become({ kind: 'direct' })
  }

  close(): void {
    this.#become({ kind: 'held' })
    this.#ring.clear()
  }

  #released(mode: TalkMode): void {
    if (mode === 'open' && this.#ring.length > 0) {
      this.#ports.onDropped('before-live', this.#ring.clear() * BLOCK_MS)
      if (this.#output.kind === 'held') this.#utterance = false
    }
    if (this.#output.kind === 'direct') this.#startSilence()
  }

  #startFlush(): void {
    const cancel = this.#ports.clock.every(BLOCK_MS, () => this.#flushTick())
    this.#become({ kind: 'flush', startedMs: this.#ports.clock.nowMs(), sent: 0, cancel })
  }

  #flushTick(): void {
    const output = this.#output
    if (output.kind !== 'flush') return
    const due = Math.floor(((this.#ports.clock.nowMs() - output.startedMs) * 2) / BLOCK_MS) - output.sent
    if (due > MAX_CATCH_UP_BLOCKS) output.sent += due - MAX_CATCH_UP_BLOCKS
    for (let left = Math.min(due, MAX_CATCH_UP_BLOCKS); left > 0 && this.#ring.length > 0; left -= 1) {
      output.sent += 1
      this.#send(this.#ring.shift() as Uint8Array)
    }
    if (this.#ring.length > 0) return
    this.#become({ kind: 'direct' })
    if (!this.#gate.open) this.#startSilence()
  }

  #startSilence(): void {
    if (!this.#utterance) return
    const cancel = this.#ports.clock.every(BLOCK_MS, () => this.#silenceTick())
    this.#become({ kind: 'silence', startedMs: this.#ports.clock.nowMs(), sent: 0, cancel })
  }

  #silenceTick(): void {
    const output = this.#output
    if (output.kind !== 'silence') return
    const elapsedMs = Math.min(this.#ports.clock.nowMs() - output.startedMs, TRAILING_SILENCE_MS)
    const due = Math.floor(elapsedMs / BLOCK_MS) - output.sent
    output.sent += due
    for (let left = Math.min(due, MAX_CATCH_UP_BLOCKS); left > 0; left -= 1) this.#send(this.#silence)
    if (elapsedMs < TRAILING_SILENCE_MS) return
    this.#utterance = false
    this.#become({ kind: 'direct' })
  }

  #send(block: Uint8Array): void {
    if (this.#ports.congested()) this.#ports.onDropped('capture', BLOCK_MS)
    else this.#ports.sendAudio(block)
  }

  #become(next: Output): void {
    if (this.#output.kind === 'flush' || this.#output.kind === 'silence') this.#output.cancel()
    this.#output = next
  }
}
