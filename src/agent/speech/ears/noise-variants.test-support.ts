import { assertNever } from '../../../shared/assert-never.ts'
import type { Random } from '../../../shared/runtime.ts'

/** Other definitions of the four noises: what holds for one recipe of hum should hold for every hum. */
export const NOISE_VARIANTS = [
  'brown without leak',
  'brown with a strong leak',
  'odd hum',
  'drifting hum',
  'modulated hum',
  'hum with white noise',
  'impulse clicks',
  'fast clicks',
  'thud clicks'
] as const
export type NoiseVariant = (typeof NOISE_VARIANTS)[number]

/** The waveform before it is brought to its level. */
export function variant(kind: NoiseVariant, length: number, sampleRateHz: number, random: Random): Float64Array {
  switch (kind) {
    case 'brown without leak':
      return withoutMean(walk(length, 1, random))
    case 'brown with a strong leak':
      return walk(length, 1 / 1.02, random)
    case 'odd hum':
      return hum(length, sampleRateHz, random, { odd: true })
    case 'drifting hum':
      return hum(length, sampleRateHz, random, { driftHz: 0.5 })
    case 'modulated hum':
      return hum(length, sampleRateHz, random, { modulation: 0.1 + 0.2 * random() })
    case 'hum with white noise': {
      const out = hum(length, sampleRateHz, random, {})
      const level = Math.sqrt(out.reduce((sum, value) => sum + value * value, 0) / length) / 10
      return out.map((value) => value + level * gaussian(random))
    }
    case 'impulse clicks':
      return clicks(length, sampleRateHz, random, 2 + random() * 8, 0)
    case 'fast clicks':
      return clicks(length, sampleRateHz, random, 12 + random() * 6, 0.002)
    case 'thud clicks':
      return clicks(length, sampleRateHz, random, 3 + random() * 5, 0.008)
    default:
      return assertNever(kind)
  }
}

export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function walk(length: number, keep: number, random: Random): Float64Array {
  const out = new Float64Array(length)
  let value = 0
  for (let i = 0; i < length; i += 1) out[i] = value = value * keep + gaussian(random)
  return out
}

function withoutMean(samples: Float64Array): Float64Array {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length
  return samples.map((value) => value - mean)
}

/** 50 or 60 Hz with harmonics to the twentieth that fall with their number. */
function hum(
  length: number,
  sampleRateHz: number,
  random: Random,
  { odd = false, driftHz = 0, modulation = 0 }
): Float64Array {
  const mainsHz = random() < 0.5 ? 50 : 60
  const slowHz = 0.3 + 4 * random()
  const partials = Array.from({ length: 20 }, (_, i) => i + 1)
    .filter((n) => !odd || n % 2 === 1)
    .map((n) => ({ n, gain: 1 / n, phase: 2 * Math.PI * random() }))
  const out = new Float64Array(length)
  let angle = 0
  for (let i = 0; i < length; i += 1) {
    const slow = Math.sin((2 * Math.PI * slowHz * i) / sampleRateHz)
    angle += (2 * Math.PI * (mainsHz + driftHz * slow)) / sampleRateHz
    let value = 0
    for (const { n, gain, phase } of partials) value += gain * Math.sin(n * angle + phase)
    out[i] = value * (1 + modulation * slow)
  }
  return out
}

/** Evenly spaced with some jitter; `decaySeconds` 0 is a single sample, else a damped low tone under noise. */
function clicks(
  length: number,
  sampleRateHz: number,
  random: Random,
  perSecond: number,
  decaySeconds: number
): Float64Array {
  const out = new Float64Array(length)
  const decay = Math.max(1, decaySeconds * sampleRateHz)
  for (let at = 0; at < length; at += Math.floor((sampleRateHz / perSecond) * (0.8 + 0.4 * random()))) {
    const step = (2 * Math.PI * (80 + random() * 400)) / sampleRateHz
    const end = Math.min(length, at + (decaySeconds === 0 ? 1 : Math.ceil(decay * 6)))
    for (let i = at; i < end; i += 1) {
      const burst = decaySeconds === 0 ? 1 : Math.cos(step * (i - at)) + 0.3 * gaussian(random)
      out[i] = (out[i] as number) + Math.exp(-(i - at) / decay) * burst
    }
  }
  return out
}
