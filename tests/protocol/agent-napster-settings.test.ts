import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAgent, type Agent } from '../../src/agent/server.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { speechWorkerEntry } from '../../src/main/node/speech-entry.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { NapsterClient } from '../peers/napster-client.ts'
import { answerTo, errors, openDoor } from './agent-napster.test-support.ts'

// `set_settings` of the vendor's page: what it changes, what it leaves alone, and what it does to real speech.

const RATE_HZ = 16_000

/** Understands of a turn how long its recording is. */
const MEASURING = `"${process.execPath}" -e "console.log('that was', require('fs').readFileSync(process.argv[1]).length, 'bytes')"`

/** Of a usual voice's loudness. */
const FAINT = 0.02
const LONGER_SECONDS = 4

/** Far from the numbers the agent gives to its clients. */
let lastOwnStream = 9_000

const speechEngine = workerEngine(speechWorkerEntry())
let agent: Agent
let speech: Uint8Array
/** In another voice: the agent plays the user's words back, and takes them for its own when it hears them again. */
let longer: Uint8Array

beforeAll(async () => {
  agent = await startAgent({
    port: 0,
    engine: speechEngine,
    transcriber: MEASURING,
    log: silentLog,
    clock: systemClock,
    napster: { maxSessions: 20 }
  })
  speech = await spokenBy('flite-slt', 'Good morning, what is the weather like today?')
  longer = await spokenBy('flite-rms', 'This is another sentence, which takes a good deal longer to say than that one.')
})

afterAll(async () => {
  await agent.close()
  await speechEngine.close()
})

const silence = (seconds: number): Uint8Array => new Uint8Array(RATE_HZ * seconds * 2)

/** `text` in a voice of the engine, whose sessions do not notice. */
function spokenBy(voice: string, text: string): Promise<Uint8Array> {
  const stream = (lastOwnStream += 1)
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    const off = speechEngine.subscribe(stream, (event) => {
      if (event.kind === 'speech') chunks.push(event.pcm)
      if (event.kind === 'failed' || event.kind === 'speech-failed') reject(new Error(event.message))
      if (event.kind !== 'speech' || !event.last) return
      speechEngine.post({ kind: 'close', stream })
      off()
      resolve(Buffer.concat(chunks))
    })
    speechEngine.post({
      kind: 'open',
      stream,
      inputSampleRateHz: RATE_HZ,
      outputSampleRateHz: RATE_HZ,
      transcriber: 'none'
    })
    speechEngine.post({ kind: 'speak', stream, utterance: 1, voice, text })
  })
}

const dial = (): Promise<NapsterClient> => NapsterClient.connect(agent.url.replace(/^ws/, 'http'))

const detect = (client: NapsterClient, turn_detection: Record<string, unknown>): void =>
  client.command('set_settings', { turn_detection })

const started = (client: NapsterClient): number =>
  client.messages.filter(({ role, action }) => role === 'user' && action === 'speech_started').length

/** How long the recordings of the user's turns were. */
const seconds = (client: NapsterClient): number[] =>
  client.texts('user').flatMap((text) => {
    const bytes = /that was (\d+) bytes/.exec(text)?.[1]
    return bytes === undefined ? [] : [Number(bytes) / 32_000]
  })

/** Turns that the user's words make with a pause of so many seconds in the middle of them. */
async function turnsWithPause(silence_duration_ms: number, pauseSeconds: number): Promise<number> {
  const client = await dial()
  detect(client, { silence_duration_ms })
  await client.hear(Buffer.concat([speech, silence(pauseSeconds), longer, silence(3)]))
  await client.until('the long sentence', () => seconds(client).some((length) => length > LONGER_SECONDS))
  await client.hangUp()
  return seconds(client).length
}

/** Turns that there were when the long sentence behind `pcm` was over. */
const turns = async (threshold: number, pcm: Uint8Array): Promise<number> => {
  const client = await dial()
  detect(client, { threshold, silence_duration_ms: 300 })
  await client.hear(Buffer.concat([silence(0.5), pcm, silence(1)]))
  detect(client, { threshold: 0.5 })
  await client.hear(Buffer.concat([longer, silence(1)]))
  await client.until('the long sentence', () => seconds(client).some((length) => length > LONGER_SECONDS))
  await client.hangUp()
  return seconds(client).length
}

/** How long a recording is whose speech begins after two seconds of silence. */
const recorded = async (prefix_padding_ms: number): Promise<number> => {
  const client = await dial()
  detect(client, { prefix_padding_ms, silence_duration_ms: 400 })
  await client.hear(Buffer.concat([silence(2), speech, silence(1)]))
  await client.until('the words', () => client.texts('user').length === 1)
  await client.hangUp()
  return seconds(client)[0] ?? NaN
}

it.concurrent(
  'N14 N15 N18 a turn ends after so much silence: 300 ms are less than half a second, 1200 ms more than 0.8 s',
  async () => {
    expect(
      await Promise.all([
        turnsWithPause(300, 0),
        turnsWithPause(300, 0.5),
        turnsWithPause(1_200, 0.8),
        turnsWithPause(1_200, 1.4)
      ])
    ).toEqual([1, 2, 1, 2])
  }
)

