import { afterAll, beforeAll, expect, it } from 'vitest'
import { settings } from '../../src/agent/rig.test-support.ts'
import { decodeG711, encodeG711, type G711Law } from '../../src/shared/audio/g711.ts'
import { Client, correlation, silence, startSpoken, type Spoken } from './agent-spoken.test-support.ts'
import { until } from './client.test-support.ts'

/** Flux's thresholds, eager turns, ForceEndTurn and G.711 over a real socket, with the real detector and voice and a real command. */

const RATE_HZ = 16_000
/** Says another thing of a long recording than of a short one. */
const TRANSCRIBER =
  `"${process.execPath}" -e "const s = require('fs').statSync(process.argv[1]).size / 32000;` +
  `console.log(s > 2.2 ? 'what is twelve times seven' : 'what is one plus one')"`

let spoken: Spoken
let micCheck: Spoken
/** A sentence of some 1.4 s. */
let speech: Uint8Array

beforeAll(async () => {
  ;[spoken, micCheck] = await Promise.all([startSpoken(TRANSCRIBER), startSpoken('none')])
  speech = await spoken.say('Good morning, who is there?', RATE_HZ)
})
afterAll(() => Promise.all([spoken.close(), micCheck.close()]))

const flux = (options: object) =>
  settings({ listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', ...options } } })
const triggers = (client: Client) =>
  client.got.flatMap((one) => ('message' in one && one.message.type === 'EndOfTurn' ? [one.message['trigger']] : []))
/** Resolves when the detector has come so far: the acknowledgement waits for the audio before it. */
async function passed(client: Client): Promise<void> {
  const before = client.count('PromptUpdated')
  client.send({ type: 'UpdatePrompt', prompt: '' })
  await client.until(() => client.count('PromptUpdated') > before, 'PromptUpdated')
}

it.concurrent('V26 eot_timeout_ms ends a turn at eot_threshold 1.0, and nothing does before', async () => {
  const client = await Client.dial(spoken.agent, flux({ eot_threshold: 1, eot_timeout_ms: 3000 }))
  await client.hear(Buffer.concat([speech, silence(RATE_HZ, 2.5)]), RATE_HZ)
  await passed(client)
  expect(client.trace.slice(2)).toEqual(['UserStartedSpeaking', 'PromptUpdated'])
  await client.hear(silence(RATE_HZ, 1), RATE_HZ)
  await client.until(() => client.count('AgentAudioDone') === 1, 'the answer')
  expect(triggers(client)).toEqual(['timeout'])
})

it.concurrent('V35 a threshold changed in a turn counts in it: the silence so far is long enough now', async () => {
  const client = await Client.dial(spoken.agent, flux({ eot_threshold: 1, eot_timeout_ms: 60_000 }))
  await client.hear(Buffer.concat([speech, silence(RATE_HZ, 2)]), RATE_HZ)
  await passed(client)
  expect(client.count('ConversationText')).toBe(0)
  const provider = { type: 'deepgram', version: 'v2', model: 'flux-general-en', eot_threshold: 0.7 }
  client.send({ type: 'UpdateListen', listen: { provider } })
  await client.hear(silence(RATE_HZ, 0.1), RATE_HZ)
  await client.until(() => client.count('AgentAudioDone') === 1, 'the answer')
  expect(client.count('ListenUpdated')).toBe(1)
  expect(triggers(client)).toEqual(['model'])
})

it.concurrent('V27 ForceEndTurn ends the turn without any silence, and does nothing after it', async () => {
  const client = await Client.dial(spoken.agent, flux({ eot_threshold: 1, eot_timeout_ms: 60_000 }))
  client.send({ type: 'ForceEndTurn' })
  await client.hear(speech, RATE_HZ)
  client.send({ type: 'ForceEndTurn' })
  client.send({ type: 'ForceEndTurn' })
  await client.until(() => client.count('AgentAudioDone') === 1, 'the answer')
  expect(triggers(client)).toEqual(['manual'])
  expect(client.texts('user')).toEqual(['what is one plus one'])
  expect(client.count('UserStartedSpeaking')).toBe(1)
})

it.concurrent(
  'V25 what was understood in an eager pause is forgotten when the user goes on; nothing of it is sent',
  async () => {
    const client = await Client.dial(spoken.agent, flux({ eager_eot_threshold: 0.4, eot_threshold: 1 }))
    const opened = spoken.requests.find((one) => one.kind === 'open' && one.listen?.eagerEotThreshold === 0.4)
    const stream = opened?.kind === 'open' ? opened.stream : 0
    const events = () =>
      spoken.events
        .filter((event) => event.kind.startsWith('turn-') && 'stream' in event && event.stream === stream)
        .map(({ kind }) => kind)
    const first = ['turn-started', 'turn-eager']
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 0.5)]), RATE_HZ, { paced: true })
    await until('an eager turn', () => events().length >= first.length)
    expect(events()).toEqual(first)
    await client.hear(Buffer.concat([speech, silence(RATE_HZ, 0.5)]), RATE_HZ, { paced: true })
    await until('a second one', () => events().length >= 4)
    expect(events()).toEqual([...first, 'turn-resumed', 'turn-eager'])
    expect(client.trace.slice(2)).toEqual(['UserStartedSpeaking', 'UserStartedSpeaking'])
    client.send({ type: 'ForceEndTurn' })
    await client.until(() => client.count('AgentAudioDone') === 1, 'the answer')
    expect(client.texts('user')).toEqual(['what is twelve times seven'])
    expect(client.texts('assistant').join(' ')).toContain('84')
  }
)

it.concurrent.each<G711Law>(['mulaw', 'alaw'])(
  'V16 V20 %s at 8 kHz in both directions is heard and played back',
  async (law) => {
    const format = { encoding: law, sample_rate: 8000 }
    const asked = settings({}, { input: format, output: { ...format, container: 'none' } })
    const [client, sentence] = await Promise.all([
      Client.dial(micCheck.agent, asked),
      micCheck.say('Good morning, who is there?', 8000)
    ])
    const turn = encodeG711(law, Buffer.concat([sentence, silence(8000, 1)]))
    // 20 ms of one byte per sample.
    for (let at = 0; at < turn.length; at += 160) client.socket.send(turn.subarray(at, at + 160))
    await client.until(() => client.count('ConversationText') === 3, 'the sentence after the played words')
    expect(client.count('UserStartedSpeaking')).toBe(1)
    const texts = client.got.flatMap((one, i) =>
      'message' in one && one.message.type === 'ConversationText' ? [i] : []
    )
    const played = decodeG711(law, client.audio(texts[1], texts[2]))
    expect(correlation({ pcm: played, sampleRateHz: 8000 }, { pcm: sentence, sampleRateHz: 8000 })).toBeGreaterThan(0.8)
  }
)
