import { expect, it, type TestContext } from 'vitest'
import type { Command } from '../../src/shared/commands.ts'
import type { NapsterCommand, NapsterReply, NapsterSession } from '../peers/napster-session.ts'
import { until } from './client.test-support.ts'
import { captions, fastClock, setUpLive, type Rig, type Setup } from './client-napster.test-support.ts'

// The rules of the vendor's page on the wire: frames are compared as the peer got them, settings byte for byte.

/** What is confirmed only by no objection takes 1.5 s of the session's time. */
const FAST = fastClock(5)

const live = (context: TestContext, setup: Setup = {}): Promise<Rig> => setUpLive(context, { clock: FAST, ...setup })

/** A service that begins to speak as soon as the connection is there, and goes on until the test ends the reply. */
function speaking(): { server: NonNullable<Setup['server']>; reply: () => NapsterReply } {
  let reply: NapsterReply | undefined
  const onOpen = (session: NapsterSession): void => {
    session.markers()
    reply = session.reply()
    reply.begin()
    reply.delta('Once upon a time ')
    session.audio(new Uint8Array(32_000))
  }
  return {
    server: { onOpen, onCommand: () => undefined },
    reply: () => {
      if (reply === undefined) throw new Error('nothing was begun')
      return reply
    }
  }
}

/** The agent is heard. */
const spoken = ({ one }: Rig): Promise<unknown> => until('the agent', () => one.phase === 'agentSpeaking')

const message = (role: string, text: string, trigger_response: boolean, delay = false): unknown => ({
  type: 'send_message',
  data: { role, text, trigger_response, delay }
})

/** A frame as the server understands it: an omitted delay is false (N9). */
function understood(text: string): unknown {
  const { type, data } = JSON.parse(text) as NapsterCommand
  return { type, data: { delay: false, ...data } }
}

/** The frames that `commands` made, one after the other. */
async function frames(rig: Rig, commands: readonly Command[]): Promise<string[]> {
  const texts: string[] = []
  for (const command of commands) texts.push((await rig.sent(command)).text)
  return texts
}

/** A service that echoes what was typed piece by piece. */
function echoing(session: NapsterSession, { type }: NapsterCommand): void {
  if (type !== 'send_message') return
  const part = (action: string, content: string) =>
    session.message({ type: 'message', role: 'user', action, content, item_id: 'item_echo' })
  part('created', '')
  part('delta', 'Tell me ')
  part('delta', 'more.')
  part('completed', 'Tell me more.')
  session.answer('Gladly.')
}

/** A service that sends context back, although no page says so. */
function echoingContext(session: NapsterSession, { type, data }: NapsterCommand): void {
  if (type !== 'send_message') return
  session.message({
    type: 'message',
    role: 'system',
    action: 'completed',
    content: data['text'],
    item_id: 'item_s'
  })
  if (data['trigger_response'] === true) session.answer('Congratulations.')
}

it.concurrent(
  'N3 N4 N5 N6 every message is one frame of type and data: role, text and trigger_response always',
  async (context) => {
    const rig = await live(context)
    const texts = await frames(rig, [
      { kind: 'user-text', text: 'Hi.' },
      { kind: 'user-text', text: 'By the way.', respond: false },
      { kind: 'context', text: 'The user opened the cart.', when: 'now', respond: false },
      { kind: 'context', text: 'It is paid.', when: 'now', respond: true },
      { kind: 'append-prompt', text: 'Be kind.' },
      { kind: 'replace-prompt', text: 'You sell tea.' }
    ])
    for (const text of texts) expect(Object.keys(JSON.parse(text) as object)).toEqual(['type', 'data'])
    expect(rig.server.session.strange).toEqual([])
    for (const { role, text, trigger_response, ...rest } of rig.server.session.of('send_message')) {
      expect(['user', 'system']).toContain(role)
      expect(typeof text).toBe('string')
      expect(typeof trigger_response).toBe('boolean')
      expect(Object.keys(rest).filter((key) => key !== 'delay')).toEqual([])
    }
    expect(rig.server.session.of('send_message')).toHaveLength(5)
  }
)

it.concurrent(
  'N1 N7 N12 a typed text is sent at once whatever the agent does, as the words of the user',
  async (context) => {
    const { server } = speaking()
    const rig = await live(context, { server })
    await spoken(rig)
    const { text } = await rig.sent({ kind: 'user-text', text: 'What is the status of my order?' })
    expect(understood(text)).toEqual(message('user', 'What is the status of my order?', true))
  }
)

it.concurrent(
  'N7 N12 the echo of a typed text applies it, it is shown once, and the agent answers at once',
  async (context) => {
    const rig = await live(context)
    const { result } = await rig.sent({ kind: 'user-text', text: 'Hello' })
    expect(await result).toEqual({ outcome: 'applied' })
    await until('the reply', () => rig.one.count('reply-played') === 1)
    expect(rig.one.captions).toEqual(['user: Hello', 'agent: You said Hello'])
    expect(rig.one.phase).toBe('listening')
  }
)

it.concurrent('N12 an echo in several parts is one line of the conversation', async (context) => {
  const rig = await live(context, { server: { onCommand: echoing } })
  const { result } = await rig.sent({ kind: 'user-text', text: 'Tell me more.' })
  expect(await result).toEqual({ outcome: 'applied' })
  await until('the reply', () => rig.one.count('reply-played') === 1)
  expect(rig.one.captions).toEqual(['user: Tell me more.', 'agent: Gladly.'])
})

