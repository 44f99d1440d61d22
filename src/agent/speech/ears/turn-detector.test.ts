import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, type SpeexModule } from '../../../shared/audio/resampler.ts'
import { VOICES } from '../voice/text.ts'
import { NOISE_VARIANTS } from './noise-variants.test-support.ts'
import { mixInto, noise, NOISE_KINDS, scale, seededRandom, toPcm16, activeSpeech } from './noise.test-support.ts'
import {
  fliteSpeaker,
  hear,
  percentile,
  randomSentence,
  readSpoken,
  runTrial,
  type Spoken
} from './trial.test-support.ts'
import { DEFAULT_LISTEN } from '../contract.ts'
import { HANGOVER_MS, type Patience, patienceFor } from './end-of-turn.ts'
import { TurnDetector, type TurnEdge } from './turn-detector.ts'

const RATE_HZ = 16_000
const fixture = (n: number) => readSpoken(new URL(`../../../../tests/fixtures/speech/espeak-${n}.wav`, import.meta.url))

let speex: SpeexModule
/** Four sentences of each flite voice and the recorded espeak-ng ones. */
let sentences: Spoken[] = []
let speaker: Awaited<ReturnType<typeof fliteSpeaker>>

beforeAll(async () => {
  speex = await loadSpeex(speexFactory)
  speaker = await fliteSpeaker()
  const random = seededRandom(2)
  for (const voice of VOICES) {
    for (let i = 0; i < 4; i += 1) sentences.push(await speaker.speak(randomSentence(random), voice))
  }
  sentences = [...sentences, fixture(1), fixture(2), fixture(3)]
})
afterAll(() => {
  speaker.close()
})

function edges(samples: Float64Array): TurnEdge[] {
  const found: TurnEdge[] = []
  new TurnDetector().push(toPcm16(samples), (edge) => found.push(edge))
  return found
}

function atLevel({ samples, sampleRateHz }: Spoken, dbfs: number): Float64Array {
  return scale(samples, 10 ** (dbfs / 20) / activeSpeech(samples, sampleRateHz).rms)
}

describe('noise is not speech', () => {
  for (const kind of NOISE_KINDS) {
    // At other rates: noise-rates.test.ts.
    it(`60 s of ${kind} at -30 dBFS from the first sample on start no turn`, () => {
      expect(hear(speex, noise(kind, 60, RATE_HZ, -30, seededRandom(RATE_HZ)), RATE_HZ)).toEqual([])
    })
    it(`${kind} that is switched on starts no turn`, () => {
      for (let seed = 1; seed <= 3; seed += 1) {
        const random = seededRandom(seed)
        const samples = new Float64Array(5 * RATE_HZ)
        mixInto(samples, noise(kind, 3, RATE_HZ, -30, random), Math.floor((0.5 + random()) * RATE_HZ))
        expect(edges(samples)).toEqual([])
      }
    })
  }
  it.each(NOISE_VARIANTS)('10 s of %s start no turn, nor does switching it on', (kind) => {
    expect(edges(noise(kind, 10, RATE_HZ, -30, seededRandom(8)))).toEqual([])
    for (let seed = 1; seed <= 3; seed += 1) {
      const random = seededRandom(seed)
      const samples = new Float64Array(4 * RATE_HZ)
      mixInto(samples, noise(kind, 3, RATE_HZ, -30, random), Math.floor((0.3 + 0.5 * random()) * RATE_HZ))
      expect(edges(samples)).toEqual([])
    }
  })
  it('a steady tone starts no turn', () => {
    const tone = Float64Array.from({ length: 5 * RATE_HZ }, (_, i) => 0.1 * Math.sin((2 * Math.PI * 220 * i) / RATE_HZ))
    expect(edges(tone)).toEqual([])
  })
})

