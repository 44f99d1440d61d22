import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { int16ToBytes } from '../../shared/audio/pcm.ts'
import { DEFAULT_LISTEN, type SpeechEvent } from './contract.ts'
import { BLOCK_BYTES, kinds, listen, open, passed, say, startedEngines, WAV } from './engine.test-support.ts'
import { engineOverPort, workerEngine } from './engine.ts'
import { NO_AUDIO_MS } from './stream.ts'

const engines = startedEngines()
afterEach(() => engines.close())
const { started } = engines

const spoken = (events: readonly SpeechEvent[], utterance: number) =>
  events.filter((event) => event.kind === 'speech').filter((event) => event.utterance === utterance)
const seconds = (events: readonly { pcm: Uint8Array }[], rateHz: number) =>
  events.reduce((sum, { pcm }) => sum + pcm.length, 0) / 2 / rateHz

it('speaks sentences in order at the output rate, the last chunk marked', async () => {
  const engine = started()
  const heard = await open(engine, 1, { outputSampleRateHz: 44_100 })
  engine.post({ kind: 'speak', stream: 1, utterance: 1, text: 'Good morning to you.', voice: 'slt' })
  engine.post({ kind: 'speak', stream: 1, utterance: 2, text: '😀 ...', voice: 'slt' })
  engine.post({ kind: 'speak', stream: 1, utterance: 3, text: 'And goodbye.', voice: 'nobody' })
  await heard.until('speech', ({ utterance, last }) => utterance === 3 && last)
  const order = heard.events.filter((event) => event.kind === 'speech').map(({ utterance }) => utterance)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(seconds(spoken(heard.events, 1), 44_100)).toBeGreaterThan(0.8)
  expect(seconds(spoken(heard.events, 1), 44_100)).toBeLessThan(2.5)
  expect(spoken(heard.events, 2)).toMatchObject([{ pcm: new Uint8Array(0), last: true }])
  for (const utterance of [1, 2, 3]) {
    const lasts = spoken(heard.events, utterance).map(({ last }) => last)
    expect(lasts.filter(Boolean)).toHaveLength(1)
    expect(lasts.at(-1)).toBe(true)
  }
})

it.each(['slt', 'kal'])(
  'speaks faster and slower at the same rate, and the voice %s keeps its own pace at 1',
  async (voice) => {
    const engine = started()
    const heard = await open(engine, 1)
    const speeds = [undefined, 1, 1.5, 0.5]
    const text = 'The quick brown fox jumps over the lazy dog.'
    for (const [index, speed] of speeds.entries()) {
      engine.post({
        kind: 'speak',
        stream: 1,
        utterance: index,
        text,
        voice,
        ...(speed === undefined ? {} : { speed })
      })
    }
    await heard.until('speech', ({ utterance, last }) => utterance === 3 && last)
    const [own = 0, at1, at15, at05] = speeds.map((_, index) => seconds(spoken(heard.events, index), 24_000))
    expect(at1).toBe(own)
    expect(Math.abs((at15 ?? 0) / own - 1 / 1.5)).toBeLessThan(0.06)
    expect(Math.abs((at05 ?? 0) / own - 2)).toBeLessThan(0.2)
  }
)

it('reports a turn and plays it back at the output rate', async () => {
  const engine = started()
  const heard = await open(engine, 1)
  say(engine, 1)
  const start = await heard.until('turn-started')
  const end = await heard.until('turn-ended')
  expect(start).toMatchObject({ turn: 1 })
  expect(start.onsetSample).toBeLessThan(4000)
  expect(end).toMatchObject({ turn: 1, text: null })
  expect(end.durationMs).toBeGreaterThan(1000)
  engine.post({ kind: 'replay', stream: 1, utterance: 1, turn: 1 })
  engine.post({ kind: 'replay', stream: 1, utterance: 2, turn: 9 })
  await heard.until('speech', ({ last }) => last)
  expect(seconds(spoken(heard.events, 1), 24_000)).toBeGreaterThan(end.durationMs / 1000)
  expect(await heard.until('speech-failed')).toMatchObject({ utterance: 2 })
})

it('ends the turn of a client that stops sending in the middle of it, and hears the next one', async () => {
  const engine = started()
  const heard = await open(engine, 1)
  const half = int16ToBytes(WAV.samples.subarray(0, WAV.samples.length >> 1))
  engine.post({ kind: 'audio', stream: 1, pcm: half.slice() })
  const stoppedAt = performance.now()
  await heard.until('turn-started')
  const end = await heard.until('turn-ended')
  expect(performance.now() - stoppedAt).toBeGreaterThan(NO_AUDIO_MS - 100)
  expect(end.durationMs).toBeLessThanOrEqual(half.length / 32)
  say(engine, 1)
  expect(await heard.until('turn-ended', ({ turn }) => turn === 2)).toMatchObject({ turn: 2 })
})

it('answers a barrier after the turn edges of the audio before it', async () => {
  const engine = started()
  const heard = await open(engine, 1)
  say(engine, 1)
  engine.post({ kind: 'barrier', stream: 1, id: 42 })
  await heard.until('barrier')
  expect(heard.events.map(({ kind }) => kind).filter((kind) => kind === 'turn-started' || kind === 'barrier')).toEqual([
    'turn-started',
    'barrier'
  ])
})

