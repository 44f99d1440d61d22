import { sampleBytes, toPcm16 } from './audio-edge.ts'
import type { AudioFormat } from './settings-audio.ts'

/** What the inflow needs from its surroundings. */
export interface InflowDeps {
  readonly format: AudioFormat
  /** Hands whole samples to the engine as PCM16; the bytes belong to the receiver. */
  post(pcm: Uint8Array): void
  /** Calls back once all audio posted before has passed the turn detector. */
  barrier(then: () => void): void
  /** The amount of audio in flight changed: look at {@link Inflow.full} again. */
  changed(): void
}

/** Seconds of audio that may be on the way to the turn detector before the socket is no longer read. */
export const MAX_IN_FLIGHT_SECONDS = 20

/**
 * The user's audio on its way to the engine: keeps samples whole across frames of any length, holds audio until the
 * engine is open, and counts what the engine has not dealt with yet.
 */
export class Inflow {
  private odd: Uint8Array = new Uint8Array(0)
  private held: Uint8Array[] | undefined = []
  private inFlight = 0
  private sinceBarrier = 0
  private readonly deps: InflowDeps
  private readonly sampleBytes: number
  private readonly bytesPerSecond: number

  constructor(deps: InflowDeps) {
    this.deps = deps
    this.sampleBytes = sampleBytes(deps.format)
    this.bytesPerSecond = deps.format.sampleRateHz * this.sampleBytes
  }

  /** True when the client is so far ahead of the detector that reading on would only fill memory. */
  get full(): boolean {
    return this.inFlight > this.bytesPerSecond * MAX_IN_FLIGHT_SECONDS
  }

  /** One binary frame of the client; copied, because the socket's buffer is pooled. */
  push(frame: Uint8Array): void {
    const length = this.odd.length + frame.length
    const even = length - (length % this.sampleBytes)
    const bytes = new Uint8Array(length)
    bytes.set(this.odd)
    bytes.set(frame, this.odd.length)
    this.odd = bytes.slice(even)
    if (even === 0) return
    this.inFlight += even
    const whole = even === length ? bytes : bytes.slice(0, even)
    if (this.held === undefined) this.forward(whole)
    else this.held.push(whole)
    this.deps.changed()
  }

  /** The engine is open: what was held goes on in order. */
  release(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const bytes of held) this.forward(bytes)
  }

  private forward(bytes: Uint8Array): void {
    this.deps.post(toPcm16(this.deps.format, bytes))
    this.sinceBarrier += bytes.length
    if (this.sinceBarrier < this.bytesPerSecond) return
    const passed = this.sinceBarrier
    this.sinceBarrier = 0
    this.deps.barrier(() => {
      this.inFlight -= passed
      this.deps.changed()
    })
  }
}
