import { afterEach, describe, expect, it } from 'vitest'
import { settings } from '../../src/agent/rig.test-support.ts'
import { ScriptedEngine, tone } from '../../src/agent/scripted-engine.test-support.ts'
import { dial4, dial5, start, endClients } from './sdk-clients.test-support.ts'

afterEach(endClients)

const FUNCTIONS = [{ name: 'get_weather', description: 'The weather', parameters: { type: 'object', properties: {} } }]
const TALK = settings({
  greeting: 'Hello.',
  listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } },
  think: { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'Your name is Max.', functions: FUNCTIONS }
})

describe('the official client 5.13', () => {
  it('V53 drives every message that it has, with only the address changed', async () => {
    const agent = await start(new ScriptedEngine({ msPerCharacter: 2, transcripts: ['thank you'] }))
    const { socket, heard, sendSettings } = await dial5(agent)
    await heard.until('Welcome')
    sendSettings(TALK)
    await heard.until('AgentAudioDone')
    expect(heard.types).toEqual(['Welcome', 'SettingsApplied', 'ConversationText', 'audio', 'AgentAudioDone'])

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
    expect(heard.types.slice(5)).toEqual(['ListenUpdated', 'SpeakUpdated', 'ThinkUpdated', 'PromptUpdated'])

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

describe('the official client 4.11', () => {
  it('V53 completes checks 5, 14, 15, 28, 34 and 36, with only the address changed', async () => {
    const { socket, heard, configure } = dial4(await start(new ScriptedEngine({ msPerCharacter: 2 })))
    await heard.until('Welcome')
    expect(heard.of('Welcome')[0]?.['request_id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    configure(TALK)
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
    const functions = heard.of('FunctionCallRequest')[0]?.['functions'] as { id: string }[]
    expect(functions).toMatchObject([{ name: 'get_weather', arguments: '{}', client_side: true }])
    socket.functionCallResponse({ id: String(functions[0]?.id), name: 'get_weather', content: 'It is sunny.' })
    await heard.until('AgentAudioDone', 3)
    expect(heard.texts.at(-1)).toBe('assistant: The function get weather answered: It is sunny.')
  })

  it('its injectAgentMessage, which sends content, is refused as unparsable', async () => {
    const { socket, heard, configure } = dial4(await start(new ScriptedEngine()))
    await heard.until('Welcome')
    configure(settings())
    await heard.until('SettingsApplied')
    socket.injectAgentMessage('Hello.')
    await heard.until('Error')
    expect(heard.of('Error')[0]).toMatchObject({ code: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(String(heard.of('Error')[0]?.['description'])).toContain('message')
  })
})
