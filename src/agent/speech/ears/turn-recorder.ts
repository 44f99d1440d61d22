import { LONGEST_PREFIX_PADDING_MS } from '../contract.ts'
import { EARS_SAMPLE_RATE_HZ } from './frame-analyser.ts'

/** Audio kept before the onset unless another length is asked for, so that the first sound of the first word is not cut. */
export const PREFIX_MS = 300
/** Audio kept after the last active frame. */
export const SUFFIX_MS = 150
/** A longer turn keeps its beginning; the rest is counted, not kept. */
export const LONGEST_TURN_MS = 60_000
/** An onset longer before the decision counts as that: what came before was not the user alone. */
export const LONGEST_DECISION_MS = 1200
/** The past that is kept while nobody speaks. */
const HISTORY_MS = LONGEST_PREFIX_PADDING_MS + LONGEST_DECISION_MS

const samplesOf = (ms: number) => Math.round((ms * EARS_SAMPLE_RATE_HZ) / 1000)

/** The audio of the current turn at 16 kHz. Positions are counted from the first sample pushed. */
export class TurnRecorder {
  /** Audio before the onset, 0 to {@link LONGEST_PREFIX_PADDING_MS}; may change at any time, also for the turn that is going on. */
  prefixMs = PREFIX_MS
  private kept = new Int16Array(samplesOf(HISTORY_MS) * 2)
  private keptLength = 0
  /** Position of `kept[0]`. */
  private keptFrom = 0
  /** Where the newest block began and ended; in a long turn that is beyond what is kept. */
  private blockFrom = 0
  private pushed = 0
  private onset: number | null = null
  /** Where the audio given for the turn before ended: no later turn gets any of it again. */
  private givenUpTo = 0

  push(samples: Int16Array): void {
    this.blockFrom = this.pushed
    this.pushed += samples.length
    const keptUpTo = this.keptFrom + this.keptLength
    const room = this.onset === null ? samples.length : this.onset + samplesOf(LONGEST_TURN_MS) - keptUpTo
    const count = Math.max(0, Math.min(room, samples.length))
    if (this.keptLength + count > this.kept.length) this.makeRoom(count)
    this.kept.set(samples.subarray(0, count), this.keptLength)
    this.keptLength += count
  }

  /** A turn began at `onsetSample`. */
  start(onsetSample: number): void {
    this.onset = Math.max(onsetSample, this.blockFrom - samplesOf(LONGEST_DECISION_MS))
  }

  /** The turn's audio as if it had ended at `endSample` (new memory); it goes on. */
  copy(endSample: number): Int16Array {
    const from = this.audioFrom()
    const to = Math.min(endSample + samplesOf(SUFFIX_MS), from + samplesOf(LONGEST_TURN_MS))
    return this.kept.slice(from - this.keptFrom, Math.min(this.keptLength, Math.max(from, to) - this.keptFrom))
  }

  /** The turn ended at `endSample`: its audio (new memory) and how much of it was not kept. */
  end(endSample: number): { audio: Int16Array; droppedSamples: number } {
    const from = this.audioFrom()
    const audio = this.copy(endSample)
    this.givenUpTo = from + audio.length
    this.onset = null
    this.shrink()
    return { audio, droppedSamples: Math.max(0, this.pushed - from - samplesOf(LONGEST_TURN_MS)) }
  }

  private audioFrom(): number {
    const onset = this.onset ?? this.pushed
    return Math.max(this.keptFrom, this.givenUpTo, onset - samplesOf(this.prefixMs))
  }

  /** While nobody speaks the past is forgotten; then, and in a turn, the memory grows. */
  private makeRoom(count: number): void {
    if (this.onset === null) this.forget(samplesOf(HISTORY_MS))
    const needed = this.keptLength + count
    if (needed <= this.kept.length) return
    const grown = new Int16Array(Math.max(needed, this.kept.length * 2))
    grown.set(this.kept.subarray(0, this.keptLength))
    this.kept = grown
  }

  /** Keeps only the newest `length` samples. */
  private forget(length: number): void {
    const excess = this.keptLength - length
    if (excess <= 0) return
    this.kept.copyWithin(0, excess, this.keptLength)
    this.keptLength -= excess
    this.keptFrom += excess
  }

  /** After a turn: its memory is given back, and what did not fit into it is no history either. */
  private shrink(): void {
    if (this.keptFrom + this.keptLength < this.pushed) {
      this.keptLength = 0
      this.keptFrom = this.pushed
    }
    this.forget(samplesOf(HISTORY_MS))
    const usual = samplesOf(HISTORY_MS) * 2
    if (this.kept.length > usual) this.kept = this.kept.slice(0, usual)
  }
}
