/**
 * A bounded first-in first-out queue of samples in preallocated memory. What does not fit is counted, never lost silently:
 * `push` drops the newest samples, `pushDroppingOldest` the oldest.
 */
export class SampleRing<T extends Float32Array | Int16Array> {
  private readonly memory: T
  private readIndex = 0
  private filled = 0
  /** Samples dropped since construction. */
  dropped = 0

  /** `memory` is owned by the ring from here on; its length is the capacity in samples. */
  constructor(memory: T) {
    if (memory.length === 0) throw new RangeError('a ring needs room for at least one sample')
    this.memory = memory
  }

  get capacity(): number {
    return this.memory.length
  }

  /** Samples that can be read now. */
  get length(): number {
    return this.filled
  }

  /** Appends what fits of `samples`; the rest (the newest) is dropped and counted. Returns how many were kept. */
  push(samples: ArrayLike<number>): number {
    const kept = Math.min(samples.length, this.capacity - this.filled)
    this.append(samples, 0, kept)
    this.dropped += samples.length - kept
    return kept
  }

  /** Appends the first `count` of `samples`; what has to make room (the oldest) is dropped and counted. Returns how many were dropped. */
  pushDroppingOldest(samples: ArrayLike<number>, count = samples.length): number {
    const skipped = Math.max(0, count - this.capacity)
    const kept = count - skipped
    const evicted = Math.max(0, this.filled + kept - this.capacity)
    this.discard(evicted)
    this.append(samples, skipped, kept)
    this.dropped += evicted + skipped
    return evicted + skipped
  }

  /** Moves up to `count` samples into `target` at `offset`; returns how many there were. */
  read(target: T, offset: number, count: number): number {
    const taken = Math.min(count, this.filled, target.length - offset)
    for (let i = 0; i < taken; i += 1) {
      target[offset + i] = this.memory[this.readIndex] ?? 0
      this.readIndex = this.readIndex + 1 === this.capacity ? 0 : this.readIndex + 1
    }
    this.filled -= taken
    return taken
  }

  /** Forgets up to `count` of the oldest samples without counting them as dropped; returns how many. */
  discard(count: number): number {
    const taken = Math.min(count, this.filled)
    this.readIndex = (this.readIndex + taken) % this.capacity
    this.filled -= taken
    return taken
  }

  private append(samples: ArrayLike<number>, from: number, count: number): void {
    let at = (this.readIndex + this.filled) % this.capacity
    for (let i = 0; i < count; i += 1) {
      this.memory[at] = samples[from + i] ?? 0
      at = at + 1 === this.capacity ? 0 : at + 1
    }
    this.filled += count
  }
}
