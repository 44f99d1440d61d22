import { describe, expect, it } from 'vitest'
import { PlaybackQueue } from '../../../shared/audio/playback-queue.ts'
import { ManualClock } from '../../testing.test-support.ts'
import { Replies } from '../replies.ts'

const RATE_HZ = 48_000
const QUANTUM_FRAMES = 128
const QUANTUM_MS = (QUANTUM_FRAMES / RATE_HZ) * 1000

/** The real playback queue on a manual clock, with a loudspeaker that is `outputMs` away. */
class Loudspeaker {
  readonly clock = new ManualClock()
  /** When the first sample of each reply was really heard, and when the reports say so. */
  readonly heardMs: number[] = []
  readonly reckonedMs: number[] = []
  readonly replies: Replies
  readonly #queue: PlaybackQueue
  readonly #outputMs: number
  readonly #output = new Float32Array(QUANTUM_FRAMES)
  #silent = true

  constructor(outputMs: number) {
    this.#outputMs = outputMs
    this.#queue = new PlaybackQueue(RATE_HZ, ({ reply, frames, drained }) => {
      if (reply > 0) this.replies.report({ reply, playedSamples: frames, drained })
    })
    this.#queue.setLatency(outputMs / 1000)
    this.replies = new Replies({
      clock: this.clock,
      sink: {
        write: (reply, pcm) => this.#queue.write(reply, new Float32Array(pcm.byteLength / 2).fill(0.5)),
        end: (reply) => this.#queue.end(reply),
        flush: (reply) => this.#queue.flush(reply)
      },
      sampleRateHz: RATE_HZ,
      wav: false,
      onFirstSample: (reply, atMs) => (this.reckonedMs[reply - 1] = atMs),
      onPlayed: () => {},
      onInterrupted: () => {},
      onAllPlayed: () => {}
    })
  }

  receive(ms: number): void {
    this.replies.write(new Uint8Array((ms * RATE_HZ * 2) / 1000).fill(1))
  }

  /** Renders `ms`; silence before a loud quantum means that a reply begins. */
  render(ms: number): void {
    for (let at = 0; at < ms; at += QUANTUM_MS) {
      this.#output.fill(0)
      this.#queue.render(this.#output)
      const from = this.#output.findIndex((sample) => sample !== 0)
      if (this.#silent && from >= 0) {
        this.heardMs.push(this.clock.nowMs() + (from / RATE_HZ) * 1000 + this.#outputMs)
      }
      this.#silent = from < 0
      this.clock.advance(QUANTUM_MS)
    }
  }
}

describe('the first sample that was played', () => {
  it.each([
    [0, [400]],
    [35, [400]],
    [120, [400]],
    [35, [20]],
    [35, [60, 60, 60]],
    [5, [61, 20, 20, 20]]
  ])('is known to two quanta from the positions, %i ms away and with audio of %j ms', (outputMs, pieces) => {
    const speaker = new Loudspeaker(outputMs)
    for (let reply = 0; reply < 3; reply += 1) {
      for (const ms of pieces) {
        speaker.receive(ms)
        speaker.render(30)
      }
      speaker.replies.end()
      speaker.render(1_000)
    }
    expect(speaker.reckonedMs).toHaveLength(3)
    for (const [reply, reckonedMs] of speaker.reckonedMs.entries()) {
      expect(Math.abs(reckonedMs - (speaker.heardMs[reply] ?? 0))).toBeLessThan(2 * QUANTUM_MS)
    }
  })
})
