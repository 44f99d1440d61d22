import { afterEach, expect, it } from 'vitest'
import { DEFAULT_LISTEN, type ListenOptions } from './contract.ts'
import { activeSpeech, toFloat } from './ears/noise.test-support.ts'
import { open, passed, say, sendAudio, startedEngines, WAV } from './engine.test-support.ts'

/** Napster's turn detection through the engine in its worker, as a front door asks for it. */

const engines = startedEngines()
afterEach(() => engines.close())
const { started } = engines

const listen = (options: Partial<ListenOptions>): ListenOptions => ({ ...DEFAULT_LISTEN, ...options })
/** Says how many bytes of sound it was given. */
const BYTE_COUNTER = `"${process.execPath}" -e "console.log(require('fs').statSync(process.argv[1]).size - 44)"`
/** The recorded sentence without the silence around it. */
const sentence = (() => {
  const { onset, end } = activeSpeech(toFloat(WAV.samples), 16_000)
  return WAV.samples.slice(onset, end)
})()
const silence = (ms: number) => new Int16Array(ms * 16)

it('N18 prefix_padding_ms changes what the transcriber gets by so much, live in the middle of a turn', async () => {
  const engine = started()
  const bytesGiven = async (stream: number, prefixPaddingMs: number, changedTo?: number) => {
    const heard = await open(engine, stream, { transcriber: BYTE_COUNTER, listen: { prefixPaddingMs } })
    sendAudio(engine, stream, silence(1000))
    sendAudio(engine, stream, WAV.samples.subarray(0, WAV.samples.length >> 1))
    if (changedTo !== undefined) {
      engine.post({ kind: 'listen-options', stream, listen: listen({ prefixPaddingMs: changedTo }) })
    }
    sendAudio(engine, stream, WAV.samples.subarray(WAV.samples.length >> 1))
    sendAudio(engine, stream, silence(1000))
    return Number((await heard.until('turn-ended')).text)
  }
  const without = await bytesGiven(1, 0)
  expect(without).toBeGreaterThan(30_000)
  expect((await bytesGiven(2, 500)) - without).toBe(500 * 32)
  expect(await bytesGiven(3, 0, 500)).toBe(without + 500 * 32)
  expect(await bytesGiven(4, 500, 0)).toBe(without)
})

it('N18 silence_duration_ms ends the turn behind the audio that came before, and counts in the silence that is going on', async () => {
  const engine = started()
  const heard = await open(engine, 1, { listen: { silenceMs: 60_000 } })
  say(engine, 1, 3000)
  expect(await passed(engine, heard, 1)).toEqual(['turn-started', 'barrier'])
  engine.post({ kind: 'listen-options', stream: 1, listen: listen({ silenceMs: 2000 }) })
  expect(await passed(engine, heard, 2)).toEqual(['turn-started', 'barrier', 'barrier'])
  sendAudio(engine, 1, silence(20))
  expect(await heard.until('turn-ended')).toMatchObject({ turn: 1, trigger: 'timeout' })
})

it('N18 threshold raised between two turns: the same words, 20 dB lower, start none', async () => {
  const engine = started()
  const heard = await open(engine, 1, { listen: { threshold: 0.3 } })
  const quiet = WAV.samples.map((sample) => sample / 10)
  for (const threshold of [0.3, 1]) {
    engine.post({ kind: 'listen-options', stream: 1, listen: listen({ threshold }) })
    sendAudio(engine, 1, quiet)
    sendAudio(engine, 1, silence(1500))
  }
  expect(await passed(engine, heard, 1)).toEqual(['turn-started', 'turn-silent', 'turn-ended', 'barrier'])
  say(engine, 1)
  expect(await heard.until('turn-started', ({ turn }) => turn === 2)).toBeDefined()
})

it('N22 N18 a speaker who pauses 700 ms is kept in one turn by silence_duration_ms 1000 and split in two by 500, live', async () => {
  const engine = started()
  const heard = await open(engine, 1)
  const turnsWith = async (silenceMs: number, id: number) => {
    engine.post({ kind: 'listen-options', stream: 1, listen: listen({ silenceMs }) })
    const before = heard.events.length
    for (const pauseMs of [700, 1500]) {
      sendAudio(engine, 1, sentence)
      sendAudio(engine, 1, silence(pauseMs))
    }
    await passed(engine, heard, id)
    return heard.events.slice(before).filter(({ kind }) => kind === 'turn-silent').length
  }
  expect(await turnsWith(500, 1)).toBe(2)
  expect(await turnsWith(1000, 2)).toBe(1)
  expect(await turnsWith(500, 3)).toBe(2)
})

it('N18 options of Napster that are taken back leave the ears as they were', async () => {
  const engine = started()
  const edges = async (stream: number, before: ListenOptions | null) => {
    const heard = await open(engine, stream)
    if (before !== null) {
      engine.post({ kind: 'listen-options', stream, listen: before })
      engine.post({ kind: 'listen-options', stream, listen: DEFAULT_LISTEN })
    }
    say(engine, stream)
    await heard.until('turn-ended')
    return heard.events.map((event) => ({ ...event, stream: 0 }))
  }
  const napster = listen({ threshold: 1, prefixPaddingMs: 0, silenceMs: 100 })
  expect(await edges(2, napster)).toEqual(await edges(1, null))
})
