/** What two clocks may differ by, as a share; real ones stay below 200 ppm. */
const MOST_DRIFT = 3e-4
/** What is expected of it before anything was heard. */
const USUAL_DRIFT = 1e-4
/** How far from the delay in the statistics the true one may be after a jump, in samples. */
const UNSURE_FRAMES = 0.7
/** A clock changes its rate slowly, as it warms up: variance per second of sound, as a share. */
const DRIFT_WANDERS = 1e-12
/** The delay itself wanders too, a little: variance in samples per second of sound. */
const DELAY_WANDERS = 1e-5
/** While the path is still learned, its delay moves by itself: variance in samples per hop, over the square of the leak that is expected. */
const LEARNING = 1e5
/** One hop says no more than this, in samples. */
const MOST_STEP_FRAMES = 1
/** Speech is no stationary noise: a hop is believed this much less than its spectra would allow. */
const CAUTION = 16

/**
 * Follows a delay that grows or shrinks steadily because the sound is played by one clock and captured by another: a Kalman filter of the
 * delay and of its slope. What it has found is taken up by {@link take}.
 */
export class OwnVoiceDrift {
  private readonly rateHz: number
  private slope = 0
  private pending = 0
  private delayVar = UNSURE_FRAMES ** 2
  private both = 0
  private slopeVar = USUAL_DRIFT ** 2

  constructor(rateHz: number) {
    this.rateHz = rateHz
  }

  /** How fast the capture's clock runs behind the player's, as a share (1e-6 = 1 ppm): the delay grows by so many samples per sample. */
  get drift(): number {
    return this.slope
  }

  /** The delay is another from now on; clocks are what they were. */
  restart(): void {
    this.pending = 0
    this.both = 0
    this.delayVar = UNSURE_FRAMES ** 2
  }

  /** Nothing is certain any more, not even the clocks. */
  doubt(): void {
    this.restart()
    this.slopeVar = USUAL_DRIFT ** 2
  }

  /** `count` samples of time went by. */
  pass(count: number): void {
    const seconds = count / this.rateHz
    this.pending += this.slope * count
    this.delayVar += 2 * count * this.both + count * count * this.slopeVar + DELAY_WANDERS * seconds
    this.both += count * this.slopeVar
    this.slopeVar += DRIFT_WANDERS * seconds
  }

  /** A hop says that the delay is `frames` longer than thought, with a certainty (inverse variance) of `certainty` at best; `leak` is what is expected to be left. */
  observe(frames: number, certainty: number, leak = 0): void {
    if (!(certainty > 0)) return
    this.delayVar += LEARNING * leak * leak
    const off = Math.max(-MOST_STEP_FRAMES, Math.min(MOST_STEP_FRAMES, frames))
    const all = this.delayVar + CAUTION / certainty
    const delayGain = this.delayVar / all
    const slopeGain = this.both / all
    this.pending += delayGain * off
    this.slope = Math.max(-MOST_DRIFT, Math.min(MOST_DRIFT, this.slope + slopeGain * off))
    this.slopeVar -= slopeGain * this.both
    this.both *= 1 - delayGain
    this.delayVar *= 1 - delayGain
  }

  /** By how many samples the delay has grown and that was not taken. */
  get waiting(): number {
    return this.pending
  }

  /** By how many samples the delay has grown since the last call; 0 while that is next to nothing. */
  take(): number {
    const frames = this.pending
    if (Math.abs(frames) < 0.002) return 0
    this.pending = 0
    return frames
  }
}
