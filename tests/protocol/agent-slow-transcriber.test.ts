import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { settings } from '../../src/agent/rig.test-support.ts'
import { Client, silence, startSpoken, type Spoken } from './agent-spoken.test-support.ts'

/** What waits for a transcriber that takes a second, and what does not: real server, real engine, real command. */

const RATE_HZ = 16_000
const TRANSCRIBER_MS = 1000
const TRANSCRIBER = `"${process.execPath}" -e "setTimeout(() => console.log('what is your name'), ${TRANSCRIBER_MS})"`
const named = settings({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Your name is Max.' } })
const rename = { type: 'UpdatePrompt', prompt: 'Your name is Eva.' }

let slow: Spoken
/** A sentence and the silence that ends its turn. */
let turn: Uint8Array

beforeAll(async () => {
  slow = await startSpoken(TRANSCRIBER)
  turn = Buffer.concat([await slow.say('Good morning, who am I speaking to?', RATE_HZ), silence(RATE_HZ, 1)])
})
afterAll(() => slow.close())

/** Labels without audio. */
const order = (client: Client): string[] => client.trace.filter((label) => label !== 'audio')
const why = (client: Client): unknown[] =>
  client.got.flatMap((one) =>
    'message' in one && one.message.type === 'InjectionRefused' ? [one.message['message']] : []
  )

describe.concurrent('a transcriber that takes a second', () => {
  it('P4 words said before UpdatePrompt are answered with the prompt before it, and only then comes PromptUpdated', async () => {
    const client = await Client.dial(slow.agent, named)
    await client.hear(turn, RATE_HZ)
    const sentAt = performance.now()
    client.send(rename)
    await client.until(() => client.count('PromptUpdated') === 1, 'PromptUpdated')
    expect(performance.now() - sentAt).toBeGreaterThan(TRANSCRIBER_MS * 0.9)
    expect(order(client).slice(2)).toEqual(['UserStartedSpeaking', 'text of user', 'PromptUpdated'])
    await client.until(() => client.count('AgentAudioDone') === 1, 'the answer')
    client.send({ type: 'InjectUserMessage', content: 'What is your name?' })
    await client.until(() => client.count('AgentAudioDone') === 2, 'the second answer')
    expect(client.texts('assistant')).toEqual(['My name is Max.', 'My name is Eva.'])
  })

  it('P4 without speech before it PromptUpdated does not wait for anything', async () => {
    const client = await Client.dial(slow.agent, named)
    await client.hear(silence(RATE_HZ, 2), RATE_HZ)
    const sentAt = performance.now()
    client.send(rename)
    await client.until(() => client.count('PromptUpdated') === 1, 'PromptUpdated')
    expect(performance.now() - sentAt).toBeLessThan(TRANSCRIBER_MS * 0.9)
    expect(order(client)).toEqual(['Welcome', 'SettingsApplied', 'PromptUpdated'])
  })

  it('S6 SettingsApplied waits for the words that were said before it', async ({ onTestFinished }) => {
    // Its engine is still loading when the audio comes, so all of it is there before the settings can be applied.
    const loading = await startSpoken(TRANSCRIBER)
    onTestFinished(() => loading.close())
    const client = await Client.dial(loading.agent, null)
    client.send(named)
    await client.hear(turn, RATE_HZ)
    await client.until(() => client.count('AgentAudioDone') === 1, 'the answer')
    expect(order(client).slice(0, 4)).toEqual(['Welcome', 'UserStartedSpeaking', 'text of user', 'SettingsApplied'])
    expect(client.texts('assistant')).toEqual(['My name is Max.'])
  })
})

it('I5 I7 at the end of turn the agent thinks: queue is spoken after the answer, default is refused', async () => {
  const client = await Client.dial(slow.agent, named)
  const from = slow.events.length
  const silent = (): boolean => slow.events.slice(from).some((event) => event.kind === 'turn-silent')
  await client.hear(turn.subarray(0, RATE_HZ * 2), RATE_HZ)
  await client.until(() => client.count('UserStartedSpeaking') === 1, 'UserStartedSpeaking')
  client.send({ type: 'InjectAgentMessage', message: 'Too early.', behavior: 'queue' })
  await client.until(() => client.count('InjectionRefused') === 1, 'the first refusal')
  await client.hear(silence(RATE_HZ, 1), RATE_HZ)
  await expect.poll(silent).toBe(true)
  client.send({ type: 'InjectAgentMessage', message: 'Not now.' })
  client.send({ type: 'InjectAgentMessage', message: 'One more thing.', behavior: 'queue' })
  await client.until(() => client.count('AgentAudioDone') === 1, 'the answer and what was queued')
  expect(why(client)).toEqual(['The user is speaking.', 'The agent is thinking.'])
  expect(client.texts('assistant')).toEqual(['My name is Max.', 'One more thing.'])
})
