import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { startAgent } from '../../src/agent/server.ts'
import { workerEngine } from '../../src/agent/speech/engine.ts'
import {
  startScriptedModel,
  type ModelScript,
  type ScriptedModel
} from '../../src/agent/think/scripted-model.test-support.ts'
import type { ToolRequest, ToolSet } from '../../src/core/ports.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { speechWorkerEntry } from '../../src/main/node/speech-entry.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import type { ToolCall, TurnLatency } from '../../src/shared/events.ts'
import type { AgentProfile } from '../../src/shared/profile.ts'
import { Client, TALK_PROFILE, until } from './client.test-support.ts'

/** A session of Parley, the built-in agent and an own model, over real sockets. */

const engine = workerEngine(speechWorkerEntry())
let agent: Awaited<ReturnType<typeof startAgent>>
let model: ScriptedModel
let one: Client

const FUNCTIONS = ['book', 'weather'].map((name) => ({
  name,
  description: name,
  parameters: { type: 'object', properties: { table: { type: 'integer' } } }
}))

const BOOK = { id: 'f1', name: 'book', arguments: '{"table":4}' }
const WEATHER = { id: 'f2', name: 'weather', arguments: '{}' }

beforeAll(async () => {
  agent = await startAgent({ port: 0, engine, transcriber: 'none', log: silentLog, clock: systemClock })
})

afterEach(async () => {
  one.close()
  await model.close()
})

afterAll(async () => {
  await agent.close()
  await engine.close()
})

async function dial(script: ModelScript, rest: Partial<AgentProfile> = {}, tools?: ToolSet): Promise<void> {
  model = await startScriptedModel(script)
  const think = {
    provider: { type: 'open_ai', model: 'local' },
    endpoint: { url: model.url },
    prompt: 'Be brief.',
    functions: FUNCTIONS
  }
  const settings = { ...TALK_PROFILE.settings, agent: { think } }
  one = new Client(agent.url, tools === undefined ? {} : { tools }, { ...TALK_PROFILE, settings, ...rest })
  await one.live()
}

function calls(): Pick<ToolCall, 'name' | 'status' | 'content'>[] {
  const byId = new Map(one.events.flatMap((event) => (event.kind === 'tool-call' ? [[event.call.id, event.call]] : [])))
  return [...byId.values()].map(({ name, status, content }) => ({ name, status, content }))
}

function latency(): TurnLatency | undefined {
  return one.events.flatMap((event) => (event.kind === 'latency' ? [event.latency] : [])).at(-1)
}

/** What the model was told of each function in its second request; the agent may have given the calls ids of its own. */
async function toldModel(): Promise<string[]> {
  const { json } = await model.request(1)
  const messages = json?.messages ?? []
  const names = new Map(
    messages.flatMap(({ tool_calls: made = [] }) => made.map(({ id, function: { name } }) => [id, name] as const))
  )
  return messages.flatMap(({ role, content, tool_call_id: id = '' }) =>
    role === 'tool' ? [`${names.get(id)}: ${content}`] : []
  )
}

it('C28 C31 two calls of one turn are answered by their ids, one with an error, and the agent speaks after both', async () => {
  const tools: ToolSet = new Map([
    ['book', { run: ({ input }: ToolRequest) => Promise.resolve(JSON.stringify({ booked: input['table'] })) }],
    ['weather', { run: () => Promise.reject(new Error('No network.')) }]
  ])
  await dial([{ toolCalls: [BOOK, WEATHER] }, { tokens: ['Table four is yours.'] }], {}, tools)
  void one.session.execute({ kind: 'user-text', text: 'Book table four.' })
  await until('the reply', () => one.count('reply-played') === 1)
  expect(one.captions).toEqual(['user: Book table four.', 'agent: Table four is yours.'])
  expect((await toldModel()).toSorted()).toEqual([
    'book: {"booked":4}',
    'weather: {"error":"The tool failed: No network."}'
  ])
  expect(calls()).toEqual([
    { name: 'book', status: 'answered', content: '{"booked":4}' },
    { name: 'weather', status: 'failed', content: '{"error":"The tool failed: No network."}' }
  ])
  expect(one.phase).toBe('listening')
})

