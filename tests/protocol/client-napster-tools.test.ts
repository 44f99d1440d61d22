import { expect, it } from 'vitest'
import type { ToolSet } from '../../src/core/ports.ts'
import type { ToolCall } from '../../src/shared/events.ts'
import { until } from './client.test-support.ts'
import { fastClock, napsterProfile, setUpLive, type Rig } from './client-napster.test-support.ts'

// Tool calls of Napster: ten seconds, perhaps called twice, and never executed twice.

/** A tool that the test answers, and how often it ran. */
function tool(name = 'book'): {
  tools: ToolSet
  runs: Record<string, unknown>[]
  answer: (content: string) => void
  aborted: () => boolean
} {
  const runs: Record<string, unknown>[] = []
  const answer = Promise.withResolvers<string>()
  let signalled = false
  const run = ({ input }: { input: Readonly<Record<string, unknown>> }, signal: AbortSignal): Promise<string> => {
    runs.push({ ...input })
    signal.addEventListener('abort', () => (signalled = true))
    return answer.promise
  }
  return { tools: new Map([[name, { run }]]), runs, answer: answer.resolve, aborted: () => signalled }
}

const outputs = ({ server }: Rig): Record<string, unknown>[] =>
  server.sessions.flatMap((session) => session.of('send_function_output'))

function calls({ one }: Rig): Pick<ToolCall, 'id' | 'status' | 'content'>[] {
  const byId = new Map(one.events.flatMap((event) => (event.kind === 'tool-call' ? [[event.call.id, event.call]] : [])))
  return [...byId.values()].map(({ id, status, content }) => ({ id, status, content }))
}

/** `delay` may be on the wire, false as in every example. */
const output = (call_id: string, result: unknown): unknown => ({
  type: 'send_function_output',
  data: { call_id, output: result, delay: false }
})

const asSent = (text: string): unknown => {
  const { type, data } = JSON.parse(text) as { type: string; data: object }
  return { type, data: { delay: false, ...data } }
}

it.concurrent.for([
  ['an object', 'object'],
  ['a JSON text', 'string']
] as const)(
  'a call whose arguments are %s is run and answered with an object',
  async ([_name, argumentsAs], context) => {
    const { tools, runs, answer } = tool()
    const rig = await setUpLive(context, { tools, server: { spelling: { argumentsAs } } })
    rig.server.session.call('call_1', 'book', { table: 4, name: 'Ana' })
    await until('the run', () => runs.length === 1)
    answer('{"booked":4}')
    await until('the answer', () => outputs(rig).length === 1)
    expect(runs).toEqual([{ table: 4, name: 'Ana' }])
    expect(rig.server.session.texts.map(asSent)).toEqual([output('call_1', { booked: 4 })])
    expect(calls(rig)).toEqual([{ id: 'call_1', status: 'answered', content: '{"booked":4}' }])
  }
)

it.concurrent('an answer that is no object is put into one', async (context) => {
  const rig = await setUpLive(context, {
    profile: napsterProfile({}, { tools: { weather: { kind: 'answer', content: 'sunny' } } })
  })
  rig.server.session.call('call_1', 'weather', {})
  await until('the answer', () => outputs(rig).length === 1)
  const [sent] = outputs(rig)
  expect(sent?.['output']).toBeTypeOf('object')
  expect(JSON.stringify(sent?.['output'])).toContain('sunny')
})

it.concurrent('a call that is delivered twice runs once and is answered once', async (context) => {
  const { tools, runs, answer } = tool()
  const rig = await setUpLive(context, { tools })
  const { session } = rig.server
  session.call('call_1', 'book', { table: 4 })
  session.call('call_1', 'book', { table: 4 })
  session.message({
    type: 'function_call',
    action: 'completed',
    call_id: 'call_1',
    content: '{"table":4}',
    name: 'book'
  })
  await until('the run', () => runs.length === 1)
  answer('{"ok":true}')
  await until('the answer', () => outputs(rig).length === 1)
  session.call('call_1', 'book', { table: 4 })
  session.call('call_2', 'book', { table: 5 })
  await until('the second call', () => outputs(rig).length === 2)
  expect(runs).toEqual([{ table: 4 }, { table: 5 }])
  expect(outputs(rig).map(({ call_id }) => call_id)).toEqual(['call_1', 'call_2'])
})

it.concurrent('a second answer to the same call is not sent', async (context) => {
  const rig = await setUpLive(context)
  rig.server.session.call('call_1', 'book', {})
  await until('the question', () => calls(rig)[0]?.status === 'waiting-for-person')
  const answers = ['{"ok":1}', '{"ok":2}'].map((content) =>
    rig.one.session.execute({ kind: 'tool-result', id: 'call_1', content })
  )
  const [first, second] = await Promise.all(answers)
  expect(first).toEqual({ outcome: 'applied' })
  expect(second).toMatchObject({ outcome: expect.stringMatching(/failed|refused/) as string })
  await until('the answer', () => outputs(rig).length === 1)
  await rig.sent({ kind: 'user-text', text: 'And?' })
  expect(rig.server.session.texts.map(asSent)).toHaveLength(2)
  expect(asSent(rig.server.session.texts[0] ?? '')).toEqual(output('call_1', { ok: 1 }))
})

