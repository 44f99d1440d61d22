import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { int16ToBytes } from '../../../shared/audio/pcm.ts'
import { loadSpeex, Resampler, type SpeexModule } from '../../../shared/audio/resampler.ts'
import type { VoiceName } from '../voice/text.ts'
import { bursts, gated, lowPassed, mangled, musical, inRoom } from './echo-path.test-support.ts'
import { EchoReference } from './echo-reference.ts'
import { EchoWaveform } from './echo-waveform.ts'
import { activeSpeech, mixInto, noise, scale, seededRandom, toFloat, toPcm16 } from './noise.test-support.ts'
import { fliteSpeaker, percentile, randomSentence } from './trial.test-support.ts'
import { TurnDetector } from './turn-detector.ts'

const RATE_HZ = 16_000
const BLOCK = 320
const SECONDS = 60
/** When the agent begins to speak. */
const START_MS = 500
const LEVEL_DBFS = -20

let speex: SpeexModule
let speaker: Awaited<ReturnType<typeof fliteSpeaker>>
/** The agent's own speech. */
let own: Float64Array
const random = seededRandom(5)

async function sentence(voice: VoiceName): Promise<Float64Array> {
  const spoken = await speaker.speak(randomSentence(random), voice)
  const resampler = new Resampler(speex, { channels: 1, inRateHz: spoken.sampleRateHz, outRateHz: RATE_HZ })
  const samples = toFloat(resampler.process(toPcm16(spoken.samples)))
  resampler.close()
  return scale(samples, 10 ** (LEVEL_DBFS / 20) / activeSpeech(samples, RATE_HZ).rms)
}

beforeAll(async () => {
  speex = await loadSpeex(speexFactory)
  speaker = await fliteSpeaker()
  own = new Float64Array(SECONDS * RATE_HZ)
  for (let at = 0; at < own.length;) {
    const next = await sentence('slt')
    mixInto(own, next.subarray(0, own.length - at), at)
    at += next.length
  }
})
afterAll(() => {
  speaker.close()
})

const db = (value: number) => 10 ** (value / 20)

/** A quiet room with `echo` in it, `delayMs` after it was to sound. */
function microphone(echo: Float64Array, delayMs: number, noiseDbfs = -65): Float64Array {
  const samples = noise('white', SECONDS + 2, RATE_HZ, noiseDbfs, seededRandom(1))
  mixInto(samples, echo, ((START_MS + delayMs) * RATE_HZ) / 1000)
  return samples
}

/** Times (ms) at which turns start while the agent says `own`; each is ended 900 ms later, as if the person had stopped. */
function turns(samples: Float64Array): number[] {
  let nowMs = 0
  const echo = new EchoReference(speex, RATE_HZ, () => nowMs)
  const detector = new TurnDetector(echo)
  detector.echoPossible = true
  const sent = toPcm16(own)
  for (let at = 0; at < sent.length; at += RATE_HZ) {
    echo.push(int16ToBytes(sent.subarray(at, at + RATE_HZ)), START_MS + at / 16)
  }
  const pcm = toPcm16(samples)
  const started: number[] = []
  for (let at = 0; at < pcm.length; at += BLOCK) {
    nowMs = (at + BLOCK) / 16
    if (nowMs > (started.at(-1) ?? Infinity) + 900) detector.stop()
    detector.push(pcm.subarray(at, at + BLOCK), ({ kind }) => {
      if (kind === 'started') started.push(nowMs)
    })
  }
  echo.close()
  return started
}

describe('the agent does not hear itself in 60 s of its own speech', () => {
  const paths: Record<string, (samples: Float64Array) => Float64Array> = {
    plain: (samples) => samples,
    'low-passed': lowPassed,
    'in a room': (samples) => inRoom(samples, seededRandom(3)),
    'chopped into bursts': (samples) => gated(samples, seededRandom(4)),
    'in a room, chopped': (samples) => gated(inRoom(samples, seededRandom(3)), seededRandom(4))
  }
  for (const [name, path] of Object.entries(paths)) {
    it.each([
      { gainDb: -10, delayMs: 20 },
      { gainDb: -20, delayMs: 200 },
      { gainDb: -30, delayMs: 600 }
    ])(`${name}, $gainDb dB, after $delayMs ms`, ({ gainDb, delayMs }) => {
      expect(turns(microphone(scale(path(own), db(gainDb)), delayMs))).toEqual([])
    })
  }

  it('once a second of it was heard, not in musical residue either', () => {
    const started = turns(microphone(scale(musical(own, seededRandom(9)), db(-10)), 20))
    expect(started.filter((ms) => ms > START_MS + 1000)).toEqual([])
  })

  it('is not what keeps it from starting turns: without the reference the same echo starts one', () => {
    const detector = new TurnDetector()
    detector.echoPossible = true
    let started = 0
    detector.push(toPcm16(microphone(scale(own, db(-20)), 200)), () => (started += 1))
    expect(started).toBeGreaterThan(0)
  })
})

