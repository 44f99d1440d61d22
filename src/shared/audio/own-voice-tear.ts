import { OwnVoiceSearch } from './own-voice-search.ts'

/** So much of what comes after a tear is needed to find where it goes on. */
const LEAST_MS = 50
/** Delays that are tried at once. */
const MOST_CANDIDATES = 4
/** So often the delay was found to be the same and the sound is not: its level has changed. */
const SAME_LOOKS = 3
/** After this long of speech without a match the path itself is taken to have changed. */
const HOPELESS_MS = 600

/** A tear in what comes back: a piece of it is missing, and it goes on with the same delay or with another. */
export class OwnVoiceTear {
  /** Where the filter's window ended before, the last first. */
  readonly candidates: number[] = []
  private readonly search: OwnVoiceSearch
  private readonly framesPerMs: number
  /** Since it began, of speech; 0 while there is none. */
  private frames = 0
  private looksAtSame = 0

  constructor(sampleRateHz: number) {
    this.search = new OwnVoiceSearch(sampleRateHz)
    this.framesPerMs = sampleRateHz / 1000
  }

  get isOpen(): boolean {
    return this.frames > 0
  }

  get isHopeless(): boolean {
    return this.looksAtSame >= SAME_LOOKS || this.frames > HOPELESS_MS * this.framesPerMs
  }

  pass(count: number): void {
    this.frames += count
  }

  /** By how many samples later it comes back now than after `delayFrames`, or null while nobody knows. */
  look(played: Float32Array, input: Float32Array, written: number, delayFrames: number): number | null {
    if (this.frames < LEAST_MS * this.framesPerMs) return null
    const found = this.search.find(played, input, written, this.frames, delayFrames)
    if (found === null) return null
    const later = found - Math.round(delayFrames)
    this.looksAtSame = Math.abs(later) <= 1 ? this.looksAtSame + 1 : 0
    return later
  }

  /** To be tried first. */
  propose(offset: number): void {
    const { candidates } = this
    const known = candidates.indexOf(offset)
    if (known >= 0) candidates.splice(known, 1)
    candidates.unshift(offset)
    if (candidates.length > MOST_CANDIDATES) candidates.length = MOST_CANDIDATES
  }

  /** It goes on with `offset`. */
  close(offset: number): void {
    this.frames = 0
    this.looksAtSame = 0
    this.propose(offset)
  }

  /** All delays are told from another point, `frames` later. */
  move(frames: number): void {
    for (const [i, offset] of this.candidates.entries()) this.candidates[i] = Math.max(0, offset + frames)
  }
}
