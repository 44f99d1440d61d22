import { BLOCK_MS, PCM16_BYTES, blockSamples } from '../../shared/audio/format.ts'
import type { Clock } from '../ports.ts'
import { BlockBatch } from './block-batch.ts'
import { BlockRing } from './block-ring.ts'
import { isLoud } from './loudness.ts'

/** Speech kept while the service is not ready; also the longest gap in an utterance that is bridged at a reconnect. */
export const RING_MS = 5_000

/** Digital silence after the gate closed, unless the service ends the turn earlier. */
export const TRAILING_SILENCE_MS = 3_000

/** Kept of an open microphone before the first loud block: the beginning of a word is quiet. */
const PRE_ROLL_MS = 300

/** Most blocks sent in one go after a late timer, so that a pause of the process does not become a burst. */
const MAX_CATCH_UP_BLOCKS = 10

/** A push-to-talk release with waiting speech still sends it; a muted open microphone does not. */
export type TalkMode = 'push-to-talk' | 'open'

/** What the microphone sends through. `congested`: the socket holds too much already. */
export interface MicrophonePorts {
  clock: Clock
  /** PCM16 of one wire message. */
  sendAudio(pcm: Uint8Array): void
  congested(): boolean
  onDropped(where: 'capture' | 'before-live', ms: number): void
}

/** Not ready: blocks wait in the ring. */
interface Held {
  kind: 'held'
  /** When the connection was lost; undefined before the first one is there. */
  lostMs: number | undefined
  /** When the utterance that waits began; undefined while nobody has spoken. */
  spokeMs: number | undefined
}

type Output =
  /** Blocks go out as they come; nothing of our own is sent. */
  | { kind: 'direct' }
  | Held
  /** The ring goes out at twice real time; new blocks queue behind. */
  | { kind: 'flush'; startedMs: number; sent: number; cancel: () => void }
  | { kind: 'silence'; startedMs: number; sent: number; cancel: () => void }

/** The way of the user's voice from the gate to the socket (design.md section 5). */
export class Microphone {
  readonly blockBytes: number
  readonly #ports: MicrophonePorts
  readonly #wireBlockMs: () => number
  readonly #ring: BlockRing
  readonly #batch = new BlockBatch()
  readonly #silence: Uint8Array
  #gate: { open: boolean; mode: TalkMode } = { open: false, mode: 'push-to-talk' }
  #output: Output = { kind: 'held', lostMs: undefined, spokeMs: undefined }
  /** Audio was sent or is waiting for which the service has not ended the turn. */
  #utterance = false

  /** `wireBlockMs`: what one message to the service holds, a multiple of 20 ms; asked for every block, because an update may change it. */
  constructor(ports: MicrophonePorts, sampleRateHz: number, wireBlockMs: () => number = () => BLOCK_MS) {
    this.#ports = ports
    this.#wireBlockMs = wireBlockMs
    this.blockBytes = blockSamples(sampleRateHz) * PCM16_BYTES
    this.#ring = new BlockRing(this.blockBytes, RING_MS / BLOCK_MS)
    this.#silence = new Uint8Array(this.blockBytes)
  }

  /** Blocks of 20 ms that wait for the service. */
  get waitingBlocks(): number {
    return this.#ring.length
  }

  get open(): boolean {
    return this.#gate.open
  }

