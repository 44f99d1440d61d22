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
    for (let i = 0; i < count; i += 1) {
      this.sum += (samples[i] ?? 0) ** 2
      this.count += 1
      if (this.count < this.windowSamples) continue
      this.lastDbfs = amplitudeToDbfs(Math.sqrt(this.sum / this.count))
      this.sum = 0
      this.count = 0
      completed += 1
    }
    return completed
  }
}
