import { HOP_SAMPLES } from './frame-analyser.ts'

/** Samples that are known at once, past and to come: 82 s at 16 kHz. What is sent further ahead is not known. */
const RING_SAMPLES = 8192 * HOP_SAMPLES
/** Of them, the past that is kept: 4 s. */
const PAST_SAMPLES = 400 * HOP_SAMPLES
/** Sounds this close in time follow each other: 50 ms. */
const CONTINUOUS_SAMPLES = 5 * HOP_SAMPLES

/** What the agent sent at 16 kHz, on the timeline of when it should sound: sample 16 N is that of millisecond N. Bounded memory. */
export class SentAudio {
  private readonly ring = new Int16Array(RING_SAMPLES)
  /** The sample after the last that is known. */
  private end = 0

  /** Samples that begin to sound at sample `start`; those too far after `now` are dropped. */
  push(samples: Int16Array, start: number, now: number): void {
    if (Math.abs(start - this.end) > CONTINUOUS_SAMPLES) this.seek(start)
    const count = Math.min(samples.length, Math.max(0, now + RING_SAMPLES - PAST_SAMPLES - this.end))
    for (let i = 0; i < count; i += 1) this.ring[(this.end + i) % RING_SAMPLES] = samples[i] as number
    this.end += count
  }

  /** What should have sounded from sample `now` on does not any more. */
  cut(now: number): void {
    this.end = Math.min(this.end, now)
  }

  /** Fills `out` with what should sound from sample `from` on; silence where nothing is known. */
  copy(from: number, out: Float64Array): void {
    for (let i = 0; i < out.length; i += 1) {
      const at = from + i
      const known = at >= 0 && at < this.end && at >= this.end - RING_SAMPLES
      out[i] = known ? (this.ring[at % RING_SAMPLES] as number) : 0
    }
  }

  /** Goes to sample `start`, with silence before it. */
  private seek(start: number): void {
    for (let at = Math.max(this.end, start - RING_SAMPLES); at < start; at += 1) this.ring[at % RING_SAMPLES] = 0
    this.end = start
  }
}
