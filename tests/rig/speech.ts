import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeWav } from '../../src/shared/audio/wav.ts'
import { run } from './processes.ts'
import { correlate, levelDbfs, percentile } from './signal.ts'

/** Speech is compared at this rate: it keeps what matters and is quick. */
export const COMPARE_RATE_HZ = 8000
const RECORDING_TO_COMPARE = 6
const PIECE_SECONDS = 0.3
const WORDS = [
  'garden',
  'seven',
  'orange',
  'window',
  'thunder',
  'paper',
  'silver',
  'mountain',
  'yellow',
  'basket',
  'river',
  'candle',
  'morning',
  'doctor',
  'pocket',
  'summer',
  'holiday',
  'kitchen',
  'engine',
  'button'
]

/** `count` words, other ones each run. */
export function randomWords(count: number): string {
  return Array.from({ length: count }, () => WORDS[Math.floor(Math.random() * WORDS.length)]).join(' ')
}

export interface Spoken {
  wavPath: string
  /** PCM16 mono at {@link COMPARE_RATE_HZ}. */
  samples: Int16Array
}

/** Speaks `text` with espeak-ng into a 48 kHz WAV in `folder`. */
export async function speak(
  text: string,
  folder: string,
  options: { voice?: string; name?: string } = {}
): Promise<Spoken> {
  const { voice = 'en-us', name = 'spoken' } = options
  const raw = join(folder, `${name}-raw.wav`)
  const wavPath = join(folder, `${name}.wav`)
  await run('espeak-ng', ['-v', voice, '-s', '150', '-w', raw, text], { env: process.env })
  await run('sox', [raw, '-r', '48000', '-c', '1', wavPath, 'norm', '-6'], { env: process.env })
  const { samples } = decodeWav(new Uint8Array(await readFile(wavPath)))
  return { wavPath, samples: toCompareRate(samples) }
}

/**
 * 48 kHz to {@link COMPARE_RATE_HZ}, 300 to 3000 Hz only: the browser's high-pass turns the phase of what is lower, and
 * its noise suppression removes what is higher between the words.
 */
export function toCompareRate(samples: Int16Array): Int16Array {
  const half = (BAND_TAPS.length - 1) / 2
  const out = new Int16Array(Math.floor(samples.length / RECORDING_TO_COMPARE))
  for (let i = 0; i < out.length; i += 1) {
    let sum = 0
    const first = i * RECORDING_TO_COMPARE - half
    for (let k = 0; k < BAND_TAPS.length; k += 1) sum += (samples[first + k] ?? 0) * BAND_TAPS[k]!
    out[i] = sum
  }
  return out
}

/** Linear-phase band-pass for 48 kHz: the difference of two windowed sinc low-passes. */
const BAND_TAPS = bandPass(300, 3000, 48_000, 481)

function bandPass(lowHz: number, highHz: number, rateHz: number, taps: number): Float64Array {
  const lowPass = (hz: number, n: number): number => {
    const x = (2 * hz) / rateHz
    return n === 0 ? x : Math.sin(Math.PI * x * n) / (Math.PI * n)
  }
  return Float64Array.from({ length: taps }, (_, i) => {
    const n = i - (taps - 1) / 2
    const window = 0.5 + 0.5 * Math.cos((2 * Math.PI * n) / taps)
    return (lowPass(highHz, n) - lowPass(lowHz, n)) * window
  })
}

/**
 * Median correlation of the louder pieces of `said` with the best place for each in `heard`, both at
 * {@link COMPARE_RATE_HZ}. Pieces, because noise suppression and the jitter buffer change level and timing over seconds,
 * not within a syllable.
 */
export function likeness(heard: Int16Array, said: Int16Array): number {
  const length = COMPARE_RATE_HZ * PIECE_SECONDS
  const pieces = Array.from({ length: Math.floor(said.length / length) }, (_, i) =>
    said.subarray(i * length, (i + 1) * length)
  )
  const louder = pieces.toSorted((a, b) => levelDbfs(b) - levelDbfs(a)).slice(0, Math.ceil(pieces.length / 2))
  return percentile(
    louder.map((piece) => correlate(heard, piece).value),
    0.5
  )
}
