import { SampleRing } from '../../../../shared/audio/ring.ts'

/** What was played may wait for the microphone's chunks for this long. */
const ROOM_MS = 400
/** More than this is left over only where the two clocks differ or something stood still. */
const TOO_MUCH_MS = 80
const LEFT_MS = 10

/** What the graph plays, for a microphone whose chunks come another way: each takes as much of it as it lasts itself. */
export class PlayedReference {
  readonly rateHz: number
  private readonly ring: SampleRing<Float32Array>
  private readonly framesPerMs: number
  /** Of a frame that is still to be taken where the rates differ. */
  private rest = 0
  private taken = new Float32Array(0)

  constructor(rateHz: number) {
    this.rateHz = rateHz
    this.framesPerMs = rateHz / 1000
    this.ring = new SampleRing(new Float32Array(Math.round(ROOM_MS * this.framesPerMs)))
  }

  /** Takes the first `count` samples. */
  push(samples: Float32Array, count: number): void {
    this.ring.pushDroppingOldest(samples, count)
  }

  /** What was played during `count` frames at `rateHz`, in reused memory of its own rate; silence where it is not known. */
  take(count: number, rateHz: number): Float32Array {
    const exact = (count * this.rateHz) / rateHz + this.rest
    const size = Math.floor(exact)
    this.rest = exact - size
    if (this.taken.length !== size) this.taken = new Float32Array(size)
    const excess = this.ring.length - size - Math.round(LEFT_MS * this.framesPerMs)
    if (excess > (TOO_MUCH_MS - LEFT_MS) * this.framesPerMs) this.ring.discard(excess)
    this.taken.fill(0, this.ring.read(this.taken, 0, size))
    return this.taken
  }
}
