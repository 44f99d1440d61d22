import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rig, settings } from './rig.test-support.ts'
import { silence, tone } from './scripted-engine.test-support.ts'

const think = (prompt: string): object => ({ think: { provider: { type: 'open_ai', model: 'm' }, prompt } })

describe('errors end the session', () => {
  it.each([
    ['{"type":', 'JSON'],
    ['[]', 'object'],
    ['{}', 'type'],
    ['{"type":"Nonsense"}', 'Nonsense'],
    ['{"type":"UpdateThink","think":{}}', 'think.provider'],
    ['{"type":"UpdatePrompt"}', 'prompt'],
    ['{"type":"InjectUserMessage","content":1}', 'content'],
    [`{"type":"InjectUserMessage","content":"a","more":1}`, 'more'],
    [`{"type":"Settings","audio":{},"agent":${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}}`, '']
  ])('%.40s is unparsable and the error says why', (text, part) => {
    const rig = text.includes('Settings') ? new Rig() : Rig.live()
    rig.connection.onText(text)
    const last = rig.messages.at(-1)
    expect(last).toMatchObject({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(JSON.stringify(last)).toContain(part)
    expect(rig.closed).toBe(true)
    rig.connection.onText('{"type":"KeepAlive"}')
    rig.sendAudio(silence(16_000, 20))
    rig.clock.advance(60_000)
    expect(rig.sent.at(-1)).toMatchObject({ message: { type: 'Error' } })
  })

  it.each([
    [{ agnet: 1 }, 'agent'],
    [{ think: { provider: { type: 'open_ai', model: 'm' }, timeout: 5 } }, 'agent.think'],
    [{ think: [{ provider: { type: 'open_ai', model: 'm', max: 5 } }] }, 'agent.think.0.provider'],
    [
      { think: { provider: { type: 'open_ai', model: 'm' }, functions: [{ name: 'a', client_side: true }] } },
      'agent.think.functions.0'
    ],
    [{ speak: { provider: { type: 'deepgram', model: 'm', language: 'en' } } }, 'agent.speak.provider'],
    [{ listen: { provider: { type: 'deepgram', endpointing: 3 } } }, 'agent.listen.provider'],
    [{ greeting: 5 }, 'agent']
  ])('an unknown or wrong field in the agent block is refused by name: %j', (agent, path) => {
    const rig = new Rig()
    rig.send(settings(agent))
    expect(rig.messages.at(-1)).toMatchObject({ code: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(JSON.stringify(rig.messages.at(-1))).toContain(`Check the ${path}`)
  })

  it.each([
    [{ input: { encoding: 'opus', sample_rate: 48_000 } }, 'audio.input.encoding'],
    [{ input: { encoding: 'mulaw', sample_rate: 24_000 } }, 'audio.input.sample_rate'],
    [{ output: { encoding: 'alaw', sample_rate: 8000, container: 'wav' } }, 'audio.output.container'],
    [{ input: { encoding: 'linear16', sample_rate: 11_025 } }, 'audio.input.sample_rate'],
    [{ output: { encoding: 'mp3' } }, 'audio.output.encoding'],
    [{ output: { sample_rate: 22_050 } }, 'audio.output.sample_rate'],
    [{ output: { container: 'ogg' } }, 'audio.output.container']
  ])('audio that the agent does not speak is INVALID_SETTINGS: %j', (audio, path) => {
    const rig = new Rig()
    rig.send(settings({}, audio))
    expect(rig.messages.at(-1)).toMatchObject({ code: 'INVALID_SETTINGS' })
    expect(JSON.stringify(rig.messages.at(-1))).toContain(path)
  })

  it('a missing audio or agent block is named', () => {
    for (const field of ['audio', 'agent']) {
      const rig = new Rig()
      rig.send({ ...settings(), [field]: undefined })
      expect(JSON.stringify(rig.messages.at(-1))).toContain(`Check the ${field} field`)
    }
  })

  it('a second Settings ends the session, before and after the first is applied', () => {
    const live = Rig.live()
    live.send(settings())
    const opening = new Rig({ holdOpen: true })
    opening.send(settings())
    opening.send(settings())
    for (const rig of [live, opening]) {
      expect(rig.messages.at(-1)).toMatchObject({ code: 'SETTINGS_ALREADY_APPLIED' })
      expect(rig.engine.requests.at(-1)?.kind).toBe('close')
    }
  })

  it('a reusable agent id is refused with its own code', () => {
    const rig = new Rig()
    rig.send({ type: 'Settings', audio: {}, agent: '5b1f0c7e-1111-4222-8333-444455556666' })
    expect(rig.messages.at(-1)).toMatchObject({ code: 'AGENT_ID_NOT_SUPPORTED' })
  })

  it('a failed engine ends the session with a sentence', () => {
    const rig = Rig.live()
    rig.engine.emit({ kind: 'failed', message: 'The voice is gone.' })
    expect(rig.messages.at(-1)).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  })

  it('a client that does not close after an Error is dropped', () => {
    const rig = Rig.live()
    rig.connection.onText('x')
    expect(rig.terminated).toBe(false)
    rig.clock.advance(2000)
    expect(rig.terminated).toBe(true)
  })
})

describe('idle time', () => {
  it('ends with CLIENT_MESSAGE_TIMEOUT; any message resets it, the agent speaking does not', () => {
    const rig = new Rig({}, { idleTimeoutMs: 12_000 })
    rig.send(settings({ greeting: 'A greeting that lasts for a while, so the agent is speaking all that time.' }))
    rig.clock.advance(11_000)
    rig.send({ type: 'KeepAlive' })
    rig.clock.advance(11_000)
    rig.sendAudio(silence(16_000, 20))
    rig.clock.advance(11_999)
    expect(rig.count('Error')).toBe(0)
    rig.clock.advance(1)
    expect(rig.messages.at(-1)).toMatchObject({ code: 'CLIENT_MESSAGE_TIMEOUT' })
  })

  it('keep-alive gets no reply', () => {
    const rig = Rig.live()
    rig.clear()
    rig.send({ type: 'KeepAlive' })
    expect(rig.sent).toEqual([])
  })
})

describe('turns', () => {
  it('the order of a spoken turn: user text, reply text, audio, done', () => {
    const rig = Rig.live({}, { transcripts: ['what is twelve times seven'] })
    rig.clear()
    rig.sendAudio(tone(16_000, 300))
    rig.sendAudio(silence(16_000, 400))
    rig.clock.advance(5000)
    expect(rig.trace).toEqual([
      'UserStartedSpeaking',
      'ConversationText user: what is twelve times seven',
      'ConversationText assistant: The answer is 84.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('speech during a reply cuts it: no more audio, no AgentAudioDone', () => {
    const rig = Rig.live({ greeting: 'A greeting that lasts for a while.' })
    rig.inject('And a queued one.', 'queue')
    rig.clock.advance(200)
    rig.clear()
    rig.engine.userStarts(1)
    rig.engine.emit({ kind: 'speech', stream: 1, utterance: 1, pcm: tone(16_000, 500), last: true })
    rig.clock.advance(10_000)
    expect(rig.trace).toEqual(['UserStartedSpeaking'])
    expect(rig.engine.of('cancel')).toMatchObject([{ upTo: 2 }])
  })

  it('typed text cuts the agent off and tells the client so', () => {
    const rig = Rig.live({ greeting: 'A greeting that lasts for a while.' })
    rig.clear()
    rig.type('1 + 1')
    rig.clock.advance(5000)
    expect(rig.trace).toEqual([
      'UserStartedSpeaking',
      'ConversationText user: 1 + 1',
      'ConversationText assistant: The answer is 2.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('text typed while the user speaks is answered when the user has finished', () => {
    const rig = Rig.live()
    rig.engine.userStarts(1)
    rig.type('1 + 1')
    expect(rig.said).toEqual([])
    rig.engine.userStops(1, 'thank you')
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['The answer is 2.', 'You are welcome.'])
  })

  it('text typed while spoken words are transcribed is answered after them', () => {
    const rig = Rig.live({}, { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'thank you')
    rig.type('1 + 1')
    rig.clock.advance(10_000)
    expect(rig.said).toEqual([])
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['You are welcome.', 'The answer is 2.'])
  })

  it('mic check names the model that whisper-cli lacks', () => {
    const rig = new Rig({ holdOpen: true })
    rig.send(settings())
    rig.engine.emit({ kind: 'opened', stream: 1, transcriber: { kind: 'none', missing: 'whisper-model' } })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, null)
    rig.clock.advance(60_000)
    expect(rig.said.at(-1)).toMatch(/give whisper-cli the model it lacks: .*ggml.* WHISPER_MODEL\.$/)
    expect(rig.said.join(' ')).not.toContain('install')
  })

  it('mic check plays the words back and says once what to connect', () => {
    const rig = Rig.live()
    for (const turn of [1, 2]) {
      rig.engine.userStarts(turn)
      rig.engine.userStops(turn, null)
      rig.clock.advance(60_000)
    }
    expect(rig.engine.of('replay').map((request) => request.turn)).toEqual([1, 2])
    expect(rig.said.filter((text) => text.includes('whisper-cli'))).toHaveLength(1)
    expect(rig.trace).toContain('ConversationText user: (speech, 2.3 s)')
  })

  it('an empty transcript and a failed transcriber are said aloud', () => {
    const rig = Rig.live()
    rig.engine.userStarts(1)
    rig.engine.userStops(1, '')
    rig.clock.advance(10_000)
    rig.engine.userStarts(2)
    rig.engine.userStops(2, null, 1, 'The transcriber ended with code 3.')
    rig.clock.advance(20_000)
    expect(rig.said).toEqual([
      'I did not catch that.',
      'I heard you, but I could not turn it into text.',
      'The transcriber ended with code 3.'
    ])
    expect(rig.trace).toContain('Warning TRANSCRIBER_FAILED')
    expect(rig.engine.of('replay')).toEqual([])
  })

  it('a recording that cannot be played back is warned about and the turn still ends', () => {
    const rig = Rig.live({}, { holdSpeech: true })
    rig.speak(1, null)
    rig.engine.emit({ kind: 'speech-failed', stream: 1, utterance: 1, message: 'It is not kept any more.' })
    rig.engine.giveSpeech()
    rig.clock.advance(30_000)
    expect(rig.trace).toContain('Warning SPEAK_REQUEST_FAILED')
    expect(rig.said).not.toContain('(your own words, played back)')
    expect(rig.closed).toBe(false)
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
  })

  it('facts from the prompt, an addition, the context and the user are all used', () => {
    const rig = Rig.live({
      ...think('Your name is Max. Answer in one sentence.'),
      context: { messages: [{ type: 'History', role: 'user', content: 'My dog is called Rex.' }] }
    })
    rig.send({ type: 'UpdatePrompt', prompt: 'The code is 4711. Your name is Eva.' })
    const said: string[] = []
    for (const question of ['What is your name?', 'What is the code?', 'What is my dog called?', 'help']) {
      rig.clear()
      rig.type(question)
      rig.clock.advance(30_000)
      said.push(rig.said.join(' | '))
    }
    expect(said).toEqual([
      'My name is Eva.',
      'The code is 4711.',
      'Your dog is Rex.',
      'I am small and work by rules, without a language model.'
    ])
  })
})

describe('whatever a client sends', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        type: fc.constantFrom(
          'Settings',
          'KeepAlive',
          'UpdatePrompt',
          'InjectUserMessage',
          'InjectAgentMessage',
          'FunctionCallResponse',
          'ForceEndTurn',
          'X'
        ),
        message: fc.anything(),
        content: fc.anything(),
        prompt: fc.anything()
      })
      .map((value) => JSON.stringify(value)),
    fc
      .record({ type: fc.constant('InjectUserMessage'), content: fc.string({ unit: 'grapheme' }) })
      .map((value) => JSON.stringify(value)),
    fc
      .record({ type: fc.constant('UpdatePrompt'), prompt: fc.string({ unit: 'grapheme' }) })
      .map((value) => JSON.stringify(value)),
    fc
      .array(
        fc.constantFrom(
          'what',
          'is',
          'my',
          'the',
          'name',
          'seven',
          'hundred',
          'and',
          'point',
          'times',
          '/',
          '0',
          '(',
          ')',
          '^',
          '9',
          '%',
          'of',
          'minus',
          '?',
          '.',
          'remember',
          'that'
        )
      )
      .map((words) => JSON.stringify({ type: 'InjectUserMessage', content: words.join(' ') }))
  )
  const block = fc.oneof(
    fc.jsonValue(),
    fc.record({ provider: fc.jsonValue() }),
    fc.record({
      provider: fc.record({
        type: fc.constantFrom('deepgram', 'open_ai'),
        model: fc.constantFrom('m', 'flux-general-en'),
        version: fc.constantFrom('v1', 'v2'),
        eot_threshold: fc.float()
      })
    })
  )
  const update = fc
    .tuple(fc.constantFrom('listen', 'think', 'speak'), block)
    .map(([what, value]) => JSON.stringify({ type: `Update${what[0]?.toUpperCase()}${what.slice(1)}`, [what]: value }))
  const step = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: update }),
    fc.record({ kind: fc.constant('text' as const), text }),
    fc.record({ kind: fc.constant('binary' as const), bytes: fc.uint8Array({ maxLength: 3000 }) }),
    fc.record({ kind: fc.constant('time' as const), ms: fc.nat(20_000) })
  )

  it('the session answers or ends with an Error; it never breaks inside', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 20 }), (live, steps) => {
        const rig = live ? Rig.live({ greeting: 'Hello.' }) : new Rig()
        for (const one of steps) {
          if (one.kind === 'text') rig.connection.onText(one.text)
          else if (one.kind === 'binary') rig.sendAudio(one.bytes)
          else rig.clock.advance(one.ms)
        }
        rig.connection.onClosed()
        const errors = rig.messages.filter((message) => message.type === 'Error')
        expect(errors.length).toBeLessThanOrEqual(1)
        expect(errors.some((error) => error.code === 'INTERNAL_SERVER_ERROR')).toBe(false)
        if (errors.length === 1) expect(rig.messages.at(-1)).toBe(errors[0])
        expect(rig.log.lines.filter((line) => line.includes('broke'))).toEqual([])
        expect(rig.clock.pending).toBe(0)
      }),
      { numRuns: 300 }
    )
  })
})
