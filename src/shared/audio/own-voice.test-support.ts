import { readFileSync } from 'node:fs'
import { OwnVoiceCanceller, type OwnVoiceHandling } from './own-voice.ts'
import { decodeWav } from './wav.ts'

const SINC_PERIODS = 16

/** `signal` at any position, by a windowed sinc; outside of it there is silence. */
function sample(signal: Float32Array, at: number, cutoff: number): number {
  const first = Math.ceil(at - SINC_PERIODS / cutoff)
  const last = Math.floor(at + SINC_PERIODS / cutoff)
  let sum = 0
  for (let i = Math.max(0, first); i <= Math.min(signal.length - 1, last); i += 1) {
    const t = (at - i) * cutoff
    const window = 0.5 + 0.5 * Math.cos((Math.PI * t) / SINC_PERIODS)
    sum += (signal[i] as number) * window * (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t))
  }
  return sum * cutoff
}

export function resampled(signal: Float32Array, fromHz: number, toHz: number): Float32Array {
  const step = fromHz / toHz
  const cutoff = Math.min(1, 1 / step) * 0.95
  return Float32Array.from({ length: Math.floor(signal.length / step) }, (_, i) => sample(signal, i * step, cutoff))
}

const kept = new Map<string, Float32Array>()

/** A fixture of recorded speech at `rateHz`, its peak at -6 dBFS. */
export function speech(name: string, rateHz: number): Float32Array {
  const key = `${name}/${rateHz}`
  const known = kept.get(key)
  if (known !== undefined) return known
  const bytes = readFileSync(new URL(`../../../tests/fixtures/speech/${name}.wav`, import.meta.url))
  const wav = decodeWav(bytes)
  const raw = Float32Array.from(wav.samples, (value) => value / 32_768)
  const at = resampled(raw, wav.sampleRateHz, rateHz)
  const peak = at.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const scaled = at.map((value) => (0.5 * value) / peak)
  kept.set(key, scaled)
  return scaled
}

/** Replies one after the other, `pauseSeconds` apart, over `seconds`. */
export function replies(names: readonly string[], rateHz: number, seconds: number, pauseSeconds = 0.4): Float32Array {
  const out = new Float32Array(Math.round(seconds * rateHz))
  let at = Math.round(0.3 * rateHz)
  for (let turn = 0; at < out.length; turn += 1) {
    const said = speech(names[turn % names.length] as string, rateHz)
    out.set(said.subarray(0, Math.max(0, out.length - at)), at)
    at += said.length + Math.round(pauseSeconds * rateHz)
  }
  return out
}

export interface PathSegment {
  fromSeconds: number
  delayMs: number
  gain: number
  /** The clock that takes the sound is this much faster than the one that plays it. */
  driftPpm?: number
}

/** Delays by a fraction of a sample and {@link SINC_PERIODS}. */
function impulse(fraction: number): Float64Array {
  const one = Float32Array.of(1)
  return Float64Array.from({ length: 2 * SINC_PERIODS + 1 }, (_, k) => sample(one, k - SINC_PERIODS - fraction, 1))
}

/** What comes back of `played`: a delay (any fraction of a sample) and a gain, each from a time on. */
export function returned(played: Float32Array, rateHz: number, segments: readonly PathSegment[]): Float32Array {
  const out = new Float32Array(played.length)
  for (const [index, segment] of segments.entries()) {
    const begin = Math.round(segment.fromSeconds * rateHz)
    const next = segments[index + 1]
    const end = next === undefined ? out.length : Math.round(next.fromSeconds * rateHz)
    const delay = (segment.delayMs * rateHz) / 1000
    const drift = (segment.driftPpm ?? 0) * 1e-6
    const whole = Math.floor(delay)
    const kernel = drift === 0 ? impulse(delay - whole) : undefined
    for (let i = begin; i < end; i += 1) {
      let sum = 0
      if (kernel === undefined) sum = sample(played, i - delay - (i - begin) * drift, 0.98)
      else {
        for (let k = 0; k < kernel.length; k += 1)
          sum += (kernel[k] as number) * (played[i - whole + SINC_PERIODS - k] ?? 0)
      }
      out[i] = segment.gain * sum
    }
  }
  return out
}

export function tone(rateHz: number, seconds: number, frequencyHz: number, amplitude: number): Float32Array {
  return Float32Array.from(
    { length: Math.round(rateHz * seconds) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * frequencyHz * i) / rateHz)
  )
}

/** Chords of decaying harmonics over a beat of noise. */
export function music(rateHz: number, seconds: number, amplitude: number): Float32Array {
  let seed = 7
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 31 - 1
  }
  const notes = [220, 262, 330, 392, 440, 523, 659]
  const beat = Math.round(rateHz * 0.25)
  return Float32Array.from({ length: Math.round(rateHz * seconds) }, (_, i) => {
    const step = Math.floor(i / beat)
    const t = (i % beat) / rateHz
    let sum = 0.3 * random() * Math.exp(-t * 30)
    for (let voice = 0; voice < 3; voice += 1) {
      const f = notes[(step * (voice + 2) + voice * 3) % notes.length] as number
      for (let h = 1; h <= 4; h += 1) sum += (0.25 / h) * Math.sin(2 * Math.PI * f * h * t) * Math.exp(-t * 4)
    }
    return amplitude * sum
  })
}

