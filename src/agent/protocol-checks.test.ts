import { describe, expect, it } from 'vitest'
import { Rig, settings } from './rig.test-support.ts'
import { silence, tone } from './scripted-engine.test-support.ts'
import { SESSION_LIMIT_MS } from './session-clock.ts'

const item = (more: object = {}): object => ({ provider: { type: 'open_ai', model: 'm' }, ...more })

/** The last message, which is to be an `Error`, as `CODE description`. */
function ended(rig: Rig): string {
  const last = rig.messages.at(-1)
  expect(rig.closed).toBe(true)
  return last?.type === 'Error' ? `${last.code} ${last.description}` : `no error, but ${last?.type}`
}

describe('before Settings', () => {
  it.each([
    { type: 'KeepAlive' },
    { type: 'InjectUserMessage', content: 'a' },
    { type: 'InjectAgentMessage', message: 'a' },
    { type: 'ForceEndTurn' },
    { type: 'FunctionCallResponse', id: 'a', name: 'a', content: '' },
    { type: 'UpdateSpeak', speak: {} },
    { type: 'UpdateThink', think: {} },
    { type: 'UpdateListen', listen: { provider: {} } }
  ])('V7 $type ends the session', (message) => {
    const rig = new Rig()
    rig.send(message)
    expect(ended(rig)).toMatch(/^NON_SETTINGS_MESSAGE_BEFORE_SETTINGS/)
  })

  it('V7 audio ends the session', () => {
    const rig = new Rig()
    rig.sendAudio(silence(16_000, 20))
    expect(ended(rig)).toMatch(/^NON_SETTINGS_MESSAGE_BEFORE_SETTINGS/)
  })
})

describe('what is not a message', () => {
  it('V8 invalid JSON is UNPARSABLE_CLIENT_MESSAGE, then the socket closes', () => {
    const rig = Rig.live()
    rig.connection.onText('{"type":"KeepAlive"')
    expect(ended(rig)).toMatch(/^UNPARSABLE_CLIENT_MESSAGE .*not valid JSON/)
  })

  it('V9 an unknown type is UNPARSABLE_CLIENT_MESSAGE that names it', () => {
    const rig = Rig.live()
    rig.send({ type: 'UpdateInstructions' })
    expect(ended(rig)).toMatch(/^UNPARSABLE_CLIENT_MESSAGE .*UpdateInstructions/)
  })

  it('V33 InjectAgentMessage without message is UNPARSABLE_CLIENT_MESSAGE', () => {
    const rig = Rig.live()
    rig.send({ type: 'InjectAgentMessage', content: 'Hello.' })
    expect(ended(rig)).toMatch(/^UNPARSABLE_CLIENT_MESSAGE .*message/)
  })
})

const flux = (more: object): object => ({
  listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', ...more } }
})