it.concurrent('N15 a silence changed in the middle of a turn counts in it, and nothing else is changed', async () => {
  const client = await dial()
  detect(client, { silence_duration_ms: 60_000 })
  await client.hear(Buffer.concat([speech, silence(1)]))
  await client.until('the beginning', () => started(client) === 1)
  client.say('What is 2 plus 3?', { trigger_response: false })
  await client.until('the barrier', () => client.texts('user').length === 1)
  detect(client, { silence_duration_ms: 300 })
  await client.hear(silence(0.2))
  await client.until('the end of the turn', () => client.texts('user').length === 2)
  expect(started(client)).toBe(1)
  await client.hangUp()
})

it.concurrent('N18 threshold decides what is speech: a faint voice is heard by a low one only', async () => {
  const faint = Buffer.from(speech)
  for (let at = 0; at < faint.length; at += 2) faint.writeInt16LE(Math.round(faint.readInt16LE(at) * FAINT), at)
  expect(await Promise.all([turns(0.1, faint), turns(0.95, faint), turns(0.5, speech)])).toEqual([2, 1, 2])
})

it.concurrent('N18 prefix_padding_ms is audio before the speech that counts to the turn', async () => {
  const [none, much] = await Promise.all([recorded(0), recorded(1500)])
  expect(much - none).toBeGreaterThan(1.1)
  expect(much - none).toBeLessThan(1.9)
})

it.concurrent('N15 omitted fields keep their values, also inside turn_detection', async (context) => {
  const { connect, engine } = await openDoor(context)
  const client = await connect('Your name is Max.')
  const listened = (): unknown =>
    engine.requests.flatMap((request) => (request.kind === 'listen-options' ? [request.listen] : [])).at(-1)
  detect(client, { threshold: 0.8 })
  detect(client, { prefix_padding_ms: 700 })
  detect(client, { silence_duration_ms: 900 })
  client.command('set_settings', { temperature: 0.3 })
  client.command('set_settings', { turn_detection: {} })
  client.command('set_settings', {})
  expect(await answerTo(client, 'What is your name?')).toContain('Max')
  expect(listened()).toMatchObject({ threshold: 0.8, prefixPaddingMs: 700, silenceMs: 900 })
  detect(client, { threshold: 0.2 })
  expect(await answerTo(client, 'What is your name?')).toContain('Max')
  expect(listened()).toMatchObject({ threshold: 0.2, prefixPaddingMs: 700, silenceMs: 900 })
  expect(errors(client)).toEqual([])
})

it.concurrent(
  'N14 N16 instructions replace the whole prompt on the live connection; nothing is appended',
  async (context) => {
    const { connect } = await openDoor(context)
    const client = await connect('Your name is Max. You sell tea.')
    expect(await answerTo(client, 'What are your instructions?')).toContain('You sell tea.')
    client.command('set_settings', { instructions: 'Your name is Eva. Guide the user through the checkout.' })
    const answer = await answerTo(client, 'What are your instructions?')
    expect(answer).toContain('Guide the user through the checkout.')
    expect(answer).not.toMatch(/tea|Max/)
    expect(client.closed).toBeUndefined()
  }
)

it.concurrent('N16 N21 context leaves the instructions alone, and stays when they are replaced', async (context) => {
  const { connect } = await openDoor(context)
  const client = await connect('Your name is Max.')
  client.tell('The code is 4711.')
  const instructions = await answerTo(client, 'What are your instructions?')
  expect(instructions).toContain('Max')
  expect(instructions).not.toContain('4711')
  client.command('set_settings', { instructions: 'Your name is Eva.' })
  expect(await answerTo(client, 'What is the code?')).toContain('4711')
})

it.concurrent(
  'N17 N18 a value out of range or of a wrong type is an error, and nothing of its command is applied',
  async (context) => {
    const { connect } = await openDoor(context)
    const client = await connect('Your name is Max.')
    const wrong: Record<string, unknown>[] = [
      { temperature: 1.01 },
      { temperature: -0.1 },
      { temperature: '0.5' },
      { instructions: 7 },
      { turn_detection: 500 },
      { turn_detection: { threshold: 'high' } },
      { turn_detection: { prefix_padding_ms: '300' } },
      { turn_detection: { silence_duration_ms: null } },
      { turn_detection: { silence_duration_ms: -1 } }
    ]
    for (const [at, data] of wrong.entries()) {
      client.command('set_settings', { instructions: 'Your name is Eve.', ...data })
      await client.until(`error ${at + 1} for ${JSON.stringify(data)}`, () => errors(client).length === at + 1)
    }
    for (const temperature of [0, 0.5, 1]) client.command('set_settings', { temperature })
    expect(await answerTo(client, 'What is your name?')).toContain('Max')
    expect(errors(client)).toHaveLength(wrong.length)
  }
)
