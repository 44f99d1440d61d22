import type { Earcon } from './api.ts'

/**
 * The strokes of each, from and to a tone in Hz: the microphone opens upwards and closes downwards; the end is two notes with a gap, so
 * that its rhythm tells it from the microphone that closes, and not its pitch alone.
 */
const STROKES: Readonly<Record<Earcon, readonly (readonly [fromHz: number, toHz: number])[]>> = {
  open: [[587.33, 880]],
  close: [[880, 587.33]],
  ended: [
    [783.99, 783.99],
    [523.25, 523.25]
  ]
}

/** One stroke: over before anything is said, and too short to be taken for speech. */
const STROKE_MS = 110
/** Silence between two strokes. */
const GAP_MS = 40
/** About -26 dBFS: 9 dB or more below a voice, which it is heard beside and does not replace. */
const PEAK = 0.05
const FADE_IN_MS = 12
const FADE_OUT_MS = 36

/** How long the sound is. */
export function earconMs(earcon: Earcon): number {
  const strokes = STROKES[earcon].length
  return strokes * STROKE_MS + (strokes - 1) * GAP_MS
}

function drawStroke(samples: Float32Array, [fromHz, toHz]: readonly [number, number], sampleRateHz: number): void {
  const frames = samples.length
  const framesPerMs = sampleRateHz / 1000
  let phase = 0
  for (let at = 0; at < frames; at += 1) {
    // One phase through both tones: no step between them.
    const share = Math.min(1, Math.max(0, (at / frames - 0.42) / 0.16))
    phase += (2 * Math.PI * (fromHz + (toHz - fromHz) * share)) / sampleRateHz
    const edge = Math.min(1, at / (FADE_IN_MS * framesPerMs), (frames - 1 - at) / (FADE_OUT_MS * framesPerMs))
    samples[at] = PEAK * Math.sin(phase) * Math.sin((edge * Math.PI) / 2) ** 2
  }
}

/** The sound as mono samples: made here, from sines, so that no file is loaded. */
export function earconSamples(earcon: Earcon, sampleRateHz: number): Float32Array<ArrayBuffer> {
  const framesOf = (ms: number): number => Math.floor((sampleRateHz * ms) / 1000)
  const samples = new Float32Array(framesOf(earconMs(earcon)))
  STROKES[earcon].forEach((stroke, place) => {
    const from = framesOf(place * (STROKE_MS + GAP_MS))
    drawStroke(samples.subarray(from, from + framesOf(STROKE_MS)), stroke, sampleRateHz)
  })
  return samples
}
