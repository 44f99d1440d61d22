import { DeepgramClient } from '@deepgram/sdk'
import { AgentEvents, createClient } from 'deepgram-sdk-v4'
import { afterEach, describe, expect, it } from 'vitest'
import { keptLog, settings } from '../../src/agent/rig.test-support.ts'
import { ScriptedEngine, tone } from '../../src/agent/scripted-engine.test-support.ts'
import { startAgent, type Agent } from '../../src/agent/server.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

async function start(engine: ScriptedEngine): Promise<Agent> {
  const agent = await startAgent({
    port: 0,
    key: 'k1',
    engine,
    transcriber: 'none',
    log: keptLog(),
    clock: systemClock
  })
  closers.push(() => agent.close())
  return agent
}

interface Seen {
  type: string
  [field: string]: unknown
}

/** What a client heard, with a way to wait for it. */
class Heard {
  readonly seen: Seen[] = []
  private readonly waiting = new Set<() => void>()

  add(message: Seen): void {
    this.seen.push(message)
    for (const check of Array.from(this.waiting)) check()
  }

  until(type: string, count = 1): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ${type}; seen: ${JSON.stringify(this.seen)}`)), 20_000)
      const check = (): void => {
        if (this.of(type).length < count) return
        clearTimeout(timer)
        this.waiting.delete(check)
        resolve()
      }
      this.waiting.add(check)
      check()
    })
  }

  of(type: string): Seen[] {
    return this.seen.filter((one) => one.type === type)
  }

  /** `role: content` of every ConversationText. */
  get texts(): string[] {
    return this.of('ConversationText').map((one) => `${String(one['role'])}: ${String(one['content'])}`)
  }
}

const FUNCTIONS = [{ name: 'get_weather', description: 'The weather', parameters: { type: 'object', properties: {} } }]
const TALK = settings({
  greeting: 'Hello.',
  listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } },
  think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Your name is Max.', functions: FUNCTIONS }
})

describe('the official client 5.13', () => {
  it('V53 drives every message that it has, with only the address changed', async () => {
    const agent = await start(new ScriptedEngine({ msPerCharacter: 2, transcripts: ['thank you'] }))
    const heard = new Heard()
    const client = new DeepgramClient({ apiKey: 'k1', baseUrl: agent.url })
    const socket = await client.agent.v1.connect({ reconnectAttempts: 0 })
    closers.push(() => socket.close())
    socket.on('message', (message: unknown) =>
      heard.add(message instanceof Blob ? { type: 'audio', bytes: message.size } : (message as Seen))
    )
    socket.on('error', () => undefined)
    socket.connect()
    await heard.until('Welcome')
    socket.sendSettings(TALK as Parameters<typeof socket.sendSettings>[0])
    await heard.until('AgentAudioDone')
    expect(heard.seen.map(({ type }) => type)).toEqual([
      'Welcome',
      'SettingsApplied',
      'ConversationText',
      'audio',
      'AgentAudioDone'
    ])

    socket.sendUpdateListen({
      type: 'UpdateListen',
      listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', eot_threshold: 0.9 } }
    })
    socket.sendUpdateSpeak({
      type: 'UpdateSpeak',
      speak: { provider: { type: 'deepgram', model: 'aura-2-apollo-en' } }
    })
    socket.sendUpdateThink({
      type: 'UpdateThink',
      think: { provider: { type: 'open_ai', model: 'gpt-4o' }, prompt: 'Your name is Eva.', functions: FUNCTIONS }
    })
    socket.sendUpdatePrompt({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
    socket.sendKeepAlive({ type: 'KeepAlive' })
    await heard.until('PromptUpdated')
    expect(heard.seen.slice(5).map(({ type }) => type)).toEqual([
      'ListenUpdated',
      'SpeakUpdated',
      'ThinkUpdated',
      'PromptUpdated'
    ])

    socket.sendInjectUserMessage({ type: 'InjectUserMessage', content: 'What is your name? What is the code?' })
    await heard.until('AgentAudioDone', 2)
    expect(heard.texts.slice(-3)).toEqual([
      'user: What is your name? What is the code?',
      'assistant: My name is Eva.',
      'assistant: The code is 4711.'
    ])

    socket.sendInjectUserMessage({ type: 'InjectUserMessage', content: 'Use get weather.' })
    await heard.until('FunctionCallRequest')
    const functions = (heard.of('FunctionCallRequest')[0]?.['functions'] ?? []) as { id: string }[]
    socket.sendFunctionCallResponse({
      type: 'FunctionCallResponse',
      id: functions[0]?.id ?? '',
      name: 'get_weather',
      content: 'It is sunny.'
    })
    await heard.until('AgentAudioDone', 3)
    expect(heard.texts.at(-1)).toBe('assistant: The function get weather answered: It is sunny.')

    socket.sendMedia(tone(16_000, 300))
    await heard.until('UserStartedSpeaking')
    socket.sendForceEndTurn({ type: 'ForceEndTurn' })
    await heard.until('AgentAudioDone', 4)
    expect(heard.texts.slice(-2)).toEqual(['user: thank you', 'assistant: You are welcome.'])
    socket.sendInjectAgentMessage({ type: 'InjectAgentMessage', message: 'Attention.', behavior: 'interrupt' } as never)
    await heard.until('AgentAudioDone', 5)
    expect(heard.of('Error')).toEqual([])
    expect(heard.of('Warning')).toEqual([])
  })
})

/** The client of version 4: it dials at once. */
function dial4(agent: Agent): { socket: ReturnType<ReturnType<typeof createClient>['agent']>; heard: Heard } {
  const heard = new Heard()
  const client = createClient({ key: 'k1', agent: { websocket: { options: { url: agent.url } } } })
  const socket = client.agent()
  closers.push(() => socket.disconnect())
  for (const type of Object.values(AgentEvents)) {
    if (type === AgentEvents.Audio) socket.on(type, (data: Buffer) => heard.add({ type: 'audio', bytes: data.length }))
    else socket.on(type, (data?: object) => heard.add({ ...data, type: (data as Seen | undefined)?.type ?? type }))
  }
  return { socket, heard }
}

describe('the official client 4.11', () => {
  it('V53 completes checks 5, 14, 15, 28, 34 and 36, with only the address changed', async () => {
    const { socket, heard } = dial4(await start(new ScriptedEngine({ msPerCharacter: 2 })))
    await heard.until('Welcome')
    expect(heard.of('Welcome')[0]?.['request_id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    const { type: _type, ...options } = TALK as Seen
    socket.configure(options as unknown as Parameters<typeof socket.configure>[0])
    await heard.until('AgentAudioDone')
    expect(heard.of('SettingsApplied')).toHaveLength(1)
    expect(heard.texts).toEqual(['assistant: Hello.'])
    await heard.until('audio')

    socket.updatePrompt('The code is 4711.')
    await heard.until('PromptUpdated')
    socket.injectUserMessage('What is your name? What is the code?')
    await heard.until('AgentAudioDone', 2)
    expect(heard.texts.slice(1)).toEqual([
      'user: What is your name? What is the code?',
      'assistant: My name is Max.',
      'assistant: The code is 4711.'
    ])

    socket.keepAlive()
    socket.injectUserMessage('Use get weather.')
    await heard.until('FunctionCallRequest')
    const functions = heard.of('FunctionCallRequest')[0]?.['functions'] as Seen[]
    expect(functions).toMatchObject([{ name: 'get_weather', arguments: '{}', client_side: true }])
    socket.functionCallResponse({ id: String(functions[0]?.['id']), name: 'get_weather', content: 'It is sunny.' })
    await heard.until('AgentAudioDone', 3)
    expect(heard.texts.at(-1)).toBe('assistant: The function get weather answered: It is sunny.')
  })

  it('its injectAgentMessage, which sends content, is refused as unparsable', async () => {
    const { socket, heard } = dial4(await start(new ScriptedEngine()))
    await heard.until('Welcome')
    const { type: _type, ...options } = settings() as Seen
    socket.configure(options as unknown as Parameters<typeof socket.configure>[0])
    await heard.until('SettingsApplied')
    socket.injectAgentMessage('Hello.')
    await heard.until('Error')
    expect(heard.of('Error')[0]).toMatchObject({ code: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(String(heard.of('Error')[0]?.['description'])).toContain('message')
  })
})
