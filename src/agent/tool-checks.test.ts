import { describe, expect, it } from 'vitest'
import { CANCELLED_RESULT } from './tool-calls.ts'
import { Rig, settings } from './rig.test-support.ts'

const ENDPOINT = { url: 'http://127.0.0.1:1/v1/chat' }
const WEATHER = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } }
const BOOK = { name: 'book', defer_until_eot: true }
const SERVER = { name: 'stock', endpoint: { url: 'http://127.0.0.1:1/stock' } }
const think = (functions: readonly object[] = [WEATHER, BOOK, SERVER], more: object = {}): object => ({
  think: { provider: { type: 'open_ai', model: 'm' }, endpoint: ENDPOINT, prompt: 'Be kind.', functions, ...more }
})

/** The promise of an endpoint has been told. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function idOf(rig: Rig, name: string): string {
  const functions = rig.all('FunctionCallRequest').flatMap((message) => message.functions)
  return functions.findLast((one) => one.name === name)?.id ?? 'none'
}

describe('FunctionCallRequest', () => {
  it('V36 has arguments as a string, unique ids, and client_side where there is no endpoint', () => {
    const rig = Rig.live(think())
    rig.type('How is the weather and the stock?')
    rig.thinker.last.calls(['get_weather', '{"city":"Paris"}'], ['stock', '{"symbol":'], ['get_weather'])
    const [request] = rig.all('FunctionCallRequest')
    expect(request?.functions.map(({ id: _id, ...call }) => call)).toEqual([
      { name: 'get_weather', arguments: '{"city":"Paris"}', client_side: true },
      { name: 'stock', arguments: '{"symbol":', client_side: false },
      { name: 'get_weather', arguments: '{}', client_side: true }
    ])
    const ids = request?.functions.map(({ id }) => id) ?? []
    expect(new Set(ids).size).toBe(3)
    expect(rig.count('FunctionCallRequest')).toBe(1)
  })

  it('a thought signature goes to the client and back to the model', () => {
    const rig = Rig.live(think())
    rig.type('Weather?')
    rig.thinker.last.calls(['get_weather', '{}', 'sig-1'])
    expect(rig.all('FunctionCallRequest')[0]?.functions[0]).toMatchObject({ thought_signature: 'sig-1' })
    rig.respond(idOf(rig, 'get_weather'), 'get_weather', 'sunny')
    const calls = rig.thinker.last.request.dialogue.flatMap((entry) => (entry.kind === 'calls' ? entry.calls : []))
    expect(calls).toMatchObject([{ thoughtSignature: 'sig-1' }])
  })

  it('a function that the think block does not have ends the session', () => {
    const rig = Rig.live(think())
    rig.type('Weather?')
    rig.thinker.last.calls(['no_such'])
    expect(rig.messages.at(-1)).toMatchObject({ type: 'Error', code: 'NON_EXISTENT_FUNCTION_CALLED' })
    expect(JSON.stringify(rig.messages.at(-1))).toContain('no_such')
    expect(rig.count('FunctionCallRequest')).toBe(0)
  })
})

describe('FunctionCallResponse', () => {
  it('V37 the turn goes on only when all client calls are answered, in any order', () => {
    const rig = Rig.live(think())
    rig.type('Weather in Paris, and book it?')
    rig.thinker.last.calls(['get_weather', '{"city":"Paris"}'], ['book'])
    rig.respond(idOf(rig, 'book'), 'book', '{"ok":true}')
    rig.clock.advance(60_000)
    expect(rig.thinker.completions).toHaveLength(1)
    rig.respond(idOf(rig, 'get_weather'), 'get_weather', 'sunny')
    expect(rig.thinker.completions).toHaveLength(2)
    expect(rig.thinker.last.told).toEqual([
      'user: Weather in Paris, and book it?',
      'get_weather({"city":"Paris"}) = sunny + book({}) = {"ok":true}'
    ])
    rig.thinker.last.answers('It is sunny.')
    rig.clock.advance(5000)
    expect(rig.trace.slice(-5)).toEqual([
      'FunctionCallResponse book: {"ok":true}',
      'FunctionCallResponse get_weather: sunny',
      'ConversationText assistant: It is sunny.',
      'audio',
      'AgentAudioDone'
    ])
  })

  it('the echo of the client’s answer can be switched off', () => {
    const rig = new Rig({}, { switches: { echoResponses: false } })
    rig.send(settings(think()))
    rig.type('Weather?')
    rig.thinker.last.calls(['get_weather'])
    rig.respond(idOf(rig, 'get_weather'), 'get_weather', 'sunny')
    expect(rig.count('FunctionCallResponse')).toBe(0)
    expect(rig.thinker.completions).toHaveLength(2)
  })

  it('V38 an answer to a call that is unknown, cancelled or answered already is ignored', () => {
    const rig = Rig.live(think())
    rig.respond('no-such-id', 'get_weather', 'sunny')
    rig.type('Weather?')
    rig.thinker.last.calls(['get_weather'])
    const id = idOf(rig, 'get_weather')
    rig.engine.userStarts(1)
    rig.respond(id, 'get_weather', 'sunny')
    rig.engine.userStops(1, 'never mind')
    rig.thinker.last.calls(['get_weather'])
    const second = idOf(rig, 'get_weather')
    rig.respond(second, 'get_weather', 'rain')
    rig.respond(second, 'get_weather', 'snow')
    expect(rig.all('FunctionCallResponse').map(({ content }) => content)).toEqual(['rain'])
    expect(rig.thinker.completions).toHaveLength(3)
    expect(rig.closed).toBe(false)
    expect(rig.thinker.last.told.join(' ')).not.toMatch(/sunny|snow/)
  })

  it('V38 a second answer to one of several calls is ignored: it neither counts nor replaces the first', () => {
    const rig = Rig.live(think())
    rig.type('Weather, and book it?')
    rig.thinker.last.calls(['get_weather'], ['book'])
    rig.respond(idOf(rig, 'get_weather'), 'get_weather', 'rain')
    rig.respond(idOf(rig, 'get_weather'), 'get_weather', 'snow')
    expect(rig.all('FunctionCallResponse').map(({ content }) => content)).toEqual(['rain'])
    expect(rig.thinker.completions).toHaveLength(1)
    rig.respond(idOf(rig, 'book'), 'book', 'done')
    expect(rig.thinker.last.told.at(-1)).toBe('get_weather({}) = rain + book({}) = done')
  })

  it('V41 the agent calls a function with an endpoint itself and tells the client what it answered', async () => {
    const rig = Rig.live(think())
    rig.type('Stock?')
    rig.thinker.last.calls(['stock', '{"symbol":"DG"}'])
    expect(rig.functions.called).toMatchObject([
      { url: SERVER.endpoint.url, name: 'stock', arguments: '{"symbol":"DG"}' }
    ])
    rig.respond(idOf(rig, 'stock'), 'stock', 'the client must not answer this')
    rig.functions.called[0]?.answer({ ok: true, content: '41' })
    await settled()
    expect(rig.trace.filter((one) => one.startsWith('FunctionCall'))).toEqual([
      'FunctionCallRequest stock',
      'FunctionCallResponse stock: 41'
    ])
    expect(rig.thinker.last.told.at(-1)).toBe('stock({"symbol":"DG"}) = 41')
  })

  it('V41 an endpoint that fails is warned about, and the model is told', async () => {
    const rig = Rig.live(think())
    rig.type('Stock?')
    rig.thinker.last.calls(['stock'])
    rig.functions.called[0]?.answer({ ok: false, message: 'It answered 500.' })
    await settled()
    expect(rig.all('Warning')).toMatchObject([{ code: 'FUNCTION_CALL_FAILED', description: 'It answered 500.' }])
    expect(rig.thinker.last.told.at(-1)).toBe('stock({}) = {"error":"It answered 500."}')
  })
})

describe('FunctionCallCancelled', () => {
  it('V39 barge-in names each open call once, and their late answers are ignored', async () => {
    const rig = Rig.live(think())
    rig.type('Everything?')
    rig.thinker.last.calls(['get_weather'], ['stock'], ['book'])
    const ids = rig.all('FunctionCallRequest')[0]?.functions.map(({ id, name }) => ({ id, name })) ?? []
    rig.respond(ids[2]?.id, 'book', 'done')
    rig.clear()
    rig.engine.userStarts(1)
    expect(rig.trace).toEqual(['UserStartedSpeaking', 'FunctionCallCancelled get_weather, stock'])
    expect(rig.all('FunctionCallCancelled')[0]?.functions).toEqual(ids.slice(0, 2))
    expect(rig.functions.called[0]?.signal.aborted).toBe(true)
    rig.functions.called[0]?.answer({ ok: true, content: 'late' })
    await settled()
    rig.engine.userStops(1, 'never mind')
    expect(rig.count('FunctionCallResponse')).toBe(0)
    expect(rig.count('FunctionCallCancelled')).toBe(1)
    const results = rig.thinker.last.told.find((line) => line.startsWith('get_weather'))
    expect(results).toBe(`get_weather({}) = ${CANCELLED_RESULT} + stock({}) = ${CANCELLED_RESULT} + book({}) = done`)
  })

  it('V39 typed words cancel open calls too', () => {
    const rig = Rig.live(think())
    rig.type('Weather?')
    rig.thinker.last.calls(['get_weather'])
    rig.type('Never mind.')
    expect(rig.count('FunctionCallCancelled')).toBe(1)
    expect(rig.thinker.completions).toHaveLength(2)
  })
})

function waiting(): { rig: Rig; id: string } {
  const rig = Rig.live(think())
  rig.type('Weather?')
  rig.thinker.last.on.text('Let me look. ')
  rig.thinker.last.calls(['get_weather'])
  rig.clock.advance(60_000)
  const id = idOf(rig, 'get_weather')
  rig.clear()
  return { rig, id }
}

describe('while a function is waited for', () => {
  it('I12 queue is spoken as filler behind the model’s own narration, and the turn ends after the answer', () => {
    const rig = Rig.live(think())
    rig.type('Weather?')
    rig.thinker.last.on.text('Let me look. ')
    rig.inject('One moment.', 'queue')
    rig.thinker.last.calls(['get_weather'])
    rig.inject('Still looking.', 'queue')
    rig.clock.advance(60_000)
    expect(rig.said).toEqual(['Let me look.', 'One moment.', 'Still looking.'])
    expect(rig.count('AgentAudioDone')).toBe(0)
    rig.respond(idOf(rig, 'get_weather'), 'get_weather', 'sunny')
    rig.thinker.last.answers('It is sunny.')
    rig.clock.advance(60_000)
    expect(rig.said.at(-1)).toBe('It is sunny.')
    expect(rig.count('AgentAudioDone')).toBe(1)
    expect(rig.engine.of('cancel')).toEqual([])
  })

  it('V29 default is refused: the agent is mid-turn, also when nothing sounds', () => {
    const { rig } = waiting()
    rig.inject('No.', 'default')
    expect(rig.all('InjectionRefused')).toMatchObject([{ message: 'The agent is waiting for a function.' }])
  })

  it('V31 interrupt is spoken and the call is still waited for', () => {
    const { rig, id } = waiting()
    rig.inject('Attention.', 'interrupt')
    rig.clock.advance(10_000)
    expect(rig.trace).toEqual(['ConversationText assistant: Attention.', 'audio'])
    expect(rig.count('FunctionCallCancelled')).toBe(0)
    rig.respond(id, 'get_weather', 'sunny')
    rig.thinker.last.answers('It is sunny.')
    rig.clock.advance(10_000)
    expect(rig.said).toEqual(['Attention.', 'It is sunny.'])
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
  })
})

const small = (functions: readonly object[] = [WEATHER, BOOK, SERVER]): object => ({
  think: { provider: { type: 'open_ai', model: 'm' }, functions }
})

describe('the small brain', () => {
  it('V36 calls a client function that it is asked for by name, and says what it answered', async () => {
    const rig = Rig.live(small())
    rig.type('Call the function get_weather with {"city": "Paris"}')
    expect(rig.all('FunctionCallRequest')[0]?.functions).toMatchObject([
      { name: 'get_weather', arguments: '{"city":"Paris"}', client_side: true }
    ])
    rig.inject('One moment.', 'queue')
    rig.respond(idOf(rig, 'get_weather'), 'get_weather', 'It is sunny.')
    await settled()
    rig.clock.advance(20_000)
    expect(rig.said).toEqual(['One moment.', 'The function get weather answered: It is sunny.'])
    expect(rig.trace.at(-1)).toBe('AgentAudioDone')
    rig.type('What did I say?')
    rig.clock.advance(20_000)
    expect(rig.said.at(-1)).toContain('get_weather')
  })

  it.each([
    ['use get weather with city Paris', '{"city":"Paris"}'],
    ['Please run the tool Get-Weather.', '{}']
  ])('understands %j', (words, given) => {
    const rig = Rig.live(small())
    rig.speak(1, words)
    expect(rig.all('FunctionCallRequest')[0]?.functions).toMatchObject([{ name: 'get_weather', arguments: given }])
  })

  it('says so when there is no such function or the arguments are wrong, and calls nothing', () => {
    const needs = { name: 'alarm', parameters: { properties: { hour: { type: 'integer' } }, required: ['hour'] } }
    const rig = Rig.live(small([needs]))
    for (const words of [
      'Call the function weather.',
      'use alarm',
      'use alarm with hour soon',
      'use alarm with {"hour"'
    ]) {
      rig.type(words)
      rig.clock.advance(10_000)
    }
    expect(rig.said).toEqual([
      'I have no function named weather.',
      'The function alarm needs hour.',
      'I could not read the arguments for alarm.',
      'I could not read the arguments for alarm.'
    ])
    expect(rig.count('FunctionCallRequest')).toBe(0)
  })
})