it.concurrent('N6 N8 a text that asks for no response leaves nobody waiting for one', async (context) => {
  const rig = await live(context)
  const { text, result } = await rig.sent({ kind: 'user-text', text: 'By the way.', respond: false })
  expect(understood(text)).toEqual(message('user', 'By the way.', false))
  expect(rig.one.phase).toBe('listening')
  expect(await result).toEqual({ outcome: 'applied' })
  expect(rig.one.captions).toEqual(['user: By the way.'])
  expect(rig.one.phase).toBe('listening')
})

it.concurrent(
  'N9 N10 without a delay the message goes out now, and a speaking agent is silent at once',
  async (context) => {
    const { server } = speaking()
    const rig = await live(context, { server })
    await spoken(rig)
    const { text } = await rig.sent({ kind: 'user-text', text: 'Stop, please.' })
    expect(understood(text)).toEqual(message('user', 'Stop, please.', true))
    expect(rig.one.flushed).toEqual([1])
  }
)

it.concurrent('N10 context that asks for a response now silences a speaking agent too', async (context) => {
  const { server } = speaking()
  const rig = await live(context, { server })
  await spoken(rig)
  const { text } = await rig.sent({ kind: 'context', text: 'It is paid.', when: 'now', respond: true })
  expect(understood(text)).toEqual(message('system', 'It is paid.', true))
  expect(rig.one.flushed).toEqual([1])
})

it.concurrent(
  'N11 after speech: the service holds it, so it is sent at once with delay, and the agent is not cut',
  async (context) => {
    const { server } = speaking()
    const rig = await live(context, { server })
    await spoken(rig)
    const texts = await frames(rig, [
      { kind: 'user-text', text: 'Later.', when: 'after-speech' },
      { kind: 'user-text', text: 'Also.', when: 'after-speech', respond: false },
      { kind: 'context', text: 'It is paid.', when: 'after-speech', respond: true },
      { kind: 'context', text: 'The user left.', when: 'after-speech', respond: false }
    ])
    expect(texts.map(understood)).toEqual([
      message('user', 'Later.', true, true),
      message('user', 'Also.', false, true),
      message('system', 'It is paid.', true, true),
      message('system', 'The user left.', false, true)
    ])
    expect(rig.one.flushed).toEqual([])
    expect(rig.one.phase).toBe('agentSpeaking')
  }
)

it.concurrent(
  'N8 N16 N21 context and additions are system messages without a response; the instructions are not touched',
  async (context) => {
    const rig = await live(context)
    const texts = await frames(rig, [
      { kind: 'context', text: 'The user just navigated to the checkout page.', when: 'now', respond: false },
      { kind: 'append-prompt', text: 'Be kind.' }
    ])
    expect(texts.map(understood)).toEqual([
      message('system', 'The user just navigated to the checkout page.', false),
      message('system', 'Be kind.', false, true)
    ])
    expect(rig.server.session.of('set_settings')).toEqual([])
  }
)

it.concurrent(
  'N13 context never shows in the conversation, not even when the service sends it back',
  async (context) => {
    const canary = 'The user upgraded to premium, canary 4711.'
    const rig = await live(context, { server: { onCommand: echoingContext } })
    await rig.sent({ kind: 'context', text: canary, when: 'now', respond: false })
    await rig.sent({ kind: 'context', text: canary, when: 'now', respond: true })
    await until('the reply', () => rig.one.count('reply-played') === 1)
    expect(captions(rig.one).map(({ role, text }) => `${role}: ${text}`)).toEqual(['agent: Congratulations.'])
    expect(JSON.stringify(rig.one.events)).not.toContain('4711')
    expect(JSON.stringify(rig.one.wire)).toContain('4711')
  }
)

it.concurrent(
  'N1 N14 commands are sent in order while the user speaks, the agent thinks, and the agent speaks',
  async (context) => {
    const rig = await live(context, { server: { onCommand: () => undefined } })
    const { session } = rig.server
    session.userStarts()
    await until('the user', () => rig.one.phase === 'userSpeaking')
    await rig.sent({ kind: 'set-turn-detection', silenceDurationMs: 1000 })
    session.user('What is this?')
    const reply = session.reply()
    reply.begin()
    await rig.sent({ kind: 'context', text: 'The user looks at tea.', when: 'after-speech', respond: false })
    session.audio(new Uint8Array(32_000))
    await spoken(rig)
    await rig.sent({ kind: 'set-model', temperature: 0.2 })
    expect(session.commands.map(({ type }) => type).filter((type) => type !== 'send_audio')).toEqual([
      'set_settings',
      'send_message',
      'set_settings'
    ])
  }
)

it.concurrent('stop speaking silences the reply here, drops the rest of it, and sends nothing', async (context) => {
  const { server, reply } = speaking()
  const rig = await live(context, { server })
  await spoken(rig)
  expect(await rig.one.session.execute({ kind: 'stop-speaking' })).toEqual({ outcome: 'applied' })
  const { session } = rig.server
  const before = rig.one.samples.get(1)
  session.audio(new Uint8Array(6_400))
  reply().completed('Once upon a time there was tea.')
  session.talk('ended')
  session.answer('And now this.')
  await until('the next reply', () => rig.one.captions.some((line) => line.includes('And now this.')))
  expect(rig.one.flushed).toEqual([1])
  expect(rig.one.samples.get(1)).toBe(before)
  expect(session.texts).toEqual([])
})
