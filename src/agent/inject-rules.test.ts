import { describe, expect, it } from 'vitest'
import { Rig } from './rig.test-support.ts'
import { silence, tone } from './scripted-engine.test-support.ts'

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

  it('I4 default is refused while the agent thinks, also before there is anything to say', () => {
    const rig = Rig.live({}, { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'thank you')
    rig.inject('While it thinks.', 'default')
    expect(rig.all('InjectionRefused')).toMatchObject([{ message: 'The agent is thinking.' }])
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

  it('I5 queue is accepted while the words of the user are transcribed, and spoken after the answer, in order', () => {
    const rig = Rig.live({}, { holdWords: true, transcripts: ['what is two plus two'] })
    rig.sendAudio(tone(16_000, 200))
    rig.inject('Too early.', 'queue')
    rig.sendAudio(silence(16_000, 400))
    rig.inject('First.', 'queue')
    rig.inject('Second.', 'queue')
    expect(rig.count('InjectionRefused')).toBe(1)
    rig.clock.advance(10_000)
    expect(rig.said).toEqual([])
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['The answer is 4.', 'First.', 'Second.'])
    expect(rig.engine.of('cancel')).toEqual([])
  })

  it('I5 what is queued while the agent thinks is forgotten when the user speaks again, as in the middle of an answer', () => {
    const rig = Rig.live({}, { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'what is two plus two')
    rig.inject('One moment.', 'queue')
    rig.engine.userStarts(2)
    rig.engine.giveWords()
    rig.engine.userStops(2, 'thank you')
    rig.engine.giveWords()
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['The answer is 4.', 'You are welcome.'])
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

  it('I7 the user is mid-turn up to the end of turn only: then the agent thinks, which refuses default', () => {
    const rig = Rig.live({}, { holdWords: true })
    rig.engine.userStarts(1)
    rig.inject('No.', 'default')
    rig.engine.userStops(1, 'thank you')
    rig.inject('No.', 'default')
    rig.engine.giveWords()
    rig.inject('No.', 'default')
    const why = rig.messages.flatMap((message) => (message.type === 'InjectionRefused' ? [message.message] : []))
    expect(why).toEqual(['The user is speaking.', 'The agent is thinking.', 'The agent is speaking.'])
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['You are welcome.'])
  })

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

  it('I11 a nudge with default is spoken to a silent user and dropped when somebody is mid-turn', () => {
    const rig = Rig.live()
    rig.clock.advance(20_000)
    rig.inject('Are you still there?', 'default')
    expect(rig.said).toEqual(['Are you still there?'])
    rig.engine.userStarts(1)
    rig.inject('Are you still there, please?', 'default')
    rig.engine.userStops(1, 'thank you')
    rig.clock.advance(60_000)
    expect(rig.said).toEqual(['Are you still there?', 'You are welcome.'])
    expect(rig.count('InjectionRefused')).toBe(1)
  })

  it('I13 a follow-up is chained to the turn that is being spoken, with one AgentAudioDone for both', () => {
    const rig = Rig.live()
    rig.type('What is two plus two?')
    rig.clock.advance(50)
    rig.inject('Shall I go on?', 'queue')
    rig.clock.advance(60_000)
    expect(rig.trace.slice(3)).toEqual([
      'ConversationText assistant: The answer is 4.',
      'audio',
      'ConversationText assistant: Shall I go on?',
      'audio',
      'AgentAudioDone'
    ])
    expect(rig.engine.of('cancel')).toEqual([])
  })

  it('I14 progress of a long job is heard in order, each message once, while its function is waited for', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, functions: [{ name: 'job' }] } })
    rig.type('Run the tool job.')
    const progress = ['A quarter is done.', 'Half of it is done.', 'Nearly there.', 'Just a moment.', 'Any second.']
    for (const message of progress) rig.inject(message, 'queue')
    rig.clock.advance(60_000)
    expect(rig.said).toEqual(progress)
    expect(rig.count('InjectionRefused')).toBe(0)
    expect(rig.count('FunctionCallCancelled')).toBe(0)
  })
})