/** Bursts whose bands say nothing any more; all else is cancelled to -90 dBFS. */
const burstsHeard = (seed: number, delayMs: number) =>
  microphone(bursts(mangled(own, seededRandom(9 + seed)), -36, seededRandom(seed)), delayMs, -90)

describe('the agent does not hear the bursts that a canceller lets through', () => {
  it.each([
    { seed: 1, delayMs: 20 },
    { seed: 2, delayMs: 130 },
    { seed: 3, delayMs: 230 },
    { seed: 4, delayMs: 130 }
  ])('seed $seed, after $delayMs ms', ({ seed, delayMs }) => {
    expect(turns(burstsHeard(seed, delayMs))).toEqual([])
  })

  it('because of their waveform: without that the same bursts start turns', () => {
    const isOwn = vi.spyOn(EchoWaveform.prototype, 'isOwn').mockReturnValue(false)
    expect(turns(burstsHeard(2, 130)).length).toBeGreaterThan(0)
    isOwn.mockRestore()
  })
})

describe('a person is heard while the agent speaks', () => {
  const SPEECH_MS = 1200

  /** From the onset of each of `count` interruptions, `aboveDb` above the echo, to the turn; Infinity where none came. */
  async function latencies(voices: readonly VoiceName[], echoDb: number, aboveDb: number): Promise<number[]> {
    const found: number[] = []
    for (const voice of voices) {
      const samples = microphone(scale(inRoom(own, seededRandom(3)), db(echoDb)), 200)
      const onsets: number[] = []
      for (let seconds = 3.5; seconds < 58; seconds += 4.5) {
        const said = scale(await sentence(voice), db(echoDb + aboveDb))
        const { onset } = activeSpeech(said, RATE_HZ)
        mixInto(samples, said.subarray(onset, onset + (SPEECH_MS * RATE_HZ) / 1000), seconds * RATE_HZ)
        onsets.push(seconds * 1000)
      }
      const started = turns(samples)
      for (const onset of onsets) {
        found.push((started.find((ms) => ms >= onset && ms < onset + SPEECH_MS) ?? Infinity) - onset)
      }
    }
    return found
  }

  // The tail is longer: see ADR 3. Half within 250 ms and nine of ten within 450 ms is what holds.
  it.each([
    { aboveDb: 20, echoDb: -30 },
    { aboveDb: 6, echoDb: -16 }
  ])(
    'another voice $aboveDb dB above the echo',
    async ({ aboveDb, echoDb }) => {
      const found = await latencies(['awb', 'rms'], echoDb, aboveDb)
      expect(percentile(found, 0.5)).toBeLessThanOrEqual(250)
      expect(percentile(found, 0.9)).toBeLessThanOrEqual(450)
    },
    90_000
  )
})

describe('the beginning of what the agent says', () => {
  const second = new Uint8Array(2 * RATE_HZ)

  it('lasts 1.2 s, goes on over sound that follows, and comes anew after a pause and a cut', () => {
    let nowMs = 1000
    const echo = new EchoReference(speex, RATE_HZ, () => nowMs)
    expect(echo.hasJustBegun).toBe(false)
    echo.push(second, 1000)
    expect(echo.hasJustBegun).toBe(true)
    echo.push(second, 2000)
    nowMs = 2250
    expect(echo.hasJustBegun).toBe(false)
    echo.push(second, 3500)
    nowMs = 3600
    expect(echo.hasJustBegun).toBe(true)
    nowMs = 5000
    echo.cut()
    expect(echo.hasJustBegun).toBe(false)
    echo.push(second, 5000)
    expect(echo.hasJustBegun).toBe(true)
    echo.close()
  })
})
