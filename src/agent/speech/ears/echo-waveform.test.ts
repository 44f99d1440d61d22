import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, Resampler, type SpeexModule } from '../../../shared/audio/resampler.ts'
import { VOICES, type VoiceName } from '../voice/text.ts'
import { musical } from './echo-path.test-support.ts'
import { EchoWaveform } from './echo-waveform.ts'
import { activeSpeech, mixInto, noise, scale, seededRandom, toFloat, toPcm16 } from './noise.test-support.ts'
import { SentAudio } from './sent-audio.ts'
import { fliteSpeaker, randomSentence } from './trial.test-support.ts'

const RATE_HZ = 16_000
const HOP = 160
const SECONDS = 8
/** When the agent begins to speak. */
const START = RATE_HZ
const AUDIBLE_DBFS = -60

let speex: SpeexModule
let speaker: Awaited<ReturnType<typeof fliteSpeaker>>
const random = seededRandom(5)
/** What the agent sent, and what comes of it through a canceller: its bands flutter. */
let sent: SentAudio
let echo: Float64Array
const others = new Map<VoiceName, Float64Array>()

async function speech(voice: VoiceName): Promise<Float64Array> {
  const out = new Float64Array(SECONDS * RATE_HZ)
  for (let at = 0; at < out.length;) {
    const spoken = await speaker.speak(randomSentence(random), voice)
    const resampler = new Resampler(speex, { channels: 1, inRateHz: spoken.sampleRateHz, outRateHz: RATE_HZ })
    const samples = toFloat(resampler.process(toPcm16(spoken.samples)))
    resampler.close()
    const next = scale(samples, 0.1 / activeSpeech(samples, RATE_HZ).rms)
    mixInto(out, next.subarray(0, out.length - at), at)
    at += next.length
  }
  return out
}

beforeAll(async () => {
  speex = await loadSpeex(speexFactory)
  speaker = await fliteSpeaker()
  const own = await speech('slt')
  sent = new SentAudio()
  sent.push(toPcm16(own), START, START)
  echo = scale(musical(own, seededRandom(9)), 0.1)
  for (const voice of VOICES) if (voice !== 'slt') others.set(voice, scale(await speech(voice), 0.1))
})
afterAll(() => {
  speaker.close()
})

/** A quiet room with `samples` in it, `delayMs` after the agent began. */
function microphone(samples: Float64Array, delayMs: number): Float64Array {
  const mic = noise('white', SECONDS + 2, RATE_HZ, -75, seededRandom(1))
  mixInto(mic, samples, START + (delayMs * RATE_HZ) / 1000)
  return mic
}

/** Hears a stretch of the microphone as the echo reference does; the share of its audible frames taken for the agent's own. */
function ownShare(waveform: EchoWaveform, mic: Float64Array, fromSeconds: number, toSeconds: number): number {
  const frame = new Float32Array(HOP)
  let audible = 0
  let own = 0
  for (let at = fromSeconds * RATE_HZ; at < toSeconds * RATE_HZ; at += HOP) {
    frame.set(mic.subarray(at, at + HOP))
    waveform.hear(frame)
    const power = frame.reduce((sum, sample) => sum + sample * sample, 0) / HOP
    if (10 * Math.log10(power) < AUDIBLE_DBFS) {
      waveform.release()
      continue
    }
    audible += 1
    if (waveform.isOwn(sent, at + HOP)) own += 1
  }
  expect(audible).toBeGreaterThan(100)
  return own / audible
}

describe('the voice of the agent', () => {
  it.each([20, 130, 230, 500])('is known although its bands flutter, after %i ms', (delayMs) => {
    expect(ownShare(new EchoWaveform(), microphone(echo, delayMs), 1, 8)).toBeGreaterThan(0.97)
  })

  it.each(['kal', 'kal16', 'awb', 'rms'] as const)('is not the voice %s, most of the time', (voice) => {
    const mic = microphone(others.get(voice) as Float64Array, 130)
    expect(ownShare(new EchoWaveform(), mic, 1, 8)).toBeLessThan(0.3)
  })

  it('is not silence', () => {
    const waveform = new EchoWaveform()
    waveform.hear(new Float32Array(1600))
    expect(waveform.isOwn(sent, 2 * RATE_HZ)).toBe(false)
  })

  it('is nowhere while nothing was sent', () => {
    const waveform = new EchoWaveform()
    waveform.hear(Float32Array.from(echo.subarray(0, 1600)))
    expect(waveform.isOwn(new SentAudio(), 2 * RATE_HZ)).toBe(false)
  })
})

/** One that has heard 3 s of echo after 130 ms. */
function learned(): EchoWaveform {
  const waveform = new EchoWaveform()
  ownShare(waveform, microphone(echo, 130), 1, 4)
  return waveform
}

describe('the delay', () => {
  it('once learned counts from then on: what is near it does, what is far does less, and others pass for it less', () => {
    expect(ownShare(learned(), microphone(echo, 130), 4, 8)).toBeGreaterThan(0.97)
    expect(ownShare(learned(), microphone(echo, 200), 4, 8)).toBeGreaterThan(0.97)
    expect(ownShare(new EchoWaveform(), microphone(echo, 500), 4, 8)).toBeGreaterThan(0.97)
    expect(ownShare(learned(), microphone(echo, 500), 4, 8)).toBeLessThan(0.8)
    const other = microphone(others.get('awb') as Float64Array, 130)
    expect(ownShare(learned(), other, 4, 8)).toBeLessThan(ownShare(new EchoWaveform(), other, 4, 8))
  })

  it('learned later widens what counts, it does not move it', () => {
    const waveform = learned()
    ownShare(waveform, microphone(echo, 200), 4, 6)
    expect(ownShare(waveform, microphone(echo, 60), 6, 8)).toBeGreaterThan(0.9)
  })

  it('found in a sound holds until it is over: less of it is enough then', () => {
    const noisy = microphone(echo, 130)
    mixInto(noisy, noise('white', SECONDS + 2, RATE_HZ, -32, seededRandom(2)), 0)
    const clean = microphone(echo, 130)
    const held = clean.slice()
    held.set(noisy.subarray(3.2 * RATE_HZ), 3.2 * RATE_HZ)
    const after = (release: boolean) => {
      const waveform = new EchoWaveform()
      // The newest 100 ms have nothing of the clean sound any more.
      ownShare(waveform, held, 1, 3.4)
      if (release) waveform.release()
      return ownShare(waveform, held, 3.4, 7)
    }
    expect(after(false)).toBeGreaterThan(0.06)
    expect(after(true)).toBeLessThan(0.02)
  })
})

const used = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

it('a frame allocates nothing', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const waveform = new EchoWaveform()
  const frame = Float32Array.from(echo.subarray(0, HOP))
  const run = (frames: number) => {
    for (let i = 0; i < frames; i += 1) {
      waveform.hear(frame)
      waveform.isOwn(sent, 3 * RATE_HZ + i * HOP)
    }
  }
  run(400)
  // The best of three: the compiler may still be at work in one of them.
  const bytesPerFrame = [1, 2, 3].map(() => {
    collect()
    const before = used()
    run(200)
    return (used() - before) / 200
  })
  expect(Math.min(...bytesPerFrame.map(Math.abs))).toBeLessThan(150)
})