export interface Run {
  out: Float32Array
  changes: { atSeconds: number; handling: OwnVoiceHandling }[]
  handling: OwnVoiceHandling
}

/** Runs a canceller over what was played and what the input held, in capture blocks (of 20 ms). */
export function cancel(
  played: Float32Array,
  input: Float32Array,
  rateHz: number,
  frames = Math.round(rateHz / 50)
): Run {
  const changes: Run['changes'] = []
  let at = 0
  const canceller = new OwnVoiceCanceller(rateHz, (handling) => changes.push({ atSeconds: at / rateHz, handling }))
  const out = new Float32Array(input.length)
  const block = new Float32Array(2 * frames + 1)
  for (; at + frames <= input.length; at += frames) {
    block.set(input.subarray(at, at + frames), 0)
    block.set(played.subarray(at, at + frames), frames)
    canceller.process(block, frames)
    out.set(block.subarray(0, frames), at)
  }
  return { out, changes, handling: canceller.handling }
}

export interface Tear {
  atSeconds: number
  ms: number
  /** `silent`: zeros in place of a piece. `late`: zeros put in, all after it comes later. `early`: a piece is left out, all after it comes earlier. */
  kind: 'silent' | 'late' | 'early'
}

const TEAR_FADE_MS = 2

/** What a sound server that slips makes of a capture: pieces missing, with short fades at both ends. `isTorn` tells the samples near them. */
export function torn(
  capture: Float32Array,
  rateHz: number,
  tears: readonly Tear[]
): { out: Float32Array; isTorn: (at: number) => boolean } {
  const out = new Float32Array(capture.length)
  const fade = Math.round((TEAR_FADE_MS * rateHz) / 1000)
  const spans: { from: number; to: number }[] = []
  let taken = 0
  let at = 0
  for (const { atSeconds, ms, kind } of tears) {
    const from = Math.round(atSeconds * rateHz)
    const length = Math.round((ms * rateHz) / 1000)
    out.set(capture.subarray(taken, taken + from - at), at)
    taken += from - at + (kind === 'late' ? 0 : length)
    at = from + (kind === 'early' ? 0 : length)
    spans.push({ from, to: at })
  }
  const rest = capture.subarray(taken, taken + out.length - at)
  out.set(rest, at)
  out.fill(0, at + rest.length)
  for (const { from, to } of spans) {
    for (let i = 0; i < fade; i += 1) {
      out[from - 1 - i] = ((out[from - 1 - i] as number) * i) / fade
      out[to + i] = ((out[to + i] as number) * i) / fade
    }
  }
  return { out, isTorn: (i) => spans.some(({ from, to }) => i >= from - fade && i < to + fade) }
}

/** Mean square between two positions, which need not be whole. */
export function powerOf(signal: Float32Array, from = 0, to = signal.length): number {
  const part = signal.subarray(Math.round(from), Math.round(to))
  return part.reduce((sum, value) => sum + value * value, 0) / part.length
}

export interface Judged {
  /** What is left of the own voice against its power as played, in dB. */
  ownDb: number
  /** Change of the other sound, in dB. */
  otherDb: number
}

/**
 * Splits `out` between two times into the other sound, by the factor that fits each 50 ms best, and the rest, which is counted as own voice
 * (it holds what the filter did to the other sound as well).
 */
export function judge(
  { out }: Pick<Run, 'out'>,
  played: Float32Array,
  other: Float32Array,
  rateHz: number,
  [fromSeconds, toSeconds]: readonly [number, number]
): Judged {
  const part = Math.round(rateHz / 20)
  let rest = 0
  let stayed = 0
  let were = 0
  for (let at = Math.round(fromSeconds * rateHz); at + part <= toSeconds * rateHz; at += part) {
    let oo = 1e-20
    let xo = 0
    for (let i = at; i < at + part; i += 1) {
      oo += (other[i] as number) ** 2
      xo += (out[i] as number) * (other[i] as number)
    }
    const factor = xo / oo
    for (let i = at; i < at + part; i += 1) rest += ((out[i] as number) - factor * (other[i] as number)) ** 2
    stayed += factor * factor * oo
    were += oo
  }
  const own = powerOf(played, Math.round(fromSeconds * rateHz), Math.round(toSeconds * rateHz))
  const frames = (toSeconds - fromSeconds) * rateHz
  return { ownDb: 10 * Math.log10(rest / frames / own), otherDb: 10 * Math.log10(stayed / were) }
}

export function white(rateHz: number, seconds: number, rms: number): Float32Array {
  let seed = 99
  const random = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed / 2 ** 31 - 1
  }
  return Float32Array.from({ length: Math.round(rateHz * seconds) }, () => rms * Math.sqrt(3) * random())
}
