import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BUILTIN_STARTER } from '../../../core/profiles/starters.ts'
import { Assistant } from '../../../core/assistant.ts'
import { readPreferences } from '../../../core/preferences.ts'
import {
  ManualClock,
  PROFILE,
  ScriptedTransport,
  memoryStore,
  profile,
  secretStore,
  settle,
  silentLog
} from '../../../core/testing.test-support.ts'
import { openHistory, type History } from './history.ts'

const SECRET = 'zq9canary77'

/** An assistant with a scripted service and its history on the disk. */
class Rig {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'parley-history-'))
  readonly clock = new ManualClock()
  readonly transport = new ScriptedTransport(this.clock)
  readonly store = memoryStore()
  readonly told: string[] = []
  readonly history: History
  readonly assistant: Assistant

  constructor() {
    this.history = openHistory({
      dataDir: this.dir,
      clock: this.clock,
      nowMs: () => 1_800_000_000_000 + this.clock.nowMs(),
      log: silentLog,
      problems: { add: () => {} },
      preferences: () => readPreferences(this.store).history
    })
    this.assistant = new Assistant({
      transport: this.transport,
      clock: this.clock,
      dateMs: () => 1_800_000_000_000 + this.clock.nowMs(),
      random: () => 0.5,
      log: silentLog,
      secrets: secretStore({ LLM: SECRET }),
      builtinAgent: { url: () => Promise.resolve('ws://127.0.0.1:1') },
      store: this.store,
      info: { version: '1', host: 'web', platform: 'test', connectAtStart: false },
      host: this.history.handlers,
      profile: profile({
        ...PROFILE.settings,
        agent: {
          greeting: 'Hi!',
          think: {
            endpoint: { url: 'https://llm.test', headers: { authorization: 'Bearer {{secret:LLM}}' } },
            prompt: 'p'
          }
        }
      })
    })
    this.assistant.onEvent((name) => void this.told.push(name))
    this.history.follow(this.assistant)
  }

  get socket() {
    const socket = this.transport.sockets.at(-1)
    if (socket === undefined) throw new Error('nothing was dialled')
    return socket
  }

  async live(): Promise<void> {
    await settle()
    this.socket.accept()
  }

  get files(): string {
    return readdirSync(this.dir)
      .map((name) => readFileSync(path.join(this.dir, name), 'latin1'))
      .join('\n')
  }
}

let rig: Rig
beforeEach(() => {
  rig = new Rig()
})
afterEach(async () => {
  await rig.assistant.close()
  rig.history.close()
  rmSync(rig.dir, { recursive: true, force: true })
})

describe('the history of an assistant', () => {
  it('holds no secret, whoever says it', async () => {
    await rig.assistant.handlers['session:connect'](undefined)
    await rig.live()
    expect(JSON.stringify(rig.socket.settings)).toContain(SECRET)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: `I heard ${SECRET} somewhere.` })
    const call = { id: 'c', name: 'look', arguments: JSON.stringify({ key: SECRET }), client_side: false }
    rig.socket.say({ type: 'FunctionCallRequest', functions: [call] })
    rig.socket.say({ type: 'FunctionCallResponse', id: 'c', name: 'look', content: `It is ${SECRET}.` })
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: `Your key is ${SECRET}, they say.` })
    rig.socket.handlers.onBinary(new Uint8Array(32_000).fill(1))
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(1_000)
    rig.socket.say({ type: 'Error', code: 'X', description: `No ${SECRET} here.` })
    rig.clock.advance(1_000)
    expect(rig.files).toContain('I heard')
    expect(rig.files).toContain('they say')
    expect(rig.files).toContain('heard')
    rig.history.close()
    expect(rig.files).not.toContain(SECRET)
    expect(rig.files).not.toContain('canary77')
  })

  it('begins another conversation with what was said, and no greeting', async () => {
    const { handlers } = rig.assistant
    await handlers['session:connect'](undefined)
    await rig.live()
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'My name is Ada.' })
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'Hello, Ada.' })
    const [running] = (await handlers['history:list']({ limit: 1 })).conversations
    expect(running).toMatchObject({ endedAtMs: null, profileId: null, profileName: 'Test' })
    if (running === undefined) return
    await handlers['history:continue']({ id: running.id })
    await rig.live()
    expect(rig.transport.sockets).toHaveLength(2)
    expect(rig.socket.settings?.['agent']).toMatchObject({
      context: {
        messages: [
          { type: 'History', role: 'user', content: 'My name is Ada.' },
          { type: 'History', role: 'assistant', content: 'Hello, Ada.' }
        ]
      }
    })
    expect(rig.socket.settings?.['agent']).not.toHaveProperty('greeting')
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Who am I?' })
    const { conversations } = await handlers['history:list']({ limit: 5 })
    expect(conversations).toMatchObject([{ continues: running.id, title: 'Who am I?' }, { id: running.id }])
    expect(conversations[1]?.endedAtMs).not.toBeNull()
    expect(rig.told.filter((name) => name === 'history:changed')).toHaveLength(3)
  })

  it('knows that a conversation with another agent goes on from the one before it, where that was wanted', async () => {
    const { handlers } = rig.assistant
    for (const carryOver of [true, false]) {
      await handlers['session:connect'](undefined)
      await rig.live()
      rig.socket.say({ type: 'ConversationText', role: 'user', content: 'My name is Ada.' })
      await handlers['session:switch']({ id: BUILTIN_STARTER.id, carryOver })
      await rig.live()
      rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Who am I?' })
      await handlers['session:hang-up'](undefined)
      const [second, first] = (await handlers['history:list']({ limit: 2 })).conversations
      expect(second).toMatchObject({ profileId: 'builtin', title: 'Who am I?' })
      expect(second?.continues).toBe(carryOver ? first?.id : undefined)
    }
  })

  it('ends with what was said last when the assistant closes', async () => {
    await rig.assistant.handlers['session:connect'](undefined)
    await rig.live()
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Last words.' })
    await rig.assistant.close()
    const { conversations } = await rig.history.handlers['history:list']({ limit: 5 })
    expect(conversations).toMatchObject([{ title: 'Last words.', lines: 1 }])
    expect(conversations[0]?.endedAtMs).not.toBeNull()
  })
})