describe('Settings that do not fit', () => {
  it.each(['audio', 'agent'])('V10 without %s they are UNPARSABLE_CLIENT_MESSAGE that names it', (field) => {
    const rig = new Rig()
    rig.send({ ...settings(), [field]: undefined })
    expect(ended(rig)).toMatch(new RegExp(`^UNPARSABLE_CLIENT_MESSAGE .*Check the ${field} field`))
  })

  it.each([
    [{ think: item({ timeout: 5 }) }, 'agent.think'],
    [{ think: item({ functions: [{ name: 'a', client_side: true }] }) }, 'agent.think.functions.0'],
    [{ speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en', language: 'en' } } }, 'agent.speak.provider'],
    [{ speak: [{ provider: { type: 'deepgram', model: 'a' }, voice_settings: {} }] }, 'agent.speak.0'],
    [{ listen: { provider: { type: 'deepgram', endpointing: 3 } } }, 'agent.listen.provider'],
    [
      { listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', language: 'en' } } },
      'agent.listen.provider'
    ],
    [{ context: { messages: [{ type: 'History', role: 'user' }] } }, 'agent.context.messages.0'],
    [{ greetings: 'Hi.' }, 'agent']
  ])('V11 an unknown key is UNPARSABLE_CLIENT_MESSAGE that names the block: %j', (agent, path) => {
    const rig = new Rig()
    rig.send(settings(agent))
    expect(ended(rig)).toContain(`UNPARSABLE_CLIENT_MESSAGE Error parsing client message. Check the ${path}`)
  })

  it.each([
    [{ think: { provider: { type: 'open_ai', model: ' ' } } }, 'agent.think.provider.model'],
    [{ think: { provider: { type: 'no_such', model: 'm' } } }, 'agent.think.provider.type'],
    [{ think: { provider: { type: 'groq', model: 'm' } } }, 'needs an endpoint'],
    [{ think: { provider: { type: 'anthropic', model: 'm', temperature: 1.5 } } }, 'between 0 and 1'],
    [{ think: item({ endpoint: { url: 'ftp://host/' } }) }, 'agent.think.endpoint.url'],
    [{ think: item({ endpoint: {} }) }, 'agent.think.endpoint.url is missing'],
    [{ think: item({ functions: [{ name: 'a' }, { name: 'a' }] }) }, 'two entries named "a"'],
    [{ speak: { provider: { type: 'open_ai', model: 'tts-1', voice: 'alloy' } } }, 'needs an endpoint'],
    [flux({ eot_threshold: 0.4 }), 'eot_threshold is 0.4'],
    [flux({ eot_threshold: 0.5, eager_eot_threshold: 0.6 }), 'must not be above eot_threshold'],
    [flux({ eot_timeout_ms: 499 }), 'eot_timeout_ms is 499'],
    [flux({ model: 'nova-3' }), 'not a Flux model'],
    [{ listen: { provider: { type: 'deepgram', model: 'flux-general-en' } } }, 'needs "version": "v2"'],
    [flux({ keyterms: Array.from({ length: 101 }, () => 'a') }), 'keyterms has 101 entries']
  ])('V12 a value that cannot be is INVALID_SETTINGS: %j', (agent, part) => {
    const rig = new Rig()
    rig.send(settings(agent))
    expect(ended(rig)).toMatch(/^INVALID_SETTINGS /)
    expect(ended(rig)).toContain(part)
  })

  it.each([{ encoding: 'mp3' }, { encoding: 'linear16', container: 'wav' }, { encoding: 'mulaw', container: 'wav' }])(
    'V12 a Flux voice with %j is INVALID_SETTINGS',
    (output) => {
      const rig = new Rig()
      rig.send(settings({ speak: { provider: { type: 'deepgram', version: 'v2', model: 'flux-kit-en' } } }, { output }))
      expect(ended(rig)).toMatch(/^INVALID_SETTINGS /)
    }
  )

  it('V13 a second Settings ends the session', () => {
    const rig = Rig.live()
    rig.send(settings())
    expect(ended(rig)).toMatch(/^SETTINGS_ALREADY_APPLIED/)
  })

  it('a reusable agent id ends the session with its own code', () => {
    const rig = new Rig()
    rig.send({ type: 'Settings', audio: {}, agent: '5b1f0c7e-1111-4222-8333-444455556666' })
    expect(ended(rig)).toMatch(/^AGENT_ID_NOT_SUPPORTED/)
  })
})

describe('Settings that fit', () => {
  it('V14 give exactly one SettingsApplied, before the greeting', () => {
    const rig = Rig.live({ greeting: 'Hello.' })
    rig.clock.advance(10_000)
    expect(rig.trace.slice(0, 3)).toEqual(['Welcome', 'SettingsApplied', 'ConversationText assistant: Hello.'])
    expect(rig.count('SettingsApplied')).toBe(1)
  })

  it('V15 a greeting is shown, spoken and done; without one there is silence', () => {
    const rig = Rig.live({ greeting: 'Hello. How are you?' })
    const silent = Rig.live({ greeting: ' ' })
    for (const one of [rig, silent]) one.clock.advance(10_000)
    expect(rig.trace.slice(2)).toEqual(['ConversationText assistant: Hello. How are you?', 'audio', 'AgentAudioDone'])
    expect(silent.sent.slice(2)).toEqual([])
  })

  it('V17 without audio.input the audio is linear16 at 24000 Hz', () => {
    const rig = new Rig()
    rig.send({ type: 'Settings', audio: {}, agent: {} })
    expect(rig.engine.of('open')).toMatchObject([{ inputSampleRateHz: 24_000 }])
    const pcm = tone(24_000, 20)
    rig.sendAudio(pcm)
    expect(rig.engine.of('audio').map((request) => request.pcm)).toEqual([pcm])
  })

  it.each([
    ['a WAV file', 'RIFF....WAVE'],
    ['an Ogg stream', 'OggS........']
  ])('audio that begins like %s ends the session with USER_AUDIO_FORMAT', (what, head) => {
    const rig = Rig.live()
    rig.sendAudio(Buffer.from(head))
    expect(ended(rig)).toMatch(/^USER_AUDIO_FORMAT /)
    expect(ended(rig)).toContain(what)
    const later = Rig.live()
    later.sendAudio(silence(16_000, 20))
    later.sendAudio(Buffer.from(head))
    expect(later.closed).toBe(false)
  })
})

describe('time', () => {
  it('V18 CLIENT_MESSAGE_TIMEOUT comes when the client is silent; KeepAlive and audio put it off, the server speaking does not', () => {
    const rig = new Rig({}, { idleTimeoutMs: 12_000 })
    rig.send(settings({ greeting: 'A greeting that lasts for a while. '.repeat(70) }))
    rig.clock.advance(11_999)
    rig.send({ type: 'KeepAlive' })
    rig.clock.advance(11_999)
    rig.sendAudio(silence(16_000, 20))
    rig.clock.advance(11_999)
    expect(rig.closed).toBe(false)
    expect(rig.sent.at(-1)).toHaveProperty('bytes')
    rig.clock.advance(1)
    expect(ended(rig)).toMatch(/^CLIENT_MESSAGE_TIMEOUT/)
  })

  it('V19 KeepAlive gets no reply and causes no turn', () => {
    const rig = Rig.live()
    rig.clear()
    rig.send({ type: 'KeepAlive' })
    rig.clock.advance(5000)
    expect(rig.sent).toEqual([])
    expect(rig.engine.of('speak')).toEqual([])
  })

  it('V49 the session is warned at 1:55 and ends at 2:00, whatever is sent', () => {
    const minute = SESSION_LIMIT_MS / 120
    const rig = new Rig({}, { sessionLimitMs: SESSION_LIMIT_MS })
    rig.send(settings())
    rig.clock.advance(115 * minute - 1)
    expect(rig.count('Warning')).toBe(0)
    rig.clock.advance(1)
    expect(rig.trace.at(-1)).toBe('Warning MAXIMUM_SESSION_LENGTH_APPROACHING')
    rig.send({ type: 'KeepAlive' })
    rig.clock.advance(5 * minute - 1)
    expect(rig.closed).toBe(false)
    rig.clock.advance(1)
    expect(ended(rig)).toMatch(/^MAXIMUM_SESSION_LENGTH_REACHED/)
    expect(rig.count('Warning')).toBe(1)
  })

  it('V51 nothing is sent after an Error, whatever was going on', () => {
    const rig = Rig.live({ greeting: 'A greeting that lasts for a while.' }, { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'thank you')
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    rig.connection.onText('x')
    const { length } = rig.sent
    rig.engine.giveWords()
    rig.clock.advance(60_000)
    rig.connection.goAway()
    expect(rig.sent).toHaveLength(length)
    expect(rig.sent.at(-1)).toMatchObject({ message: { type: 'Error' } })
  })
})

describe('the prompt', () => {
  it('V34 UpdatePrompt appends, acknowledges, and the next reply sees both texts', () => {
    const rig = Rig.live({ think: item({ prompt: 'Your name is Max.' }) })
    rig.send({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
    expect(rig.count('PromptUpdated')).toBe(1)
    rig.type('What is your name? What is the code?')
    expect(rig.said.join(' ') + rig.engine.spoken.join(' ')).toContain('My name is Max.')
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['My name is Max.', 'The code is 4711.'])
  })

  it('V48 25001 characters on a managed model give PROMPT_TOO_LONG and the session goes on', () => {
    const rig = Rig.live({ think: item({ prompt: 'a'.repeat(25_001) }) })
    expect(rig.trace.slice(2)).toEqual(['Warning PROMPT_TOO_LONG'])
    rig.type('1 + 1')
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['The answer is 2.'])
  })

  it('P3 with an own model there is no limit', () => {
    const rig = Rig.live({ think: item({ prompt: 'a'.repeat(25_001), endpoint: { url: 'http://127.0.0.1:1/' } }) })
    rig.send({ type: 'UpdatePrompt', prompt: 'b'.repeat(25_001) })
    expect(rig.trace.slice(2)).toEqual(['PromptUpdated'])
    rig.type('Hello.')
    expect(rig.thinker.last.request.choices[0]?.prompts).toEqual(['a'.repeat(25_001), 'b'.repeat(25_001)])
  })
})
