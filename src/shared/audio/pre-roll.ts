import { BLOCK_MS } from './format.ts'
import { SampleRing } from './ring.ts'

/** What is kept of an input while nothing of it may leave. */
export const PRE_ROLL_MS = 300

/** The last {@link PRE_ROLL_MS} of one input in preallocated memory, at the input's own rate. */
export class PreRoll {
  readonly rateHz: number
  private readonly ring: SampleRing<Float32Array>

  constructor(rateHz: number) {
    this.rateHz = rateHz
    this.ring = new SampleRing(new Float32Array(Math.round((rateHz * PRE_ROLL_MS) / 1000)))
  }

  /** Frames that are kept. */
  get length(): number {
    return this.ring.length
  }

  get ms(): number {
    return (this.length * 1000) / this.rateHz
  }

  /** Takes the first `count` samples. */
  keep(samples: Float32Array, count: number): void {
    this.ring.pushDroppingOldest(samples, count)
  }

  clear(): void {
    this.ring.discard(this.ring.length)
  }

  /** Moves the oldest `count` samples into `target` at `offset`. */
  take(target: Float32Array, offset: number, count: number): number {
    return this.ring.read(target, offset, count)
  }
}

/**
 * Gives out and empties what every input kept: in steps of 20 ms, all inputs in each step, so that what was captured at the same time stays
 * together. An input that kept less begins with silence.
 */
export function releasePreRolls(
  rolls: ReadonlyMap<string, PreRoll>,
  give: (id: string, samples: Float32Array, count: number) => void
): void {
  let longestMs = 0
  for (const roll of rolls.values()) longestMs = Math.max(longestMs, roll.ms)
  const steps = Math.ceil(longestMs / BLOCK_MS)
  for (let left = steps; left > 0; left -= 1) {
    for (const [id, roll] of rolls) {
      const later = framesOf(roll, left - 1)
      // The first step is a part of one where the longest is no whole number of steps.
      const size = Math.min(framesOf(roll, left), Math.round((longestMs * roll.rateHz) / 1000)) - later
      const kept = Math.min(size, Math.max(0, roll.length - later))
      const chunk = new Float32Array(size)
      roll.take(chunk, size - kept, kept)
      give(id, chunk, size)
    }
  }
}

function framesOf(roll: PreRoll, steps: number): number {
  return Math.round((steps * BLOCK_MS * roll.rateHz) / 1000)
}
