import { expect, it } from 'vitest'
import type { NapsterClient } from '../peers/napster-client.ts'
import { answerTo, errors, LONG, openDoor, replied, speaking } from './agent-napster.test-support.ts'

// `send_message` of the vendor's page, from the outside: what is answered, absorbed, held, refused.

/** Where the first message that `wanted` accepts stands among the frames, -1 for none. */
function indexOf(
  client: NapsterClient,
  wanted: (message: { role?: string; action?: string; content?: string }) => boolean
) {
  return client.frames.findIndex(({ name, data }) => name === 'message_received' && wanted(data['message'] ?? data))
}

const cancelled = (client: NapsterClient): boolean =>
  client.messages.some(({ role, action }) => role === 'assistant' && action === 'cancelled') &&
  client.states('talk_state_changed').some((state) => /^cancell?ed$/.test(state))

const begun = (client: NapsterClient): number =>
  client.messages.filter(({ role, action }) => role === 'assistant' && action === 'created').length

it.concurrent('N7 N12 words of the user are echoed and answered at once, by voice and in text', async (context) => {
  const { connect } = await openDoor(context)
  const client = await connect()
  expect(await answerTo(client, 'What is 2 plus 3?')).toMatch(/\b5\b/)
  expect(client.texts('user')).toEqual(['What is 2 plus 3?'])
  const trace = client.trace.slice(3).filter((one) => one !== 'talk preparing')
  // Text may run ahead of the voice.
  expect(trace.filter((one) => one !== 'assistant delta')).toEqual([
    'user completed',
    'assistant created',
    'talk started',
    'audio',
    'assistant completed',
    'talk ended'
  ])
  expect(trace.indexOf('assistant delta')).toBeGreaterThan(trace.indexOf('assistant created'))
  expect(trace.lastIndexOf('assistant delta')).toBeLessThan(trace.indexOf('assistant completed'))
  const ids = new Set(client.messages.filter(({ role }) => role === 'assistant').map(({ item_id }) => item_id))
  expect(ids.size).toBe(1)
  // 10 ms per character, PCM16 at 16 kHz.
  const [said = ''] = client.texts('assistant')
  expect(client.audio().byteLength).toBe(said.length * 320)
})

it.concurrent(
  'N3 what is no command of type and data is an error event, and the conversation goes on',
  async (context) => {
    const { connect } = await openDoor(context)
    const client = await connect()
    const broken = ['hello', '{"type":', '[]', '42', 'null', '{}', '{"type":7,"data":{}}', '{"type":"send_message"}']
    for (const [at, text] of broken.entries()) {
      client.socket.send(text)
      await client.until(`error ${at + 1} for ${text}`, () => errors(client).length === at + 1)
    }
    expect(await answerTo(client, 'What is 4 plus 4?')).toMatch(/\b8\b/)
    expect(errors(client)).toHaveLength(broken.length)
  }
)

it.concurrent(
  'N4 N5 N6 N9 a message with a wrong or missing field is refused with an error, and nothing of it happens',
  async (context) => {
    const { connect } = await openDoor(context)
    const client = await connect()
    const good = { role: 'user', text: 'My name is Eve.', trigger_response: true }
    const wrong: Record<string, unknown>[] = [
      { ...good, role: 'assistant' },
      { ...good, role: 'developer' },
      { ...good, role: 'User' },
      { text: 'My name is Eve.', trigger_response: true },
      { ...good, text: 7 },
      { ...good, text: null },
      { role: 'user', trigger_response: true },
      { ...good, trigger_response: 'true' },
      { ...good, trigger_response: 1 },
      { role: 'user', text: 'My name is Eve.' },
      { ...good, delay: 'no' }
    ]
    for (const [at, data] of wrong.entries()) {
      client.command('send_message', data)
      await client.until(`error ${at + 1} for ${JSON.stringify(data)}`, () => errors(client).length === at + 1)
    }
    expect(await answerTo(client, 'What is my name?')).not.toContain('Eve')
    expect(client.texts('user')).toEqual(['What is my name?'])
    expect(begun(client)).toBe(1)
  }
)

it.concurrent('N4 an error says which field is wrong', async (context) => {
  const { connect } = await openDoor(context)
  const client = await connect()
  client.command('send_message', { role: 'narrator', text: 'x', trigger_response: true })
  await client.until('the error', () => errors(client).length === 1)
  const [error] = client.named('error')
  expect(error?.data['message']).toEqual(expect.stringMatching(/role/))
})

it.concurrent(
  'N6 N8 what asks for no response is absorbed by both roles, and shapes a later reply',
  async (context) => {
    const { connect } = await openDoor(context)
    const client = await connect()
    client.tell('The code is 4711.')
    client.say('My name is Ana.', { trigger_response: false })
    expect(await answerTo(client, 'What is the code?')).toContain('4711')
    expect(await answerTo(client, 'What is my name?')).toContain('Ana')
    expect(begun(client)).toBe(2)
  }
)

it.concurrent('N7 context that asks for a response is answered at once', async (context) => {
  const { connect } = await openDoor(context)
  const client = await connect()
  client.tell('The subscription was upgraded to premium.', { trigger_response: true })
  await replied(client, 1)
  expect(client.texts('assistant').join(' ')).not.toBe('')
  expect(client.audio().byteLength).toBeGreaterThan(0)
})

it.concurrent(
  'N13 context is never sent back as a line of the conversation, with a response or without',
  async (context) => {
    const { connect } = await openDoor(context)
    const client = await connect()
    client.tell('The code is 4711.')
    client.tell('The code is 4712.', { trigger_response: true })
    await replied(client, 1)
    expect(client.messages.filter(({ role }) => role !== 'assistant' && role !== undefined)).toEqual([])
    expect(client.texts('user')).toEqual([])
  }
)

