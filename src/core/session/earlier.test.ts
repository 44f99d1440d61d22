import { describe, expect, it } from 'vitest'
import type { ToolCall } from '../../shared/events.ts'
import { PROFILE, SessionRig, profile } from '../testing.test-support.ts'
import { earlierMessages, earlierOf, type EarlierConversation } from './earlier.ts'
import { NapsterRig, napster } from './napster/napster.test-support.ts'
import { HISTORY_LIMIT_ITEMS } from './reconnect/history.ts'
import { messagesOf } from './reconnect/reconnect.test-support.ts'

const call: ToolCall = {
  id: 'call_1',
  name: 'look',
  arguments: '{"at":1}',
  where: 'client',
  status: 'answered',
  content: '{"ok":true}'
}

const EARLIER: EarlierConversation = [
  { kind: 'text', role: 'user', text: 'My name is Ada.' },
  { kind: 'tool-call', call },
  { kind: 'text', role: 'agent', text: 'Hello, Ada.' }
]

const told = [
  { type: 'History', role: 'user', content: 'My name is Ada.' },
  {
    type: 'History',
    function_calls: [
      { id: 'earlier-2', name: 'look', client_side: true, arguments: '{"at":1}', response: '{"ok":true}' }
    ]
  },
  { type: 'History', role: 'assistant', content: 'Hello, Ada.' }
]

const GREETING = profile({
  ...PROFILE.settings,
  agent: { greeting: 'Hi!', think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.' } }
})

describe('a session with an earlier conversation', () => {
  it('is opened with it, and without a greeting', async () => {
    const rig = await SessionRig.live({ profile: GREETING, earlier: EARLIER })
    expect(messagesOf(rig)).toEqual(told)
    expect(rig.socket.settings?.['agent']).not.toHaveProperty('greeting')
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings'])
  })

  it('that has nothing in it is like none', async () => {
    const open: ToolCall = { id: 'x', name: 'look', arguments: '{}', where: 'client', status: 'running' }
    const rig = await SessionRig.live({
      profile: GREETING,
      earlier: [
        { kind: 'text', role: 'agent', text: ' ' },
        { kind: 'tool-call', call: open }
      ]
    })
    expect(messagesOf(rig)).toBeUndefined()
    expect(rig.socket.settings?.['agent']).toHaveProperty('greeting', 'Hi!')
  })

  it('takes it along to the next connection, before its own words', async () => {
    const rig = await SessionRig.live({ profile: GREETING, earlier: EARLIER })
    rig.clock.advance(6_000)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'My name is Ada.' })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(messagesOf(rig)).toEqual([...told, told[0]])
  })

  it('keeps a call apart whose id the service gives again', async () => {
    const rig = await SessionRig.live({ earlier: EARLIER })
    rig.clock.advance(6_000)
    const functions = [{ id: 'earlier-2', name: 'look', arguments: '{}', client_side: false }]
    rig.socket.say({ type: 'FunctionCallRequest', functions })
    rig.socket.say({ type: 'FunctionCallResponse', id: 'call_1', name: 'look', content: 'again' })
    expect(rig.session.said.filter(({ kind }) => kind === 'tool-call').length).toBeGreaterThanOrEqual(1)
    expect(earlierMessages(rig.session.said)).toEqual(expect.arrayContaining(told))
  })

  it('does not take its last words for unanswered ones of a connection that is lost', async () => {
    const rig = await SessionRig.live({ earlier: [{ kind: 'text', role: 'user', text: 'And then?' }] })
    rig.clock.advance(6_000)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(rig.of('reconnected')).toMatchObject([{ answerLost: false }])
  })

  it('of a saved agent is told in words, and its greeting is not heard', async () => {
    const rig = await SessionRig.live({
      profile: profile({ ...PROFILE.settings, agent: 'agent-id' }),
      earlier: EARLIER
    })
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings', 'UpdatePrompt'])
    const { prompt } = rig.socket.messages[1] as { prompt: string }
    expect(prompt).toContain('earlier conversation')
    expect(prompt).toContain('User: My name is Ada.')
    expect(prompt).toContain('You called look({"at":1}) and got: {"ok":true}')
    rig.reply(100, 'Welcome!')
    expect(rig.calls).toEqual([])
  })

  it('that is too long loses its oldest items, and says so', async () => {
    const long = Array.from({ length: HISTORY_LIMIT_ITEMS + 3 }, (_, at) => ({
      kind: 'text' as const,
      role: 'user' as const,
      text: `Turn ${at}.`
    }))
    const rig = await SessionRig.live({ earlier: long })
    expect(messagesOf(rig)).toHaveLength(HISTORY_LIMIT_ITEMS)
    expect(messagesOf(rig)).toMatchObject({ 0: { content: 'Turn 3.' } })
    expect(rig.of('notice')).toMatchObject([{ notice: { code: 'history-shortened' } }])
  })

  it('is what the next session can be given, with what was said since', async () => {
    const rig = await SessionRig.live({ earlier: EARLIER })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Who am I?' })
    rig.session.hangUp()
    expect(rig.session.said.filter(({ kind }) => kind === 'text')).toEqual([
      EARLIER[0],
      EARLIER[2],
      { kind: 'text', role: 'user', text: 'Who am I?' }
    ])
  })
})

describe('Napster with an earlier conversation', () => {
  it.each([{}, { externalClientId: 'ana_1' }])(
    'tells it as context, and has no opening words (%o)',
    async (settings) => {
      const self = await NapsterRig.live({
        profile: napster({ ...settings, initialSpeech: 'Greet.' }),
        earlier: EARLIER
      })
      expect(self.rest.of('POST')[0]?.body).toEqual({ channelType: 'websocket', ...settings })
      const messages = self.commands('send_message') as { role: string; text: string; trigger_response: boolean }[]
      expect(messages).toHaveLength(1)
      expect(messages[0]).toMatchObject({ role: 'system', trigger_response: false })
      expect(messages[0]?.text).toMatch(/earlier conversation[\s\S]*User: My name is Ada\./)
      expect(self.rig.captions).toEqual([])
    }
  )
})

describe('what a session remembers', () => {
  it('loses the mark of the model that made a call', () => {
    const marked = { ...told[1]?.function_calls?.[0], thought_signature: 'sig' }
    const items = earlierOf([{ type: 'History', function_calls: [marked] }])
    expect(items).toEqual([{ kind: 'tool-call', call: { ...call, id: 'earlier-2', status: undefined } }])
    expect(JSON.stringify(earlierMessages(items))).not.toContain('sig')
  })
})