describe('speech is heard', () => {
  for (const kind of NOISE_KINDS) {
    for (const beforeSeconds of [0.4, 2.5]) {
      it(`10 dB above ${kind} within 300 ms (p95), ${beforeSeconds} s after the noise began, as one turn`, () => {
        const random = seededRandom(11)
        const results = sentences.map((spoken) =>
          runTrial(speex, {
            spoken,
            sampleRateHz: RATE_HZ,
            speechDbfs: -20,
            background: { kind, levelDbfs: -30 },
            beforeSeconds: beforeSeconds + random() * 0.3,
            afterSeconds: 1,
            random
          })
        )
        expect(results.map(({ early, turns }) => ({ early, turns }))).toEqual(
          results.map(() => ({ early: 0, turns: 1 }))
        )
        expect(
          percentile(
            results.map(({ latencyMs }) => latencyMs ?? Infinity),
            0.95
          )
        ).toBeLessThanOrEqual(300)
      })
    }
  }

  it('quiet (-45 dBFS) in silence, within 300 ms (p95)', () => {
    const results = sentences.map((spoken) =>
      runTrial(speex, {
        spoken,
        sampleRateHz: RATE_HZ,
        speechDbfs: -45,
        background: null,
        beforeSeconds: 1,
        afterSeconds: 1.5,
        random: seededRandom(1)
      })
    )
    expect(results.every(({ turns }) => turns === 1)).toBe(true)
    expect(
      percentile(
        results.map(({ latencyMs }) => latencyMs ?? Infinity),
        0.95
      )
    ).toBeLessThanOrEqual(300)
  })

  it('from the very first sample of the stream', () => {
    for (const spoken of sentences.filter(({ sampleRateHz }) => sampleRateHz === RATE_HZ)) {
      const onset = activeSpeech(spoken.samples, RATE_HZ).onset
      const cut = { ...spoken, samples: spoken.samples.slice(onset) }
      expect(edges(atLevel(cut, -25))[0]?.kind).toBe('started')
    }
  })

  it('over the residual echo of the agent, which alone starts nothing', () => {
    const echo = atLevel(fixture(1), -54)
    const longEcho = new Float64Array(8 * RATE_HZ)
    for (let at = 0; at < longEcho.length; at += echo.length) mixInto(longEcho, echo, at)
    expect(hear(speex, longEcho, RATE_HZ, true)).toEqual([])
    const onset = 4 * RATE_HZ
    mixInto(longEcho, atLevel(fixture(3), -28), onset)
    const start = hear(speex, longEcho, RATE_HZ, true)[0]
    expect(start?.event.kind).toBe('turn-started')
    expect(((start?.atSample ?? 0) - onset) / 16).toBeGreaterThan(0)
    expect(((start?.atSample ?? Infinity) - onset) / 16).toBeLessThan(300)
  })
})

describe('the end of a turn', () => {
  it('a pause between words does not end it, a longer one does', () => {
    const word = atLevel(fixture(2), -25)
    for (const { pauseMs, turns } of [
      { pauseMs: 250, turns: 1 },
      { pauseMs: 1500, turns: 2 }
    ]) {
      const samples = new Float64Array(word.length * 2 + ((pauseMs + 2000) * RATE_HZ) / 1000)
      mixInto(samples, word, 0)
      mixInto(samples, word, word.length + (pauseMs * RATE_HZ) / 1000)
      expect(edges(samples).filter(({ kind }) => kind === 'started')).toHaveLength(turns)
    }
  })

  it('digital silence ends it after the hangover', () => {
    const word = atLevel(fixture(2), -25)
    const samples = new Float64Array(word.length + 2 * RATE_HZ)
    mixInto(samples, word, 0)
    const end = edges(samples).at(-1)
    expect(end?.kind).toBe('ended')
    expect((end?.atSample ?? 0) / 16 - word.length / 16).toBeLessThan(HANGOVER_MS + 50)
  })

  it('noise that sets in while someone speaks does not hold it open', () => {
    const word = atLevel(fixture(2), -25)
    const samples = new Float64Array(word.length + 6 * RATE_HZ)
    mixInto(samples, word, 0)
    mixInto(samples, noise('white', 5.5, RATE_HZ, -30, seededRandom(4)), Math.floor(word.length / 2))
    const found = edges(samples)
    expect(found.map(({ kind }) => kind)).toEqual(['started', 'ended'])
    expect(((found[1]?.atSample ?? Infinity) - word.length) / 16).toBeLessThan(3000)
  })
})

const word = () => atLevel(fixture(2), -25)
const kinds = (found: readonly TurnEdge[]) => found.map(({ kind }) => kind)
const waits = (found: readonly TurnEdge[]) =>
  found.flatMap((edge) =>
    edge.kind === 'ended' || edge.kind === 'eager' ? [(edge.atSample - edge.endSample) / 16] : []
  )
const endMs = (ms: number): Patience => ({ eagerMs: Infinity, endMs: ms, trigger: 'model' })

