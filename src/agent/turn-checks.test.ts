import { describe, expect, it } from 'vitest'
import { decodeG711, encodeG711 } from '../shared/audio/g711.ts'
import { Rig, settings } from './rig.test-support.ts'
import { silence, tone } from './scripted-engine.test-support.ts'

const flux = (more: object = {}): object => ({ type: 'deepgram', version: 'v2', model: 'flux-general-en', ...more })
const listen = (more: object = {}): object => ({ listen: { provider: flux(more) } })

function audioOf(rig: Rig): Uint8Array {
  return Buffer.concat(rig.sent.flatMap((entry) => ('bytes' in entry ? [entry.bytes] : [])))
}

describe('audio formats', () => {
  it('V16 linear16 without a container has no RIFF header, wav has one', () => {
    for (const container of ['none', 'wav']) {
      const rig = Rig.live(
        { greeting: 'Hello.' },
        {},
        { output: { encoding: 'linear16', sample_rate: 24_000, container } }
      )
      rig.clock.advance(5000)
      const head = Buffer.from(audioOf(rig).subarray(0, 4)).toString('latin1')
      expect(head === 'RIFF').toBe(container === 'wav')
      expect(audioOf(rig).length - (container === 'wav' ? 44 : 0)).toBe(6 * 20 * 24 * 2)
    }
  })

  it.each(['mulaw', 'alaw'] as const)('V16 %s at 8000 Hz goes out as one byte per sample', (encoding) => {
    const rig = Rig.live({ greeting: 'Hello.' }, {}, { output: { encoding } })
    rig.clock.advance(5000)
    expect(rig.engine.of('open')).toMatchObject([{ outputSampleRateHz: 8000 }])
    expect(Buffer.from(audioOf(rig))).toEqual(Buffer.from(encodeG711(encoding, tone(8000, 120))))
  })

  it.each(['mulaw', 'alaw'] as const)('%s comes in as samples of one byte, in frames of any length', (encoding) => {
    const rig = Rig.live({}, { transcripts: ['thank you'] }, { input: { encoding, sample_rate: 8000 } })
    const bytes = encodeG711(encoding, Buffer.concat([tone(8000, 200), silence(8000, 400)]))
    for (let at = 0; at < bytes.length; at += 33) rig.sendAudio(bytes.subarray(at, at + 33))
    const heard = Buffer.concat(rig.engine.of('audio').map(({ pcm }) => pcm))
    expect(heard).toEqual(Buffer.from(decodeG711(encoding, bytes)))
    expect(rig.trace).toContain('ConversationText user: thank you')
  })
})