const ROLES = ['user', 'system'] as const

it.concurrent.for(ROLES)(
  'N9 N10 a message of the %s without delay is delivered now and interrupts the agent',
  async (role, context) => {
    const { connect } = await openDoor(context)
    for (const more of [{}, { delay: false }]) {
      const client = await connect(LONG)
      await speaking(client)
      client.command('send_message', { role, text: 'My name is Ana.', trigger_response: true, ...more })
      await replied(client, 1)
      expect(cancelled(client)).toBe(true)
      const cut = indexOf(client, ({ action }) => action === 'cancelled')
      const next = client.frames.findIndex(
        ({ data }, i) => i > cut && (data['message'] as { action?: string } | undefined)?.action === 'created'
      )
      expect(next).toBeGreaterThan(cut)
      // Nothing of the reply that was cut is heard between the two.
      expect(client.frames.slice(cut, next).filter(({ name }) => name === 'audio_received')).toEqual([])
    }
  }
)

it.concurrent.for(ROLES)(
  'N8 N10 a message of the %s without a response interrupts too, and nobody answers it',
  async (role, context) => {
    const { connect } = await openDoor(context)
    const client = await connect(LONG)
    await speaking(client)
    client.command('send_message', { role, text: 'My name is Ana.', trigger_response: false })
    await client.until('the interruption', () => cancelled(client))
    expect(await answerTo(client, 'What is my name?')).toContain('Ana')
    expect(begun(client)).toBe(2)
  }
)

const SHORT = 'Your name is Max. You sell tea from Porto, and you are proud of it.'

it.concurrent.for(ROLES)(
  'N11 a message of the %s with delay waits for the end of the speech, and is answered then',
  async (role, context) => {
    const { connect } = await openDoor(context)
    const client = await connect(SHORT)
    await speaking(client)
    client.command('send_message', { role, text: 'What is 2 plus 3?', trigger_response: true, delay: true })
    await replied(client, 2)
    expect(cancelled(client)).toBe(false)
    const ended = client.frames.findIndex(({ data }) => data['state'] === 'ended')
    const spoken = client.audio().byteLength
    const replies = client.frames.flatMap(({ data }, i) => {
      const { role: by, action } = (data['message'] ?? {}) as { action?: string; role?: string }
      return by === 'assistant' && action === 'created' ? [i] : []
    })
    expect(replies).toHaveLength(2)
    expect(replies[1]).toBeGreaterThan(ended)
    // Both replies whole; the spaces between sentences are not spoken.
    expect(spoken / 320).toBeGreaterThan(client.texts('assistant').join('').length - 5)
    if (role === 'user') {
      const echoes = client.messages.filter(({ role: one }) => one === 'user').map(({ content }) => content)
      expect(echoes).toEqual(['What are your instructions?', 'What is 2 plus 3?'])
      expect(indexOf(client, ({ content }) => content === 'What is 2 plus 3?')).toBeGreaterThan(ended)
      expect(client.texts('assistant')[1]).toMatch(/\b5\b/)
    }
  }
)

it.concurrent.for(ROLES)(
  'N8 N11 with delay and without a response a message of the %s only adds to what is known',
  async (role, context) => {
    const { connect } = await openDoor(context)
    const client = await connect(SHORT)
    await speaking(client)
    client.command('send_message', { role, text: 'The code is 4711.', trigger_response: false, delay: true })
    await replied(client, 1)
    expect(cancelled(client)).toBe(false)
    expect(await answerTo(client, 'What is the code?')).toContain('4711')
    expect(begun(client)).toBe(2)
  }
)

it.concurrent(
  'N11 several that wait are delivered in their order; with nobody speaking delay waits for nothing',
  async (context) => {
    const { connect } = await openDoor(context)
    const client = await connect(SHORT)
    client.say('The code is 1.', { trigger_response: false, delay: true })
    expect(await answerTo(client, 'What is the code?')).toContain('1')
    await speaking(client)
    for (const code of [2, 3]) client.tell(`The code is ${code}.`, { delay: true })
    client.say('What is the code?', { delay: true })
    await replied(client, 3)
    expect(client.texts('assistant').at(-1)).toContain('3')
  }
)

it.concurrent('N12 typed words count beside spoken ones, also while the user speaks', async (context) => {
  const { connect } = await openDoor(context, { script: { transcripts: ['The code is 12.', 'what is the code'] } })
  const client = await connect()
  const loud = Buffer.alloc(9_600, 40)
  const quiet = Buffer.alloc(16_000)
  await client.hear(Buffer.concat([loud, quiet]))
  await replied(client, 1)
  expect(client.texts('user')).toEqual(['The code is 12.'])
  expect(await answerTo(client, 'What is the code?')).toContain('12')
  expect(client.texts('user')).toEqual(['The code is 12.', 'What is the code?'])
})

it.concurrent('N1 N14 commands are taken in every moment of a conversation', async (context) => {
  const { connect } = await openDoor(context)
  const client = await connect('Your name is Max.')
  const loud = Buffer.alloc(9_600, 40)
  // While the user speaks, while the agent thinks, and while it speaks.
  await client.hear(loud)
  client.tell('The code is 1.')
  client.command('set_settings', { temperature: 0.4 })
  await client.hear(Buffer.alloc(16_000))
  await client.until('the reply', () => begun(client) >= 1)
  client.command('set_settings', { instructions: 'Your name is Eva.' })
  client.tell('The code is 2.', { delay: true })
  await replied(client, 1)
  expect(await answerTo(client, 'What is the code?')).toContain('2')
  expect(await answerTo(client, 'What is your name?')).toContain('Eva')
  expect(errors(client)).toEqual([])
})