  /** Nothing of the user's goes out or waits to. */
  get idle(): boolean {
    return !this.#gate.open && this.#output.kind === 'direct'
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
    else if (this.#output.kind === 'held') this.#hold(block, this.#output)
    else if (this.#output.kind === 'flush') this.#keep(block)
  }

  /** The service is ready: what waits goes out, if it belongs to an utterance and is not too old. */
  ready(): void {
    if (this.#output.kind !== 'held') return
    const worth = this.#isWorthSending(this.#output)
    if (!worth) this.#forget(this.#output)
    if (this.#ring.length > 0) this.#startFlush()
    else this.#become({ kind: 'direct' })
  }

  /** The connection was lost. `userSpeaking`: the service had heard the user begin and not end. */
  dropped(userSpeaking: boolean): void {
    if (this.#output.kind === 'held') return
    const nowMs = this.#ports.clock.nowMs()
    const waiting = this.#output.kind === 'flush' || (this.#gate.open && this.#output.kind === 'direct')
    const speaking = waiting && this.#utterance && (userSpeaking || this.#gate.mode === 'push-to-talk')
    const unsent = this.#output.kind === 'silence' ? [] : this.#unsent()
    this.#become({ kind: 'held', lostMs: nowMs, spokeMs: speaking ? nowMs : undefined })
    for (const block of unsent) if (speaking) this.#keep(block)
    if (!speaking) this.#utterance = false
  }

  /** The service ended the user's turn or began to answer: no silence is needed any more. */
  turnEnded(): void {
    if (this.#ring.length > 0) return
    if (!this.#gate.open) this.#utterance = false
    if (this.#output.kind === 'silence') this.#quiet()
  }

  /** The user's turn shall end now: silence instead of what an open gate lets in, until the service ends the turn. */
  endTurn(): void {
    if (this.#output.kind !== 'direct') return
    this.#sendRest()
    this.#utterance = true
    this.#startSilence()
  }

  close(): void {
    this.#become({ kind: 'held', lostMs: undefined, spokeMs: undefined })
    this.#ring.clear()
    this.#batch.take()
  }

  /** Nobody speaks while silence of an open microphone waits, so what makes room for it is no loss. */
  #hold(block: Uint8Array, held: Held): void {
    if (held.spokeMs === undefined && (this.#gate.mode === 'push-to-talk' || isLoud(block))) {
      held.spokeMs = this.#ports.clock.nowMs()
      while (this.#ring.length > PRE_ROLL_MS / BLOCK_MS) this.#ring.shift()
    }
    if (held.spokeMs === undefined) this.#ring.push(block)
    else this.#keep(block)
  }

  #keep(block: Uint8Array): void {
    if (this.#ring.push(block) > 0) this.#ports.onDropped('before-live', BLOCK_MS)
  }

  #isWorthSending({ lostMs, spokeMs }: Held): boolean {
    if (spokeMs === undefined) return false
    if (lostMs === undefined) return true
    if (this.#gate.open && spokeMs > lostMs) return true
    return this.#ports.clock.nowMs() - spokeMs < RING_MS
  }

  #forget({ spokeMs }: Held): void {
    const blocks = this.#ring.clear()
    if (spokeMs !== undefined && blocks > 0) this.#ports.onDropped('before-live', blocks * BLOCK_MS)
    if (!this.#gate.open) this.#utterance = false
  }

  /** What was to be sent when the connection broke, in order. */
  #unsent(): Uint8Array[] {
    const blocks = this.#batch.take()
    for (let block = this.#ring.shift(); block !== undefined; block = this.#ring.shift()) blocks.push(block)
    return blocks
  }

  #released(mode: TalkMode): void {
    if (mode === 'open' && this.#ring.length > 0) {
      const silence = this.#output.kind === 'held' && this.#output.spokeMs === undefined
      const droppedMs = this.#ring.clear() * BLOCK_MS
      if (!silence) this.#ports.onDropped('before-live', droppedMs)
      if (this.#output.kind === 'held') {
        this.#utterance = false
        this.#output.spokeMs = undefined
      }
    }
    if (this.#output.kind !== 'direct') return
    this.#sendRest()
    this.#startSilence()
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
    if (this.#gate.open) return
    this.#sendRest()
    this.#startSilence()
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
    this.#sendRest()
    this.#quiet()
  }

  /** Nothing follows: what is left of the silence is not needed. */
  #quiet(): void {
    this.#batch.take()
    this.#become({ kind: 'direct' })
  }

  #send(block: Uint8Array): void {
    if (this.#ports.congested()) {
      this.#ports.onDropped('capture', BLOCK_MS)
      return
    }
    const message = this.#batch.add(block, this.#wireBlockMs() / BLOCK_MS)
    if (message !== undefined) this.#ports.sendAudio(message)
  }

  /** The end of an utterance never waits for a whole message. */
  #sendRest(): void {
    const message = this.#batch.flush()
    if (message !== undefined) this.#ports.sendAudio(message)
  }

  #become(next: Output): void {
    if (this.#output.kind === 'flush' || this.#output.kind === 'silence') this.#output.cancel()
    this.#output = next
  }
}