describe('a turn', () => {
  it('V20 speech gives one UserStartedSpeaking and later one user text', () => {
    const rig = Rig.live({}, { transcripts: ['what is two plus two'] })
    rig.sendAudio(tone(16_000, 300))
    rig.sendAudio(silence(16_000, 400))
    rig.clock.advance(10_000)
    expect(rig.count('UserStartedSpeaking')).toBe(1)
    expect(rig.trace.filter((one) => one.startsWith('ConversationText user'))).toEqual([
      'ConversationText user: what is two plus two'
    ])
    expect(rig.trace.indexOf('UserStartedSpeaking')).toBeLessThan(
      rig.trace.indexOf('ConversationText user: what is two plus two')
    )
  })

  it('V21 silence starts no turn', () => {
    const rig = Rig.live()
    for (let second = 0; second < 5; second += 1) rig.sendAudio(silence(16_000, 1000))
    rig.clock.advance(5000)
    expect(rig.trace.slice(2)).toEqual([])
  })

  it('V22 the order of a turn: user text, reply text, audio, done', () => {
    const rig = Rig.live()
    rig.speak(1, 'what is twelve times seven')
    rig.clock.advance(5000)
    expect(rig.trace.slice(2)).toEqual([
      'UserStartedSpeaking',
      'ConversationText user: what is twelve times seven',
      'ConversationText assistant: The answer is 84.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('V23 there is one assistant text per sentence, in the order of speech, each before its audio', () => {
    const rig = Rig.live()
    rig.type('Hello.')
    rig.clock.advance(10_000)
    expect(rig.trace.slice(3)).toEqual([
      'ConversationText assistant: Hello.',
      'audio',
      'ConversationText assistant: How can I help?',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('V24 speech during a reply stops it: no more audio, no AgentAudioDone', () => {
    const rig = Rig.live()
    rig.type('help')
    rig.clock.advance(1000)
    rig.clear()
    rig.engine.userStarts(1)
    rig.clock.advance(60_000)
    expect(rig.trace).toEqual(['UserStartedSpeaking'])
  })

  it('V28 InjectUserMessage is repeated as a user text and answered', () => {
    const rig = Rig.live()
    rig.type('What is two plus two?')
    rig.clock.advance(5000)
    expect(rig.trace.slice(2)).toEqual([
      'ConversationText user: What is two plus two?',
      'ConversationText assistant: The answer is 4.',
      'audio',
      'AgentAudioDone'
    ])
  })
})

describe('EndOfTurn', () => {
  it('tells on Flux what ended the turn, and never on v1 or with the switch off', () => {
    const rig = Rig.live(listen())
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'thank you', 1, undefined, 'timeout')
    rig.type('Hello.')
    expect(rig.all('EndOfTurn').map(({ trigger }) => trigger)).toEqual(['timeout', 'manual'])
    const off = new Rig({}, { switches: { endOfTurn: false } })
    off.send(settings(listen()))
    const v1 = Rig.live()
    for (const one of [off, v1]) one.speak(1, 'thank you')
    expect([...off.all('EndOfTurn'), ...v1.all('EndOfTurn')]).toEqual([])
    expect([off.count('ConversationText'), v1.count('ConversationText')]).toEqual([2, 2])
  })
})

describe('ForceEndTurn', () => {
  it('V27 ends a turn on Flux at once', () => {
    const rig = Rig.live(listen(), { transcripts: ['thank you'] })
    rig.sendAudio(tone(16_000, 300))
    expect(rig.trace.at(-1)).toBe('UserStartedSpeaking')
    rig.send({ type: 'ForceEndTurn' })
    expect(rig.trace.slice(-3)).toEqual(['EndOfTurn manual', 'ConversationText assistant: You are welcome.', 'audio'])
    expect(rig.trace).toContain('ConversationText user: thank you')
  })

  it('V27 does nothing when nobody speaks', () => {
    const rig = Rig.live(listen())
    rig.send({ type: 'ForceEndTurn' })
    rig.clock.advance(5000)
    expect(rig.sent.slice(2)).toEqual([])
  })

  it('V27 on v1 it is warned about and the turn goes on', () => {
    const rig = Rig.live({}, { transcripts: ['thank you'] })
    rig.sendAudio(tone(16_000, 300))
    rig.send({ type: 'ForceEndTurn' })
    expect(rig.trace.slice(-1)).toEqual(['Warning FORCE_END_TURN_UNSUPPORTED'])
    expect(rig.engine.of('end-turn')).toEqual([])
    rig.sendAudio(silence(16_000, 400))
    expect(rig.trace).toContain('ConversationText user: thank you')
  })
})

describe('InjectAgentMessage', () => {
  it('V29 default is spoken verbatim when nobody is mid-turn and refused else', () => {
    const rig = Rig.live()
    rig.inject('Are you  still there?')
    expect(rig.said).toEqual(['Are you  still there?'])
    rig.inject('No.')
    expect(rig.all('InjectionRefused').map(({ message }) => message)).toEqual(['The agent is speaking.'])
    rig.engine.userStarts(1)
    rig.inject('No.')
    expect(
      rig
        .all('InjectionRefused')
        .map(({ message }) => message)
        .at(-1)
    ).toBe('The user is speaking.')
    rig.clock.advance(10_000)
    expect(rig.engine.spoken).toEqual(['Are you still there?'])
  })

  it('V30 queue is spoken behind the agent and refused while the user speaks', () => {
    const rig = Rig.live()
    rig.type('What is two plus two?')
    rig.inject('And five.', 'queue')
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['The answer is 4.', 'And five.'])
    rig.engine.userStarts(1)
    rig.inject('No.', 'queue')
    expect(rig.count('InjectionRefused')).toBe(1)
  })

  it('V31 interrupt stops the agent and is spoken instead', () => {
    const rig = Rig.live()
    rig.type('help')
    rig.inject('Queued.', 'queue')
    rig.clock.advance(300)
    rig.clear()
    rig.inject('Stop. Fire alarm.', 'interrupt')
    rig.clock.advance(10_000)
    expect(rig.engine.of('cancel')).toHaveLength(1)
    expect(rig.trace).toEqual(['ConversationText assistant: Stop. Fire alarm.', 'audio', 'AgentAudioDone'])
    expect(rig.audioBytes).toBe('Stop.Fire alarm.'.length * 20 * 32)
  })

  it('V31 interrupt while the user speaks is spoken now, and speech that goes on cuts it', () => {
    const rig = Rig.live({}, { transcripts: ['thank you'] })
    rig.sendAudio(tone(16_000, 300))
    rig.inject('One moment please, this is important.', 'interrupt')
    expect(rig.count('InjectionRefused')).toBe(0)
    expect(rig.said).toContain('One moment please, this is important.')
    rig.clear()
    rig.sendAudio(tone(16_000, 40))
    rig.clock.advance(10_000)
    expect(rig.trace).toEqual(['UserStartedSpeaking'])
  })

  it('V31 what the user had said before an interrupt is answered behind it', () => {
    const rig = Rig.live({}, { transcripts: ['thank you'], holdWords: true })
    rig.sendAudio(tone(16_000, 300))
    rig.inject('One moment.', 'interrupt')
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['One moment.', 'You are welcome.'])
  })

  it('V32 AgentAudioDone follows the last of several injected messages, once', () => {
    const rig = Rig.live()
    for (const message of ['First.', 'Second.', 'Third.']) rig.inject(message, 'queue')
    rig.clock.advance(10_000)
    expect(rig.count('AgentAudioDone')).toBe(1)
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
    expect(rig.said).toEqual(['First.', 'Second.', 'Third.'])
  })
})

const updateListen = (provider: object): object => ({ type: 'UpdateListen', listen: { provider } })

describe('UpdateListen', () => {
  it('V35 is acknowledged once and patches: the ears obey at once, what is omitted stays', () => {
    const rig = Rig.live(listen({ eot_threshold: 0.8, eot_timeout_ms: 3000 }))
    expect(rig.engine.of('open')).toMatchObject([{ listen: { eotThreshold: 0.8, eotTimeoutMs: 3000 } }])
    rig.send(updateListen({ eot_timeout_ms: 700 }))
    rig.send(updateListen({ eager_eot_threshold: 0.5 }))
    expect(rig.engine.of('listen-options').map((request) => request.listen)).toEqual([
      { eotThreshold: 0.8, eagerEotThreshold: null, eotTimeoutMs: 700 },
      { eotThreshold: 0.8, eagerEotThreshold: 0.5, eotTimeoutMs: 700 }
    ])
    expect(rig.trace.slice(2)).toEqual(['ListenUpdated', 'ListenUpdated'])
  })

  it('V35 language_hints are cleared when they are omitted, and shown with user texts while there are some', () => {
    const rig = Rig.live(listen({ model: 'flux-general-multi', language_hints: ['es', 'en'] }))
    rig.type('Hola.')
    rig.send(updateListen({ language_hints: ['de'] }))
    rig.type('Hallo.')
    rig.send(updateListen({ eot_threshold: 0.9 }))
    rig.type('Hello.')
    const hints = rig
      .all('ConversationText')
      .flatMap((text) => (text.role === 'user' ? [text.languages_hinted ?? null] : []))
    expect(hints).toEqual([['es', 'en'], ['de'], null])
  })

  it('switches between v1 and v2: fields of the other version are dropped, Flux gets its defaults', () => {
    const rig = Rig.live({ listen: { provider: { type: 'deepgram', model: 'nova-3', smart_format: true } } })
    rig.send({ type: 'ForceEndTurn' })
    rig.send(updateListen({ type: 'deepgram', version: 'v2', model: 'flux-general-en' }))
    rig.send({ type: 'ForceEndTurn' })
    rig.send(updateListen({ version: 'v1', model: 'nova-3' }))
    expect(rig.trace.slice(2)).toEqual(['Warning FORCE_END_TURN_UNSUPPORTED', 'ListenUpdated', 'ListenUpdated'])
  })

  it.each([
    [{ eot_threshold: 2 }, 'INVALID_SETTINGS', 'listen.provider.eot_threshold'],
    [{ endpointing: 1 }, 'UNPARSABLE_CLIENT_MESSAGE', 'endpointing'],
    [{ language: 'en' }, 'UNPARSABLE_CLIENT_MESSAGE', 'language'],
    [{ model: 'nova-3' }, 'INVALID_SETTINGS', 'not a Flux model']
  ])('V35 %j cannot be applied and ends the session', (patch, code, part) => {
    const rig = Rig.live(listen())
    rig.send(updateListen(patch))
    expect(rig.messages.at(-1)).toMatchObject({ type: 'Error', code })
    expect(JSON.stringify(rig.messages.at(-1))).toContain(part)
  })

  it('V35 acknowledgements wait until audio received before them is dealt with, and keep their order', () => {
    const rig = Rig.live(listen(), { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'thank you')
    rig.clear()
    rig.send(updateListen({ eot_threshold: 0.9 }))
    rig.send({ type: 'UpdateSpeak', speak: { provider: { type: 'deepgram', model: 'aura-2-apollo-en' } } })
    rig.send({ type: 'UpdateThink', think: { provider: { type: 'open_ai', model: 'm' } } })
    expect(rig.trace).toEqual([])
    rig.engine.giveWords()
    const acks = rig.trace.filter((one) => one.endsWith('Updated'))
    expect(acks).toEqual(['ListenUpdated', 'SpeakUpdated', 'ThinkUpdated'])
    expect(rig.trace[0]).toBe('ConversationText user: thank you')
  })
})

const voiceOf = (rig: Rig): string[] => rig.engine.of('speak').map(({ voice }) => voice)

describe('UpdateSpeak', () => {
  it('V35 the next sentences have the new voice, those asked for keep theirs; it is acknowledged once', () => {
    const rig = Rig.live({ speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } } }, { holdSpeech: true })
    rig.inject('One. Two. Three. Four.')
    rig.send({ type: 'UpdateSpeak', speak: { provider: { type: 'deepgram', model: 'aura-2-apollo-en' } } })
    for (let i = 0; i < 4; i += 1) {
      rig.engine.giveSpeech()
      rig.clock.advance(1000)
    }
    expect(voiceOf(rig)).toEqual(['aura-2-thalia-en', 'aura-2-thalia-en', 'aura-2-apollo-en', 'aura-2-apollo-en'])
    expect(rig.count('SpeakUpdated')).toBe(1)
  })

  it('V35 one that cannot be applied ends the session', () => {
    const rig = Rig.live()
    rig.send({ type: 'UpdateSpeak', speak: { provider: { type: 'deepgram', model: 'a', language: 'en' } } })
    expect(rig.messages.at(-1)).toMatchObject({ code: 'UNPARSABLE_CLIENT_MESSAGE' })
  })
})
