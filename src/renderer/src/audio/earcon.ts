import type { Earcon } from './api.ts'

/** Two soft tones each, in Hz: up, down, and a lower fall. */
const TONES: Readonly<Record<Earcon, readonly [number, number]>> = {
  open: [587.33, 880],
  close: [880, 587.33],
  ended: [523.25, 349.23]
}

/** Of all of it: over before anything is said, and too short to be taken for speech. */
export const EARCON_MS = 110
/** About -26 dBFS: heard beside a voice, and not in its place. */
const PEAK = 0.05
const FADE_MS = 12

/** The sound as mono samples: made here, from sines, so that no file is loaded. */
export function earconSamples(earcon: Earcon, sampleRateHz: number): Float32Array<ArrayBuffer> {
  const frames = Math.floor((sampleRateHz * EARCON_MS) / 1000)
  const fade = (sampleRateHz * FADE_MS) / 1000
  const samples = new Float32Array(frames)
  const [first, second] = TONES[earcon]
  let phase = 0
  for (let at = 0; at < frames; at += 1) {
    // One phase through both tones: no step between them.
    const share = Math.min(1, Math.max(0, (at / frames - 0.42) / 0.16))
    phase += (2 * Math.PI * (first + (second - first) * share)) / sampleRateHz
    const edge = Math.min(1, at / fade, (frames - 1 - at) / (3 * fade))
    samples[at] = PEAK * Math.sin(phase) * Math.sin((edge * Math.PI) / 2) ** 2
  }
  return samples
}
