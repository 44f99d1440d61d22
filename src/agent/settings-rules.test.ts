import { describe, expect, it } from 'vitest'
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
          { provider: { type: 'eleven_labs', model_id: 'm', language: 'en' }, endpoint: { url: 'wss://example.com' } },
          { provider: { type: 'deepgram', version: 'v2', model: 'flux-kit-en', speed: 1, expressivity: 0 } },
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

  it('S6 SettingsApplied waits for the words of speech before it, however long they take', () => {
    const rig = new Rig({ holdOpen: true, holdWords: true, transcripts: ['thank you'] })
    rig.send(settings({ greeting: 'Hello.' }))
    rig.sendAudio(tone(16_000, 200))
    rig.sendAudio(silence(16_000, 400))
    rig.engine.opened()
    rig.clock.advance(30_000)
    expect(rig.trace).toEqual(['Welcome', 'UserStartedSpeaking'])
    rig.engine.giveWords()
    rig.clock.advance(5000)
    expect(rig.trace.slice(2, 4)).toEqual(['ConversationText user: thank you', 'SettingsApplied'])
    expect(rig.said).toEqual(['Hello.', 'You are welcome.'])
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
