import { CAPTURE_CHANNELS, CAPTURE_TRAILER_SLOTS } from './graph-messages.ts'

/** What one block on its way from the worklet to the worker lasts: half of one on the link, as the platform's own chunks. */
export const CAPTURE_BLOCK_MS = 10

/** Frames of one capture block at `sampleRateHz`, rounded where it is not whole (11025 Hz and the like). */
function captureBlockFrames(sampleRateHz: number): number {
  return Math.round((sampleRateHz * CAPTURE_BLOCK_MS) / 1000)
}

/** Frames of each channel in a capture block of `length` slots. */
export function framesOfCaptureBlock(length: number): number {
  return Math.max(0, Math.floor((length - CAPTURE_TRAILER_SLOTS) / CAPTURE_CHANNELS))
}

/**
 * Collects render quanta of a source and of what was played meanwhile into capture blocks (see graph-messages) in recycled memory. `push`
 * allocates nothing; when every block is away it drops the quantum and counts it in the trailer of the blocks that follow.
 */
export class BlockBatcher {
  readonly blockFrames: number
  droppedQuanta = 0
  private readonly blockSlots: number
  private readonly free: Float32Array[] = []
  private readonly maxFree: number
  private readonly leavesOutSilence: boolean
  /** Since the last block that was given away. */
  private leftOut = 0
  private current: Float32Array | undefined
  private filled = 0

  /** `leavesOutSilence`: a block whose source is digital silence is counted and not given away. */
  constructor(sampleRateHz: number, poolBlocks: number, leavesOutSilence = false) {
    this.leavesOutSilence = leavesOutSilence
    this.blockFrames = captureBlockFrames(sampleRateHz)
    this.blockSlots = this.blockFrames * CAPTURE_CHANNELS + CAPTURE_TRAILER_SLOTS
    this.maxFree = poolBlocks
    for (let i = 0; i < poolBlocks; i += 1) this.free.push(new Float32Array(this.blockSlots))
  }

  /**
   * Takes one quantum, not longer than a block; `played` undefined: nothing was. Returns the block it completed, or null. The caller
   * gives that away and hands it (or memory of the same size) back with `recycle`.
   */
  push(source: Float32Array, played: Float32Array | undefined): Float32Array | null {
    this.current ??= this.free.pop()
    if (this.current === undefined) {
      this.droppedQuanta += 1
      return null
    }
    const fits = Math.min(source.length, this.blockFrames - this.filled)
    this.copy(this.current, source, played, 0, fits)
    return this.filled < this.blockFrames ? null : this.complete(this.current, source, played, fits)
  }

  /** Blocks of a wrong size are let go. */
  recycle(block: Float32Array): void {
    if (block.length === this.blockSlots && this.free.length < this.maxFree) this.free.push(block)
  }

  private complete(
    done: Float32Array,
    source: Float32Array,
    played: Float32Array | undefined,
    used: number
  ): Float32Array | null {
    const rest = source.length - used
    this.current = this.free.pop()
    this.filled = 0
    if (this.current !== undefined) this.copy(this.current, source, played, used, rest)
    else if (rest > 0) this.droppedQuanta += 1
    if (this.leavesOutSilence && this.isSilent(done)) {
      this.leftOut += 1
      this.recycle(done)
      return null
    }
    const trailer = this.blockSlots - CAPTURE_TRAILER_SLOTS
    done[trailer] = this.droppedQuanta
    done[trailer + 1] = this.leftOut
    this.leftOut = 0
    return done
  }

  private isSilent(block: Float32Array): boolean {
    for (let i = 0; i < this.blockFrames; i += 1) if (block[i] !== 0) return false
    return true
  }

  private copy(
    block: Float32Array,
    source: Float32Array,
    played: Float32Array | undefined,
    from: number,
    count: number
  ): void {
    const playedAt = this.blockFrames + this.filled
    for (let i = 0; i < count; i += 1) block[this.filled + i] = source[from + i] ?? 0
    if (played === undefined) block.fill(0, playedAt, playedAt + count)
    else for (let i = 0; i < count; i += 1) block[playedAt + i] = played[from + i] ?? 0
    this.filled += count
  }
}
