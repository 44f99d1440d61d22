import { describe, expect, it } from 'vitest'
import { Rig } from './rig.test-support.ts'

const ENDPOINT = { url: 'http://127.0.0.1:1/v1/chat' }
const item = (more: object = {}): object => ({
  provider: { type: 'open_ai', model: 'm' },
  endpoint: ENDPOINT,
  prompt: 'Be kind.',
  ...more
})
const think = (more: object = {}): object => ({ think: item(more) })

describe('a reply of a model', () => {
  it('the first sentence is spoken while the rest is generated, and the turn ends with the last', () => {
    const rig = Rig.live(think())
    rig.speak(1, 'tell me a story')
    expect(rig.thinker.last.told).toEqual(['user: tell me a story'])
    rig.thinker.last.on.text('Once there was ')
    expect(rig.said).toEqual([])
    rig.thinker.last.on.text('a fox. It ')
    expect(rig.said).toEqual(['Once there was a fox.'])
    expect(rig.audioBytes).toBeGreaterThan(0)
    rig.clock.advance(20_000)
    expect(rig.count('AgentAudioDone')).toBe(0)
    rig.inject('No.')
    expect(rig.count('InjectionRefused')).toBe(1)
    rig.thinker.last.answers('slept.')
    rig.clock.advance(20_000)
    expect(rig.trace.slice(2)).toEqual([
      'UserStartedSpeaking',
      'ConversationText user: tell me a story',
      'ConversationText assistant: Once there was a fox.',
      'audio',
      'InjectionRefused',
      'ConversationText assistant: It slept.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('barge-in cancels the generation: nothing of it is said any more', () => {
    const rig = Rig.live(think())
    rig.type('Tell me a story.')
    const { last } = rig.thinker
    last.on.text('Once there was a fox. It ')
    rig.clock.advance(100)
    rig.engine.userStarts(1)
    expect(last.cancelled).toBe(true)
    last.answers('slept.')
    rig.clock.advance(20_000)
    expect(rig.said).toEqual(['Once there was a fox.'])
    expect(rig.count('AgentAudioDone')).toBe(0)
  })

  it('the model is told what was heard by the agent’s own pacing, not what was generated', () => {
    const rig = Rig.live(think())
    rig.type('Tell me a story.')
    const sentence = 'one two three four five six seven.'
    rig.thinker.last.answers(`${sentence} Eight nine ten. `)
    // 34 characters of 20 ms each; half of the first sentence is played, and the second is sent or waits.
    rig.clock.advance((sentence.length * 20) / 2)
    rig.speak(1, 'stop')
    expect(rig.thinker.last.told).toEqual(['user: Tell me a story.', 'assistant: one two three', 'user: stop'])
  })

  it('what was played in full is kept in full, and what was never played is gone', () => {
    const rig = Rig.live({ ...think(), greeting: 'Hello there.' })
    rig.clock.advance(5000)
    rig.type('Go on.')
    rig.thinker.last.answers('Fully heard. ')
    rig.clock.advance('Fully heard.'.length * 20 + 200)
    rig.type('More.')
    rig.thinker.last.answers('Cut at once.')
    rig.type('Again.')
    expect(rig.thinker.last.told).toEqual([
      'assistant: Hello there.',
      'user: Go on.',
      'assistant: Fully heard.',
      'user: More.',
      'user: Again.'
    ])
  })

  it('words that come while the user speaks on are answered together, once', () => {
    const rig = Rig.live(think(), { holdWords: true })
    rig.engine.userStarts(1)
    rig.engine.userStops(1, 'book a table')
    rig.engine.userStarts(2)
    rig.engine.giveWords()
    expect(rig.thinker.completions).toEqual([])
    rig.engine.userStops(2, 'for four')
    rig.engine.giveWords()
    expect(rig.thinker.completions).toHaveLength(1)
    expect(rig.thinker.last.told).toEqual(['user: book a table', 'user: for four'])
  })

  it('I5 queue does not interrupt a model that is thinking, and is spoken behind all of its answer', () => {
    const rig = Rig.live(think())
    rig.type('Tell me a story.')
    rig.inject('One more thing.', 'queue')
    rig.inject('No.', 'default')
    rig.thinker.last.answers('First. ', 'Second.')
    rig.clock.advance(20_000)
    expect(rig.said).toEqual(['First.', 'Second.', 'One more thing.'])
    expect(rig.thinker.last.cancelled).toBe(false)
    expect(rig.all('InjectionRefused')).toMatchObject([{ message: 'The agent is thinking.' }])
    expect(rig.count('AgentAudioDone')).toBe(1)
  })

  it('V31 interrupt cancels a model that is thinking', () => {
    const rig = Rig.live(think())
    rig.type('Tell me a story.')
    const { last } = rig.thinker
    rig.inject('Attention.', 'interrupt')
    last.answers('Once there was a fox.')
    rig.clock.advance(20_000)
    expect(last.cancelled).toBe(true)
    expect(rig.said).toEqual(['Attention.'])
    expect(rig.count('AgentAudioDone')).toBe(1)
  })

  it('an empty answer ends the turn all the same', () => {
    const rig = Rig.live(think())
    rig.type('Say nothing.')
    rig.thinker.last.answers()
    rig.clock.advance(1000)
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
    rig.inject('Yes.')
    expect(rig.said).toEqual(['Yes.'])
  })

  it('V52 a client that is gone frees the model and the voice', () => {
    const rig = Rig.live(think())
    rig.type('Tell me a story.')
    const { last } = rig.thinker
    rig.connection.onClosed()
    expect(last.cancelled).toBe(true)
    expect(rig.engine.requests.at(-1)).toEqual({ kind: 'close', stream: 1 })
    expect(rig.clock.pending).toBe(0)
    last.answers('Once there was a fox.')
    expect(rig.engine.of('speak')).toEqual([])
  })
})

describe('what goes wrong with a model', () => {
  it('V42 a failed item is warned about, the next answers, and the next turn starts at the first', () => {
    const rig = Rig.live({ think: [item({ prompt: 'One.' }), item({ prompt: 'Two.' })] })
    rig.type('Hello.')
    const choices = rig.thinker.last.request.choices
    expect(choices.map(({ prompts }) => prompts)).toEqual([['One.'], ['Two.']])
    rig.thinker.last.on.warning('THINK_REQUEST_FAILED', 'It answered 500.')
    rig.thinker.last.answers('Hi.')
    expect(rig.trace).toContain('Warning THINK_REQUEST_FAILED')
    expect(rig.said).toEqual(['Hi.'])
    rig.clock.advance(5000)
    rig.type('Again.')
    expect(rig.thinker.last.request.choices).toHaveLength(2)
  })

  it('V42 within a turn an item that failed is not asked again', () => {
    const functions = [{ name: 'look' }]
    const rig = Rig.live({ think: [item({ prompt: 'One.', functions }), item({ prompt: 'Two.', functions })] })
    rig.type('Hello.')
    rig.thinker.last.on.warning('THINK_REQUEST_FAILED', 'It answered 500.')
    rig.thinker.last.calls(['look'])
    rig.respond(rig.all('FunctionCallRequest')[0]?.functions[0]?.id, 'look', 'seen')
    expect(rig.thinker.last.request.choices.map(({ prompts }) => prompts)).toEqual([['Two.']])
  })

  it('V42 when all have failed the session ends with FAILED_TO_THINK', () => {
    const rig = Rig.live(think())
    rig.type('Hello.')
    rig.thinker.last.on.failed('All models failed.')
    expect(rig.messages.at(-1)).toMatchObject({
      type: 'Error',
      code: 'FAILED_TO_THINK',
      description: 'All models failed.'
    })
    expect(rig.closed).toBe(true)
  })

  it('V42 behind a model the small brain is a fallback like any other', () => {
    const rig = Rig.live({ think: [item(), { provider: { type: 'open_ai', model: 'm' } }] })
    rig.type('What is two plus two?')
    rig.thinker.last.on.warning('THINK_REQUEST_FAILED', 'It answered 500.')
    rig.thinker.last.on.unplugged(1)
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['The answer is 4.'])
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
  })

  it('V42 the small brain as a fallback says what functions answered that a model had called', () => {
    const functions = [{ name: 'look' }]
    const rig = Rig.live({ think: [item({ functions }), { provider: { type: 'open_ai', model: 'm' } }] })
    rig.type('Look.')
    rig.thinker.last.calls(['look'])
    rig.inject('One moment.', 'queue')
    rig.respond(rig.all('FunctionCallRequest')[0]?.functions[0]?.id, 'look', 'A fox.')
    rig.thinker.last.on.warning('THINK_REQUEST_FAILED', 'It answered 500.')
    rig.thinker.last.on.unplugged(1)
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['One moment.', 'The function look answered: A fox.'])
  })

  it('V43 SLOW_THINK_REQUEST is passed on and the turn goes on', () => {
    const rig = Rig.live(think())
    rig.type('Hello.')
    rig.thinker.last.on.warning('SLOW_THINK_REQUEST', 'We have now waited 5 seconds for a think response.')
    rig.thinker.last.on.warning('SLOW_THINK_REQUEST', 'We have now waited 10 seconds for a think response.')
    rig.thinker.last.answers('Hi.')
    expect(rig.trace.filter((one) => one.startsWith('Warning'))).toEqual([
      'Warning SLOW_THINK_REQUEST',
      'Warning SLOW_THINK_REQUEST'
    ])
    expect(rig.said).toEqual(['Hi.'])
  })
})

