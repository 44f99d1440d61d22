import { EchoPath } from './echo-path.ts'
import { meanSquare } from './level-meter.ts'
import { FLOOR_DBFS, amplitudeToDbfs } from './pcm.ts'

/** Weight of what is half a second older: about four seconds count. */
const MEMORY = 0.88
/** What was played may be told later than it comes back, where the two take different ways. */
const LEAD_MS = 50
/** Mean square below which nothing is played (-70 dBFS). */
const AUDIBLE = 1e-7
/** What was played may come back for this long. */
const TAIL_MS = 500
/** While nothing stands out and more than this may be hidden (-45 dB), nothing is known. */
const TELLING = 3e-5

/** Two estimates in a row agree when their delays differ by less: one alone may be an accident. */
const SAME_DELAY_MS = 5

/**
 * Watches what of the agent's voice comes back through the microphone while it plays (see EchoPath). Works only then; a comparison of about
 * a millisecond every half second of it.
 */
export class EchoLeak {
  private readonly path: EchoPath
  private readonly framesPerMs: number
  private quietFrames = Number.POSITIVE_INFINITY
  private leak: number | null = null
  private delay: number | null = null
  /** Of the estimate before, where something stood out. */
  private candidateMs: number | null = null

  constructor(sampleRateHz: number) {
    this.path = new EchoPath(sampleRateHz, MEMORY, LEAD_MS)
    this.framesPerMs = sampleRateHz / 1000
  }

  /**
   * Level of what comes back against what was played, at most 0; null until it is known. Where nothing stands out it is the most that may
   * have come back.
   */
  get leakDb(): number | null {
    return this.leak
  }

  /** From played to come back; null until something stood out. */
  get delayMs(): number | null {
    return this.delay
  }

  /** `count` samples of both, aligned. Returns true when there is a new estimate. */
  push(input: Float32Array, inputFrom: number, played: Float32Array, playedFrom: number, count: number): boolean {
    const audible = meanSquare(played, playedFrom, count) > AUDIBLE
    this.quietFrames = audible ? 0 : this.quietFrames + count
    // What is left out is silence on both sides of the gap.
    if (this.quietFrames > TAIL_MS * this.framesPerMs) return false
    if (this.path.push(input, inputFrom, played, playedFrom, count) === 0) return false
    return this.conclude()
  }

  private conclude(): boolean {
    const estimate = this.path.estimate()
    if (estimate === null) return false
    const { leak, hidden, delayMs } = estimate
    const agrees = this.agreesWithLast(delayMs)
    if (leak === null ? hidden > TELLING : !agrees) return false
    this.leak = Math.min(0, Math.max(FLOOR_DBFS, amplitudeToDbfs(Math.sqrt(leak ?? hidden))))
    this.delay = delayMs ?? this.delay
    return true
  }

  private agreesWithLast(delayMs: number | null): boolean {
    const before = this.candidateMs
    this.candidateMs = delayMs
    return before !== null && delayMs !== null && Math.abs(delayMs - before) < SAME_DELAY_MS
  }
}
