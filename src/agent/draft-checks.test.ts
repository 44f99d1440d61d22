import { describe, expect, it } from 'vitest'
import { Rig } from './rig.test-support.ts'
import { PROMPT_LIMIT_CODE_POINTS } from '../shared/protocol/deepgram.ts'

const flux = { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en', eager_eot_threshold: 0.4 } }
const FUNCTIONS = [{ name: 'look' }, { name: 'pay', defer_until_eot: true }]
const model = (functions: readonly object[] = FUNCTIONS): object => ({
  listen: flux,
  think: { provider: { type: 'open_ai', model: 'm' }, endpoint: { url: 'http://127.0.0.1:1/' }, functions }
})
const small = (functions: readonly object[] = FUNCTIONS): object => ({
  listen: flux,
  think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Your name is Max.', functions }
})

/** The user has paused after `text`; a model has drafted `draft`. */
function paused(agent: object, text: string, draft?: string): Rig {
  const rig = Rig.live(agent)
  rig.engine.userStarts(1)
  rig.engine.userPauses(1, text)
  if (draft !== undefined) rig.thinker.last.answers(draft)
  return rig
}

describe('a draft at an eager end of turn', () => {
  it('V25 is held until the turn is confirmed, then spoken without asking the model again', () => {
    const rig = paused(model(), 'tell me a story', 'Once there was a fox.')
    rig.clock.advance(5000)
    expect(rig.sent.slice(2).map((entry) => ('message' in entry ? entry.message.type : 'audio'))).toEqual([
      'UserStartedSpeaking'
    ])
    expect(rig.engine.of('speak')).toEqual([])
    rig.engine.userStops(1, 'tell me a story')
    rig.clock.advance(5000)
    expect(rig.thinker.completions).toHaveLength(1)
    expect(rig.trace.slice(3)).toEqual([
      'ConversationText user: tell me a story',
      'EndOfTurn model',
      'ConversationText assistant: Once there was a fox.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('V25 a resumed turn drops it: no audio and no text of it is ever sent, and the model is not told of it', () => {
    const rig = paused(model(), 'tell me')
    const first = rig.thinker.last
    first.on.text('What shall I tell you? I ')
    first.on.timing('text', 5)
    rig.engine.userGoesOn(1)
    expect(first.cancelled).toBe(true)
    first.answers('wait.')
    rig.clock.advance(5000)
    expect(rig.sent.slice(2).map((entry) => ('message' in entry ? entry.message.type : 'audio'))).toEqual([
      'UserStartedSpeaking',
      'UserStartedSpeaking'
    ])
    rig.engine.userPauses(1, 'tell me a story')
    expect(rig.thinker.last.told).toEqual(['user: tell me a story'])
    rig.thinker.last.answers('Once there was a fox.')
    rig.engine.userStops(1, 'tell me a story')
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['Once there was a fox.'])
    expect(rig.trace.join(' ')).not.toContain('What shall I')
  })

  it('V25 a turn that ends with other words is answered anew', () => {
    const rig = paused(model(), 'tell me', 'What shall I tell you?')
    rig.engine.userStops(1, 'tell me a story')
    expect(rig.thinker.completions).toHaveLength(2)
    expect(rig.thinker.last.told).toEqual(['user: tell me a story'])
    rig.thinker.last.answers('Once there was a fox.')
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['Once there was a fox.'])
  })

  it('V25 one that is still being thought when the turn is confirmed goes on', () => {
    const rig = paused(model(), 'tell me a story')
    rig.thinker.last.on.text('Once there was a fox. It ')
    rig.engine.userStops(1, 'tell me a story')
    expect(rig.said).toEqual(['Once there was a fox.'])
    rig.thinker.last.answers('slept.')
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['Once there was a fox.', 'It slept.'])
    expect(rig.count('AgentAudioDone')).toBe(1)
  })

  it('V25 a model that fails for a draft ends the session only when the turn is confirmed', () => {
    const rig = paused(model(), 'tell me')
    rig.thinker.last.on.failed('All models failed.')
    expect(rig.closed).toBe(false)
    rig.engine.userGoesOn(1)
    rig.engine.userPauses(1, 'tell me a story')
    rig.thinker.last.on.failed('All models failed.')
    rig.engine.userStops(1, 'tell me a story')
    expect(rig.messages.at(-1)).toMatchObject({ type: 'Error', code: 'FAILED_TO_THINK' })
  })

  it('V25 the small brain’s draft changes nothing of what it knows until it is confirmed', () => {
    const rig = paused(small(), 'my dog is called Rex')
    rig.engine.userGoesOn(1)
    rig.engine.userPauses(1, 'my dog is called Rexona')
    rig.engine.userStops(1, 'my dog is called Rexona')
    rig.clock.advance(10_000)
    rig.type('What do you know about me?')
    rig.clock.advance(20_000)
    expect(rig.said.join(' ')).toContain('Rexona')
    expect(rig.said.join(' ')).not.toMatch(/Rex\b/)
  })

  it('P4 a prompt that comes during a draft is known after it', () => {
    const rig = paused(small(), 'what is your name')
    rig.send({ type: 'UpdatePrompt', prompt: 'The code is 4711.' })
    rig.engine.userStops(1, 'what is your name')
    rig.clock.advance(10_000)
    rig.type('What is the code?')
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['My name is Max.', 'The code is 4711.'])
    expect(PROMPT_LIMIT_CODE_POINTS).toBe(25_000)
  })
})

