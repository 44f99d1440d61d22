import { writeFile } from 'node:fs/promises'
import { encodeWav } from '../../src/shared/audio/wav.ts'

/** Pure helpers to make and judge test sound. Samples are PCM16 mono, levels dBFS (RMS), times milliseconds. */

/** A sine with 5 ms ramps at both ends; `peak` is linear (1 = full scale). */
export function tone(options: { hz: number; ms: number; sampleRateHz: number; peak?: number }): Int16Array {
  const { hz, ms, sampleRateHz, peak = 0.5 } = options
  const samples = new Int16Array(Math.round((sampleRateHz * ms) / 1000))
  const ramp = sampleRateHz * 0.005
  for (let i = 0; i < samples.length; i += 1) {
    const envelope = Math.min(1, i / ramp, (samples.length - i) / ramp)
    samples[i] = Math.round(32_767 * peak * envelope * Math.sin((2 * Math.PI * hz * i) / sampleRateHz))
  }
  return samples
}

/** RMS in dBFS, -120 for digital silence. */
export function levelDbfs(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return sum === 0 ? -120 : 10 * Math.log10(sum / samples.length / 32_768 ** 2)
}

/** RMS in dBFS of the part of `samples` at `hz` (Goertzel): -3 for a full-scale sine at that frequency. */
export function toneDbfs(samples: Int16Array, hz: number, sampleRateHz: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / sampleRateHz)
  let previous = 0
  let before = 0
  for (const sample of samples) {
    const next = sample / 32_768 + coefficient * previous - before
    before = previous
    previous = next
  }
  const power = previous ** 2 + before ** 2 - coefficient * previous * before
  const amplitude = (2 * Math.sqrt(Math.max(0, power))) / Math.max(1, samples.length)
  return amplitude === 0 ? -120 : 20 * Math.log10(amplitude / Math.SQRT2)
}

/** {@link toneDbfs} of the best 100 ms: a browser suppresses a steady tone after a while, a busy machine makes it stutter. */
export function loudestToneDbfs(samples: Int16Array, hz: number, sampleRateHz: number): number {
  const size = sampleRateHz / 10
  const pieces = Array.from({ length: Math.floor(samples.length / size) }, (_, i) =>
    toneDbfs(samples.subarray(i * size, (i + 1) * size), hz, sampleRateHz)
  )
  return Math.max(-120, ...pieces)
}

/** Indices of the first and last sample at or above `thresholdDbfs` (peak), or null when it stays below. */
export function soundingSpan(samples: Int16Array, thresholdDbfs = -50): { first: number; last: number } | null {
  const threshold = 32_768 * 10 ** (thresholdDbfs / 20)
  const first = samples.findIndex((sample) => Math.abs(sample) >= threshold)
  if (first < 0) return null
  return { first, last: samples.findLastIndex((sample) => Math.abs(sample) >= threshold) }
}

/** Highest normalised cross-correlation (0 to 1) of `needle` inside `haystack` and where (in samples) it begins. */
export function correlate(haystack: Int16Array, needle: Int16Array, step = 1): { value: number; at: number } {
  let needleEnergy = 0
  for (const sample of needle) needleEnergy += sample * sample
  let best = { value: 0, at: 0 }
  for (let at = 0; at + needle.length <= haystack.length; at += step) {
    let product = 0
    let energy = 0
    for (let i = 0; i < needle.length; i += 1) {
      const sample = haystack[at + i]!
      product += sample * needle[i]!
      energy += sample * sample
    }
    const value = energy === 0 ? 0 : Math.abs(product) / Math.sqrt(energy * needleEnergy)
    if (value > best.value) best = { value, at }
  }
  return best
}

/** Linear-interpolated value below which `share` (0 to 1) of `values` lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const low = sorted[Math.floor(position)] ?? Number.NaN
  const high = sorted[Math.ceil(position)] ?? Number.NaN
  return low + (high - low) * (position - Math.floor(position))
}

/** Writes PCM16 mono as a WAV file. */
export async function writeWav(path: string, samples: Int16Array, sampleRateHz: number): Promise<void> {
  await writeFile(path, encodeWav(samples, sampleRateHz))
}
