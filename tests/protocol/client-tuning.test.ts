import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startAgent } from '../../src/agent/server.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import { CUE } from '../../src/core/dialects/deepgram-plan.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { speechWorkerEntry } from '../../src/main/node/speech-entry.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import type { Command } from '../../src/shared/commands.ts'
import type { AgentProfile } from '../../src/shared/profile.ts'
import { Client, TALK_PROFILE, until } from './client.test-support.ts'

const engine = workerEngine(speechWorkerEntry())
let agent: Awaited<ReturnType<typeof startAgent>>
let one: Client

const TUNED: AgentProfile = {
  ...TALK_PROFILE,
  settings: {
    ...TALK_PROFILE.settings,
    agent: {
      listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } },
      think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Your name is Ada.' },
      speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
    }
  }
}

beforeAll(async () => {
  agent = await startAgent({ port: 47_731, engine, transcriber: 'none', log: silentLog, clock: systemClock })
})

afterEach(() => one.close())

afterAll(async () => {
  await agent.close()
  await engine.close()
})

function applied(...commands: Command[]): Promise<unknown[]> {
  return Promise.all(commands.map((command) => one.session.execute(command)))
}

function answered(pattern: RegExp): Promise<string> {
  return until(`${pattern}`, () => one.captions.find((line) => pattern.test(line)))
}

it('C43 every update is acknowledged by the built-in agent', async () => {
  one = new Client(agent.url, {}, TUNED)
  await one.live()
  const results = await applied(
    { kind: 'set-turn-detection', eotThreshold: 0.8, eagerEotThreshold: 0.4, silenceDurationMs: 800 },
    { kind: 'configure-listen', provider: { keyterms: ['Parley'] } },
    { kind: 'set-model', model: 'gpt-4o', temperature: 0.2 },
    { kind: 'set-voice', model: 'aura-2-apollo-en', speed: 1.1 },
    { kind: 'append-prompt', text: 'The code is 4711.' }
  )
  expect(results).toEqual(Array.from({ length: 5 }, () => ({ outcome: 'applied' })))
  expect(one.phase).toBe('listening')
})

it('P1 what was added to the prompt is still known after the whole think block was replaced', async () => {
  one = new Client(agent.url, {}, TUNED)
  await one.live()
  await applied(
    { kind: 'append-prompt', text: 'Answer in one sentence.' },
    { kind: 'set-model', temperature: 0 },
    { kind: 'user-text', text: 'What are your instructions?' }
  )
  expect(await answered(/Answer in one sentence/)).toContain('Your name is Ada')
  await applied(
    { kind: 'replace-prompt', text: 'Your name is Bob.' },
    { kind: 'user-text', text: 'What are your instructions?' }
  )
  expect(await answered(/Your name is Bob/)).not.toMatch(/Ada|one sentence/)
})

it('context to be answered is answered, and its cue is shown once, as sent by Parley', async () => {
  one = new Client(agent.url, {}, TUNED)
  await one.live()
  const [result] = await applied({ kind: 'context', text: 'The code is 4711.', when: 'now', respond: true })
  expect(result).toEqual({ outcome: 'applied' })
  await answered(/^agent: /)
  expect(one.captions.filter((line) => !line.startsWith('agent: '))).toEqual([`parley: ${CUE}`])
})

it('a text for after the reply is answered after it, without cutting it off', async () => {
  one = new Client(agent.url)
  await one.live()
  await until('the greeting', () => one.phase === 'agentSpeaking')
  const result = one.session.execute({ kind: 'user-text', text: 'What is 2 plus 2?', when: 'after-speech' })
  expect(one.captions.some((line) => line.startsWith('user: '))).toBe(false)
  expect(await result).toEqual({ outcome: 'applied' })
  await until('the answer', () => one.count('reply-played') === 2)
  expect(one.flushed).toEqual([])
  expect(one.captions.slice(0, 2)).toEqual(['agent: Hello there.', 'user: What is 2 plus 2?'])
  expect(one.captions[2]).toMatch(/4/)
})

it('an interrupting statement takes the place of the reply', async () => {
  one = new Client(agent.url)
  await one.live()
  await until('the greeting', () => one.phase === 'agentSpeaking')
  const say = { kind: 'agent-speech', text: 'Stop, something else.', behavior: 'interrupt' } as const
  expect(await one.session.execute(say)).toEqual({ outcome: 'applied' })
  await until('its end', () => one.count('reply-played') === 1)
  expect(one.flushed).toEqual([1])
  expect(one.captions).toContain('agent: Stop, something else.')
})

it.each(['mulaw', 'alaw'])('%s at 8 kHz in both directions: the greeting is heard at its length', async (encoding) => {
  const audio = { input: { encoding, sample_rate: 8_000 }, output: { encoding, sample_rate: 8_000, container: 'none' } }
  one = new Client(agent.url, {}, { ...TALK_PROFILE, settings: { ...TALK_PROFILE.settings, audio } })
  await one.live()
  expect(one.session.formats).toEqual({ inputSampleRateHz: 8_000, outputSampleRateHz: 8_000 })
  one.session.talk(true, 'open')
  for (let sent = 0; sent < 10; sent += 1) one.session.pushAudio(new Uint8Array(320))
  await until('the greeting', () => one.events.some(({ kind }) => kind === 'reply-played'))
  const seconds = (one.samples.get(1) ?? 0) / 8_000
  expect(seconds).toBeGreaterThan(0.4)
  expect(seconds).toBeLessThan(3)
  const sizes = one.wire.flatMap(({ dir, message }) =>
    dir === 'out' && (message as { type: string }).type === 'binary' ? [(message as { bytes: number }).bytes] : []
  )
  expect(new Set(sizes)).toEqual(new Set([160]))
  expect(one.session.state.phase).toBe('live')
})
