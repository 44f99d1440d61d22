import { afterEach, describe, expect, it } from 'vitest'
import { settings } from '../../src/agent/rig.test-support.ts'
import { ScriptedEngine } from '../../src/agent/scripted-engine.test-support.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import type { SpeechEngine } from '../../src/agent/speech/contract.ts'
import { dial5, start, endClients } from './sdk-clients.test-support.ts'

afterEach(endClients)

const TALK = settings({
  greeting: 'Hello.',
  think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Your name is Max.' }
})

const SAID = ['Hello.', 'What is the code?', 'The code is 4711.', 'One more thing.']

async function conversation(engine: SpeechEngine): Promise<string[]> {
  const { socket, heard, sendSettings } = await dial5(await start(engine))
  await heard.until('Welcome')
  expect(heard.seen[0]?.['request_id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  sendSettings(TALK)
  await heard.until('AgentAudioDone')
  expect(heard.types.slice(0, 4)).toEqual(['Welcome', 'SettingsApplied', 'ConversationText', 'audio'])
  expect(heard.types.at(-1)).toBe('AgentAudioDone')
  expect(heard.seen[2]?.['content']).toBe('Hello.')

  socket.sendMedia(new Uint8Array(640))
  socket.sendKeepAlive({ type: 'KeepAlive' })
  socket.sendUpdatePrompt({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
  await heard.until('PromptUpdated')
  socket.sendInjectUserMessage({ type: 'InjectUserMessage', content: 'What is the code?' })
  await heard.until('AgentAudioDone', 2)
  expect(heard.texts).toEqual(['assistant: Hello.', 'user: What is the code?', 'assistant: The code is 4711.'])

  socket.sendInjectAgentMessage({ type: 'InjectAgentMessage', message: 'Too early.' })
  await heard.until('InjectionRefused')
  socket.sendInjectAgentMessage({ type: 'InjectAgentMessage', message: 'One more thing.', behavior: 'queue' } as never)
  await heard.until('AgentAudioDone', 3)
  return heard.of('ConversationText').map((one) => String(one['content']))
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
    const { errors, heard, socket } = await dial5(await start(new ScriptedEngine()), 'wrong')
    await expect(socket.waitForOpen()).rejects.toThrow(/401/)
    expect(errors.some((error) => error.message.includes('401'))).toBe(true)
    expect(heard.seen).toEqual([])
  })
})
