/** What a resampler does to tones, from what goes in and what comes out. Levels in dB, samples as floats of full scale 1. */

/** Seconds that are judged; the tones have whole periods in them. */
export const JUDGED_SECONDS = 1
/** Seconds before them: filters have filled. */
export const LEAD_SECONDS = 1

export const THD_HZ = 997
const THD_PEAK = 10 ** (-1 / 20)
/** The delay is told from the phase of this one: it is certain up to half of its period, 10 ms. */
export const DELAY_HZ = 50
/** Together below full scale. */
export const PASS_BAND_HZ = [50, 100, 200, 500, 1000, 2000, 3000, 4000, 5000, 6000, 6500, 7000] as const
const PASS_BAND_PEAK = 0.9 / PASS_BAND_HZ.length
/** For an output of 16 kHz: from 8.5 kHz on nothing may come back. None falls on another when it is mirrored. */
export const ALIAS_HZ = [8500, 9000, 9700, 10_900, 12_100, 13_300, 14_900, 17_300, 18_700, 20_300] as const
const ALIAS_PEAK = 0.9 / ALIAS_HZ.length

export type Probe = 'thd' | 'pass-band' | 'alias'

/** The tones of a probe with their peak. */
export function tonesOf(probe: Probe): { hz: readonly number[]; peak: number } {
  if (probe === 'thd') return { hz: [THD_HZ], peak: THD_PEAK }
  if (probe === 'pass-band') return { hz: PASS_BAND_HZ, peak: PASS_BAND_PEAK }
  return { hz: ALIAS_HZ, peak: ALIAS_PEAK }
}

/** A probe's input; phases differ, so that the peaks do not meet. */
export function probeInput(probe: Probe, rateHz: number, seconds = LEAD_SECONDS + JUDGED_SECONDS + 0.5): Float64Array {
  const { hz, peak } = tonesOf(probe)
  const samples = new Float64Array(Math.round(rateHz * seconds))
  for (const [k, frequency] of hz.entries()) {
    for (let i = 0; i < samples.length; i += 1) {
      samples[i] = (samples[i] ?? 0) + peak * Math.sin((2 * Math.PI * frequency * i) / rateHz + phaseOf(k))
    }
  }
  return samples
}

function phaseOf(index: number): number {
  return index * index
}

interface Fitted {
  amplitude: number
  phase: number
}

/** The tone of `hz` in `samples`, which hold whole periods of it; phase against a sine that begins with them. */
function fit(samples: Float64Array, hz: number, rateHz: number): Fitted {
  let sine = 0
  let cosine = 0
  for (const [i, sample] of samples.entries()) {
    sine += sample * Math.sin((2 * Math.PI * hz * i) / rateHz)
    cosine += sample * Math.cos((2 * Math.PI * hz * i) / rateHz)
  }
  const scale = 2 / samples.length
  return { amplitude: Math.hypot(sine, cosine) * scale, phase: Math.atan2(cosine, sine) }
}

function power(samples: Float64Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return sum / samples.length
}

/** Down to -120 dB: nothing, for 16 bits. */
const toDb = (ratio: number): number => Math.round(10 * Math.log10(Math.max(ratio, 1e-12)) * 100) / 100

/** Everything in `samples` (one second of the `thd` probe) that is not its tone, against the tone. */
export function thdPlusNoiseDb(samples: Float64Array, rateHz: number): number {
  const { amplitude, phase } = fit(samples, THD_HZ, rateHz)
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length
  const rest = samples.map(
    (sample, i) => sample - mean - amplitude * Math.sin((2 * Math.PI * THD_HZ * i) / rateHz + phase)
  )
  return toDb(power(rest) / (amplitude ** 2 / 2))
}

/** Largest deviation from the level at 1 kHz over the pass band. */
export function passBandDb(samples: Float64Array, rateHz: number): number {
  const levels = PASS_BAND_HZ.map((hz) => fit(samples, hz, rateHz).amplitude)
  const reference = levels[PASS_BAND_HZ.indexOf(1000)] ?? Number.NaN
  return Math.max(...levels.map((level) => Math.abs(toDb((level / reference) ** 2))))
}

/** What comes out of the `alias` probe against what went in. */
export function aliasDb(samples: Float64Array): number {
  return toDb(power(samples) / ((ALIAS_HZ.length * ALIAS_PEAK ** 2) / 2))
}

/** Delay of {@link DELAY_HZ} in the `pass-band` probe, ms; `samples` begin `fromSeconds` after its input does. */
export function delayMs(samples: Float64Array, rateHz: number, fromSeconds: number): number {
  const sent = phaseOf(PASS_BAND_HZ.indexOf(DELAY_HZ)) + 2 * Math.PI * DELAY_HZ * fromSeconds
  const late = sent - fit(samples, DELAY_HZ, rateHz).phase
  const turns = late / (2 * Math.PI)
  return ((turns - Math.floor(turns)) * 1000) / DELAY_HZ
}

/** The judged second of what came out. */
export function judged(samples: Float64Array, rateHz: number): Float64Array {
  return samples.subarray(LEAD_SECONDS * rateHz, (LEAD_SECONDS + JUDGED_SECONDS) * rateHz)
}
