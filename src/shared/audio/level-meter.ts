import { amplitudeToDbfs } from './pcm.ts'

/** RMS over consecutive windows of a sample stream. */
export class LevelMeter {
  private readonly windowSamples: number
  private sum = 0
  private count = 0
  private lastDbfs = amplitudeToDbfs(0)

  constructor(sampleRateHz: number, windowMs: number) {
    this.windowSamples = Math.max(1, Math.round((sampleRateHz * windowMs) / 1000))
  }

  /** Level of the last complete window, in dBFS with a floor. */
  get dbfs(): number {
    return this.lastDbfs
  }

  /** Reads the first `count` samples (1 = full scale); returns how many windows they completed. */
  push(samples: Float32Array, count: number): number {
    let completed = 0
    let at = 0
    while (at < count) {
      const end = Math.min(count, at + this.windowSamples - this.count)
      let sum = 0
      for (let i = at; i < end; i += 1) {
        const value = samples[i] as number
        sum += value * value
      }
      this.sum += sum
      this.count += end - at
      at = end
      if (this.count < this.windowSamples) break
      this.lastDbfs = amplitudeToDbfs(Math.sqrt(this.sum / this.count))
      this.sum = 0
      this.count = 0
      completed += 1
    }
    return completed
  }
}

/** Mean square of `count` samples from `from` on. */
export function meanSquare(samples: Float32Array, from: number, count: number): number {
  let sum = 0
  for (let i = from; i < from + count; i += 1) {
    const value = samples[i] as number
    sum += value * value
  }
  return count === 0 ? 0 : sum / count
}
