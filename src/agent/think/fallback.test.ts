import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../manual-clock.test-support.ts'
import type { ScriptedReply } from './scripted-model.test-support.ts'
import { ask, item, Models } from './think-rig.test-support.ts'

const models = new Models()
afterEach(() => models.close())

/** A port of this machine that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
  await new Promise((resolve) => {
    server.close(resolve)
  })
  return port
}

describe('fallback', () => {
  it.each<[string, ScriptedReply, string]>([
    ['answers 500', { status: 500, body: '{"error":{"message":"out of luck"}}' }, 'answered 500: out of luck'],
    ['answers 429', { status: 429 }, 'answered 429'],
    ['answers 404 in words', { status: 404, body: '<h1>where?</h1>' }, 'answered 404'],
    [
      'answers with a redirect',
      { status: 307, headers: { location: 'http://127.0.0.1:1/' } },
      'answered 307, a redirect, which is not followed'
    ],
    ['breaks off before the first event', { tokens: ['No.'], cutAfter: 0 }, 'broke off its answer (UND_ERR_SOCKET)'],
    ['breaks off in its reasoning', { thinking: ['Hm', '...'], cutAfter: 1 }, 'broke off its answer (UND_ERR_SOCKET)'],
    ['ends without a word', { tokens: ['No.'], endAfter: 0 }, 'ended its answer early'],
    [
      'reports an error in the stream',
      { body: 'data: {"error":{"message":"overloaded","code":503}}\n\n' },
      'reported an error: overloaded'
    ],
    ['sends no JSON', { body: 'data: hello\n\n' }, 'sent something that is no chat completion'],
    ['sends a page', { body: '<!doctype html><title>Hi</title>' }, 'ended its answer early'],
    ['sends an answer of another shape', { body: '{"choices":"none"}' }, 'sent something that is no chat completion'],
    ['sends half a document', { body: '{"choices":[{"mess' }, 'sent something that is no chat completion'],
    ['sends nothing', { body: '' }, 'ended its answer early'],
    [
      'sends far too much',
      { body: `data: {"choices":[{"delta":{"content":"${'x'.repeat(5_000_000)}` },
      'gave an answer that is too large'
    ]
  ])('V42 the second item answers in the same turn when the first %s', async (_, reply, reason) => {
    const bad = await models.start([reply])
    const good = await models.start([{ tokens: ['Yes.'] }])
    const thought = await ask(models.thinker(), [item(bad.url), item(good.url)]).ended
    expect(thought).toMatchObject({ text: 'Yes.', end: 'done' })
    expect(thought.warnings).toEqual([`THINK_REQUEST_FAILED The think endpoint (${new URL(bad.url).host}) ${reason}.`])
    expect(bad.requests).toHaveLength(1)
    expect(good.requests).toHaveLength(1)
  })

  it('V42 an endpoint that nobody listens on is passed over', async () => {
    const port = await closedPort()
    const good = await models.start([{ tokens: ['Yes.'] }])
    const thought = await ask(models.thinker(), [item(`http://127.0.0.1:${port}/`), item(good.url)]).ended
    expect(thought.text).toBe('Yes.')
    expect(thought.warnings).toEqual([
      `THINK_REQUEST_FAILED The think endpoint (127.0.0.1:${port}) could not be reached (ECONNREFUSED).`
    ])
  })

  it('V42 when all fail each is warned of, and the turn has failed; the next turn starts at the first', async () => {
    const bad = await models.start([{ status: 503 }, { tokens: ['Back.'] }])
    const worse = await models.start([{ status: 500 }])
    const thinker = models.thinker()
    const items = [item(bad.url), item(worse.url)]
    const thought = await ask(thinker, items).ended
    expect(thought.trace).toEqual([
      'THINK_REQUEST_FAILED',
      `failed: The think endpoint (${new URL(worse.url).host}) answered 500.`
    ])
    expect(thought.warnings).toHaveLength(2)
    expect((await ask(thinker, items).ended).text).toBe('Back.')
    expect(worse.requests).toHaveLength(1)
  })

  it('V42 an item without an endpoint is left to the caller, and so is everything behind it', async () => {
    const bad = await models.start([{ status: 503 }])
    const small = { provider: { type: 'open_ai', model: 'none' } }
    const thought = await ask(models.thinker(), [item(bad.url), small, item(bad.url)]).ended
    expect(thought.trace).toEqual(['THINK_REQUEST_FAILED', 'unplugged 1'])
    expect((await ask(models.thinker(), [small]).ended).trace).toEqual(['unplugged 0'])
    expect(bad.requests).toHaveLength(1)
  })

  it('an empty list fails', async () => {
    expect((await ask(models.thinker(), []).ended).end).toBe('failed: No think endpoint is configured.')
  })

  it.each<[string, ScriptedReply]>([
    ['breaks off', { tokens: ['It is ', 'four.'], cutAfter: 1, perTokenMs: 20 }],
    ['ends early', { tokens: ['It is ', 'four.'], endAfter: 1 }],
    ['reports an error', { body: 'data: {"choices":[{"delta":{"content":"It is "}}]}\n\ndata: {"error":"lost"}\n\n' }]
  ])('V42 what was given out before the stream %s stands, and no other item is asked', async (_, reply) => {
    const bad = await models.start([reply])
    const good = await models.start([{ tokens: ['Yes.'] }])
    const thought = await ask(models.thinker(), [item(bad.url), item(good.url)]).ended
    expect(thought).toMatchObject({ text: 'It is ', end: 'done' })
    expect(thought.trace).toEqual(['text', 'GPT_4O_STREAM_END_ERROR', 'done'])
    expect(good.requests).toHaveLength(0)
  })

  it.each<[string, string | undefined, string]>([
    ['none', undefined, 'has no address that can be read; give the full http or https URL'],
    ['no URL', '/v1/chat', 'has no address that can be read; give the full http or https URL'],
    ['a socket', 'wss://h.example/x', '(h.example) has a wss address; only http and https are spoken here'],
    [
      'a password',
      'http://u:pass1234@127.0.0.1:9/',
      '(127.0.0.1:9) has a user name or password in its address; put them into a header instead'
    ]
  ])('an address that is %s fails with what to do', async (_, url, reason) => {
    const thought = await ask(models.thinker(), [item('', { endpoint: url === undefined ? {} : { url } })]).ended
    expect(thought.end).toBe(`failed: The think endpoint ${reason}.`)
    expect(thought.end).not.toContain('pass1234')
  })
})

describe('a slow model', () => {
  it('V43 is warned of after 5 s without a token and again every 5 s, until the first token', async () => {
    const clock = new ManualClock()
    const model = await models.start([{ hang: 'after-headers' }])
    const run = ask(models.thinker({ clock }), [item(model.url)])
    await model.request(0)
    clock.advance(4999)
    expect(run.warnings).toEqual([])
    clock.advance(1)
    expect(run.warnings).toEqual(['SLOW_THINK_REQUEST We have now waited 5 seconds for a think response.'])
    clock.advance(10_000)
    expect(run.warnings.slice(1)).toEqual([
      'SLOW_THINK_REQUEST We have now waited 10 seconds for a think response.',
      'SLOW_THINK_REQUEST We have now waited 15 seconds for a think response.'
    ])
    run.handle.cancel()
    clock.advance(60_000)
    expect(run.warnings).toHaveLength(3)
  })

  it('V43 is not warned of once a token has come, however slow the rest is', async () => {
    const clock = new ManualClock()
    const model = await models.start([{ tokens: ['Well'], hang: 'after-tokens', finishReason: null, done: false }])
    const run = ask(models.thinker({ clock }), [item(model.url)])
    await run.spoke
    clock.advance(20_000)
    expect(run.warnings).toEqual([])
    run.handle.cancel()
  })

  it('V43 the wait is counted over the whole list', async () => {
    const clock = new ManualClock()
    const bad = await models.start([{ hang: 'before-headers' }])
    const alsoBad = await models.start([{ hang: 'before-headers' }])
    const run = ask(models.thinker({ clock }), [item(bad.url), item(alsoBad.url)])
    await bad.request(0)
    clock.advance(30_000)
    await alsoBad.request(0)
    clock.advance(5000)
    expect(run.warnings.filter((text) => text.includes('THINK_REQUEST_FAILED'))).toEqual([
      `THINK_REQUEST_FAILED The think endpoint (${new URL(bad.url).host}) sent nothing for 30 seconds.`
    ])
    expect(run.warnings.at(-1)).toBe('SLOW_THINK_REQUEST We have now waited 35 seconds for a think response.')
    run.handle.cancel()
  })

  it('that says nothing for 30 s in mid-answer is given up, and what it said stands', async () => {
    const clock = new ManualClock()
    const model = await models.start([{ tokens: ['Well'], hang: 'after-tokens', finishReason: null, done: false }])
    const run = ask(models.thinker({ clock }), [item(model.url)])
    await run.spoke
    await new Promise(setImmediate)
    clock.advance(30_000)
    const thought = await run.ended
    expect(thought.trace).toEqual(['text', 'GPT_4O_STREAM_END_ERROR', 'done'])
    expect(thought.warnings[0]).toContain('sent nothing for 30 seconds')
    expect(await (await model.request(0)).ended).toBe('aborted')
  })

  it('that only keeps the connection alive is given up in the end', async () => {
    const model = await models.start(() => ({ body: ': wait\n\n'.repeat(400_000), pieceBytes: 8 }))
    const limits = { totalMs: 600, stallMs: 500 }
    const thought = await ask(models.thinker({ limits }), [item(model.url)]).ended
    expect(thought.end).toContain('took longer than 0.6 seconds')
  })
})
