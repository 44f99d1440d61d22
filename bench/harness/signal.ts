import { tone } from '../../tests/rig/signal.ts'

/** Bursts that are told apart by when they begin, and where they begin in what was heard of them. */

const BURST_HZ = 1500
const BURST_MS = 100
/** Pauses between bursts differ, so that the bursts fall anywhere within a block. */
const PAUSE_MS = { least: 230, most: 330 }
const LEAD_MS = 300

/** `count` bursts at `sampleRateHz` with random pauses, after a lead of silence. */
export function burstTrain(count: number, sampleRateHz: number, random: () => number = Math.random): Int16Array {
  const pauses = Array.from({ length: count }, () => PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least))
  const burst = tone({ hz: BURST_HZ, ms: BURST_MS, sampleRateHz, peak: 0.8 })
  const frames = (ms: number): number => Math.round((ms * sampleRateHz) / 1000)
  const total = pauses.reduce((sum, pause) => sum + frames(pause) + burst.length, frames(LEAD_MS))
  const samples = new Int16Array(total)
  let at = frames(LEAD_MS)
  for (const pause of pauses) {
    samples.set(burst, at)
    at += burst.length + frames(pause)
  }
  return samples
}

/** How much of the loudest sample a burst's beginning has. */
const ONSET_SHARE = 0.2
/** A burst begins after at least this much quiet. */
const QUIET_MS = 60

/** Index of the first sample of every burst: loud, after {@link QUIET_MS} without a loud one. Values of any scale. */
export function onsets(samples: Int16Array | Float32Array, sampleRateHz: number): number[] {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  const threshold = peak * ONSET_SHARE
  if (threshold === 0) return []
  const quiet = (QUIET_MS * sampleRateHz) / 1000
  const found: number[] = []
  let lastLoud = -quiet - 1
  for (const [i, sample] of samples.entries()) {
    if (Math.abs(sample) < threshold) continue
    if (i - lastLoud > quiet) found.push(i)
    lastLoud = i
  }
  return found
}

export interface Piece {
  /** Index of its first sample in all that arrived. */
  from: number
  /** `performance.now()` of its arrival. */
  atMs: number
  samples: Int16Array | Float32Array
}

/** Audio as it arrived, with when each piece of it did. */
export class ArrivedAudio {
  readonly sampleRateHz: number
  readonly pieces: Piece[] = []
  readonly #listeners = new Set<(piece: Piece) => void>()
  #length = 0

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz
  }

  push(samples: Int16Array | Float32Array, atMs: number): void {
    const piece = { from: this.#length, atMs, samples }
    this.pieces.push(piece)
    this.#length += samples.length
    for (const listener of this.#listeners) listener(piece)
  }

  /** Called with every piece as it arrives; returns its own end. */
  onPiece(listener: (piece: Piece) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Resolves to the first piece from now on that passes; rejects after `timeoutMs`. */
  next(what: string, test: (piece: Piece) => boolean, timeoutMs = 10_000): Promise<Piece> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`${what}: not seen in ${timeoutMs} ms`))
      }, timeoutMs)
      const stop = this.onPiece((piece) => {
        if (!test(piece)) return
        clearTimeout(timer)
        stop()
        resolve(piece)
      })
    })
  }

  /** When the piece with sample `index` of all that arrived did. */
  timeMs(index: number): number {
    return this.pieces.findLast(({ from }) => from <= index)?.atMs ?? Number.NaN
  }

  /** All samples from `fromMs` (`performance.now()`) on, in one array, on the scale they came in. */
  samples(fromMs = 0): Float32Array {
    const some = this.pieces.filter(({ atMs }) => atMs >= fromMs)
    const start = some[0]?.from ?? this.#length
    const all = new Float32Array(this.#length - start)
    for (const { from, samples } of some) all.set(samples, from - start)
    return all
  }

  /** When the piece with the first sample of each burst arrived; only what came after `fromMs`. */
  onsetsMs(fromMs = 0): number[] {
    const some = this.pieces.filter(({ atMs }) => atMs >= fromMs)
    const start = some[0]?.from ?? 0
    let piece = 0
    return onsets(this.samples(fromMs), this.sampleRateHz).map((at) => {
      while (at + start >= (some[piece + 1]?.from ?? Number.POSITIVE_INFINITY)) piece += 1
      return some[piece]?.atMs ?? Number.NaN
    })
  }
}

/** Most that one way may take: below the shortest distance between two bursts. */
const LONGEST_MS = BURST_MS + PAUSE_MS.least - 10
/** Bursts that may be missing on the other end: the first ones while the canceller learns, one torn by a busy machine. */
const MISSING_SHARE = 0.25

/** Times from each beginning to its arrival. Throws where more than a quarter of the bursts never arrived. */
export function delaysMs(beganMs: readonly number[], arrivedMs: readonly number[]): number[] {
  const delays = beganMs.flatMap((began) => {
    const arrived = arrivedMs.find((at) => at > began && at - began < LONGEST_MS)
    return arrived === undefined ? [] : [arrived - began]
  })
  if (delays.length === 0 || delays.length < beganMs.length * (1 - MISSING_SHARE)) {
    throw new Error(`of ${beganMs.length} bursts only ${delays.length} arrived (${arrivedMs.length} were heard)`)
  }
  return delays
}
