import { afterEach, describe, expect, it } from 'vitest'
import type { ThinkItem } from '../settings-schema.ts'
import { chatRequest, fitDialogue } from './chat-request.ts'
import type { DialogueEntry } from './contract.ts'
import { agent, ask, item, Models, user } from './think-rig.test-support.ts'

const models = new Models()
afterEach(() => models.close())

const call = (id: string, response: string) => ({ id, name: 'book', arguments: '{"table":4}', response })
const calls = (...ids: string[]): DialogueEntry => ({ kind: 'calls', calls: ids.map((id) => call(id, `done ${id}`)) })
const plain: ThinkItem = { provider: { type: 'open_ai', model: 'm' } }

describe('the request', () => {
  it('V45 has the prompt, both kinds of history and the newest words, in order', async () => {
    const model = await models.start([{ tokens: ['Yes.'] }])
    const dialogue = [user('Book table four.'), calls('f1', 'f2'), agent('Table four is yours.'), user('Thanks?')]
    await ask(models.thinker(), [item(model.url, { prompt: 'Be brief.' })], dialogue).ended
    expect(model.requests[0]?.json?.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Book table four.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'f1', type: 'function', function: { name: 'book', arguments: '{"table":4}' } },
          { id: 'f2', type: 'function', function: { name: 'book', arguments: '{"table":4}' } }
        ]
      },
      { role: 'tool', tool_call_id: 'f1', content: 'done f1' },
      { role: 'tool', tool_call_id: 'f2', content: 'done f2' },
      { role: 'assistant', content: 'Table four is yours.' },
      { role: 'user', content: 'Thanks?' }
    ])
  })

  it('V34 P1 has the prompt and every addition to it, in order', () => {
    const prompts = ['Be brief.', '', 'The caller is a member.', ' ']
    expect(chatRequest({ item: plain, prompts }, []).messages).toEqual([
      { role: 'system', content: 'Be brief.\nThe caller is a member.' }
    ])
    expect(chatRequest({ item: plain, prompts: [''] }, []).messages).toEqual([])
  })

  it('P3 has a prompt of any length in full', async () => {
    const prompt = '🜁'.repeat(200_000)
    const model = await models.start([{ tokens: ['Yes.'] }])
    await ask(models.thinker(), [item(model.url, { prompt })]).ended
    expect(model.requests[0]?.json?.messages[0]?.content).toBe(prompt)
  })

  it('goes to the very address as POST, with the headers of the item over the usual ones', async () => {
    const model = await models.start([{ tokens: ['Yes.'] }])
    const url = model.url.replace('/v1/chat/completions', '/any/where?api-version=2')
    const headers = { Authorization: 'Bearer k', 'X-Team': 'a', Accept: 'application/json' }
    await ask(models.thinker(), [item('', { endpoint: { url, headers } })]).ended
    const [request] = model.requests
    expect(request).toMatchObject({ method: 'POST', path: '/any/where?api-version=2' })
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer k',
      'x-team': 'a',
      accept: 'application/json',
      'content-type': 'application/json'
    })
  })

  it('has model, temperature, reasoning and functions of the item that is asked', async () => {
    const model = await models.start([{ status: 500 }, { tokens: ['Yes.'] }])
    const parameters = { type: 'object', properties: { table: { type: 'integer' } }, required: ['table'] }
    const first = item(model.url, {
      provider: { type: 'open_ai', model: 'big', temperature: 0, reasoning_mode: 'low' },
      prompt: 'One.',
      functions: [
        { name: 'book', description: 'Book a table', parameters, defer_until_eot: true },
        { name: 'hang_up', endpoint: { url: 'http://127.0.0.1:9/secret', headers: { 'x-key': 'k' } } }
      ]
    })
    await ask(models.thinker(), [first, item(model.url, { prompt: 'Two.' })]).ended
    expect(model.requests[0]?.json).toEqual({
      model: 'big',
      stream: true,
      temperature: 0,
      reasoning_effort: 'low',
      messages: [
        { role: 'system', content: 'One.' },
        { role: 'user', content: 'Hello?' }
      ],
      tools: [
        { type: 'function', function: { name: 'book', description: 'Book a table', parameters } },
        { type: 'function', function: { name: 'hang_up', parameters: { type: 'object', properties: {} } } }
      ]
    })
    expect(model.requests[1]?.json).toEqual({
      model: 'scripted',
      stream: true,
      messages: [
        { role: 'system', content: 'Two.' },
        { role: 'user', content: 'Hello?' }
      ]
    })
  })

  it('gives the signature of a call back where the model expects it', () => {
    const dialogue: DialogueEntry[] = [{ kind: 'calls', calls: [{ ...call('a', 'ok'), thoughtSignature: 'sig==' }] }]
    expect(chatRequest({ item: plain, prompts: [] }, dialogue).messages[0]).toMatchObject({
      tool_calls: [{ id: 'a', extra_content: { google: { thought_signature: 'sig==' } } }]
    })
  })
})

describe('context_length', () => {
  const dialogue = [user('aaaa'), agent('bbbb'), user('cccc'), calls('f1'), agent('dddd'), user('ee')]

  it.each<[number | 'max', number]>([
    ['max', 6],
    [1000, 6],
    // book + {"table":4} + "done f1" are 22 characters, the rest 18.
    [40, 6],
    [39, 5],
    [32, 4],
    [31, 3],
    [28, 3],
    [27, 2],
    [6, 2],
    [5, 1],
    [2, 1],
    [0, 1]
  ])('%s keeps %d entries', (length, kept) => {
    const { messages } = chatRequest(
      { item: { ...plain, context_length: length }, prompts: ['A prompt that does not count.'] },
      dialogue
    )
    const withoutResults = messages.filter(({ role }) => role !== 'tool' && role !== 'system')
    expect(withoutResults).toHaveLength(kept)
    expect(messages.at(-1)).toEqual({ role: 'user', content: 'ee' })
    // No result without its call.
    const called = messages.some((message) => 'tool_calls' in message)
    expect(messages.some(({ role }) => role === 'tool')).toBe(called)
  })

  it('counts characters, not the halves of them', () => {
    expect(fitDialogue([agent('👍👍'), user('👍')], 3)).toHaveLength(2)
    expect(fitDialogue([agent('👍👍'), user('👍')], 2)).toHaveLength(1)
  })

  it('keeps the whole of what is being answered, calls and results included', () => {
    expect(fitDialogue([user('old'), agent('old'), user('Book.'), calls('a'), calls('b')], 2)).toEqual([
      user('Book.'),
      calls('a'),
      calls('b')
    ])
    expect(fitDialogue([agent('Hello.'), calls('a')], 2)).toEqual([calls('a')])
    expect(fitDialogue([], 2)).toEqual([])
  })
})
