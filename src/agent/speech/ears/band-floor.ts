/** Frames (10 ms) of one sub-window and how many are kept: the floor is the minimum of the last 1.5 s. */
const SUB_WINDOW_FRAMES = 15
const SUB_WINDOWS = 10
/** Smoothing of the band level before the minimum is taken. */
const SMOOTHING = 0.3
/** The minimum of smoothed noise lies this far below its mean. */
const MINIMUM_BIAS_DB = 4.5
/** A band is never taken to be quieter than this (dBFS): below it is digital silence. */
const LOWEST_DB = -95

/** A stream may begin in the middle of a word: until this many frames have passed, nothing is taken for a floor. */
const UNKNOWN_FRAMES = 30
/** The first frames still hold the zeros before the stream: they say nothing about its floor. */
const FILLING_FRAMES = 6

/** Noise floor per band by minimum statistics, in dB; what is known after 300 ms sharpens over the next 1.2 s. */
export class BandFloor {
  private readonly smooth: Float64Array
  private readonly current: Float64Array
  private readonly minima: Float64Array[]
  private readonly bands: number
  private frame = 0

  constructor(bands: number) {
    this.bands = bands
    this.smooth = new Float64Array(bands)
    this.current = new Float64Array(bands).fill(Infinity)
    this.minima = Array.from({ length: SUB_WINDOWS }, () => new Float64Array(bands).fill(Infinity))
  }

  /** Takes the band's level of this frame and returns its floor before this frame. */
  track(band: number, levelDb: number): number {
    const before = this.floorOf(band)
    const past = this.smooth[band] as number
    const smooth = this.frame < FILLING_FRAMES ? levelDb : past + SMOOTHING * (levelDb - past)
    this.smooth[band] = smooth
    if (this.frame >= FILLING_FRAMES && smooth < (this.current[band] as number)) this.current[band] = smooth
    return before
  }

  /** Call once per frame, after every band was tracked. */
  advance(): void {
    this.frame += 1
    if (this.frame % SUB_WINDOW_FRAMES !== 0) return
    const oldest = this.minima[(this.frame / SUB_WINDOW_FRAMES) % SUB_WINDOWS] as Float64Array
    oldest.set(this.current)
    for (let band = 0; band < this.bands; band += 1) this.current[band] = this.smooth[band] as number
  }

  private floorOf(band: number): number {
    if (this.frame < UNKNOWN_FRAMES) return LOWEST_DB
    let lowest = this.current[band] as number
    for (const minima of this.minima) lowest = Math.min(lowest, minima[band] as number)
    return Math.max(LOWEST_DB, lowest + MINIMUM_BIAS_DB)
  }
}
