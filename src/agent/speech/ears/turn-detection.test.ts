import { beforeAll, describe, expect, it } from 'vitest'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex, type SpeexModule } from '../../../shared/audio/resampler.ts'
import { DEFAULT_LISTEN, type ListenOptions, LONGEST_PREFIX_PADDING_MS, SHORTEST_SILENCE_MS } from '../contract.ts'
import { VOICES } from '../voice/text.ts'
import { NOISE_VARIANTS } from './noise-variants.test-support.ts'
import { activeSpeech, mixInto, noise, NOISE_KINDS, scale, seededRandom } from './noise.test-support.ts'
import {
  atRate,
  fliteSpeaker,
  type Heard,
  type Hearing,
  hearWith,
  randomSentence,
  readSpoken
} from './trial.test-support.ts'

/** Napster's turn detection at the ears: what `threshold`, `prefixPaddingMs` and `silenceMs` do to real (synthesised) speech. */

const RATE_HZ = 16_000
const MS = RATE_HZ / 1000
const SPEECH_DBFS = -28

let speex: SpeexModule
/** From the first to the last active frame: two sentences of each flite voice and the recorded espeak-ng ones. */
let sentences: Float64Array[] = []

beforeAll(async () => {
  speex = await loadSpeex(speexFactory)
  const speaker = await fliteSpeaker()
  const random = seededRandom(18)
  const spoken = [1, 2, 3].map((n) =>
    readSpoken(new URL(`../../../../tests/fixtures/speech/espeak-${n}.wav`, import.meta.url))
  )
  for (const voice of VOICES) {
    for (let i = 0; i < 2; i += 1) spoken.push(await speaker.speak(randomSentence(random), voice))
  }
  speaker.close()
  sentences = spoken.map((one) => {
    const samples = atRate(speex, one, RATE_HZ)
    const { onset, end } = activeSpeech(samples, RATE_HZ)
    return samples.slice(onset, end)
  })
})

const listen = (options: Partial<ListenOptions>): ListenOptions => ({ ...DEFAULT_LISTEN, ...options })
const hear = (samples: Float64Array, hearing: Hearing): Heard[] =>
  hearWith(speex, samples, RATE_HZ, { blockMs: 10, ...hearing })
const starts = (heard: readonly Heard[]) => heard.filter(({ event }) => event.kind === 'turn-started')
const ends = (heard: readonly Heard[]) =>
  heard.flatMap(({ atSample, event }) => (event.kind === 'turn-ended' ? [{ atMs: atSample / MS, ...event }] : []))
const msOf = (samples: Float64Array) => samples.length / MS

function at(speech: Float64Array, dbfs: number): Float64Array {
  return scale(speech, 10 ** (dbfs / 20) / activeSpeech(speech, RATE_HZ).rms)
}

/** Speech, and silence in ms, one after the other. */
function scene(...parts: (number | Float64Array)[]): Float64Array {
  const pieces = parts.map((part) => (typeof part === 'number' ? new Float64Array(part * MS) : part))
  const whole = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let from = 0
  for (const piece of pieces) {
    whole.set(piece, from)
    from += piece.length
  }
  return whole
}

function over(samples: Float64Array, background: Float64Array): Float64Array {
  const mix = samples.slice()
  mixInto(mix, background, 0)
  return mix
}

const share = (of: readonly boolean[]) => of.filter(Boolean).length / of.length

