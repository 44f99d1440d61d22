import type { Random } from '../../../shared/runtime.ts'

/** What a loudspeaker, a room and an echo canceller do to sound at 16 kHz. */

const RATE_HZ = 16_000
/** A burst begins and ends within 5 ms. */
const EDGE_SAMPLES = 80

/** A dull loudspeaker: one pole at about 1.3 kHz. */
export function lowPassed(samples: Float64Array): Float64Array {
  const out = new Float64Array(samples.length)
  let value = 0
  for (let i = 0; i < samples.length; i += 1) {
    value += 0.4 * ((samples[i] as number) - value)
    out[i] = value
  }
  return out
}

/** Direct sound and 59 reflections that decay by 60 dB in `decaySeconds`. */
export function inRoom(samples: Float64Array, random: Random, decaySeconds = 0.25): Float64Array {
  const out = samples.slice()
  for (let tap = 0; tap < 59; tap += 1) {
    const delay = Math.floor(random() * decaySeconds * RATE_HZ)
    const gain = (random() * 2 - 1) * 0.35 * 10 ** ((-3 * delay) / (decaySeconds * RATE_HZ))
    for (let i = delay; i < out.length; i += 1) out[i] = (out[i] as number) + gain * (samples[i - delay] as number)
  }
  return out
}

/** Bursts and holes (-40 dB) of 60 to 200 ms, each burst with a gain of its own. */
export function gated(samples: Float64Array, random: Random): Float64Array {
  let open = false
  return withGains(samples, random, () => {
    open = !open
    return open ? 0.3 + 0.7 * random() : 0.01
  })
}

/** Eight bands, each with a gain of its own between 0 and -15 dB that changes every 60 to 200 ms. */
export function musical(samples: Float64Array, random: Random): Float64Array {
  const out = new Float64Array(samples.length)
  for (let band = 0; band < 8; band += 1) {
    const part = withGains(resonance(samples, 200 + band * 450), random, () => 10 ** ((-15 * random()) / 20))
    for (let i = 0; i < out.length; i += 1) out[i] = (out[i] as number) + (part[i] as number)
  }
  return out
}

/** What a canceller leaves where it fails: twelve narrow bands, each with a gain between 0 and -60 dB that changes every 60 to 200 ms. */
export function mangled(samples: Float64Array, random: Random): Float64Array {
  const out = new Float64Array(samples.length)
  for (let band = 0; band < 12; band += 1) {
    const part = withGains(resonance(samples, 150 + band * 300, 0.95), random, () => 10 ** ((-60 * random()) / 20))
    for (let i = 0; i < out.length; i += 1) out[i] = (out[i] as number) + (part[i] as number)
  }
  return out
}

/** Nothing but bursts of 120 to 250 ms, each at `dbfs`, 3.5 to 6.5 s apart. */
export function bursts(samples: Float64Array, dbfs: number, random: Random): Float64Array {
  const out = new Float64Array(samples.length)
  for (let at = RATE_HZ / 2; at < samples.length;) {
    const piece = samples.subarray(at, at + Math.floor((0.12 + 0.13 * random()) * RATE_HZ))
    const rms = Math.sqrt(piece.reduce((sum, sample) => sum + sample * sample, 0) / piece.length)
    // In a pause there is nothing to let through.
    const gain = rms < 0.01 ? 0 : 10 ** (dbfs / 20) / rms
    for (let i = 0; i < piece.length; i += 1) {
      const edge = Math.min(1, i / EDGE_SAMPLES, (piece.length - i) / EDGE_SAMPLES)
      out[at + i] = (piece[i] as number) * gain * edge
    }
    at += piece.length + Math.floor((3.5 + 3 * random()) * RATE_HZ)
  }
  return out
}

function withGains(samples: Float64Array, random: Random, next: () => number): Float64Array {
  const out = new Float64Array(samples.length)
  let gain = 1
  let target = 1
  let until = 0
  for (let i = 0; i < out.length; i += 1) {
    if (i >= until) {
      until = i + Math.floor((0.06 + 0.14 * random()) * RATE_HZ)
      target = next()
    }
    gain += 0.005 * (target - gain)
    out[i] = (samples[i] as number) * gain
  }
  return out
}

function resonance(samples: Float64Array, hz: number, q = 0.9): Float64Array {
  const w = (2 * Math.PI * hz) / RATE_HZ
  const out = new Float64Array(samples.length)
  for (let i = 0; i < out.length; i += 1) {
    const input = (1 - q) * 4 * Math.sin(w) * (samples[i] as number)
    out[i] = input + 2 * q * Math.cos(w) * (out[i - 1] ?? 0) - q * q * (out[i - 2] ?? 0)
  }
  return out
}