it.concurrent(
  'a slow tool is answered inside ten seconds with an interim result, and its own comes as a message',
  async (context) => {
    const { tools, runs, answer } = tool()
    const times = 5
    const rig = await setUpLive(context, { tools, clock: fastClock(times) })
    const { session } = rig.server
    session.call('call_1', 'book', { table: 4 })
    const calledMs = performance.now()
    await until('the interim answer', () => outputs(rig).length === 1)
    const tookMs = (session.commands.find(({ type }) => type === 'send_function_output')?.atMs ?? 0) - calledMs
    expect(tookMs * times).toBeGreaterThan(3_000)
    expect(tookMs * times).toBeLessThan(10_000)
    expect(outputs(rig)[0]).toMatchObject({ call_id: 'call_1' })
    expect(outputs(rig)[0]?.['output']).toBeTypeOf('object')
    answer('{"booked":"the canary table"}')
    await until('its own answer', () => session.of('send_message').length === 1)
    expect(session.of('send_message')).toEqual([
      expect.objectContaining({
        role: 'system',
        trigger_response: true,
        text: expect.stringContaining('canary') as string
      })
    ])
    expect(session.of('send_message')[0]?.['text']).toContain('book')
    expect(outputs(rig)).toHaveLength(1)
    expect(runs).toHaveLength(1)
    await until('the reply', () => rig.one.count('reply-played') === 1)
    // It is context: the person reads the call and the reply, not the message.
    expect(rig.one.captions.join()).not.toMatch(/^user|parley/)
  }
)

it.concurrent(
  'a call that the service gave up on is not answered; what comes later is told as a message',
  async (context) => {
    const { tools, runs, answer } = tool()
    const rig = await setUpLive(context, { tools })
    const { session } = rig.server
    session.call('call_1', 'book', { table: 4 })
    await until('the run', () => runs.length === 1)
    session.event('function_call_timeout', { call_id: 'call_1' })
    await until('the frame', () => JSON.stringify(rig.one.wire).includes('function_call_timeout'))
    answer('{"booked":"late"}')
    await until('the message', () => session.of('send_message').length === 1)
    expect(session.of('send_message')[0]).toMatchObject({ role: 'system', trigger_response: true })
    expect(session.of('send_message')[0]?.['text']).toContain('late')
    expect(outputs(rig)).toEqual([])
  }
)

it.concurrent('an interruption cancels no call of Napster: its answer is still owed, once', async (context) => {
  const { tools, runs, answer, aborted } = tool()
  const rig = await setUpLive(context, { tools })
  const { session } = rig.server
  session.call('call_1', 'book', { table: 4 })
  await until('the run', () => runs.length === 1)
  session.userStarts()
  const reply = session.reply()
  reply.cancel()
  await until('the user', () => rig.one.phase === 'userSpeaking')
  expect(aborted()).toBe(false)
  answer('{"ok":true}')
  await until('the answer', () => outputs(rig).length === 1)
  expect(outputs(rig)).toEqual([expect.objectContaining({ call_id: 'call_1', output: { ok: true } })])
})

it.concurrent(
  'a call that a drop cut off is not run again: called again it gets an error that says so',
  async (context) => {
    const { tools, runs, answer, aborted } = tool()
    const rig = await setUpLive(context, { tools, clock: fastClock(5) })
    const { server, one } = rig
    server.session.call('call_1', 'book', { table: 4 })
    await until('the run', () => runs.length === 1)
    server.session.cut()
    await until('the return', () => one.count('reconnected') === 1)
    expect(aborted()).toBe(true)
    // The model asks again, as a service does that never got the answer; the tool ends after all.
    server.session.call('call_1', 'book', { table: 4 })
    answer('{"booked":"canary"}')
    await until('the error', () => outputs(rig).length === 1)
    await rig.sent({ kind: 'user-text', text: 'Is it done?' })
    expect(runs).toEqual([{ table: 4 }])
    expect(server.sessions[0]?.of('send_function_output')).toEqual([])
    expect(server.session.of('send_function_output')).toEqual([
      expect.objectContaining({ call_id: 'call_1', output: { error: expect.stringContaining('lost') as string } })
    ])
    expect(server.session.texts.join()).not.toContain('canary')
  }
)

it.concurrent(
  'a call that was answered before the drop gets the same answer again, without being run',
  async (context) => {
    const { tools, runs, answer } = tool()
    const rig = await setUpLive(context, { tools, clock: fastClock(5) })
    const { server, one } = rig
    server.session.call('call_1', 'book', { table: 4 })
    answer('{"ok":"first"}')
    await until('the answer', () => outputs(rig).length === 1)
    server.session.cut()
    await until('the return', () => one.count('reconnected') === 1)
    server.session.call('call_1', 'book', { table: 4 })
    await until('the answer again', () => server.session.of('send_function_output').length === 1)
    expect(server.session.of('send_function_output')).toEqual([
      expect.objectContaining({ call_id: 'call_1', output: { ok: 'first' } })
    ])
    expect(runs).toHaveLength(1)
  }
)