it('hears a second stream without mixing it into the first', async () => {
  const engine = started()
  const first = await open(engine, 1)
  const second = await open(engine, 2)
  say(engine, 2)
  await second.until('turn-ended')
  engine.post({ kind: 'barrier', stream: 1, id: 1 })
  await first.until('barrier')
  expect(first.events.map(({ kind }) => kind)).toEqual(['opened', 'barrier'])
})

it('sends nothing more of a cancelled utterance', async () => {
  const engine = started()
  const heard = await open(engine, 1)
  const text = 'This sentence is long enough that it takes the voice a while to say all of it to you.'
  for (let utterance = 1; utterance <= 5; utterance += 1)
    engine.post({ kind: 'speak', stream: 1, utterance, text, voice: 'slt' })
  engine.post({ kind: 'cancel', stream: 1, upTo: 5 })
  engine.post({ kind: 'speak', stream: 1, utterance: 6, text: 'Now this.', voice: 'slt' })
  await heard.until('speech', ({ utterance, last }) => utterance === 6 && last)
  expect(heard.events.filter((event) => event.kind === 'speech').every(({ utterance }) => utterance === 6)).toBe(true)
})

it('detection does not wait for the voice', async () => {
  const engine = started()
  const heard = await open(engine, 1)
  const delays: number[] = []
  const text = 'The quick brown fox jumps over the lazy dog, and the dog does not mind at all.'
  for (let utterance = 1; utterance <= 20; utterance += 1)
    engine.post({ kind: 'speak', stream: 1, utterance, text, voice: 'slt' })
  const beganMs = performance.now()
  for (let id = 1; heard.events.every((event) => event.kind !== 'speech' || event.utterance < 10); id += 1) {
    const before = performance.now()
    engine.post({ kind: 'audio', stream: 1, pcm: new Uint8Array(BLOCK_BYTES) })
    engine.post({ kind: 'barrier', stream: 1, id })
    await heard.until('barrier', (event) => event.id === id)
    delays.push(performance.now() - before)
    await sleep(20)
  }
  expect(delays.length).toBeGreaterThan(10)
  // It would wait for one sentence at least; both take longer on a busy machine.
  const sentenceMs = (performance.now() - beganMs) / 10
  expect(delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.9)]).toBeLessThan(sentenceMs / 2)
})

it('a transcriber gives the text; one that fails gives a sentence and the session goes on', async () => {
  const engine = started()
  const script = `console.log('heard', require('fs').readFileSync(process.argv[1]).length > 20000)`
  const good = await open(engine, 1, { transcriber: `"${process.execPath}" -e "${script}"` })
  const bad = await open(engine, 2, { transcriber: `"${process.execPath}" -e "process.exit(9)"` })
  const broken = await open(engine, 3, { transcriber: 'prog "open' })
  for (const stream of [1, 2, 3]) say(engine, stream)
  expect(await good.until('turn-ended')).toMatchObject({ text: 'heard true' })
  expect(await bad.until('turn-ended')).toMatchObject({ text: null, message: expect.stringContaining('exit code 9') })
  expect(await broken.until('turn-ended')).toMatchObject({ text: null, message: expect.stringContaining('not closed') })
})

