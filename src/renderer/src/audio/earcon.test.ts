import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { RealFft, spectrum } from '../../../shared/audio/real-fft.ts'
import { decodeWav } from '../../../shared/audio/wav.ts'
import type { Earcon } from './api.ts'
import { earconMs, earconSamples } from './earcon.ts'

const EARCONS: readonly Earcon[] = ['open', 'close', 'ended']
const RATE_HZ = 48_000
/** The highest tone of any earcon. */
const TOP_HZ = 880

const db = (amplitude: number): number => 20 * Math.log10(amplitude)
const rms = (part: ArrayLike<number>): number =>
  Math.sqrt(Array.from(part).reduce((total, value) => total + value ** 2, 0) / part.length)
const peak = (part: Float32Array): number => Math.max(...part.map(Math.abs))

function windows(samples: Float32Array, ms: number, rateHz = RATE_HZ): Float32Array[] {
  const frames = Math.round((rateHz * ms) / 1000)
  return Array.from({ length: Math.floor(samples.length / frames) }, (_, at) =>
    samples.subarray(at * frames, (at + 1) * frames)
  )
}

/** RMS of the parts with sound in them. */
function heardRms(samples: Float32Array, rateHz = RATE_HZ): number {
  const levels = windows(samples, 5, rateHz).map(rms)
  return rms(levels.filter((level) => level > Math.max(...levels) / 30))
}

const FFT_FRAMES = 16_384
const BIN_HZ = RATE_HZ / FFT_FRAMES

/** Energy of the tones, every {@link BIN_HZ}. */
function energies(samples: Float32Array): { hz: number; energy: number }[] {
  const padded = new Float64Array(FFT_FRAMES)
  padded.set(samples)
  const { re, im } = spectrum(FFT_FRAMES)
  new RealFft(FFT_FRAMES).forward(padded, { re, im })
  return Array.from(re, (real, bin) => ({ hz: bin * BIN_HZ, energy: real ** 2 + (im[bin] ?? 0) ** 2 }))
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** How loud an ear takes a tone to be (IEC 61672, A), as a factor. */
function weight(hz: number): number {
  const square = hz ** 2
  const low = Math.sqrt((square + 107.7 ** 2) * (square + 737.9 ** 2))
  return (1.2589 * 12_194 ** 2 * square ** 2) / ((square + 20.6 ** 2) * low * (square + 12_194 ** 2))
}

/** Over the time that it sounds, in dB of no particular scale. */
function loudness(samples: Float32Array): number {
  const weighted = sum(energies(samples).map(({ hz, energy }) => weight(hz) ** 2 * energy))
  const soundingFrames = samples.filter((value) => Math.abs(value) > 0.002).length
  return 10 * Math.log10(weighted / soundingFrames)
}

const crossings = (part: Float32Array): number =>
  part.reduce((total, value, at) => total + (at > 0 && value >= 0 !== (part[at - 1] ?? 0) >= 0 ? 1 : 0), 0)

const pitchHz = (part: Float32Array): number => (crossings(part) / part.length) * (RATE_HZ / 2)

function way(firstHz: number, lastHz: number): string {
  const semitones = 12 * Math.log2(lastHz / firstHz)
  return Math.abs(semitones) < 1 ? 'level' : semitones > 0 ? 'up' : 'down'
}

/** What there is between silences. */
function strokesOf(samples: Float32Array): Float32Array[] {
  const strokes: Float32Array[] = []
  let stroke: Float32Array[] = []
  for (const part of [...windows(samples, 5), new Float32Array(1)]) {
    if (rms(part) > 0.005) stroke.push(part)
    else if (stroke.length > 0) {
      strokes.push(Float32Array.from(stroke.flatMap((one) => [...one])))
      stroke = []
    }
  }
  return strokes
}

/** What an ear goes by: how many strokes there are, and where the pitch goes in them and between them. */
function contour(samples: Float32Array): string {
  const strokes = strokesOf(samples)
  const within = strokes.map((stroke) => {
    const third = Math.floor(stroke.length / 3)
    return way(pitchHz(stroke.subarray(0, third)), pitchHz(stroke.subarray(2 * third)))
  })
  const between = strokes.slice(1).map((stroke, at) => way(pitchHz(strokes[at] ?? stroke), pitchHz(stroke)))
  return [within.join(' '), ...between].join(', then ')
}

describe.each(EARCONS)('the earcon “%s”', (earcon) => {
  it.each([44_100, 48_000])('at %i Hz is short and soft, and clicks nowhere', (sampleRateHz) => {
    const samples = earconSamples(earcon, sampleRateHz)
    expect(earconMs(earcon)).toBeLessThanOrEqual(earcon === 'ended' ? 260 : 110)
    expect((samples.length / sampleRateHz) * 1000).toBeCloseTo(earconMs(earcon), 1)
    expect(db(peak(samples))).toBeCloseTo(-26, 0)
    expect([samples[0], samples.at(-1)].map((value) => Math.abs(value ?? 1))).toEqual([0, 0])
    const millisecond = Math.round(sampleRateHz / 1000)
    expect(db(rms(samples.subarray(0, millisecond))), 'begins in silence').toBeLessThan(-60)
    expect(db(rms(samples.subarray(-millisecond))), 'ends in silence').toBeLessThan(-60)
    // Nowhere does it bend more sharply than its own highest tone: a click would.
    const bends = samples.map((value, at) => value - 2 * (samples[at - 1] ?? 0) + (samples[at - 2] ?? 0))
    expect(peak(bends)).toBeLessThan(1.05 * 0.05 * ((2 * Math.PI * TOP_HZ) / sampleRateHz) ** 2)
  })

  it('has nothing shrill in it', () => {
    const tones = energies(earconSamples(earcon, RATE_HZ))
    const above = tones.filter(({ hz }) => hz > 2_000)
    const [all, shrill] = [tones, above].map((of) => sum(of.map(({ energy }) => energy)))
    expect(10 * Math.log10((shrill ?? 1) / (all ?? 1))).toBeLessThan(-60)
  })

  it('is well below a voice, and well above nothing', () => {
    const wav = decodeWav(readFileSync(new URL('../../../../tests/fixtures/speech/espeak-1.wav', import.meta.url)))
    const voice = db(
      heardRms(
        Float32Array.from(wav.samples, (sample) => sample / 32_768),
        wav.sampleRateHz
      )
    )
    const below = voice - db(heardRms(earconSamples(earcon, RATE_HZ)))
    expect(below).toBeGreaterThan(6)
    expect(below).toBeLessThan(14)
  })
})

it('earcons are as loud as each other', () => {
  const levels = EARCONS.map((earcon) => loudness(earconSamples(earcon, RATE_HZ)))
  expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(1.5)
})

it('each earcon has a rhythm or a way of its own', () => {
  const [open, close, ended] = EARCONS.map((earcon) => contour(earconSamples(earcon, RATE_HZ)))
  expect([open, close, ended]).toEqual(['up', 'down', 'level level, then down'])
})
