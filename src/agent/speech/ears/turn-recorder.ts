import { EARS_SAMPLE_RATE_HZ } from './frame-analyser.ts'

/** Audio kept before the onset, so that the first sound of the first word is not cut. */
export const PREFIX_MS = 300
/** Audio kept after the last active frame. */
export const SUFFIX_MS = 150
/** A longer turn keeps its beginning; the rest is counted, not kept. */
export const LONGEST_TURN_MS = 60_000
/** The past that is kept while nobody speaks: the prefix, and what passes between onset and decision. */
const HISTORY_MS = 1500

const samplesOf = (ms: number) => (ms * EARS_SAMPLE_RATE_HZ) / 1000

/** The audio of the current turn at 16 kHz. Positions are counted from the first sample pushed. */
export class TurnRecorder {
  private kept = new Int16Array(samplesOf(HISTORY_MS) * 2)
  private keptLength = 0
  /** Position of `kept[0]`. */
  private keptFrom = 0
  private dropped = 0
  private recording = false
  /** Where the audio given for the turn before ended: no later turn gets any of it again. */
  private givenUpTo = 0

  push(samples: Int16Array): void {
    if (!this.recording) this.forget(samplesOf(HISTORY_MS))
    const room = this.recording ? samplesOf(LONGEST_TURN_MS) - this.keptLength : samples.length
    const count = Math.max(0, Math.min(room, samples.length))
    this.reserve(this.keptLength + count)
    this.kept.set(samples.subarray(0, count), this.keptLength)
    this.keptLength += count
    this.dropped += samples.length - count
  }

  /** A turn began at `onsetSample`. */
  start(onsetSample: number): void {
    const from = Math.max(this.keptFrom, this.givenUpTo, onsetSample - samplesOf(PREFIX_MS))
    this.forget(this.keptFrom + this.keptLength - from)
    this.recording = true
    this.dropped = 0
  }

  /** The turn's audio as if it had ended at `endSample` (new memory); it goes on. */
  copy(endSample: number): Int16Array {
    const length = endSample + samplesOf(SUFFIX_MS) - this.keptFrom
    return this.kept.slice(0, Math.max(0, Math.min(this.keptLength, length)))
  }

  /** The turn ended at `endSample`: its audio (new memory) and how much of it was not kept. */
  end(endSample: number): { audio: Int16Array; droppedSamples: number } {
    const result = { audio: this.copy(endSample), droppedSamples: this.dropped }
    this.givenUpTo = this.keptFrom + result.audio.length
    this.recording = false
    this.keptFrom += this.dropped
    this.dropped = 0
    this.kept = this.kept.slice(Math.max(0, this.keptLength - samplesOf(HISTORY_MS)), this.keptLength)
    this.keptFrom += Math.max(0, this.keptLength - this.kept.length)
    this.keptLength = this.kept.length
    return result
  }

  /** Keeps only the newest `length` samples. */
  private forget(length: number): void {
    const excess = this.keptLength - length
    if (excess <= 0) return
    this.kept.copyWithin(0, excess, this.keptLength)
    this.keptLength -= excess
    this.keptFrom += excess
  }

  private reserve(length: number): void {
    if (length <= this.kept.length) return
    const grown = new Int16Array(Math.max(length, this.kept.length * 2))
    grown.set(this.kept.subarray(0, this.keptLength))
    this.kept = grown
  }
}
