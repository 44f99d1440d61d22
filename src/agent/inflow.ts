import { PCM16_BYTES } from '../shared/audio/format.ts'

/** What the inflow needs from its surroundings. */
export interface InflowDeps {
  readonly sampleRateHz: number
  /** Hands whole samples to the engine; the bytes belong to the receiver. */
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

  constructor(deps: InflowDeps) {
    this.deps = deps
  }

  /** True when the client is so far ahead of the detector that reading on would only fill memory. */
  get full(): boolean {
    return this.inFlight > this.deps.sampleRateHz * PCM16_BYTES * MAX_IN_FLIGHT_SECONDS
  }

  /** One binary frame of the client; copied, because the socket's buffer is pooled. */
  push(frame: Uint8Array): void {
    const length = this.odd.length + frame.length
    const even = length - (length % PCM16_BYTES)
    const pcm = new Uint8Array(length)
    pcm.set(this.odd)
    pcm.set(frame, this.odd.length)
    this.odd = pcm.slice(even)
    if (even === 0) return
    this.inFlight += even
    const whole = even === length ? pcm : pcm.slice(0, even)
    if (this.held === undefined) this.forward(whole)
    else this.held.push(whole)
    this.deps.changed()
  }

  /** The engine is open: what was held goes on in order. */
  release(): void {
    const held = this.held ?? []
    this.held = undefined
    for (const pcm of held) this.forward(pcm)
  }

  private forward(pcm: Uint8Array): void {
    this.deps.post(pcm)
    this.sinceBarrier += pcm.length
    if (this.sinceBarrier < this.deps.sampleRateHz * PCM16_BYTES) return
    const bytes = this.sinceBarrier
    this.sinceBarrier = 0
    this.deps.barrier(() => {
      this.inFlight -= bytes
      this.deps.changed()
    })
  }
}