it("C35 the turn's own legs and the service's report stand side by side", async () => {
  await dial([{ firstTokenMs: 120, tokens: ['Well.'] }])
  void one.session.execute({ kind: 'user-text', text: 'Hi.' })
  await until('the reply', () => one.count('reply-played') === 1)
  const told = latency()
  const { firstByteMs = 0, firstSampleMs = 0, lastBlockSentMs } = told?.client ?? {}
  expect(told?.turn).toBe(1)
  expect(lastBlockSentMs).toBeUndefined()
  expect(firstByteMs).toBeGreaterThanOrEqual(120)
  expect(firstSampleMs).toBeGreaterThanOrEqual(firstByteMs - 50)
  expect(told?.service.totalMs).toBeGreaterThanOrEqual(120)
  expect(told?.service.totalMs).toBeLessThanOrEqual(firstByteMs + 50)
})

it('C32 a typed text while a tool runs cancels it: it is told to stop, and its answer goes to nobody', async () => {
  let aborted = false
  const tools: ToolSet = new Map([
    [
      'book',
      {
        run: (_call, signal) =>
          new Promise<string>((resolve) => {
            signal.addEventListener('abort', () => {
              aborted = true
              resolve('late')
            })
          })
      }
    ]
  ])
  await dial([{ toolCalls: [BOOK] }, { tokens: ['Never mind.'] }], {}, tools)
  void one.session.execute({ kind: 'user-text', text: 'Book table four.' })
  await until('the call', () => calls().length === 1)
  void one.session.execute({ kind: 'user-text', text: 'Forget it.' })
  await until('the reply', () => one.count('reply-played') === 1)
  expect(aborted).toBe(true)
  expect(calls()).toMatchObject([{ name: 'book', status: 'cancelled' }])
  expect(JSON.stringify(one.wire.filter(({ dir }) => dir === 'out'))).not.toContain('FunctionCallResponse')
  expect(one.captions.at(-1)).toBe('agent: Never mind.')
})

it('a function that nobody knows is answered by the person, and a fixed one by the profile', async () => {
  await dial([{ toolCalls: [BOOK, WEATHER] }, { tokens: ['Fine.'] }], {
    tools: { weather: { kind: 'answer', content: 'sunny' } }
  })
  void one.session.execute({ kind: 'user-text', text: 'Book table four.' })
  const id = await until(
    'the question',
    () =>
      one.events.flatMap((event) =>
        event.kind === 'tool-call' && event.call.status === 'waiting-for-person' ? [event.call.id] : []
      )[0]
  )
  expect(await one.session.execute({ kind: 'tool-result', id, content: 'yes' })).toEqual({ outcome: 'applied' })
  await until('the reply', () => one.count('reply-played') === 1)
  expect((await toldModel()).toSorted()).toEqual(['book: yes', 'weather: sunny'])
})

it('I12 I14 announcements during a tool are all heard, in order, and the reply after them', async () => {
  const answer = Promise.withResolvers<string>()
  const tools: ToolSet = new Map([['book', { run: () => answer.promise }]])
  await dial([{ tokens: ['One moment.'], toolCalls: [BOOK] }, { tokens: ['It is yours.'] }], {}, tools)
  void one.session.execute({ kind: 'user-text', text: 'Book table four.' })
  await until('the call', () => calls().length === 1)
  const announced = ['Step one.', 'Step two.', 'Step three.'].map((text) =>
    one.session.execute({ kind: 'announce', text })
  )
  expect(await Promise.all(announced)).toEqual(announced.map(() => ({ outcome: 'applied' })))
  answer.resolve('{"ok":true}')
  await until('the reply', () => /It is yours/.test(one.captions.at(-1) ?? '') && one.phase === 'listening')
  expect(one.captions.slice(1).join(' ').replaceAll('agent: ', '')).toBe(
    'One moment. Step one. Step two. Step three. It is yours.'
  )
  expect(one.flushed).toEqual([])
})

it('I11 a user who says nothing is nudged, and no command is told of', async () => {
  await dial([{ tokens: ['Well.'] }], { nudge: { afterSeconds: 3, say: 'Are you still there?' } })
  await until('the nudge', () => one.count('reply-played') === 1)
  expect(one.captions).toEqual(['agent: Are you still there?'])
  expect(one.count('command')).toBe(0)
})
