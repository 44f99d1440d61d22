/** Silences a stream of chunks and lets it be heard again, fading over the first chunk of each: a hard cut is a click that a service hears. */
export class Hush {
  private silent = false
  private out = new Float32Array(0)

  /** The chunk as it is to be sent: itself, or the first `count` of reused memory. */
  apply(samples: Float32Array, count: number, silent: boolean): Float32Array {
    const before = this.silent ? 0 : 1
    const after = silent ? 0 : 1
    this.silent = silent
    if (before === 1 && after === 1) return samples
    if (this.out.length < count) this.out = new Float32Array(count)
    const step = (after - before) / count
    for (let i = 0; i < count; i += 1) this.out[i] = (samples[i] as number) * (before + step * (i + 1))
    return this.out
  }
}
