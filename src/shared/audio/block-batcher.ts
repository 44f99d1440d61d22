import { BLOCK_MS } from './format.ts'
import { CAPTURE_TRAILER_SLOTS } from './graph-messages.ts'

/** Frames of one 20 ms block at `sampleRateHz`, rounded where it is not whole (11025 Hz and the like). */
export function captureBlockFrames(sampleRateHz: number): number {
  return Math.round((sampleRateHz * BLOCK_MS) / 1000)
}

/**
 * Collects render quanta into 20 ms blocks in recycled memory. `push` allocates nothing; when every block is away it drops
 * the quantum and counts it in the trailer slot of the blocks that follow.
 */
export class BlockBatcher {
  readonly blockFrames: number
  droppedQuanta = 0
  private readonly free: Float32Array[] = []
  private readonly maxFree: number
  private current: Float32Array | undefined
  private filled = 0

  constructor(sampleRateHz: number, poolBlocks: number) {
    this.blockFrames = captureBlockFrames(sampleRateHz)
    this.maxFree = poolBlocks
    for (let i = 0; i < poolBlocks; i += 1) this.free.push(this.empty())
  }

  /**
   * Takes one quantum, not longer than a block; returns the block it completed, or null. The caller gives that away and
   * hands it (or memory of the same size) back with `recycle`.
   */
  push(quantum: Float32Array): Float32Array | null {
    this.current ??= this.free.pop()
    if (this.current === undefined) {
      this.droppedQuanta += 1
      return null
    }
    const fits = Math.min(quantum.length, this.blockFrames - this.filled)
    for (let i = 0; i < fits; i += 1) this.current[this.filled + i] = quantum[i] ?? 0
    this.filled += fits
    return this.filled < this.blockFrames ? null : this.complete(this.current, quantum, fits)
  }

  /** Blocks of a wrong size are let go. */
  recycle(block: Float32Array): void {
    if (block.length === this.blockFrames + CAPTURE_TRAILER_SLOTS && this.free.length < this.maxFree)
      this.free.push(block)
  }

  private complete(done: Float32Array, quantum: Float32Array, used: number): Float32Array {
    const rest = quantum.length - used
    this.current = this.free.pop()
    if (this.current === undefined && rest > 0) this.droppedQuanta += 1
    this.filled = this.current === undefined ? 0 : rest
    for (let i = 0; i < this.filled && this.current !== undefined; i += 1) this.current[i] = quantum[used + i] ?? 0
    done[this.blockFrames] = this.droppedQuanta
    return done
  }

  private empty(): Float32Array {
    return new Float32Array(this.blockFrames + CAPTURE_TRAILER_SLOTS)
  }
}
