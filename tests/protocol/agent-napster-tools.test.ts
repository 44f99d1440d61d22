import { expect, it, type TestContext } from 'vitest'
import { NapsterClient, napsterRest } from '../peers/napster-client.ts'
import { errors, openDoor, replied } from './agent-napster.test-support.ts'

// Implicit tool calls of the built-in agent's Napster door: asked in words, answered by the client, or too late.

const WEATHER = {
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } }
}

const ASK = 'Call the function get_weather with {"city": "Paris"}'

type Napster = NonNullable<NonNullable<Parameters<typeof openDoor>[1]>['napster']>

/** A connection whose agent has one function. */
async function withTool(context: TestContext, napster: Napster = {}): Promise<NapsterClient> {
  const { base } = await openDoor(context, { napster })
  const functions = [{ data: WEATHER, flow: 'implicit' }]
  const providerConfig = { voiceId: 'alloy', settings: {} }
  const body = { companionId: 'comp_any', providerConfig, functions }
  return NapsterClient.open(await napsterRest(base, 'POST', '/public/ws-connections', { body }))
}

/** The first call, once it is there. */
async function called(client: NapsterClient): Promise<{ call_id: string; name: string; arguments: unknown }> {
  await client.until('the call', () => client.named('function_implicitly_called').length > 0)
  return client.named('function_implicitly_called')[0]?.data as never
}

const answer = (client: NapsterClient, call_id: string, output: unknown): void =>
  client.command('send_function_output', { call_id, output, delay: false })

/** What comes after everything that was sent so far. */
async function barrier(client: NapsterClient): Promise<void> {
  const before = client.texts('user').length
  client.say('This is only noted.', { trigger_response: false, delay: false })
  await client.until('the barrier', () => client.texts('user').length > before)
}

it.concurrent.for([
  ['an object', { sky: 'sunny' }],
  ['a JSON text', '{"sky":"sunny"}']
] as const)(
  'a call has an id, a name and its arguments as an object; %s as its output is told',
  async ([_name, output], context) => {
    const client = await withTool(context)
    client.say(ASK)
    const call = await called(client)
    expect(call).toEqual({ call_id: expect.any(String) as string, name: 'get_weather', arguments: { city: 'Paris' } })
    answer(client, call.call_id, output)
    await replied(client, 1)
    expect(client.texts('assistant').join(' ')).toContain('sunny')
    expect(client.named('function_call_timeout')).toEqual([])
  }
)

it.concurrent('without an output in time the call is over: its id is told, and the agent goes on', async (context) => {
  const client = await withTool(context, { toolDeadlineMs: 400 })
  client.say(ASK)
  const { call_id } = await called(client)
  const atMs = performance.now()
  await client.until('the timeout', () => client.named('function_call_timeout').length === 1)
  expect(performance.now() - atMs).toBeGreaterThan(300)
  expect(client.named('function_call_timeout').map(({ data }) => data)).toEqual([{ call_id }])
  await replied(client, 1)
  const said = client.texts('assistant').length
  answer(client, call_id, { sky: 'sunny' })
  await barrier(client)
  expect(client.texts('assistant')).toHaveLength(said)
  expect(client.texts('assistant').join(' ')).not.toContain('sunny')
  expect(errors(client)).toEqual([])
})

it.concurrent('a second output for the same call changes nothing', async (context) => {
  const client = await withTool(context)
  client.say(ASK)
  const { call_id } = await called(client)
  answer(client, call_id, { sky: 'sunny' })
  answer(client, call_id, { sky: 'rainy' })
  await replied(client, 1)
  await barrier(client)
  expect(client.texts('assistant').join(' ')).toMatch(/sunny/)
  expect(client.texts('assistant').join(' ')).not.toMatch(/rainy/)
  expect(errors(client)).toEqual([])
})

it.concurrent('an interim output in time and the real one as context are both heard', async (context) => {
  const client = await withTool(context, { toolDeadlineMs: 2_000 })
  client.say(ASK)
  const { call_id } = await called(client)
  answer(client, call_id, { status: 'pending' })
  client.tell('The result of get_weather is sunny.', { trigger_response: true, delay: true })
  await client.until('both', () => client.texts('assistant').join(' ').includes('sunny'))
  expect(client.texts('assistant').join(' ')).toContain('pending')
  expect(client.named('function_call_timeout')).toEqual([])
})

it.concurrent(
  'N10 a message cancels a turn that waits for a tool; its output is not spoken, and no error',
  async (context) => {
    const client = await withTool(context)
    client.say(ASK)
    const { call_id } = await called(client)
    client.say('What is 2 plus 3?')
    await replied(client, 1)
    answer(client, call_id, { sky: 'sunny' })
    await barrier(client)
    expect(client.texts('assistant').at(-1)).toMatch(/\b5\b/)
    expect(client.texts('assistant').join(' ')).not.toContain('sunny')
    expect(errors(client)).toEqual([])
  }
)

it.concurrent('N3 an output for a call that nobody made, or without an id, is an error', async (context) => {
  const client = await withTool(context)
  for (const [at, data] of [
    { call_id: 'invented', output: {} },
    { output: {} },
    { call_id: 7, output: {} }
  ].entries()) {
    client.command('send_function_output', data)
    await client.until(`error ${at + 1}`, () => errors(client).length === at + 1)
  }
  expect(client.named('function_implicitly_called')).toEqual([])
})