describe('the end of a turn', () => {
  const durationMs = (WAV.samples.length * 1000) / 16_000
  it('V26 eot_timeout_ms ends a turn at eot_threshold 1.0, and not before', async () => {
    const engine = started()
    const heard = await open(engine, 1, { listen: { eotThreshold: 1, eotTimeoutMs: 1500 } })
    say(engine, 1, 1200)
    expect(await passed(engine, heard, 1)).toEqual(['turn-started', 'barrier'])
    engine.post({ kind: 'audio', stream: 1, pcm: new Uint8Array(32 * 1000) })
    expect(await heard.until('turn-silent')).toMatchObject({ turn: 1, trigger: 'timeout' })
    const ended = await heard.until('turn-ended')
    expect(ended).toMatchObject({ turn: 1, trigger: 'timeout', text: null, sttMs: null })
    expect(ended.durationMs).toBeLessThanOrEqual(durationMs)
  })

  it('a turn that ends by confidence says so', async () => {
    const engine = started()
    const heard = await open(engine, 1)
    say(engine, 1)
    expect(await heard.until('turn-silent')).toMatchObject({ trigger: 'model' })
    expect(await heard.until('turn-ended')).toMatchObject({ trigger: 'model' })
  })

  it('V35 new listen options count in the turn and the silence that are going on', async () => {
    const engine = started()
    const heard = await open(engine, 1, { listen: { eotThreshold: 1, eotTimeoutMs: 60_000 } })
    say(engine, 1, 3000)
    expect(await passed(engine, heard, 1)).toEqual(['turn-started', 'barrier'])
    engine.post({ kind: 'listen-options', stream: 1, listen: DEFAULT_LISTEN })
    engine.post({ kind: 'audio', stream: 1, pcm: new Uint8Array(32 * 20) })
    expect(await heard.until('turn-ended')).toMatchObject({ trigger: 'model' })
  })

  it('V26 a client that stops sending has the patience of its options, at least 2 s', async () => {
    const engine = started()
    const heard = await open(engine, 1, { listen: { eotThreshold: 1, eotTimeoutMs: 2600 } })
    say(engine, 1, 0)
    const stoppedAt = performance.now()
    await heard.until('turn-started')
    expect(await heard.until('turn-ended')).toMatchObject({ trigger: 'timeout' })
    expect(performance.now() - stoppedAt).toBeGreaterThan(2500)
  })

  it('V27 end-turn ends the turn behind the audio before it; without a turn it does nothing', async () => {
    const engine = started()
    const heard = await open(engine, 1)
    engine.post({ kind: 'end-turn', stream: 1 })
    say(engine, 1, 0)
    engine.post({ kind: 'end-turn', stream: 1 })
    engine.post({ kind: 'end-turn', stream: 1 })
    expect(await passed(engine, heard, 1)).toEqual(['turn-started', 'turn-silent', 'turn-ended', 'barrier'])
    expect(await heard.until('turn-ended')).toMatchObject({ turn: 1, trigger: 'manual' })
    say(engine, 1)
    expect(await heard.until('turn-ended', ({ turn }) => turn === 2)).toMatchObject({ trigger: 'model' })
    expect(heard.events.filter(({ kind }) => kind === 'turn-started')).toHaveLength(2)
  })

  it('V25 an eager turn tells its words before it ends, drops them when speech goes on, and is confirmed by the same words', async () => {
    const engine = started()
    const script = `console.log(Math.round(require('fs').statSync(process.argv[1]).size / 32000))`
    const transcriber = `"${process.execPath}" -e "${script}"`
    const heard = await open(engine, 1, { transcriber, listen: { eagerEotThreshold: 0.4, eotThreshold: 1 } })
    say(engine, 1, 500)
    const first = await heard.until('turn-eager')
    expect(Number(first.text)).toBeGreaterThan(0)
    say(engine, 1, 500)
    await heard.until('turn-resumed')
    const second = await heard.until('turn-eager', (event) => event.text !== first.text)
    expect(Number(second.text)).toBeGreaterThanOrEqual(2 * Number(first.text) - 1)
    engine.post({ kind: 'end-turn', stream: 1 })
    const ended = await heard.until('turn-ended')
    expect(ended).toMatchObject({ turn: 1, trigger: 'manual', text: second.text })
    expect(ended.sttMs).toBeGreaterThan(0)
    expect(kinds(heard.events)).toEqual(
      'turn-started turn-eager turn-resumed turn-eager turn-silent turn-ended'.split(' ')
    )
  })
})

it('close ends threads and transcribers and removes its folders', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-test-engine-'))
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = folder
  try {
    const engine = started()
    const pidFile = join(folder, 'pid')
    const script = `require('fs').writeFileSync('${pidFile}', String(process.pid)); setTimeout(() => {}, 60000)`
    const heard = await open(engine, 1, { transcriber: `"${process.execPath}" -e "${script}"` })
    say(engine, 1)
    while (!existsSync(pidFile)) await sleep(10)
    expect(readdirSync(folder).filter((name) => name.startsWith('parley-'))).toHaveLength(2)
    await engine.close()
    await engine.close()
    expect(readdirSync(folder)).toEqual(['pid'])
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH')
    expect(heard.events.some(({ kind }) => kind === 'failed')).toBe(false)
  } finally {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
    rmSync(folder, { recursive: true })
  }
})

it('a worker that cannot start becomes failed, also for who subscribes later', async () => {
  const engine = workerEngine(new URL('./no-such-worker.ts', import.meta.url))
  engines.add(engine)
  const heard = listen(engine, 1)
  expect(await heard.until('failed')).toMatchObject({ message: expect.stringContaining('speech engine') })
  expect(await listen(engine, 2).until('failed')).toMatchObject({ kind: 'failed' })
})

it('a request the engine cannot serve becomes failed', async () => {
  const engine = started()
  const heard = await open(engine, 1)
  engine.post({ kind: 'open', stream: 1, inputSampleRateHz: 16_000, outputSampleRateHz: 16_000, transcriber: 'none' })
  expect(await heard.until('failed')).toMatchObject({ message: expect.stringContaining('open already') })
})

it('over any port: events go to their stream, unsubscribed listeners hear nothing', () => {
  const delivery: { to?: (message: unknown) => void } = {}
  const deliver = (message: unknown) => delivery.to?.(message)
  const engine = engineOverPort({
    post: () => undefined,
    onMessage: (listener) => {
      delivery.to = listener
    }
  })
  const seen: number[] = []
  const off = engine.subscribe(1, () => seen.push(1))
  engine.subscribe(2, () => seen.push(2))
  deliver({ kind: 'barrier', stream: 1, id: 1 })
  off()
  deliver({ kind: 'barrier', stream: 1, id: 2 })
  deliver({ kind: 'barrier', stream: 2, id: 3 })
  expect(seen).toEqual([1, 2])
})
