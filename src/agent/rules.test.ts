import { describe, expect, it } from 'vitest'
import { PROMPT_LIMIT_CODE_POINTS } from '../shared/protocol/deepgram.ts'
import { Rig, settings } from './rig.test-support.ts'
import { silence, tone } from './scripted-engine.test-support.ts'

/** The vendor's printed example (deepgram-settings page), as printed. */
const PRINTED = {
  type: 'Settings',
  tags: ['demo', 'voice_agent'],
  audio: {
    input: { encoding: 'linear16', sample_rate: 24000 },
    output: { encoding: 'linear16', sample_rate: 24000, container: 'none' }
  },
  agent: {
    language: 'en',
    listen: { provider: { type: 'deepgram', model: 'nova-3', smart_format: false } },
    think: { provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.7 } },
    speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
  }
}

describe('Settings', () => {
  it('S1 Settings sets behaviour and both audio formats', () => {
    const rig = Rig.live(
      { greeting: 'Hello there.' },
      {},
      {
        input: { encoding: 'linear16', sample_rate: 8000 },
        output: { encoding: 'linear16', sample_rate: 48_000, container: 'none' }
      }
    )
    expect(rig.engine.of('open')).toMatchObject([{ inputSampleRateHz: 8000, outputSampleRateHz: 48_000 }])
    rig.clock.advance(1000)
    // 12 characters at 20 ms, 48 kHz, 2 bytes
    expect(rig.audioBytes).toBe(12 * 20 * 48 * 2)
    expect(rig.trace).toEqual([
      'Welcome',
      'SettingsApplied',
      'ConversationText assistant: Hello there.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('S1 omitted formats are linear16 at 24000 Hz without a container', () => {
    const rig = new Rig()
    rig.send({ type: 'Settings', audio: {}, agent: { greeting: 'Hi.' } })
    rig.clock.advance(1000)
    expect(rig.engine.of('open')).toMatchObject([{ inputSampleRateHz: 24_000, outputSampleRateHz: 24_000 }])
    expect(rig.audioBytes).toBe(3 * 20 * 24 * 2)
  })

  it('S2 Settings is accepted right behind Welcome, and Welcome always comes first', () => {
    const rig = Rig.live()
    expect(rig.trace).toEqual(['Welcome', 'SettingsApplied'])
    expect(rig.messages[0]).toEqual({ type: 'Welcome', request_id: '00000000-0000-4000-8000-000000000001' })
  })

  it('S3 audio before Settings ends the session', () => {
    const rig = new Rig()
    rig.sendAudio(silence(16_000, 20))
    expect(rig.trace).toEqual(['Welcome', 'Error NON_SETTINGS_MESSAGE_BEFORE_SETTINGS'])
    expect(rig.closed).toBe(true)
    expect(rig.engine.requests).toEqual([])
  })

  it.each(['KeepAlive', 'InjectUserMessage', 'InjectAgentMessage', 'UpdatePrompt'])(
    'S3 %s before Settings ends the session too',
    (type) => {
      const rig = new Rig()
      rig.send(fields(type))
      expect(rig.trace).toEqual(['Welcome', 'Error NON_SETTINGS_MESSAGE_BEFORE_SETTINGS'])
    }
  )

  it('S4 every field of the page and of the sheet is accepted', () => {
    const rig = new Rig()
    rig.send({
      type: 'Settings',
      tags: ['demo'],
      experimental: false,
      flags: { history: true },
      mip_opt_out: false,
      audio: {
        input: { encoding: 'linear16', sample_rate: 16_000 },
        output: { encoding: 'linear16', sample_rate: 44_100, bitrate: 48_000, container: 'wav' }
      },
      agent: {
        language: 'en',
        context: {
          messages: [
            { type: 'History', role: 'user', content: 'Book table four.' },
            {
              type: 'History',
              function_calls: [{ id: 'f1', name: 'book', client_side: true, arguments: '{}', response: '{"ok":true}' }]
            }
          ]
        },
        listen: {
          provider: {
            type: 'deepgram',
            version: 'v2',
            model: 'flux-general-multi',
            language_hints: ['en'],
            keyterms: ['table'],
            eot_threshold: 0.7,
            eager_eot_threshold: 0.4,
            eot_timeout_ms: 5000
          }
        },
        think: [
          {
            provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.5, reasoning_mode: 'low', version: 'v1' },
            endpoint: { url: 'https://example.com', headers: { a: 'b' } },
            prompt: 'Be brief.',
            context_length: 'max',
            functions: [
              {
                name: 'book',
                description: 'Book a table',
                parameters: { type: 'object', properties: { table: { type: 'integer' } } },
                defer_until_eot: true,
                endpoint: { url: 'https://example.com', method: 'post', headers: {} }
              }
            ]
          },
          {
            provider: {
              type: 'aws_bedrock',
              model: 'm',
              credentials: { type: 'iam', region: 'r', access_key_id: 'a', secret_access_key: 's' }
            },
            endpoint: { url: 'https://example.com' }
          }
        ],
        speak: [
          { provider: { type: 'deepgram', version: 'v2', model: 'flux-kit-en', speed: 1, expressivity: 0 } },
          { provider: { type: 'eleven_labs', model_id: 'm', language: 'en' }, endpoint: { url: 'wss://example.com' } },
          { provider: { type: 'cartesia', model_id: 'm', voice: { mode: 'id', id: 'v' }, volume: 1, speed: 1 } },
          { provider: { type: 'open_ai', model: 'tts-1', voice: 'alloy' }, endpoint: { url: 'https://example.com' } },
          {
            provider: {
              type: 'aws_polly',
              voice: 'Joanna',
              language: 'en',
              engine: 'neural',
              credentials: { type: 'sts', region: 'r', access_key_id: 'a', secret_access_key: 's', session_token: 't' }
            },
            endpoint: { url: 'https://example.com' }
          }
        ],
        greeting: ''
      }
    })
    expect(rig.trace).toEqual(['Welcome', 'SettingsApplied'])
  })

  it('S5 the printed example is accepted exactly as printed', () => {
    const rig = new Rig()
    rig.send(PRINTED)
    expect(rig.trace).toEqual(['Welcome', 'SettingsApplied'])
  })

  it('S6 audio between Settings and SettingsApplied is processed before it', () => {
    const rig = new Rig({ holdOpen: true })
    rig.send(settings({ greeting: 'Hello.' }))
    rig.sendAudio(tone(16_000, 200))
    rig.sendAudio(silence(16_000, 400))
    expect(rig.trace).toEqual(['Welcome'])
    expect(rig.engine.of('audio')).toEqual([])
    rig.engine.opened()
    rig.clock.advance(5000)
    expect(rig.engine.of('audio')).toHaveLength(2)
    expect(rig.trace.slice(0, 5)).toEqual([
      'Welcome',
      'UserStartedSpeaking',
      'ConversationText user: (speech, 0.5 s)',
      'SettingsApplied',
      'ConversationText assistant: Hello.'
    ])
  })

  it('S6 SettingsApplied waits for the barrier behind that audio', () => {
    const rig = new Rig({ holdBarriers: true })
    rig.send(settings())
    rig.sendAudio(silence(16_000, 100))
    expect(rig.count('SettingsApplied')).toBe(0)
    rig.engine.passBarriers()
    expect(rig.count('SettingsApplied')).toBe(1)
  })
})

describe('InjectAgentMessage', () => {
  it.each([
    { type: 'InjectAgentMessage' },
    { type: 'InjectAgentMessage', content: 'Hello.' },
    { type: 'InjectAgentMessage', message: 7 }
  ])('I1 message is a required string: %j ends the session and the error names it', (message) => {
    const rig = Rig.live()
    rig.send(message)
    expect(rig.messages.at(-1)).toMatchObject({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(JSON.stringify(rig.messages.at(-1))).toContain('message')
  })

  it('I2 without a behavior it acts as default: refused while the agent speaks', () => {
    const rig = Rig.live({ greeting: 'A long greeting that takes its time.' })
    rig.inject('No.')
    expect(rig.count('InjectionRefused')).toBe(1)
    expect(rig.engine.spoken).not.toContain('No.')
  })

  it('I2 any other behavior ends the session and the error names it', () => {
    const rig = Rig.live()
    rig.send({ type: 'InjectAgentMessage', message: 'Hi.', behavior: 'sometime' })
    expect(rig.messages.at(-1)).toMatchObject({ code: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(JSON.stringify(rig.messages.at(-1))).toContain('behavior')
  })

  it('I3 default speaks when neither side is mid-turn', () => {
    const rig = Rig.live()
    rig.inject('Are you still on the line?', 'default')
    rig.clock.advance(2000)
    expect(rig.trace.slice(2)).toEqual([
      'ConversationText assistant: Are you still on the line?',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('I3 the agent is mid-turn until its last sample would have finished playing', () => {
    const rig = Rig.live()
    rig.inject('0123456789'.repeat(5))
    // 1000 ms of audio, of which at most 480 ms go out ahead.
    rig.clock.advance(700)
    expect(rig.count('AgentAudioDone')).toBe(1)
    rig.inject('Too early.')
    expect(rig.count('InjectionRefused')).toBe(1)
    rig.clock.advance(299)
    rig.inject('Still too early.')
    expect(rig.count('InjectionRefused')).toBe(2)
    rig.clock.advance(2)
    rig.inject('Now.')
    expect(rig.count('InjectionRefused')).toBe(2)
    expect(rig.said.at(-1)).toBe('Now.')
  })

  it('I4 default is refused while the agent thinks, speaks, or the user speaks', () => {
    const rig = Rig.live({}, { holdSpeech: true })
    rig.type('What is two plus two?')
    rig.inject('While it thinks.', 'default')
    expect(rig.count('InjectionRefused')).toBe(1)
    rig.engine.giveSpeech()
    rig.inject('While it speaks.', 'default')
    expect(rig.count('InjectionRefused')).toBe(2)
    rig.engine.userStarts(1)
    rig.inject('While the user speaks.', 'default')
    expect(rig.count('InjectionRefused')).toBe(3)
    expect(rig.engine.spoken).toEqual(['The answer is 4.'])
  })

  it('I5 queue speaks after what is queued, in order, and interrupts nothing', () => {
    const rig = Rig.live({}, {})
    rig.type('help')
    const reply = 5
    rig.inject('First.', 'queue')
    rig.inject('Second.', 'queue')
    rig.inject('Third.', 'queue')
    rig.clock.advance(60_000)
    expect(rig.said).toHaveLength(reply + 3)
    expect(rig.said.slice(reply)).toEqual(['First.', 'Second.', 'Third.'])
    expect(rig.engine.of('cancel')).toEqual([])
    expect(rig.count('InjectionRefused')).toBe(0)
    expect(rig.count('UserStartedSpeaking')).toBe(0)
  })

  it('I5 queue does not interrupt an in-flight think', () => {
    const rig = Rig.live({}, { holdSpeech: true })
    rig.type('What is two plus two?')
    rig.inject('One moment.', 'queue')
    expect(rig.said).toEqual([])
    rig.engine.giveSpeech()
    rig.clock.advance(1000)
    rig.engine.giveSpeech()
    rig.clock.advance(1000)
    expect(rig.said).toEqual(['The answer is 4.', 'One moment.'])
    expect(rig.engine.of('cancel')).toEqual([])
  })

  it('I6 queue with nothing queued speaks immediately', () => {
    const rig = Rig.live()
    const now = rig.clock.nowMs()
    rig.inject('At once.', 'queue')
    const first = rig.sent.find((entry) => 'bytes' in entry)
    expect(first?.atMs).toBe(now)
    expect(rig.said).toEqual(['At once.'])
  })

  it.each(['queue', 'default'] as const)(
    'I7 %s is refused while the user is mid-turn, from speech start to end of turn',
    (behavior) => {
      const rig = Rig.live()
      rig.engine.userStarts(1)
      rig.inject('No.', behavior)
      expect(rig.count('InjectionRefused')).toBe(1)
      rig.engine.userStops(1, 'thank you')
      rig.clock.advance(5000)
      rig.inject('Yes.', behavior)
      expect(rig.count('InjectionRefused')).toBe(1)
      expect(rig.said.at(-1)).toBe('Yes.')
    }
  )

  it('I8 a refused message is never spoken later', () => {
    const rig = Rig.live()
    rig.engine.userStarts(1)
    rig.inject('Forget me.', 'queue')
    rig.inject('Me too.', 'default')
    rig.engine.userStops(1, 'thank you')
    rig.clock.advance(60_000)
    rig.type('What did you say?')
    rig.clock.advance(60_000)
    expect(rig.said).toEqual(['You are welcome.', 'I said: You are welcome.'])
    expect(rig.engine.spoken.join(' ')).not.toMatch(/Forget|too/)
  })

  it('I9 AgentAudioDone follows the last injected message, once', () => {
    const rig = Rig.live()
    rig.inject('First.', 'queue')
    rig.inject('Second.', 'queue')
    rig.inject('Third.', 'queue')
    rig.clock.advance(60_000)
    expect(rig.trace.slice(2)).toEqual([
      'ConversationText assistant: First.',
      'audio',
      'ConversationText assistant: Second.',
      'audio',
      'ConversationText assistant: Third.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('I10 InjectionRefused needs nothing but its type, and the session goes on', () => {
    const rig = Rig.live({ greeting: 'Hello.' })
    rig.inject('No.')
    const refused = rig.messages.find((message) => message.type === 'InjectionRefused')
    expect(refused?.type).toBe('InjectionRefused')
    expect(rig.closed).toBe(false)
    rig.clock.advance(5000)
    rig.inject('Yes.')
    expect(rig.said).toEqual(['Hello.', 'Yes.'])
  })
})

describe('UpdatePrompt', () => {
  it('P1 it adds to the prompt and never replaces it', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be kind. Speak slowly.' } })
    rig.send({ type: 'UpdatePrompt', prompt: 'The caller is a member.' })
    rig.send({ type: 'UpdatePrompt', prompt: 'Close at nine.' })
    rig.type('What are your instructions?')
    rig.clock.advance(20_000)
    expect(rig.said).toEqual(['Be kind.', 'Speak slowly.', 'The caller is a member.', 'Close at nine.'])
  })

  it('P2 prompt plus additions are cut at 25000 code points, with one warning per update, and the session goes on', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: '😀'.repeat(24_990) } })
    expect(rig.count('Warning')).toBe(0)
    rig.send({ type: 'UpdatePrompt', prompt: ' Code 12345678' })
    expect(rig.messages.filter((message) => message.type === 'Warning')).toMatchObject([{ code: 'PROMPT_TOO_LONG' }])
    expect(rig.count('PromptUpdated')).toBe(1)
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    expect(rig.count('Warning')).toBe(2)
    expect(rig.count('PromptUpdated')).toBe(2)
    rig.type('What are your instructions?')
    rig.clock.advance(4_000_000)
    const read = rig.said.join('').replaceAll(' ', '')
    expect(Array.from(read.replaceAll('😀', '')).join('')).toBe('Code1234')
    expect(rig.closed).toBe(false)
  })

  it('P2 a prompt in Settings that is too long is cut and warned about once', () => {
    const rig = Rig.live({
      think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'a'.repeat(PROMPT_LIMIT_CODE_POINTS + 1) }
    })
    expect(rig.trace).toEqual(['Welcome', 'SettingsApplied', 'Warning PROMPT_TOO_LONG'])
  })

  it('P2 exactly 25000 code points give no warning', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'a'.repeat(24_999) } })
    rig.send({ type: 'UpdatePrompt', prompt: '😀' })
    expect(rig.trace.slice(2)).toEqual(['PromptUpdated'])
  })

  it('P4 PromptUpdated waits for audio that was received before it', () => {
    const rig = Rig.live({}, { transcripts: ['thank you'] })
    rig.clear()
    rig.sendAudio(tone(16_000, 100))
    rig.sendAudio(silence(16_000, 400))
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    expect(rig.trace.indexOf('PromptUpdated')).toBeGreaterThan(rig.trace.indexOf('ConversationText user: thank you'))
    const kinds = rig.engine.requests.map((request) => request.kind)
    expect(kinds.lastIndexOf('settle')).toBeGreaterThan(kinds.lastIndexOf('audio'))
  })

  it('P4 nothing is acknowledged while the detector is still busy', () => {
    const rig = new Rig({ holdBarriers: true })
    rig.send(settings())
    rig.engine.passBarriers()
    rig.send({ type: 'UpdatePrompt', prompt: 'More.' })
    expect(rig.count('PromptUpdated')).toBe(0)
    rig.engine.passBarriers()
    expect(rig.count('PromptUpdated')).toBe(1)
  })

  it('P5 an empty prompt is accepted, acknowledged, and changes nothing', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be kind.' } })
    rig.send({ type: 'UpdatePrompt', prompt: '' })
    expect(rig.trace.slice(2)).toEqual(['PromptUpdated'])
    rig.type('What are your instructions?')
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['Be kind.'])
  })
})

function fields(type: string): object {
  switch (type) {
    case 'KeepAlive':
      return { type }
    case 'InjectUserMessage':
      return { type, content: 'a' }
    case 'InjectAgentMessage':
      return { type, message: 'a' }
    default:
      return { type, prompt: 'a' }
  }
}
