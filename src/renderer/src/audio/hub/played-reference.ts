import { SampleRing } from '../../../../shared/audio/ring.ts'

/** What was played may wait for the microphone's chunks for this long. */
const ROOM_MS = 400
/** More than this is left over only where the two clocks differ or something stood still. */
const TOO_MUCH_MS = 80
const LEFT_MS = 10
/** Frames that are kept to interpolate from. */
const CARRIED = 2

/**
 * What the graph plays, for a microphone whose chunks come another way: each takes as much of it as it lasts itself, at its own rate. Where
 * the two rates differ it is interpolated in straight lines, which is enough for what is compared of it.
 */
export class PlayedReference {
  readonly rateHz: number
  private readonly ring: SampleRing<Float32Array>
  private readonly framesPerMs: number
  /** The next frame of the microphone is this far, from 0 to 1, between the first two of `line`, which were taken before. */
  private phase = 0
  /** Frames that were given out as silence since the last push, because there was nothing. */
  private owed = 0
  private readonly silence: Float32Array
  private line = new Float32Array(CARRIED)
  private taken = new Float32Array(0)

  constructor(rateHz: number) {
    this.rateHz = rateHz
    this.framesPerMs = rateHz / 1000
    this.ring = new SampleRing(new Float32Array(Math.round(ROOM_MS * this.framesPerMs)))
    this.silence = new Float32Array(Math.round((TOO_MUCH_MS - LEFT_MS) * this.framesPerMs))
  }

  /**
   * Takes the first `count` samples. `silentFrames` of silence came before and were left out: what of it was not given out yet is made
   * up for, so that this is as far behind what is played as it was, or close where nobody took it.
   */
  push(samples: Float32Array, count: number, silentFrames = 0): void {
    const unheard = Math.max(0, silentFrames - this.owed)
    this.owed = 0
    const close = Math.round(LEFT_MS * this.framesPerMs)
    this.ring.pushDroppingOldest(this.silence, unheard > this.silence.length ? close : unheard)
    this.ring.pushDroppingOldest(samples, count)
  }

  /** What was played during `count` frames at `rateHz`: the first `count` of reused memory; silence where it is not known. */
  take(count: number, rateHz: number): Float32Array {
    if (this.taken.length < count) this.taken = new Float32Array(count)
    if (rateHz === this.rateHz) this.read(this.taken, 0, count)
    else this.interpolate(count, this.rateHz / rateHz)
    return this.taken
  }

  /** The next `size` frames at the own rate, to `target` at `at`. */
  private read(target: Float32Array, at: number, size: number): void {
    const excess = this.ring.length - size - Math.round(LEFT_MS * this.framesPerMs)
    if (excess > (TOO_MUCH_MS - LEFT_MS) * this.framesPerMs) this.ring.discard(excess)
    const read = this.ring.read(target, at, size)
    this.owed += size - read
    target.fill(0, at + read, at + size)
  }

  private interpolate(count: number, step: number): void {
    const end = this.phase + count * step
    const size = Math.floor(end)
    const { line, taken, phase } = this.reserve(size)
    this.read(line, CARRIED, size)
    for (let i = 0; i < count; i += 1) {
      const position = phase + i * step
      const at = Math.floor(position)
      const before = line[at] as number
      taken[i] = before + ((line[at + 1] as number) - before) * (position - at)
    }
    line.copyWithin(0, size, size + CARRIED)
    this.phase = end - size
  }

  private reserve(size: number): this {
    if (this.line.length >= size + CARRIED) return this
    const longer = new Float32Array(size + CARRIED)
    longer.set(this.line.subarray(0, CARRIED))
    this.line = longer
    return this
  }
}
