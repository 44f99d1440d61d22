import { DeepgramClient } from '@deepgram/sdk'
import { afterEach, describe, expect, it } from 'vitest'
import { ScriptedEngine } from '../../src/agent/scripted-engine.test-support.ts'
import { startAgent, type Agent } from '../../src/agent/server.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import type { SpeechEngine } from '../../src/agent/speech/contract.ts'
import { keptLog, settings } from '../../src/agent/rig.test-support.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function start(engine: SpeechEngine): Promise<Agent> {
  const agent = await startAgent({
    port: 0,
    key: 'k1',
    engine,
    transcriber: 'none',
    log: keptLog(),
    clock: systemClock
  })
  closers.push(
    () => engine.close(),
    () => agent.close()
  )
  return agent
}

interface Seen {
  type: string
  [field: string]: unknown
}

/** The official client with a log of what it heard; binary frames become `{ type: 'audio', bytes }`. */
async function dial(agent: Agent, apiKey = 'k1') {
  const client = new DeepgramClient({ apiKey, baseUrl: agent.url })
  const socket = await client.agent.v1.connect({ reconnectAttempts: 0 })
  const seen: Seen[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (message: unknown) => {
    seen.push(message instanceof Blob ? { type: 'audio', bytes: message.size } : (message as Seen))
    for (const check of Array.from(waiting)) check()
  })
  const errors: Error[] = []
  socket.on('error', (error: Error) => errors.push(error))
  socket.connect()
  closers.push(() => socket.close())
  const until = (wanted: () => boolean, what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(check)
        reject(new Error(`${what} did not come; seen: ${JSON.stringify(seen.map((one) => one.type))}`))
      }, 20_000)
      const check = (): void => {
        if (!wanted()) return
        clearTimeout(timer)
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  const count = (type: string): number => seen.filter((one) => one.type === type).length
  return { socket, seen, until, count, errors }
}

const TALK = settings({
  greeting: 'Hello.',
  think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Your name is Max.' }
}) as Parameters<Awaited<ReturnType<typeof dial>>['socket']['sendSettings']>[0]

const SAID = ['Hello.', 'What is the code?', 'The code is 4711.', 'One more thing.']

async function conversation(engine: SpeechEngine): Promise<string[]> {
  const { socket, seen, until, count } = await dial(await start(engine))
  await until(() => count('Welcome') === 1, 'Welcome')
  expect(seen[0]?.['request_id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  socket.sendSettings(TALK)
  await until(() => count('AgentAudioDone') === 1, 'the end of the greeting')
  const types = seen.map((one) => one.type)
  expect(types.slice(0, 4)).toEqual(['Welcome', 'SettingsApplied', 'ConversationText', 'audio'])
  expect(types.at(-1)).toBe('AgentAudioDone')
  expect(seen[2]?.['content']).toBe('Hello.')

  socket.sendMedia(new Uint8Array(640))
  socket.sendKeepAlive({ type: 'KeepAlive' })
  socket.sendUpdatePrompt({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
  await until(() => count('PromptUpdated') === 1, 'PromptUpdated')
  socket.sendInjectUserMessage({ type: 'InjectUserMessage', content: 'What is the code?' })
  await until(() => count('AgentAudioDone') === 2, 'the answer')
  const texts = seen
    .filter((one) => one.type === 'ConversationText')
    .map((one) => `${String(one['role'])}: ${String(one['content'])}`)
  expect(texts).toEqual(['assistant: Hello.', 'user: What is the code?', 'assistant: The code is 4711.'])

  socket.sendInjectAgentMessage({ type: 'InjectAgentMessage', message: 'Too early.' })
  await until(() => count('InjectionRefused') === 1, 'InjectionRefused')
  socket.sendInjectAgentMessage({ type: 'InjectAgentMessage', message: 'One more thing.', behavior: 'queue' } as never)
  await until(() => count('AgentAudioDone') === 3, 'the injected statement')
  return seen.flatMap((one) => (one.type === 'ConversationText' ? [String(one['content'])] : []))
}

describe('the official Deepgram client', () => {
  it('S1 completes Welcome, Settings, greeting, audio, inject, update prompt and keep-alive', async () => {
    expect(await conversation(new ScriptedEngine({ msPerCharacter: 60 }))).toEqual(SAID)
  })

  it('S1 does the same with the real speech engine', async () => {
    const engine = workerEngine(new URL('../../src/agent/speech/worker.ts', import.meta.url))
    expect(await conversation(engine)).toEqual(SAID)
  })

  it('is refused with a wrong key', async () => {
    const { errors, seen, socket } = await dial(await start(new ScriptedEngine()), 'wrong')
    await expect(socket.waitForOpen()).rejects.toThrow(/401/)
    expect(errors.some((error) => error.message.includes('401'))).toBe(true)
    expect(seen).toEqual([])
  })
})