const calls = (rig: Rig): string[] => rig.trace.filter((one) => /^(FunctionCall|ConversationText user)/.test(one))

describe('function calls of a draft', () => {
  it('V40 a call that is deferred never leaves before the user text; others leave at once', () => {
    const rig = paused(model(), 'look and pay')
    rig.thinker.last.calls(['look'], ['pay'])
    expect(calls(rig)).toEqual(['FunctionCallRequest look'])
    rig.engine.userStops(1, 'look and pay')
    expect(calls(rig)).toEqual([
      'FunctionCallRequest look',
      'ConversationText user: look and pay',
      'FunctionCallRequest pay'
    ])
    const ids = rig.all('FunctionCallRequest').map(({ functions }) => functions[0]?.id)
    rig.respond(ids[0], 'look', 'seen')
    rig.respond(ids[1], 'pay', 'paid')
    expect(rig.thinker.last.told.at(-1)).toBe('look({}) = seen + pay({}) = paid')
  })

  it('V40 the small brain holds a deferred call too', () => {
    const rig = paused(small(), 'use pay')
    expect(calls(rig)).toEqual([])
    rig.engine.userStops(1, 'use pay')
    expect(calls(rig)).toEqual(['ConversationText user: use pay', 'FunctionCallRequest pay'])
  })

  it('V39 a resumed turn cancels what was called, once, and never calls what was deferred', () => {
    const rig = paused(model(), 'look and pay')
    rig.thinker.last.calls(['look'], ['pay'])
    const id = rig.all('FunctionCallRequest')[0]?.functions[0]?.id
    rig.clear()
    rig.engine.userGoesOn(1)
    expect(rig.trace).toEqual(['UserStartedSpeaking', 'FunctionCallCancelled look'])
    rig.respond(id, 'look', 'seen')
    rig.engine.userStops(1, 'look and pay later')
    expect(rig.count('FunctionCallResponse')).toBe(0)
    expect(rig.count('FunctionCallCancelled')).toBe(1)
    expect(rig.thinker.last.told).toEqual(['user: look and pay later'])
  })

  it('V25 an answer to a call of a draft is thought about, and held, before the turn is confirmed', () => {
    const rig = paused(model(), 'look')
    rig.thinker.last.calls(['look'])
    rig.respond(rig.all('FunctionCallRequest')[0]?.functions[0]?.id, 'look', 'seen')
    expect(rig.thinker.completions).toHaveLength(2)
    rig.thinker.last.answers('I saw it.')
    rig.clock.advance(5000)
    expect(rig.said).toEqual([])
    rig.engine.userStops(1, 'look')
    rig.clock.advance(5000)
    expect(rig.said).toEqual(['I saw it.'])
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
  })
})
