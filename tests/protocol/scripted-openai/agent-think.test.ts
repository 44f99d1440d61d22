import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { keptLog, settings } from '../../../src/agent/rig.test-support.ts'
import { ScriptedEngine } from '../../../src/agent/scripted-engine.test-support.ts'
import { startAgent, type AgentOptions } from '../../../src/agent/server.ts'
import {
  startScriptedModel,
  type ModelScript,
  type ScriptedModel,
  type ScriptedReply
} from '../../../src/agent/think/scripted-model.test-support.ts'
import { systemClock } from '../../../src/main/node/system-clock.ts'
import { Client } from '../agent-spoken.test-support.ts'

/** The built-in agent in front of scripted models, over real sockets and real HTTP; only its ears and voice are scripted. */

const SECRET = 'sk-test-1234567890'
/** 16 kHz PCM16. */
const BYTES_PER_MS = 32
const cleanup: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of cleanup.splice(0).toReversed()) await close()
})

async function model(script: ModelScript): Promise<ScriptedModel> {
  const started = await startScriptedModel(script)
  cleanup.push(() => started.close())
  return started
}

const item = ({ url }: { url: string }, more: object = {}): object => ({
  provider: { type: 'open_ai', model: 'scripted' },
  endpoint: { url, headers: { Authorization: `Bearer ${SECRET}` } },
  prompt: 'Be brief.',
  ...more
})

async function dial(agent: object, more: object = {}, switches: AgentOptions['switches'] = {}) {
  const engine = new ScriptedEngine()
  const log = keptLog()
  const server = await startAgent({ port: 0, engine, log, clock: systemClock, switches })
  cleanup.push(() => server.close())
  const client = await Client.dial(server, { ...settings(agent), ...more })
  cleanup.push(async () => {
    client.socket.terminate()
    // Whatever happened: no key in the log, none on the wire.
    expect(`${log.lines.join('\n')}${JSON.stringify(messages(client))}`).not.toContain(SECRET)
  })
  return { client, engine }
}

/** A reply has come and would have been played by now; what comes earlier cuts it off. */
async function played(client: Client, replies: number): Promise<void> {
  await client.until(() => client.count('AgentAudioDone') === replies, `reply ${replies}`)
  await sleep(client.audio().length / BYTES_PER_MS + 100)
}

function messages(client: Client, type?: string): Record<string, unknown>[] {
  return client.got.flatMap((one) =>
    'message' in one && (type === undefined || one.message.type === type) ? [one.message] : []
  )
}

const said = (client: Client, text: string): Promise<void> =>
  client.until(() => client.texts('assistant').includes(text), `"${text}"`)
const type = (client: Client, content: string): void => client.send({ type: 'InjectUserMessage', content })
const asked = (one: ScriptedModel, index: number): unknown =>
  one.requests[index]?.json?.messages.map(({ role, content }) => `${role}: ${content}`)

