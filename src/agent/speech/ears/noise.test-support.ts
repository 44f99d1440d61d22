import type { Random } from '../../../shared/runtime.ts'
import { gaussian, variant, type NoiseVariant } from './noise-variants.test-support.ts'

/** Sounds that are not speech, and speech at a stated level: the material of the turn detector's tests and bench. */

/** Deterministic uniform [0, 1) (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export const NOISE_KINDS = ['white', 'brown', 'hum', 'clicks'] as const
export type NoiseKind = (typeof NOISE_KINDS)[number]

/** `seconds` of noise as floats; RMS (peak for clicks) is `levelDbfs` over the whole length. */
export function noise(
  kind: NoiseKind | NoiseVariant,
  seconds: number,
  sampleRateHz: number,
  levelDbfs: number,
  random: Random
): Float64Array {
  const samples = generate(kind, Math.round(seconds * sampleRateHz), sampleRateHz, random)
  const current = kind.endsWith('clicks') ? peak(samples) : rms(samples)
  return scale(samples, 10 ** (levelDbfs / 20) / current)
}

function generate(kind: NoiseKind | NoiseVariant, length: number, sampleRateHz: number, random: Random): Float64Array {
  switch (kind) {
    case 'white':
      return white(length, random)
    case 'brown':
      return brown(length, sampleRateHz, random)
    case 'hum':
      return hum(length, sampleRateHz, random)
    case 'clicks':
      return clicks(length, sampleRateHz, random)
    default:
      return variant(kind, length, sampleRateHz, random)
  }
}

function white(length: number, random: Random): Float64Array {
  const out = new Float64Array(length)
  for (let i = 0; i < length; i += 1) out[i] = gaussian(random)
  return out
}

function brown(length: number, sampleRateHz: number, random: Random): Float64Array {
  const keep = 1 - (2 * Math.PI * 10) / sampleRateHz
  const out = new Float64Array(length)
  let value = 0
  for (let i = 0; i < length; i += 1) out[i] = value = value * keep + gaussian(random)
  return out
}

/** 50 or 60 Hz with harmonics to the tenth at random phases, falling by 2 to 8 dB each. */
function hum(length: number, sampleRateHz: number, random: Random): Float64Array {
  const mainsHz = (random() < 0.5 ? 50 : 60) * (1 + (random() - 0.5) * 0.002)
  const fallDb = 2 + random() * 6
  const partials = Array.from({ length: 10 }, (_, i) => ({
    step: (2 * Math.PI * mainsHz * (i + 1)) / sampleRateHz,
    phase: random() * 2 * Math.PI,
    gain: 10 ** ((-fallDb * i + (random() - 0.5) * 6) / 20)
  }))
  const out = new Float64Array(length)
  for (let i = 0; i < length; i += 1) {
    for (const { step, phase, gain } of partials) out[i] = (out[i] as number) + gain * Math.sin(step * i + phase)
  }
  return out
}

/** Bursts of 3 to 12 ms (noise over one damped resonance), two to twelve per second, some in pairs (down and up). */
function clicks(length: number, sampleRateHz: number, random: Random): Float64Array {
  const out = new Float64Array(length)
  let at = Math.floor(random() * 0.2 * sampleRateHz)
  while (at < length) {
    addClick(out, at, sampleRateHz, random)
    if (random() < 0.5) addClick(out, at + Math.floor((0.04 + random() * 0.08) * sampleRateHz), sampleRateHz, random)
    at += Math.floor((0.08 + random() * 0.4) * sampleRateHz)
  }
  return out
}

function addClick(out: Float64Array, at: number, sampleRateHz: number, random: Random): void {
  const decay = (0.001 + random() * 0.003) * sampleRateHz
  const step = (2 * Math.PI * (300 + random() * 3000)) / sampleRateHz
  const gain = 0.3 + 0.7 * random()
  const tone = random()
  const end = Math.min(out.length, at + Math.ceil(decay * 6))
  for (let i = at; i < end; i += 1) {
    const burst = (1 - tone) * gaussian(random) + tone * Math.sin(step * (i - at))
    out[i] = (out[i] as number) + gain * Math.exp(-(i - at) / decay) * burst
  }
}

export function rms(samples: Float64Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return Math.sqrt(sum / Math.max(1, samples.length))
}

export function peak(samples: Float64Array): number {
  let largest = 0
  for (const sample of samples) largest = Math.max(largest, Math.abs(sample))
  return largest
}

export function scale(samples: Float64Array, factor: number): Float64Array {
  return samples.map((sample) => sample * factor)
}

// Minutes of sound go through these two: `from` with a function takes ten times as long.

export function toFloat(samples: Int16Array): Float64Array {
  const out = new Float64Array(samples.length)
  for (let i = 0; i < out.length; i += 1) out[i] = (samples[i] as number) / 32768
  return out
}

export function toPcm16(samples: Float64Array): Int16Array {
  const out = new Int16Array(samples.length)
  for (let i = 0; i < out.length; i += 1) {
    out[i] = Math.max(-32768, Math.min(32767, Math.round((samples[i] as number) * 32768)))
  }
  return out
}

/** Adds `added` into `base` from sample `at` on. */
export function mixInto(base: Float64Array, added: Float64Array, at: number): void {
  const end = Math.min(added.length, base.length - at)
  for (let i = 0; i < end; i += 1) base[at + i] = (base[at + i] as number) + (added[i] as number)
}

const ACTIVE_FRAME_MS = 20
const ACTIVE_BELOW_PEAK_DB = 30

/** 20 ms frames whose RMS is within 30 dB of the loudest frame's: their RMS over all, where the first begins and the last ends. */
export function activeSpeech(samples: Float64Array, sampleRateHz: number): { rms: number; onset: number; end: number } {
  const length = Math.round((ACTIVE_FRAME_MS * sampleRateHz) / 1000)
  const frames: { at: number; power: number }[] = []
  for (let at = 0; at + length <= samples.length; at += length) {
    frames.push({ at, power: rms(samples.subarray(at, at + length)) ** 2 })
  }
  const threshold = Math.max(...frames.map(({ power }) => power)) * 10 ** (-ACTIVE_BELOW_PEAK_DB / 10)
  const active = frames.filter(({ power }) => power >= threshold)
  return {
    rms: Math.sqrt(active.reduce((sum, { power }) => sum + power, 0) / Math.max(1, active.length)),
    onset: active[0]?.at ?? 0,
    end: (active.at(-1)?.at ?? 0) + length
  }
}
