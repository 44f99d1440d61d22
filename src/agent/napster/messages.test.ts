import { describe, expect, it } from 'vitest'
import { silence, tone } from '../scripted-engine.test-support.ts'
import { NapsterRig } from './rig.test-support.ts'

const SENTENCE = 'This is a sentence that takes a while to be spoken aloud.'
const LONG = `Say "${SENTENCE}"`
/** The scripted voice needs 20 ms per character; {@link speaking} begins in the middle. */
const LEFT_MS = SENTENCE.length * 20 - 300

/** A rig whose agent is in the middle of a long sentence. */
function speaking(options: ConstructorParameters<typeof NapsterRig>[0] = {}): NapsterRig {
  const rig = new NapsterRig({ initialSpeech: LONG, ...options })
  rig.clock.advance(300)
  expect(rig.talk).toEqual(['started'])
  return rig
}

describe('send_message and set_settings', () => {
  it.each(['before the engine is open', 'while the user speaks', 'while the agent speaks', 'in silence'])(
    'N1 they can be sent at any time: %s',
    (when) => {
      const rig = new NapsterRig({
        script: { holdOpen: when === 'before the engine is open' },
        ...(when === 'while the agent speaks' ? { initialSpeech: LONG } : {})
      })
      if (when === 'while the user speaks') rig.engine.userStarts(1)
      if (when === 'while the agent speaks') rig.clock.advance(300)
      rig.set({ instructions: 'Your name is Max.' })
      rig.say('What is your name?')
      if (when === 'before the engine is open') rig.engine.opened()
      if (when === 'while the user speaks') rig.engine.userStops(1, 'hello')
      rig.clock.advance(30_000)
      expect(rig.completed.at(-1)).toContain('My name is Max.')
      expect(rig.errors).toEqual([])
    }
  )

  it.each([
    ['no JSON', '{"type":"send_message"'],
    ['a list', '[]'],
    ['no type', '{"data":{}}'],
    ['an unknown type', '{"type":"send_text","data":{"text":"hi"}}'],
    ['data beside the type', '{"type":"send_message","role":"user","text":"hi","trigger_response":true}'],
    [
      'nesting without end',
      `{"type":"send_function_output","data":{"call_id":"1","output":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
    ]
  ])('N3 a command is one JSON text frame {type, data}: %s is refused and the session goes on', (_what, frame) => {
    const rig = new NapsterRig()
    rig.raw(frame)
    expect(rig.all('error')).toHaveLength(1)
    expect(rig.closed).toBe(false)
    expect(rig.ask('What is two plus two?')).toBe('The answer is 4.')
  })

  it('N3 a binary frame is refused and the session goes on', () => {
    const rig = new NapsterRig()
    rig.connection.onBinary()
    expect(rig.errors).toEqual(['Frames are JSON text; audio goes into send_audio as base64.'])
    expect(rig.ask('What is two plus two?')).toBe('The answer is 4.')
  })

  it.each([{ role: 'assistant' }, { role: undefined }, { role: 'User' }, { role: null }])(
    'N4 role is user or system: %j is refused, and nothing of it is said or remembered',
    (role) => {
      const rig = new NapsterRig()
      rig.command('send_message', { text: 'The code is 4711.', trigger_response: true, ...role })
      expect(rig.errors).toHaveLength(1)
      expect(rig.errors[0]).toContain('role')
      expect([rig.echoed, rig.completed]).toEqual([[], []])
      expect(rig.ask('What is the code?')).not.toContain('4711')
    }
  )

  it.each([{}, { text: 7 }, { text: null }, { text: ['hi'] }])(
    'N5 text is a required string: %j is refused',
    (text) => {
      const rig = new NapsterRig()
      rig.command('send_message', { role: 'user', trigger_response: true, ...text })
      expect(rig.errors).toHaveLength(1)
      expect(rig.errors[0]).toContain('data.text')
      expect(rig.echoed).toEqual([])
    }
  )

  it.each([{}, { trigger_response: 'true' }, { trigger_response: 1 }, { trigger_response: null }])(
    'N6 trigger_response is a required boolean: %j is refused',
    (trigger) => {
      const rig = new NapsterRig()
      rig.command('send_message', { role: 'user', text: 'What is two plus two?', ...trigger })
      rig.clock.advance(10_000)
      expect(rig.errors).toHaveLength(1)
      expect(rig.errors[0]).toContain('data.trigger_response')
      expect([rig.echoed, rig.completed]).toEqual([[], []])
    }
  )
})

describe('trigger_response', () => {
  it('N7 true: the agent answers words of the user at once', () => {
    const rig = new NapsterRig()
    rig.clear()
    rig.say('What is two plus two?')
    rig.clock.advance(5_000)
    expect(rig.trace).toEqual([
      'user completed: What is two plus two?',
      'assistant created',
      'assistant delta: The answer is 4.',
      'talk started',
      'audio',
      'assistant completed: The answer is 4.',
      'talk ended'
    ])
  })

  it('N7 true: the agent answers context at once', () => {
    const rig = new NapsterRig()
    rig.tellContext('The subscription was upgraded to premium.', { trigger_response: true })
    rig.clock.advance(10_000)
    expect(rig.completed).toEqual(['I was told: The subscription was upgraded to premium.'])
  })

  it('N7 a model is asked with the context as its last message', () => {
    const rig = new NapsterRig({ settings: { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } } })
    rig.tellContext('The cart is empty.', { trigger_response: true })
    expect(rig.thinker.completions.at(-1)?.told).toEqual(['system: The cart is empty.'])
    rig.thinker.completions.at(-1)?.answers('Your cart is empty. ', 'Shall I help?')
    rig.clock.advance(10_000)
    expect(rig.completed).toEqual(['Your cart is empty. Shall I help?'])
  })

  it.each(['user', 'system'])(
    'N8 false: the agent is silent about a message of role %s, and it shows later',
    (role) => {
      const rig = new NapsterRig()
      rig.clear()
      rig.command('send_message', { role, text: 'The door code is 4711.', trigger_response: false })
      rig.clock.advance(60_000)
      expect(rig.trace.filter((line) => line.startsWith('assistant') || line.startsWith('talk'))).toEqual([])
      expect(rig.ask('What is the door code?')).toContain('4711')
    }
  )

  it.each(['user', 'system'])('N8 false: a model reads it with its next request, role %s', (role) => {
    const rig = new NapsterRig({ settings: { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } } })
    rig.command('send_message', { role, text: 'The cart is empty.', trigger_response: false })
    expect(rig.thinker.completions).toEqual([])
    rig.say('What is in it?')
    expect(rig.thinker.completions.at(-1)?.told).toEqual([`${role}: The cart is empty.`, 'user: What is in it?'])
  })

  it('N8 false: the answer that a model is thinking of is not given up', () => {
    const rig = new NapsterRig({ settings: { endpoint: { url: 'http://127.0.0.1:1/v1/chat/completions' } } })
    rig.say('What is in my cart?')
    rig.tellContext('The user has scrolled down.')
    expect(rig.thinker.completions[0]?.cancelled).toBe(false)
    rig.thinker.completions[0]?.answers('A hat.')
    rig.clock.advance(10_000)
    expect(rig.completed).toEqual(['A hat.'])
  })

  it('N8 false: functions that are waited for are waited for still', () => {
    const rig = new NapsterRig({ functions: [{ data: { name: 'get_weather' } }] })
    rig.say('use get weather')
    rig.command('send_message', { role: 'user', text: 'By the way, it is late.', trigger_response: false })
    const [call] = rig.all('function_implicitly_called')
    rig.command('send_function_output', { call_id: call?.call_id, output: 'rain' })
    return Promise.resolve().then(() => {
      rig.clock.advance(10_000)
      expect(rig.completed.join(' ')).toContain('The function get weather answered: rain')
    })
  })
})

describe('delay', () => {
  it.each(['user', 'system'])('N9 an omitted delay is false: a message of role %s interrupts', (role) => {
    const rig = speaking()
    rig.command('send_message', { role, text: 'The code is 4711.', trigger_response: false })
    expect(rig.talk).toEqual(['started', 'canceled'])
  })

  it.each([
    ['user', true],
    ['user', false],
    ['system', true],
    ['system', false]
  ])('N10 false: a message of role %s, trigger_response %s, interrupts a speaking agent', (role, trigger) => {
    const rig = speaking()
    rig.clear()
    rig.command('send_message', { role, text: 'What is two plus two?', trigger_response: trigger, delay: false })
    rig.clock.advance(10_000)
    expect(rig.trace).toEqual([
      'assistant cancelled: client_cancelled',
      'talk canceled',
      ...(role === 'user' ? ['user completed: What is two plus two?'] : []),
      ...(trigger
        ? [
            'assistant created',
            'assistant delta: The answer is 4.',
            'talk started',
            'audio',
            'assistant completed: The answer is 4.',
            'talk ended'
          ]
        : [])
    ])
  })

  it('N10 false: it interrupts until the last sample would have been played', () => {
    const rig = speaking()
    // The last audio is sent up to 480 ms before.
    rig.clock.advance(LEFT_MS - 10)
    expect(rig.completed).toHaveLength(1)
    expect(rig.talk).toEqual(['started'])
    rig.tellContext('Stop.')
    expect(rig.talk).toEqual(['started', 'canceled'])
  })

  it('N11 true: held until the last sample would have been played, then answered', () => {
    const rig = speaking()
    rig.say('What is two plus two?', { delay: true })
    rig.clock.advance(LEFT_MS - 10)
    expect([rig.echoed, rig.talk]).toEqual([[], ['started']])
    rig.clock.advance(20)
    expect([rig.echoed, rig.talk]).toEqual([['What is two plus two?'], ['started', 'ended', 'started']])
    rig.clock.advance(10_000)
    expect(rig.completed.at(-1)).toBe('The answer is 4.')
  })

  it('N11 true without a response: delivered after the speech, and no answer follows', () => {
    const rig = speaking()
    rig.tellContext('The code is 4711.', { delay: true })
    rig.say('What is the code?', { delay: true })
    rig.clock.advance(20_000)
    expect(rig.talk).toEqual(['started', 'ended', 'started', 'ended'])
    expect(rig.completed.at(-1)).toContain('4711')
  })

  it('N11 several are delivered in order, each after the answer to the one before', () => {
    const rig = speaking()
    rig.say('What is one plus one?', { delay: true })
    rig.say('What is two plus two?', { delay: true })
    rig.say('What is three plus three?', { delay: true })
    rig.clock.advance(30_000)
    expect(rig.completed.slice(1)).toEqual(['The answer is 2.', 'The answer is 4.', 'The answer is 6.'])
    expect(rig.echoed).toEqual(['What is one plus one?', 'What is two plus two?', 'What is three plus three?'])
  })

  it('N11 with a silent agent it is delivered at once', () => {
    const rig = new NapsterRig()
    rig.say('What is two plus two?', { delay: true })
    expect(rig.echoed).toEqual(['What is two plus two?'])
  })

  it('N11 the user who interrupts ends the wait: the message is answered with what they say', () => {
    const rig = speaking()
    rig.say('What is two plus two?', { delay: true })
    rig.engine.userStarts(1)
    expect(rig.echoed).toEqual(['What is two plus two?'])
    rig.engine.userStops(1, 'what is one plus one')
    rig.clock.advance(20_000)
    expect(rig.completed.join(' ')).toContain('The answer is 4.')
    expect(rig.completed.join(' ')).toContain('The answer is 2.')
  })

  it('N11 a message that interrupts goes before those that wait', () => {
    const rig = speaking()
    rig.say('What is one plus one?', { delay: true })
    rig.say('What is two plus two?')
    rig.clock.advance(30_000)
    expect(rig.completed).toEqual(['The answer is 4.', 'The answer is 2.'])
  })

  it('N11 more than 100 that wait are refused', () => {
    const rig = speaking()
    for (let i = 0; i < 101; i += 1) rig.tellContext(`Fact ${i}.`, { delay: true })
    expect(rig.errors).toEqual(['100 messages wait for the agent to finish already.'])
  })
})

describe('roles', () => {
  it('N12 role user is as if the user had said it: shown as theirs, answered alike, beside audio', () => {
    const rig = new NapsterRig({ script: { transcripts: ['my name is Ana'] } })
    rig.hear(tone(16_000, 300))
    rig.hear(silence(16_000, 400))
    rig.clock.advance(10_000)
    rig.say('What did I say?')
    rig.clock.advance(10_000)
    expect(rig.echoed).toEqual(['my name is Ana', 'What did I say?'])
    expect(rig.completed.at(-1)).toBe('You said: my name is Ana')
    expect(rig.ask('What is my name?')).toContain('Ana')
  })

  it('N12 what is typed while the user speaks is answered when they have finished', () => {
    const rig = new NapsterRig()
    rig.engine.userStarts(1)
    rig.say('What is two plus two?')
    rig.clock.advance(10_000)
    expect(rig.talk).toEqual([])
    rig.engine.userStops(1, 'what is one plus one')
    rig.clock.advance(10_000)
    expect(rig.completed).toEqual(['The answer is 4. The answer is 2.'])
  })

  it.each([true, false])('N13 role system is not shown, trigger_response %s', (trigger) => {
    const rig = new NapsterRig()
    rig.tellContext('The user is called Ana.', { trigger_response: trigger, delay: true })
    rig.clock.advance(10_000)
    expect(rig.echoed).toEqual([])
    expect(JSON.stringify(rig.messages.filter((one) => one.type === 'message' && one.role === 'user'))).toBe('[]')
  })
})