describe('N18 silence_duration_ms', () => {
  for (const silenceMs of [200, 500, 1000, 2000]) {
    it(`N18 ${silenceMs} ends a turn so long after the speech, from 60 ms earlier to 40 ms later`, () => {
      const errors = sentences.map((sentence) => {
        const samples = scene(500, at(sentence, SPEECH_DBFS), silenceMs + 500)
        const end = ends(hear(samples, { listen: listen({ silenceMs }) })).at(-1)
        return (end?.atMs ?? Infinity) - 500 - msOf(sentence) - silenceMs
      })
      expect(Math.min(...errors)).toBeGreaterThanOrEqual(-60)
      expect(Math.max(...errors)).toBeLessThanOrEqual(40)
    })
  }

  it('N18 takes the place of confidence and its timeout, and is told as a timeout', () => {
    const options = listen({ eotThreshold: 1, eotTimeoutMs: 500, silenceMs: 3000 })
    const sentence = at(sentences[0] as Float64Array, SPEECH_DBFS)
    const [end, ...more] = ends(hear(scene(sentence, 3500), { listen: options }))
    expect(more).toEqual([])
    expect(end?.trigger).toBe('timeout')
    expect((end?.atMs ?? 0) - msOf(sentence)).toBeGreaterThan(2900)
  })

  it('N18 of 0 is as short as a stop within a word may last, and splits no word', () => {
    const word = at((sentences[1] as Float64Array).slice(0, 450 * MS), SPEECH_DBFS)
    const samples = scene(500, word, 1000)
    const shortest = hear(samples, { listen: listen({ silenceMs: SHORTEST_SILENCE_MS }) })
    expect(hear(samples, { listen: listen({ silenceMs: 0 }) })).toEqual(shortest)
    expect(starts(shortest)).toHaveLength(1)
  })

  it('N18 changed counts at once in the turn and in the silence that are going on', () => {
    const [first, second] = [
      at(sentences[0] as Float64Array, SPEECH_DBFS),
      at(sentences[3] as Float64Array, SPEECH_DBFS)
    ]
    const samples = scene(first, 700, second, 3000)
    const changed = (from: number, to: number, atMs: number) =>
      ends(
        hear(samples, {
          listen: listen({ silenceMs: from }),
          changes: [{ atSample: atMs * MS, listen: listen({ silenceMs: to }) }]
        })
      )
    // In the middle of the first sentence.
    expect(changed(500, 1000, msOf(first) / 2)).toHaveLength(1)
    expect(changed(1000, 500, msOf(first) / 2)).toHaveLength(2)
    // In the middle of the pause: it goes on, or it was long enough already.
    expect(changed(500, 1000, msOf(first) + 350)).toHaveLength(1)
    const [end] = changed(2000, 200, msOf(first) + 400)
    expect((end?.atMs ?? 0) - msOf(first)).toBeGreaterThanOrEqual(400)
    expect((end?.atMs ?? 0) - msOf(first)).toBeLessThanOrEqual(420)
  })
})

it('N22 N18 silence_duration_ms 1000 keeps a speaker who pauses 700 ms in one turn, 500 splits it in two', () => {
  for (const [index, first] of sentences.entries()) {
    const second = sentences[(index + 1) % sentences.length] as Float64Array
    const samples = scene(500, at(first, SPEECH_DBFS), 700, at(second, SPEECH_DBFS), 1500)
    const turns = (silenceMs: number) => ends(hear(samples, { listen: listen({ silenceMs }) }))
    const [whole, ...more] = turns(1000)
    expect(more).toEqual([])
    expect((whole?.audio.length ?? 0) / MS).toBeGreaterThanOrEqual(msOf(first) + 700 + msOf(second))
    expect(turns(500)).toHaveLength(2)
  }
})

/** Share of the sentences that start a turn. */
const heardAt = (threshold: number, samples: (sentence: Float64Array) => Float64Array) =>
  share(sentences.map((one) => starts(hear(samples(one), { listen: listen({ threshold }) })).length > 0))

const speech = (dbfs: number) => (sentence: Float64Array) => scene(500, at(sentence, dbfs), 500)
/** As loud as the white noise around it. */
const unclear = (sentence: Float64Array) =>
  over(scene(500, at(sentence, -25), 500), noise('white', msOf(sentence) / 1000 + 1, RATE_HZ, -25, seededRandom(6)))

