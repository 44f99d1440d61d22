import { correlate, levelDbfs, percentile, soundingSpan } from '../../tests/rig/signal.ts'
import type { Figure } from './bench.ts'
import { INPUT_RATE_HZ } from './service.ts'

const PIECE_SECONDS = 0.3
/** How far a piece may be from where the whole phrase was found, and the phrase from where it was expected. */
const SEARCH_SECONDS = 0.05
const PHRASE_SEARCH_SECONDS = 0.5
/** The whole phrase is looked for at a quarter of the rate. */
const COARSE = 4
/** Below it nobody speaks. */
const SPEAKING_DBFS = -50
/** Nothing of a piece is left. */
const SWALLOWED_DB = -60
const MOST_CHANGE_DB = 3

export interface DoubleTalk {
  /**
   * Of each loud piece of the person's words under the echo, against the same piece without: the gain of the projection, so that what
   * is left of the echo beside them does not count.
   */
  gainsDb: number[]
  /** How alike the pieces are, 0 to 1, the median. */
  likeness: number
}

/** The person's words that arrived under the echo, against what arrived of them without. */
export function doubleTalk(alone: Int16Array, over: Int16Array): DoubleTalk {
  const size = PIECE_SECONDS * INPUT_RATE_HZ
  const reach = SEARCH_SECONDS * INPUT_RATE_HZ
  const pieces = Array.from({ length: Math.floor(alone.length / size) }, (_, i) => i * size)
  const level = (at: number): number => levelDbfs(alone.subarray(at, at + size))
  const loud = pieces.toSorted((a, b) => level(b) - level(a)).slice(0, Math.ceil(pieces.length / 2))
  const shift = shiftOf(alone, over)
  const found = loud.flatMap((at) => {
    const from = Math.max(0, at + shift - reach)
    const piece = alone.subarray(at, at + size)
    const place = correlate(over.subarray(from, at + shift + size + reach), piece)
    const heard = over.subarray(from + place.at, from + place.at + size)
    if (heard.length < size) return []
    const gainDb = levelDbfs(heard) - levelDbfs(piece) + 20 * Math.log10(place.value)
    return [{ gainDb: Math.max(SWALLOWED_DB, gainDb), likeness: place.value }]
  })
  if (found.length === 0) throw new Error('nothing of the person could be compared')
  return {
    gainsDb: found.map(({ gainDb }) => gainDb),
    likeness: percentile(
      found.map(({ likeness }) => likeness),
      0.5
    )
  }
}

/** By how much the phrase is later in `over`. As a whole: a word may occur twice, and the agent may say it as well. */
function shiftOf(alone: Int16Array, over: Int16Array): number {
  const span = soundingSpan(alone, SPEAKING_DBFS)
  if (span === null) throw new Error('the person said nothing')
  const margin = (PHRASE_SEARCH_SECONDS * INPUT_RATE_HZ) / COARSE
  const heard = coarse(over)
  const padded = new Int16Array(heard.length + 2 * margin)
  padded.set(heard, margin)
  const phrase = coarse(alone.subarray(span.first, span.last + 1))
  return (correlate(padded, phrase).at - margin) * COARSE - span.first
}

function coarse(samples: Int16Array): Int16Array {
  return Int16Array.from({ length: Math.floor(samples.length / COARSE) }, (_, i) => {
    let sum = 0
    for (let k = i * COARSE; k < (i + 1) * COARSE; k += 1) sum += samples[k] as number
    return sum / COARSE
  })
}

const tenth = (db: number): number => Math.round(db * 10) / 10

/** How the person fares usually, and in the tenth of the words that suffers most: a word in three may go while the median stays. Unless `judged` it is only told. */
export function doubleTalkFigures(name: string, runs: readonly DoubleTalk[], judged = true): Figure[] {
  const change = (share: number): number[] => runs.map(({ gainsDb }) => percentile(gainsDb, share))
  const one = { kind: 'value', unit: 'dB', ...(judged ? { target: { atMost: MOST_CHANGE_DB } } : {}) } as const
  return [
    {
      ...one,
      figure: `${name}: change of the person's level in double talk`,
      values: change(0.5).map(Math.abs),
      detail: {
        medianDb: change(0.5).map(tenth),
        likeness: runs.map(({ likeness }) => Math.round(likeness * 100) / 100)
      }
    },
    {
      ...one,
      figure: `${name}: the same in the tenth that suffers most`,
      values: change(0.1).map(Math.abs),
      detail: { p10Db: change(0.1).map(tenth) }
    }
  ]
}