describe('UpdateThink', () => {
  it('V35 keeps the history, replaces the whole block, and is acknowledged once', () => {
    const rig = Rig.live(think({ functions: [{ name: 'look' }] }))
    rig.send({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
    rig.type('Hello.')
    expect(rig.thinker.last.request.choices[0]?.prompts).toEqual(['Be kind.', 'The code is 4711.'])
    rig.thinker.last.answers('Hi.')
    rig.clock.advance(5000)
    rig.send({ type: 'UpdateThink', think: item({ prompt: 'Be formal.' }) })
    rig.type('Again.')
    expect(rig.count('ThinkUpdated')).toBe(1)
    expect(rig.thinker.last.told).toEqual(['user: Hello.', 'assistant: Hi.', 'user: Again.'])
    // P1 on the server: the new block brings its own prompt; what was added to the old one is gone.
    expect(rig.thinker.last.request.choices).toMatchObject([{ prompts: ['Be formal.'] }])
    expect(rig.thinker.last.request.choices[0]?.item.functions).toBeUndefined()
  })

  it('P1 what UpdatePrompt adds after an UpdateThink is added to the new prompt', () => {
    const rig = Rig.live(think())
    rig.send({ type: 'UpdateThink', think: item({ prompt: 'Be formal.' }) })
    rig.send({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
    rig.send({ type: 'UpdatePrompt', prompt: 'Close at nine.' })
    rig.type('Hello.')
    const [choice] = rig.thinker.last.request.choices
    expect(choice?.prompts).toEqual(['Be formal.', 'The code is 4711.', 'Close at nine.'])
  })

  it('V35 the small brain takes the new prompt instead of the old, and still knows what was said', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Your name is Max.' } })
    rig.type('My dog is called Rex.')
    rig.clock.advance(10_000)
    rig.send({
      type: 'UpdateThink',
      think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Your name is Eva.' }
    })
    rig.type('What are your instructions?')
    rig.clock.advance(10_000)
    expect(rig.said.at(-1)).toBe('Your name is Eva.')
    rig.type('What is my dog called?')
    expect(rig.said.at(-1)).toBe('Your dog is Rex.')
  })

  it('V35 from the small brain to a model and back nobody forgets what was said', () => {
    const rig = Rig.live({ think: { provider: { type: 'open_ai', model: 'm' } } })
    rig.type('My dog is called Rex.')
    rig.clock.advance(10_000)
    rig.send({ type: 'UpdateThink', think: item() })
    rig.type('My code is 4711.')
    expect(rig.thinker.last.told).toEqual([
      'user: My dog is called Rex.',
      'assistant: All right, I will remember: your dog is Rex.',
      'user: My code is 4711.'
    ])
    rig.thinker.last.answers('Noted.')
    rig.clock.advance(10_000)
    rig.send({ type: 'UpdateThink', think: { provider: { type: 'open_ai', model: 'm' } } })
    rig.type('What is my code?')
    rig.clock.advance(10_000)
    expect(rig.said.at(-1)).toBe('Your code is 4711.')
  })

  it('V48 a new prompt that is too long is warned about in front of its acknowledgement', () => {
    const rig = Rig.live()
    rig.send({ type: 'UpdateThink', think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'a'.repeat(25_001) } })
    expect(rig.trace.slice(2)).toEqual(['Warning PROMPT_TOO_LONG', 'ThinkUpdated'])
  })

  it('V35 one that cannot be applied ends the session', () => {
    const rig = Rig.live()
    rig.send({ type: 'UpdateThink', think: item({ endpoint: { url: 'nowhere' } }) })
    expect(rig.messages.at(-1)).toMatchObject({ type: 'Error', code: 'INVALID_SETTINGS' })
  })
})

function call(id: string | undefined, name: string, given: string, response: string): object {
  return { id, name, arguments: given, client_side: true, response }
}

describe('the history', () => {
  const function_calls = [
    { id: 'f1', name: 'book', client_side: true, arguments: '{"table":4}', response: '{"ok":true}' },
    { id: 'f2', name: 'pay', client_side: false, arguments: '{}', response: 'paid' }
  ]
  const context = {
    messages: [
      { type: 'History', role: 'user', content: 'Book table four.' },
      { type: 'History', function_calls },
      { type: 'History', role: 'assistant', content: 'Table four is yours.' }
    ]
  }

  it('V45 context.messages of both shapes is in the next request, and none of it is spoken', () => {
    const rig = Rig.live({ ...think(), context })
    rig.clock.advance(5000)
    expect(rig.trace).toEqual(['Welcome', 'SettingsApplied'])
    rig.type('Thanks.')
    expect(rig.thinker.last.told).toEqual([
      'user: Book table four.',
      'book({"table":4}) = {"ok":true} + pay({}) = paid',
      'assistant: Table four is yours.',
      'user: Thanks.'
    ])
  })

  it('V44 with flags.history there is one History per message and per tool call, with false there is none', () => {
    for (const history of [true, false]) {
      const rig = new Rig()
      rig.send({
        type: 'Settings',
        flags: { history },
        audio: {},
        agent: { ...think({ functions: [{ name: 'look' }, { name: 'ask' }] }), greeting: 'Hi.' }
      })
      rig.clock.advance(5000)
      rig.type('Look.')
      rig.thinker.last.calls(['look', '{"at":1}'], ['ask'])
      const ids = rig.all('FunctionCallRequest')[0]?.functions.map(({ id }) => id) ?? []
      rig.respond(ids[1], 'ask', 'yes')
      rig.respond(ids[0], 'look', 'seen')
      rig.thinker.last.answers('I looked. And asked.')
      rig.clock.advance(5000)
      expect(rig.all('History')).toEqual(
        history
          ? [
              { type: 'History', role: 'assistant', content: 'Hi.' },
              { type: 'History', role: 'user', content: 'Look.' },
              { type: 'History', function_calls: [call(ids[1], 'ask', '{}', 'yes')] },
              { type: 'History', function_calls: [call(ids[0], 'look', '{"at":1}', 'seen')] },
              { type: 'History', role: 'assistant', content: 'I looked.' },
              { type: 'History', role: 'assistant', content: 'And asked.' }
            ]
          : []
      )
    }
  })
})