describe('think.endpoint', () => {
  it('the first sentence is spoken while the rest is generated', async () => {
    const tokens = ['It is sunny. ', 'Tomorrow ', ...Array.from({ length: 50 }, () => 'it rains ')]
    const one = await model([{ tokens, perTokenMs: 40 }])
    const { client } = await dial({ think: item(one) })
    type(client, 'How is the weather?')
    await client.until(() => client.got.some((each) => 'pcm' in each), 'audio')
    expect(client.texts('assistant')).toEqual(['It is sunny.'])
    expect(one.requests[0]?.wroteAtMs.length).toBeLessThan(tokens.length / 2)
  })

  it.each([
    [{ agentThinking: true }, ['They greet. I greet.']],
    [{}, []]
  ])('with the switches %j the reasoning that streams before an answer is AgentThinking %j', async (switches, told) => {
    const one = await model([{ thinking: ['They greet. ', 'I greet.'], tokens: ['Hello. '], perTokenMs: 10 }])
    const { client } = await dial({ think: item(one) }, {}, switches)
    type(client, 'Hi.')
    await client.until(() => client.count('AgentAudioDone') === 1, 'the reply')
    expect(messages(client, 'AgentThinking').map(({ content }) => content)).toEqual(told)
    expect(client.texts('assistant')).toEqual(['Hello.'])
  })

  it('barge-in aborts the request, and the next one knows only what was heard', async () => {
    const endless: ScriptedReply = { tokens: Array.from({ length: 2000 }, () => 'word '), perTokenMs: 5 }
    const one = await model([
      { ...endless, tokens: ['One two three. ', ...(endless.tokens ?? [])] },
      { tokens: ['Yes.'] }
    ])
    const { client, engine } = await dial({ think: item(one) })
    type(client, 'Count.')
    await client.until(() => client.got.some((each) => 'pcm' in each), 'audio')
    engine.userStarts(1)
    expect(await one.requests[0]?.ended).toBe('aborted')
    engine.userStops(1, 'Stop now.')
    await said(client, 'Yes.')
    expect(asked(one, 1)).not.toContain('assistant: One two three.')
    expect(JSON.stringify(asked(one, 1))).not.toContain('word')
  })

  it('V52 a client that goes away frees the model', async () => {
    const one = await model([
      { tokens: ['One two three. ', 'Four '], hang: 'after-tokens', finishReason: null, done: false }
    ])
    const { client } = await dial({ think: item(one) })
    type(client, 'Count.')
    await said(client, 'One two three.')
    client.socket.terminate()
    expect(await one.requests[0]?.ended).toBe('aborted')
  })

  it('V34 V35 V45 P1 a request has both shapes of the history and every prompt; UpdateThink keeps the history', async () => {
    const one = await model([{ tokens: ['Of course.'] }])
    const call = { id: 'f1', name: 'book', client_side: true, arguments: '{"table":4}', response: '{"ok":true}' }
    const { client } = await dial({
      think: item(one),
      context: {
        messages: [
          { type: 'History', role: 'user', content: 'Book table four.' },
          { type: 'History', function_calls: [call] },
          { type: 'History', role: 'assistant', content: 'Table four is yours.' }
        ]
      }
    })
    client.send({ type: 'UpdatePrompt', prompt: 'The caller is a member.' })
    await client.until(() => client.count('PromptUpdated') === 1, 'PromptUpdated')
    type(client, 'A chair too?')
    await played(client, 1)
    expect(one.requests[0]?.json?.messages).toEqual([
      { role: 'system', content: 'Be brief.\nThe caller is a member.' },
      { role: 'user', content: 'Book table four.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'f1', type: 'function', function: { name: 'book', arguments: '{"table":4}' } }]
      },
      { role: 'tool', tool_call_id: 'f1', content: '{"ok":true}' },
      { role: 'assistant', content: 'Table four is yours.' },
      { role: 'user', content: 'A chair too?' }
    ])
    client.send({ type: 'UpdateThink', think: item(one, { prompt: 'Be formal.', context_length: 40 }) })
    await client.until(() => client.count('ThinkUpdated') === 1, 'ThinkUpdated')
    type(client, 'And flowers?')
    await played(client, 2)
    expect(asked(one, 1)).toEqual([
      'system: Be formal.',
      'user: A chair too?',
      'assistant: Of course.',
      'user: And flowers?'
    ])
    expect(client.texts('assistant')).toEqual(['Of course.', 'Of course.'])
  })

  it('P3 a prompt of more than 25,000 characters reaches an own model whole, without a warning', async () => {
    const one = await model([{ tokens: ['Yes.'] }])
    const prompt = 'Be kind. '.repeat(4000)
    const { client } = await dial({ think: item(one, { prompt }) })
    type(client, 'Hello?')
    await said(client, 'Yes.')
    expect(one.requests[0]?.json?.messages[0]?.content).toBe(prompt)
    expect(client.count('Warning')).toBe(0)
  })

  it('V42 the second item answers when the first fails, the next turn starts at the first, and the end is FAILED_TO_THINK', async () => {
    const first = await model([{ status: 503 }, { tokens: ['First.'] }, { status: 401, body: SECRET }])
    const second = await model([{ tokens: ['Second.'] }, { tokens: ['x'], cutAfter: 0 }])
    const { client } = await dial({ think: [item(first), item(second)] })
    type(client, 'One?')
    await said(client, 'Second.')
    expect(messages(client, 'Warning')).toEqual([
      {
        type: 'Warning',
        code: 'THINK_REQUEST_FAILED',
        description: `The think endpoint (${new URL(first.url).host}) answered 503.`
      }
    ])
    type(client, 'Two?')
    await said(client, 'First.')
    type(client, 'Three?')
    await new Promise((resolve) => client.socket.once('close', resolve))
    expect(messages(client).at(-1)).toMatchObject({ type: 'Error', code: 'FAILED_TO_THINK' })
    expect(messages(client, 'Warning')).toHaveLength(3)
  })

  it('what was said before a stream broke stands, with GPT_4O_STREAM_END_ERROR, and the session goes on', async () => {
    const one = await model([
      { tokens: ['It is sunny. ', 'Tomo', 'rrow'], cutAfter: 2, perTokenMs: 30 },
      { tokens: ['Yes.'] }
    ])
    const { client } = await dial({ think: item(one) })
    type(client, 'The weather?')
    await played(client, 1)
    expect(messages(client, 'Warning')).toMatchObject([{ code: 'GPT_4O_STREAM_END_ERROR' }])
    type(client, 'Hello?')
    await said(client, 'Yes.')
    expect(JSON.stringify(asked(one, 1))).toContain('It is sunny.')
  })
})

