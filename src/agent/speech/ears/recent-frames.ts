import { BAND_COUNT } from './frame-analyser.ts'

/** The band levels of the microphone's newest frames, 10 ms each. */
export class RecentFrames {
  static readonly CAPACITY = 64
  private readonly levels = new Float32Array(RecentFrames.CAPACITY * BAND_COUNT)
  private readonly counts = new Uint8Array(RecentFrames.CAPACITY)
  private newest = 0

  /** `counts`: loud enough to be compared. */
  push(bandDb: Float64Array, counts: boolean): void {
    this.newest = (this.newest + 1) % RecentFrames.CAPACITY
    this.levels.set(bandDb, this.newest * BAND_COUNT)
    this.counts[this.newest] = counts ? 1 : 0
  }

  level(age: number, band: number): number {
    return this.levels[this.slot(age) * BAND_COUNT + band] as number
  }

  countsAt(age: number): boolean {
    return this.counts[this.slot(age)] === 1
  }

  private slot(age: number): number {
    return (this.newest - age + RecentFrames.CAPACITY) % RecentFrames.CAPACITY
  }
}
