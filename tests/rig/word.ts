import { correlate } from './signal.ts'

/** A word whose every part is like no other part, and what became of it on its way. */

const WORD_MS = 500
const PARTIALS = 60
const RAMP_MS = 5
/** Long enough to be known again, short enough that a tear is in one or two. */
const PIECE_MS = 20
/** A piece is looked for so far to both sides of its place. */
const STRAY_MS = 150
/** The word has nothing that a thinned recording of this rate could not hold. */
const ENOUGH_RATE_HZ = 16_000
/** Rates may be converted on the way. */
const SAME_PIECE = 0.97

/** Half a second of 300 to 3500 Hz, the same sound at every rate; PCM16. */
export function word(sampleRateHz: number): Int16Array {
  const samples = new Float64Array((sampleRateHz * WORD_MS) / 1000)
  let seed = 11
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  for (let partial = 0; partial < PARTIALS; partial += 1) {
    const step = (2 * Math.PI * (300 + 3200 * random())) / sampleRateHz
    const phase = 2 * Math.PI * random()
    for (let i = 0; i < samples.length; i += 1) samples[i] = (samples[i] as number) + Math.sin(step * i + phase)
  }
  const ramp = (sampleRateHz * RAMP_MS) / 1000
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  return Int16Array.from(samples, (sample, i) => {
    return Math.round(((0.5 * sample) / peak) * 32_767 * Math.min(1, (i + 1) / ramp, (samples.length - i) / ramp))
  })
}

/** How a word came out at one place. */
export interface HeardWord {
  /** Of the whole word, 0 to 1. */
  likeness: number
  /** Index of its first sample. */
  at: number
  /** Pieces of 20 ms that are not in their place, by their beginning in the word; `byMs`: where they are, null for nowhere. */
  torn: { ms: number; byMs: number | null }[]
}

/** Looks for the word `said` in `heard`, which have the same rate. */
export function findWord(heard: Int16Array, said: Int16Array, sampleRateHz: number): HeardWord {
  const { value: likeness, at } = findWhole(heard, said, Math.max(1, Math.floor(sampleRateHz / ENOUGH_RATE_HZ)))
  const size = (PIECE_MS * sampleRateHz) / 1000
  const stray = (STRAY_MS * sampleRateHz) / 1000
  const torn: HeardWord['torn'] = []
  for (let from = 0; from + size <= said.length; from += size) {
    const piece = said.subarray(from, from + size)
    const place = at + from
    if (correlate(heard.subarray(place, place + size), piece).value > SAME_PIECE) continue
    const first = Math.max(0, place - stray)
    const found = correlate(heard.subarray(first, place + size + stray), piece)
    const byMs = found.value > SAME_PIECE ? ((first + found.at - place) * 1000) / sampleRateHz : null
    torn.push({ ms: (from * 1000) / sampleRateHz, byMs })
  }
  return { likeness, at, torn }
}

/** Of every `step`th sample first, and then exactly near the best of those. */
function findWhole(heard: Int16Array, said: Int16Array, step: number): { value: number; at: number } {
  const thin = (samples: Int16Array) => samples.filter((_, i) => i % step === 0)
  const near = correlate(thin(heard), thin(said)).at * step
  const first = Math.max(0, near - step)
  const exact = correlate(heard.subarray(first, near + said.length + step), said)
  return { value: exact.value, at: first + exact.at }
}