describe('functions', () => {
  const functions = [
    { name: 'book', description: 'Book a table', parameters: { type: 'object', properties: {} } },
    { name: 'pay' }
  ]
  const calls: ScriptedReply = {
    tokens: ['One moment. '],
    toolCalls: [
      { id: 'a', name: 'book', arguments: '{"table":4}' },
      { id: 'a', name: 'pay', arguments: '' }
    ]
  }

  it('V36 V37 without an endpoint go to the client, and the model goes on once all are answered', async () => {
    const one = await model([calls, { tokens: ['Booked.'] }])
    const { client } = await dial({ think: item(one, { functions }) })
    type(client, 'Book table four.')
    await client.until(() => client.count('FunctionCallRequest') === 1, 'FunctionCallRequest')
    const [request] = messages(client, 'FunctionCallRequest') as { functions: { id: string; name: string }[] }[]
    const [book, pay] = request?.functions ?? []
    expect(book).toMatchObject({ name: 'book', arguments: '{"table":4}', client_side: true })
    expect(pay).toMatchObject({ name: 'pay', arguments: '{}', client_side: true })
    expect(new Set([book?.id, pay?.id]).size).toBe(2)
    client.send({ type: 'FunctionCallResponse', id: pay?.id, name: 'pay', content: 'paid' })
    client.send({ type: 'FunctionCallResponse', id: 'unknown', name: 'pay', content: 'x' })
    expect(one.requests).toHaveLength(1)
    client.send({ type: 'FunctionCallResponse', id: book?.id, name: 'book', content: '{"ok":true}' })
    await said(client, 'Booked.')
    expect(one.requests[1]?.json?.messages.slice(1)).toMatchObject([
      { role: 'user', content: 'Book table four.' },
      { role: 'assistant', content: 'One moment.' },
      {
        role: 'assistant',
        tool_calls: [
          { id: book?.id, function: { name: 'book', arguments: '{"table":4}' } },
          { id: pay?.id, function: { name: 'pay', arguments: '{}' } }
        ]
      },
      { role: 'tool', tool_call_id: book?.id, content: '{"ok":true}' },
      { role: 'tool', tool_call_id: pay?.id, content: 'paid' }
    ])
  })

  it('V41 with an endpoint are called by the agent, and the client is told of call and result', async () => {
    const one = await model([calls, { tokens: ['Booked.'] }])
    const tool = await model([{ body: '{"ok":true}' }, { status: 500 }])
    const endpoint = { url: tool.url, headers: { 'X-Key': SECRET } }
    const { client } = await dial({ think: item(one, { functions: functions.map((each) => ({ ...each, endpoint })) }) })
    type(client, 'Book table four.')
    await said(client, 'Booked.')
    expect(tool.requests.map(({ text }) => text).toSorted()).toEqual(['{"table":4}', '{}'])
    expect(tool.requests[0]?.headers['x-key']).toBe(SECRET)
    expect(messages(client, 'FunctionCallRequest')).toMatchObject([
      {
        functions: [
          { name: 'book', client_side: false },
          { name: 'pay', client_side: false }
        ]
      }
    ])
    const results = messages(client, 'FunctionCallResponse').map(({ content }) => String(content))
    expect(results.toSorted()).toEqual([
      expect.stringContaining('{"error":"The endpoint of the function'),
      '{"ok":true}'
    ])
    expect(messages(client, 'Warning')).toMatchObject([{ code: 'FUNCTION_CALL_FAILED' }])
    const told = one.requests[1]?.json?.messages
      .filter(({ role }) => role === 'tool')
      .map(({ content }) => String(content))
    expect(told?.toSorted()).toEqual(results.toSorted())
  })

  it('V39 barge-in cancels open calls and aborts those that the agent makes', async () => {
    const one = await model([calls, { tokens: ['Yes.'] }])
    const tool = await model([{ hang: 'before-headers' }])
    const withEndpoint = [functions[0], { name: 'pay', endpoint: { url: tool.url } }]
    const { client, engine } = await dial({ think: item(one, { functions: withEndpoint }) })
    type(client, 'Book table four.')
    const request = await tool.request(0)
    engine.userStarts(1)
    expect(await request.ended).toBe('aborted')
    await client.until(() => client.count('FunctionCallCancelled') === 1, 'FunctionCallCancelled')
    const [cancelled] = messages(client, 'FunctionCallCancelled') as { functions: { name: string }[] }[]
    expect(cancelled?.functions.map(({ name }) => name)).toEqual(['book', 'pay'])
  })
})
