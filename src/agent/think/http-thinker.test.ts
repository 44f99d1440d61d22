import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.test-support.ts'
import type { ScriptedReply } from './scripted-model.test-support.ts'
import { ask, item, Models, user } from './think-rig.test-support.ts'

const models = new Models()
afterEach(() => models.close())

const piece = (call: object) => `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [call] } }] })}\n\n`

describe('an answer', () => {
  it('comes token by token, with the times to the first of each kind', async () => {
    const model = await models.start([{ firstTokenMs: 30, thinking: ['Hm. '], tokens: ['Hello', ', ', 'Ana.'] }])
    const thought = await ask(models.thinker(), [item(model.url)]).ended
    expect(thought).toMatchObject({ text: 'Hello, Ana.', thinking: 'Hm. ', end: 'done', warnings: [] })
    expect(thought.trace).toEqual(['thinking', 'text', 'done'])
    expect(Object.keys(thought.timings)).toEqual(['token', 'thinking', 'text'])
    expect(thought.timings.token).toBeGreaterThanOrEqual(25)
    expect(thought.timings.text).toBeGreaterThanOrEqual(thought.timings.token ?? Infinity)
  })

  it('is given out while the model goes on', async () => {
    const model = await models.start([{ tokens: ['First. ', 'Second.'], perTokenMs: 10_000 }])
    const run = ask(models.thinker(), [item(model.url)])
    await run.spoke
    expect(run.text).toBe('First. ')
    expect(run.end).toBeUndefined()
    run.handle.cancel()
  })

  it.each<[string, ScriptedReply]>([
    ['split between the bytes of a character', { pieceBytes: 1 }],
    ['split in the middle of lines', { pieceBytes: 7 }],
    ['in one JSON document', { plain: true }],
    ['in one JSON document, split', { plain: true, pieceBytes: 3 }],
    ['with comments to keep the connection', { comments: true }],
    ['without [DONE]', { done: false }],
    ['without a finish reason', { finishReason: null }]
  ])('is the same %s', async (_, how) => {
    const tokens = ['Zoë ', '写 ', '👩‍🚀', ' end.']
    const toolCalls = [{ id: 'a', name: 'book', arguments: '{"table":4,"name":"Zoë"}' }]
    const model = await models.start([{ thinking: ['où'], tokens, toolCalls, ...how }])
    const thought = await ask(models.thinker(), [item(model.url)]).ended
    expect(thought).toMatchObject({ text: tokens.join(''), thinking: 'où', end: 'done', warnings: [] })
    expect(thought.calls.map(({ id, name, arguments: given }) => [id, name, given])).toEqual([
      ['a', 'book', '{"table":4,"name":"Zoë"}']
    ])
  })

  it('leaves the connection to the next turn', async () => {
    const model = await models.start([{ tokens: ['One.'], endMs: 30 }])
    const thinker = models.thinker()
    for (let turn = 0; turn < 3; turn += 1) {
      await ask(thinker, [item(model.url)]).ended
      await model.requests[turn]?.ended
      // Turns are seconds apart; here long enough for the end of the answer to arrive.
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(model.requests).toHaveLength(3)
    expect(model.connections).toBe(1)
  })

  it('ends when the model has said its last word, even if the server keeps the stream open', async () => {
    const clock = new ManualClock()
    const model = await models.start([{ tokens: ['Bye.'], done: false, hang: 'after-tokens' }])
    const run = ask(models.thinker({ clock }), [item(model.url)])
    await run.spoke
    // The finish reason follows the text; its coming arms the wait for the end.
    while (run.end === undefined) {
      clock.advance(500)
      await new Promise(setImmediate)
    }
    expect(run).toMatchObject({ text: 'Bye.', end: 'done', warnings: [] })
    expect(clock.nowMs()).toBeLessThan(30_000)
  })

  it('is not waited for once it is complete, and a server that does not end it is left', async () => {
    const clock = new ManualClock()
    const model = await models.start([{ tokens: ['One.'], hang: 'after-tokens' }])
    expect(await ask(models.thinker({ clock }), [item(model.url)]).ended).toMatchObject({ text: 'One.', end: 'done' })
    clock.advance(1999)
    expect(clock.pending).toBe(1)
    clock.advance(1)
    expect(await model.requests[0]?.ended).toBe('aborted')
  })

  it('passes over what it does not know', async () => {
    const events = [
      '{"object":"unheard.of"}',
      '{"choices":[]}',
      '{"usage":{"total_tokens":1},"choices":null}',
      '{"choices":[{"delta":{"content":"A","audio":{"x":1}},"logprobs":[]}],"error":null}',
      '{"choices":[{"delta":{"content":[{"type":"text","text":"B"},{"type":"image_url"}]}}]}',
      '{"choices":[{"delta":null,"finish_reason":""}]}',
      '[DONE]'
    ]
    const body = `\uFEFFevent: ping\nid: 4\nretry: 3\ndata:\n\n${events.map((data) => `data:${data}\r\n\r\n`).join('')}`
    const model = await models.start([{ body }])
    expect(await ask(models.thinker(), [item(model.url)]).ended).toMatchObject({
      text: 'AB',
      end: 'done',
      warnings: []
    })
  })

  it.each(['<', '<think', ' \n'])(
    'that looks like the start of reasoning and is none is given out: %j',
    async (token) => {
      const model = await models.start([{ tokens: [token] }])
      expect((await ask(models.thinker(), [item(model.url)]).ended).text).toBe(token)
    }
  )

  it('keeps reasoning that stands in the text from being spoken', async () => {
    const model = await models.start([{ tokens: ['<th', 'ink>The user', ' greets.</th', 'ink>\n\nHello', ' <think>'] }])
    const thought = await ask(models.thinker(), [item(model.url)]).ended
    expect(thought).toMatchObject({ text: 'Hello <think>', thinking: 'The user greets.' })
  })
})

describe('calls', () => {
  it('V36 keep their ids, arguments as text and their function; missing and repeated ids are made unique', async () => {
    const book = { name: 'book', defer_until_eot: true, endpoint: { url: 'http://127.0.0.1:9/' } }
    const toolCalls = [
      { id: 'a', name: 'book', arguments: '{"table":4}' },
      { id: 'a', name: 'book', arguments: '{"table":5}' },
      { name: 'unknown', arguments: '' },
      { id: 'b', name: 'book', arguments: '{broken', thoughtSignature: 'sig==' }
    ]
    const model = await models.start([{ tokens: ['Let me see.'], toolCalls }])
    const thinker = models.thinker()
    const first = await ask(thinker, [item(model.url, { functions: [book] })]).ended
    expect(first.trace).toEqual(['text', 'calls', 'done'])
    expect(first.timings.tool).toBeDefined()
    expect(first.calls.map((call) => call.arguments)).toEqual(['{"table":4}', '{"table":5}', '{}', '{broken'])
    expect(first.calls.map((call) => call.function?.name)).toEqual(['book', 'book', undefined, 'book'])
    expect(first.calls[0]?.function).toEqual(book)
    expect(first.calls[3]?.thoughtSignature).toBe('sig==')
    const second = await ask(thinker, [item(model.url)]).ended
    const ids = [...first.calls, ...second.calls].map(({ id }) => id)
    expect(new Set(ids).size).toBe(8)
    expect([ids[0], ids[3]]).toEqual(['a', 'b'])
  })

  it('are told apart when the server numbers all of them 0, numbers none, or sends objects', async () => {
    const end = 'data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n'
    const bodies = [
      piece({ index: 0, id: 'x', function: { name: 'a', arguments: '{"n":1}' } }) +
        piece({ index: 0, id: 'y', function: { name: 'b', arguments: '{"n":2}' } }),
      piece({ function: { name: 'a', arguments: '{"n"' } }) +
        piece({ function: { arguments: ':1}' } }) +
        piece({ function: { name: 'b', arguments: { n: 2 } } })
    ]
    const model = await models.start(bodies.map((body) => ({ body: body + end })))
    for (const _ of bodies) {
      const { calls } = await ask(models.thinker(), [item(model.url)]).ended
      expect(calls.map(({ name, arguments: given }) => [name, given])).toEqual([
        ['a', '{"n":1}'],
        ['b', '{"n":2}']
      ])
    }
  })

  it.each<[string, ScriptedReply, string]>([
    [
      'too many',
      { toolCalls: Array.from({ length: 33 }, (_, n) => ({ id: `c${n}`, name: 'a', arguments: '' })) },
      'asked for more than 32 calls at once'
    ],
    ['without a name', { toolCalls: [{ id: 'a', name: '', arguments: '{}' }] }, 'asked for a call without a name'],
    [
      'cut off by the token limit',
      { toolCalls: [{ id: 'a', name: 'book', arguments: '{"table":' }], finishReason: 'length' },
      'ran out of tokens within a call'
    ],
    ['never finished', { toolCalls: [{ id: 'a', name: 'book', arguments: '{"table":4}' }], endAfter: 2 }, 'early']
  ])('that are %s are not made', async (_, reply, reason) => {
    const model = await models.start([reply])
    const thought = await ask(models.thinker(), [item(model.url)]).ended
    expect(thought.calls).toEqual([])
    expect(thought.end).toContain(reason)
  })
})

it('a request whose answer is of no use is aborted', async () => {
  const toolCalls = Array.from({ length: 33 }, (_, n) => ({ id: `c${n}`, name: 'a', arguments: '' }))
  const model = await models.start([{ toolCalls, hang: 'after-tokens', finishReason: null, done: false }])
  expect((await ask(models.thinker(), [item(model.url)]).ended).end).toContain('more than 32 calls')
  expect(await model.requests[0]?.ended).toBe('aborted')
})

describe('cancel', () => {
  it('aborts the request at once, and nothing is reported after it', async () => {
    const model = await models.start([{ tokens: Array.from({ length: 1000 }, () => 'word '), perTokenMs: 5 }])
    const run = ask(models.thinker(), [item(model.url)])
    await run.spoke
    const request = await model.request(0)
    run.handle.cancel()
    const { text } = run
    const cancelledAtMs = performance.now()
    expect(await request.ended).toBe('aborted')
    expect(performance.now() - cancelledAtMs).toBeLessThan(1000)
    expect(request.wroteAtMs.length).toBeLessThan(900)
    run.handle.cancel()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(run.text).toBe(text)
    expect(run.end).toBeUndefined()
  })

  it.each(['before-headers', 'after-headers'] as const)('aborts a request that hangs %s', async (hang) => {
    const model = await models.start([{ hang }])
    const run = ask(models.thinker(), [item(model.url), item(model.url)])
    const request = await model.request(0)
    run.handle.cancel()
    expect(await request.ended).toBe('aborted')
    expect(model.requests).toHaveLength(1)
    expect(run.trace).toEqual([])
  })

  it('in the same task asks nobody', async () => {
    const model = await models.start([{ tokens: ['No.'] }])
    const clock = new ManualClock()
    ask(models.thinker({ clock }), [item(model.url)]).handle.cancel()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(model.requests).toHaveLength(0)
    expect(clock.pending).toBe(0)
  })

  it('from within a report stops the reports that were already there', async () => {
    const model = await models.start([{ plain: true, tokens: ['Hi'], toolCalls: [{ name: 'a', arguments: '{}' }] }])
    const clock = new ManualClock()
    const run = ask(models.thinker({ clock }), [item(model.url)], [user('Hi')], {
      text: () => run.handle.cancel()
    })
    await run.spoke
    await (
      await model.request(0)
    ).ended
    await new Promise(setImmediate)
    expect(run.trace).toEqual(['text'])
  })

  it('leaves no timer behind, and neither does an answer', async () => {
    const model = await models.start([{ tokens: ['One.'] }, { status: 500 }])
    const clock = new ManualClock()
    const thinker = models.thinker({ clock })
    await ask(thinker, [item(model.url)]).ended
    await ask(thinker, [item(model.url)]).ended
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(clock.pending).toBe(0)
  })
})