describe('N18 threshold', () => {
  it('N18 0.5 is the ears own, to the sample', () => {
    for (const sentence of sentences) {
      const samples = over(
        scene(500, at(sentence, SPEECH_DBFS), 1500),
        noise('white', 2, RATE_HZ, -45, seededRandom(3))
      )
      expect(hear(samples, { listen: listen({ threshold: 0.5 }) })).toEqual(hear(samples, {}))
    }
  })

  it('N18 raised, speech 15 dB lower starts no turn that it starts at a low one; speech as before still does', () => {
    expect(heardAt(0.3, speech(SPEECH_DBFS))).toBe(1)
    expect(heardAt(0.9, speech(SPEECH_DBFS))).toBe(1)
    expect(heardAt(0.3, speech(SPEECH_DBFS - 15))).toBe(1)
    expect(heardAt(0.5, speech(SPEECH_DBFS - 15))).toBe(1)
    expect(heardAt(1, speech(SPEECH_DBFS - 15))).toBe(0)
  })

  it('N18 lowered, speech is heard that the ears themselves take for silence', () => {
    expect(heardAt(0, speech(-66))).toBe(1)
    expect(heardAt(0.5, speech(-66))).toBe(0)
  })

  it('N18 raised, unclear speech in noise starts no turn that it starts at a low one', () => {
    expect(heardAt(0.3, unclear)).toBeGreaterThanOrEqual(0.9)
    expect(heardAt(1, unclear)).toBeLessThanOrEqual(0.1)
  })

  it.each([...NOISE_KINDS, ...NOISE_VARIANTS])(
    'N18 0 starts no turn in 10 s of %s, nor when it is switched on',
    (kind) => {
      const options = listen({ threshold: 0 })
      for (const dbfs of [-30, -55]) {
        const random = seededRandom(30 - dbfs)
        expect(hear(noise(kind, 10, RATE_HZ, dbfs, random), { listen: options })).toEqual([])
        const sudden = scene(300 + 500 * random(), noise(kind, 3, RATE_HZ, dbfs, random), 500)
        expect(hear(sudden, { listen: options })).toEqual([])
      }
    }
  )

  it('N18 0 counts as the ears own while the agent may be heard: what a canceller leaves starts no turn', () => {
    const echo = scene(...sentences.slice(0, 5).map((sentence) => at(sentence, -54)))
    expect(hear(echo, { listen: listen({ threshold: 0 }), echoPossible: true })).toEqual([])
    expect(starts(hear(echo, { listen: listen({ threshold: 0 }) })).length).toBeGreaterThan(0)
  })

  it('N18 raised within a turn, quieter talk behind the user holds it open no longer', () => {
    const talk = scene(...sentences.slice(3, 9).map((sentence) => at(sentence, -50)))
    const user = at(sentences[0] as Float64Array, SPEECH_DBFS)
    const samples = over(talk, user)
    const raisedAtMs = msOf(user) + 1500
    const own = ends(hear(samples, {}))
    expect(own.every(({ atMs }) => atMs > raisedAtMs + 1000)).toBe(true)
    const [end] = ends(hear(samples, { changes: [{ atSample: raisedAtMs * MS, listen: listen({ threshold: 0.9 }) }] }))
    expect((end?.atMs ?? Infinity) - raisedAtMs).toBeLessThanOrEqual(760)
  })
})

/** The audio of the turn of a sentence that begins after 6 s of quiet noise. */
function audio(options: Partial<ListenOptions>, changes: Hearing['changes'] = []): Int16Array {
  const sentence = at(sentences[0] as Float64Array, SPEECH_DBFS)
  const quiet = noise('white', msOf(sentence) / 1000 + 8, RATE_HZ, -70, seededRandom(1))
  const heard = ends(hear(over(scene(6000, sentence, 2000), quiet), { listen: listen(options), changes }))
  expect(heard).toHaveLength(1)
  return heard[0]?.audio ?? new Int16Array()
}

describe('N18 prefix_padding_ms', () => {
  it('N18 is what the transcriber gets before the speech, exactly', () => {
    const without = audio({ prefixPaddingMs: 0 })
    for (const prefixPaddingMs of [20, 300, 500, LONGEST_PREFIX_PADDING_MS]) {
      const padded = audio({ prefixPaddingMs })
      expect(padded.length - without.length).toBe(prefixPaddingMs * MS)
      expect(padded.subarray(prefixPaddingMs * MS)).toEqual(without)
    }
    expect(audio({})).toEqual(audio({ prefixPaddingMs: 300 }))
  })

  it('N18 changed in the middle of a turn counts for that turn', () => {
    const atSample = 6500 * MS
    const change = (prefixPaddingMs: number) => [{ atSample, listen: listen({ prefixPaddingMs }) }]
    expect(audio({ prefixPaddingMs: 0 }, change(500))).toEqual(audio({ prefixPaddingMs: 500 }))
    expect(audio({ prefixPaddingMs: 500 }, change(0))).toEqual(audio({ prefixPaddingMs: 0 }))
  })

  it('N18 never gives a turn what the one before was given', () => {
    const [first, second] = [
      at(sentences[0] as Float64Array, SPEECH_DBFS),
      at(sentences[3] as Float64Array, SPEECH_DBFS)
    ]
    const samples = scene(500, first, 600, second, 1000)
    const turns = ends(hear(samples, { listen: listen({ silenceMs: 300, prefixPaddingMs: 3000 }) }))
    expect(turns.length).toBeGreaterThanOrEqual(2)
    expect(turns.reduce((sum, turn) => sum + turn.audio.length, 0)).toBeLessThanOrEqual(samples.length)
  })
})
