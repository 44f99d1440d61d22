/**
 * A bounded queue of mono samples that can be read again: the last {@link LookbackRing.behind} samples that were read are still
 * there. What does not fit is dropped (the newest) and counted.
 * Only the constructor and `push` allocate.
 */
export class LookbackRing {
  private readonly memory: Float32Array
  private readonly capacity: number
  private readonly reach: number
  private readIndex = 0
  private filled = 0
  private readable = 0
  /** Samples dropped since construction. */
  dropped = 0

  /** Room for `capacity` samples; at most `reach` of those already read can be read again. */
  constructor(capacity: number, reach: number) {
    if (capacity < 1 || reach < 0) throw new RangeError('a ring needs room for at least one sample')
    this.capacity = capacity
    this.reach = reach
    this.memory = new Float32Array(capacity + reach)
  }

  /** Samples that can be read now. */
  get length(): number {
    return this.filled
  }

  /** Samples before the next one that can still be seen and read again. */
  get behind(): number {
    return this.readable
  }

  /** Appends what fits; returns how many that were. Not free of allocation, but fast: a message may hold seconds of sound. */
  push(samples: Float32Array): number {
    const kept = Math.max(0, Math.min(samples.length, this.capacity - this.filled))
    const index = this.wrap(this.readIndex + this.filled)
    const untilEnd = Math.min(kept, this.memory.length - index)
    this.memory.set(samples.subarray(0, untilEnd), index)
    this.memory.set(samples.subarray(untilEnd, kept), 0)
    this.filled += kept
    this.dropped += samples.length - kept
    return kept
  }

  /** Copies `count` samples from `offset` on (0: the next one; negative: read before) without moving. All must be there. */
  copy(offset: number, target: Float32Array, at: number, count: number): void {
    let index = this.wrap(this.readIndex + offset)
    for (let i = at; i < at + count; i += 1) {
      target[i] = this.memory[index] ?? 0
      index = index + 1 === this.memory.length ? 0 : index + 1
    }
  }

  /** Moves behind the next `count` samples; all must be there. */
  advance(count: number): void {
    this.readIndex = this.wrap(this.readIndex + count)
    this.filled -= count
    this.readable = Math.min(this.reach, this.readable + count)
  }

  /** Goes back, so that the last `count` samples come again; at most {@link behind}. */
  rewind(count: number): void {
    this.readIndex = this.wrap(this.readIndex - count)
    this.filled += count
    this.readable -= count
  }

  /** Throws the next `count` samples away, and with them what could be seen behind. They do not count as dropped. */
  discard(count: number): void {
    this.advance(Math.min(count, this.filled))
    this.readable = 0
  }

  private wrap(index: number): number {
    if (index < 0) return index + this.memory.length
    return index >= this.memory.length ? index - this.memory.length : index
  }
}
