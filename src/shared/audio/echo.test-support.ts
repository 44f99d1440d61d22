/** Sounds and rooms for the tests of everything that has to do with echo; the same at every run. */

/** Uniform numbers from -1 to 1. */
export function noiseSource(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 31 - 1
  }
}

export function noise(seconds: number, sampleRateHz: number, rms: number, seed: number): Float32Array {
  const next = noiseSource(seed)
  const scale = rms * Math.sqrt(3)
  return Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, () => next() * scale)
}

/**
 * Like speech: syllables of a gliding pitch with harmonics through two moving resonances, a hiss now and then, and pauses. About `rms`
 * while it sounds.
 */
export function speechLike(seconds: number, sampleRateHz: number, rms: number, seed: number): Float32Array {
  const next = noiseSource(seed)
  const out = new Float32Array(Math.round(seconds * sampleRateHz))
  let at = 0
  while (at < out.length) {
    const length = Math.round((0.12 + 0.1 * Math.abs(next())) * sampleRateHz)
    if (next() > -0.7) syllable(out, at, length, sampleRateHz, next)
    at += length + Math.round(0.05 * Math.abs(next()) * sampleRateHz)
  }
  let sum = 0
  let sounding = 0
  for (const value of out) {
    sum += value * value
    if (value !== 0) sounding += 1
  }
  const scale = rms / Math.sqrt(sum / Math.max(1, sounding))
  return out.map((value) => value * scale)
}

function syllable(out: Float32Array, at: number, length: number, sampleRateHz: number, next: () => number): void {
  const pitchHz = 130 + 50 * next()
  const glide = 1 + 0.2 * next()
  const formants = [500 + 250 * next(), 1500 + 600 * next()]
  const hiss = next() > 0.3 ? 0.2 : 0.02
  const count = Math.floor(3500 / pitchHz)
  const weights = Array.from({ length: count }, (_, h) => {
    const hz = (h + 1) * pitchHz
    return formants.reduce((sum, formant) => sum + 1 / (1 + ((hz - formant) / 120) ** 2), 0.02)
  })
  let phase = 0
  for (let i = 0; i < length && at + i < out.length; i += 1) {
    const part = i / length
    phase += (2 * Math.PI * pitchHz * (1 + (glide - 1) * part)) / sampleRateHz
    let value = hiss * next()
    for (let h = 0; h < count; h += 1) value += (weights[h] as number) * Math.sin((h + 1) * phase)
    out[at + i] = value * Math.sin(Math.PI * part) ** 0.5
  }
}

export interface Room {
  sampleRateHz: number
  delayMs: number
  /** Of everything that comes back, reflections included. */
  gainDb: number
  /** 0: only the direct sound. */
  reverbMs: number
  seed: number
}

/** What of `played` comes back through a room. */
export function throughRoom(played: Float32Array, room: Room): Float32Array {
  const { sampleRateHz, delayMs, gainDb, reverbMs } = room
  const next = noiseSource(room.seed)
  const delay = Math.round((delayMs * sampleRateHz) / 1000)
  const taps: { at: number; gain: number }[] = [{ at: delay, gain: 1 }]
  for (let ms = 1; ms < reverbMs; ms += 1) {
    const at = delay + Math.round(((ms + 0.5 * next()) * sampleRateHz) / 1000)
    taps.push({ at, gain: 0.5 * next() * 10 ** ((-60 * ms) / reverbMs / 20) })
  }
  const power = taps.reduce((sum, { gain }) => sum + gain * gain, 0)
  const scale = 10 ** (gainDb / 20) / Math.sqrt(power)
  const out = new Float32Array(played.length)
  for (const { at, gain } of taps) {
    for (let i = at; i < out.length; i += 1) out[i] = (out[i] as number) + (played[i - at] as number) * gain * scale
  }
  return out
}

export function added(...signals: Float32Array[]): Float32Array {
  return Float32Array.from(signals[0] ?? [], (_, i) => signals.reduce((sum, signal) => sum + (signal[i] ?? 0), 0))
}
