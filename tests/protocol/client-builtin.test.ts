import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startAgent } from '../../src/agent/server.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import { DEEPGRAM_STARTER } from '../../src/core/profiles/starters.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { speechWorkerEntry } from '../../src/main/node/speech-entry.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { Client, until } from './client.test-support.ts'

const engine = workerEngine(speechWorkerEntry())
let agent: Awaited<ReturnType<typeof startAgent>>
let one: Client

beforeAll(async () => {
  agent = await startAgent({ port: 47_721, engine, transcriber: 'none', log: silentLog, clock: systemClock })
})

afterEach(() => one.close())

afterAll(async () => {
  await agent.close()
  await engine.close()
})

it('greets, answers a typed text aloud, and is listening again once it was played', async () => {
  one = new Client(agent.url)
  await one.live()
  await until('the greeting', () => one.count('reply-played') === 1)
  expect(one.captions).toEqual(['agent: Hello there.'])
  expect(one.samples.get(1)).toBeGreaterThan(4_000)
  const result = one.session.execute({ kind: 'user-text', text: 'What is 6 times 7?' })
  expect(one.phase).toBe('thinking')
  expect(await result).toEqual({ outcome: 'applied' })
  await until('the answer', () => one.count('reply-played') === 2)
  expect(one.captions[1]).toBe('user: What is 6 times 7?')
  expect(one.captions[2]).toMatch(/^agent: .*42/)
  expect(one.captions).toHaveLength(3)
  expect(one.phase).toBe('listening')
})

it('I4 I8 I5: a statement into a reply is refused when it asks for quiet and spoken after it when queued', async () => {
  one = new Client(agent.url)
  await one.live()
  await until('the greeting', () => one.phase === 'agentSpeaking')
  const quiet = one.session.execute({ kind: 'agent-speech', text: 'Never this.', behavior: 'if-quiet' })
  const queued = one.session.execute({ kind: 'agent-speech', text: 'And this after it.', behavior: 'queue' })
  expect(await quiet).toMatchObject({ outcome: 'refused' })
  expect(await queued).toEqual({ outcome: 'applied' })
  await until('listening', () => one.phase === 'listening')
  expect(one.captions.join(' ')).toBe('agent: Hello there. And this after it.')
})

it('P1 P4 P5: additions are confirmed in order and obeyed', async () => {
  one = new Client(agent.url)
  await one.live()
  await until('the greeting', () => one.count('reply-played') === 1)
  const added = ['Answer in one sentence.', ''].map((text) => one.session.execute({ kind: 'append-prompt', text }))
  expect(await Promise.all(added)).toEqual([{ outcome: 'applied' }, { outcome: 'applied' }])
  void one.session.execute({ kind: 'user-text', text: 'What are your instructions?' })
  await until('the answer', () => one.captions.some((line) => line.includes('Answer in one sentence')))
  expect(one.captions.at(-1)).toContain('Your name is Ada')
})

it('stop speaking silences the reply, and the next one is heard', async () => {
  one = new Client(agent.url)
  await one.live()
  await until('the greeting', () => one.phase === 'agentSpeaking')
  expect(await one.session.execute({ kind: 'stop-speaking' })).toEqual({ outcome: 'applied' })
  expect(one.phase).toBe('listening')
  await until('the interruption', () => one.count('interrupted') === 1)
  expect(one.flushed).toEqual([1])
  void one.session.execute({ kind: 'user-text', text: 'What is 1 plus 1?' })
  await until('the next reply', () => (one.samples.get(2) ?? 0) > 0)
})

it('a typed text takes the turn from a speaking agent', async () => {
  one = new Client(agent.url)
  await one.live()
  await until('the greeting', () => one.phase === 'agentSpeaking')
  const result = one.session.execute({ kind: 'user-text', text: 'What is 2 plus 2?' })
  expect(one.flushed).toEqual([1])
  expect(await result).toEqual({ outcome: 'applied' })
  await until('the answer', () => one.captions.some((line) => /^agent: .*4/.test(line)))
  await until('listening', () => one.phase === 'listening')
  expect(one.captions.filter((line) => line.startsWith('user'))).toEqual(['user: What is 2 plus 2?'])
})

it("S5 the vendor's example works against the built-in agent as printed", async () => {
  one = new Client(agent.url, {}, DEEPGRAM_STARTER.profile)
  await one.live()
  expect(one.phase).toBe('listening')
})

it('settings the agent does not accept end the session, naming what is wrong', async () => {
  one = new Client(
    agent.url,
    {},
    {
      schemaVersion: 1,
      name: 'Wrong',
      service: 'builtin',
      settings: { agent: { think: { nonsense: 1 } } }
    }
  )
  one.session.connect()
  await until('the end', () => one.session.state.phase === 'ended')
  expect(one.session.state).toMatchObject({
    reason: {
      code: 'settings-refused',
      serviceCode: 'UNPARSABLE_CLIENT_MESSAGE',
      message: expect.stringContaining('think') as string
    }
  })
})