/** Two words with `pauseMs` between them and 3 s after them; `changes` come in between. */
function heard(patience: Patience, pauseMs: number, changes: { atMs: number; patience: Patience }[] = []): TurnEdge[] {
  const one = word()
  const second = one.length + pauseMs * 16
  const samples = new Float64Array(second + one.length + 3 * RATE_HZ)
  mixInto(samples, one, 0)
  mixInto(samples, one, second)
  const pcm = toPcm16(samples)
  const detector = new TurnDetector()
  detector.patience = patience
  const found: TurnEdge[] = []
  for (let at = 0; at < pcm.length; at += 160) {
    for (const change of changes) if (change.atMs * 16 === at) detector.patience = change.patience
    detector.push(pcm.subarray(at, at + 160), (edge) => found.push(edge))
  }
  return found
}

describe('patience', () => {
  it('ends the turn after exactly so much silence', () => {
    for (const ms of [430, 750, 1430]) {
      const found = heard(endMs(ms), 2000)
      expect(kinds(found)).toEqual(['started', 'ended', 'started', 'ended'])
      expect(waits(found)).toEqual([ms, ms])
    }
  })

  it('a longer one bridges a longer pause', () => {
    expect(kinds(heard(endMs(750), 1000))).toEqual(['started', 'ended', 'started', 'ended'])
    expect(kinds(heard(endMs(1430), 1000))).toEqual(['started', 'ended'])
  })

  it('V26 without end by confidence the timeout ends the turn and is named', () => {
    const found = heard(patienceFor({ ...DEFAULT_LISTEN, eotThreshold: 1, eotTimeoutMs: 2000 }), 1500)
    expect(kinds(found)).toEqual(['started', 'ended'])
    expect(waits(found)).toEqual([2000])
    expect(found[1]).toMatchObject({ trigger: 'timeout' })
  })

  it('V25 an eager pause is told once, taken back by speech, and then again', () => {
    const eager: Patience = { eagerMs: 320, endMs: 1430, trigger: 'model' }
    const found = heard(eager, 1000)
    expect(kinds(found)).toEqual(['started', 'eager', 'resumed', 'eager', 'ended'])
    expect(waits(found)).toEqual([320, 320, 1430])
    // The last eager pause is the one the end confirms: nothing was said between them.
    expect(found[3]).toMatchObject({ endSample: (found[4] as TurnEdge & { kind: 'ended' }).endSample })
  })

  it('an eager pause no shorter than the end is never told', () => {
    expect(kinds(heard({ eagerMs: 750, endMs: 750, trigger: 'model' }, 1500))).not.toContain('eager')
  })

  it('changes count within the silence that is going on', () => {
    const wordMs = Math.round(word().length / 160) * 10
    const shorter = heard(endMs(60_000), 4000, [{ atMs: wordMs + 1000, patience: endMs(430) }])
    expect(kinds(shorter)).toEqual(['started', 'ended', 'started', 'ended'])
    expect((shorter[1] as TurnEdge).atSample / 16 - (wordMs + 1000)).toBeLessThanOrEqual(20)
    const longer = heard(endMs(750), 1200, [{ atMs: wordMs + 300, patience: endMs(8000) }])
    expect(kinds(longer)).toEqual(['started'])
  })

  it('V27 a turn ended by hand ends in the frame that was heard last; without a turn nothing ends', () => {
    const detector = new TurnDetector()
    expect(detector.stop('manual')).toBeNull()
    const pcm = toPcm16(word())
    detector.push(pcm.subarray(0, pcm.length >> 1), () => undefined)
    const edge = detector.stop('manual')
    expect(edge).toMatchObject({ kind: 'ended', trigger: 'manual' })
    expect((pcm.length >> 1) - (edge?.atSample ?? 0)).toBeLessThan(640)
    expect(detector.stop('manual')).toBeNull()
  })
})

it('the edges do not depend on how the audio is cut into blocks', () => {
  const samples = toPcm16(atLevel(fixture(3), -25))
  const padded = new Int16Array(samples.length + RATE_HZ)
  padded.set(samples)
  const cut = (blockSamples: number) => {
    const found: TurnEdge[] = []
    const detector = new TurnDetector()
    for (let at = 0; at < padded.length; at += blockSamples) {
      detector.push(padded.subarray(at, at + blockSamples), (edge) => found.push(edge))
    }
    return found
  }
  const whole = cut(padded.length)
  expect(whole).toHaveLength(2)
  for (const blockSamples of [1, 37, 160, 320, 1000]) expect(cut(blockSamples)).toEqual(whole)
})
