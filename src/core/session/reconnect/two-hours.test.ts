import { expect, it } from 'vitest'
import { SessionRig, block, settle } from '../../testing.test-support.ts'
import { HISTORY_LIMIT_ITEMS } from './history.ts'

const MINUTE_MS = 60_000

/** One minute of talk: speech, a tool call of the service, a typed text, and replies that are played. */
async function minute(rig: SessionRig, number: number): Promise<void> {
  const startMs = rig.clock.nowMs()
  const { session } = rig
  session.talk(true, 'push-to-talk')
  for (let at = 0; at < 3_000; at += 20) {
    session.pushAudio(block(9))
    rig.clock.advance(20)
  }
  rig.socket.say({ type: 'UserStartedSpeaking' })
  session.talk(false, 'push-to-talk')
  rig.clock.advance(200)
  rig.socket.say({ type: 'ConversationText', role: 'user', content: `Question ${number}.` })
  rig.socket.say({ type: 'History', role: 'user', content: `Question ${number}.` })
  rig.socket.say({
    type: 'FunctionCallRequest',
    functions: [{ id: `f${number}`, name: 'look', arguments: '{}', client_side: false }]
  })
  rig.socket.say({ type: 'FunctionCallResponse', id: `f${number}`, name: 'look', content: 'ok' })
  reply(rig, `Answer ${number}.`)
  void session.execute({ kind: 'user-text', text: `Typed ${number}.` })
  rig.socket.say({ type: 'ConversationText', role: 'user', content: `Typed ${number}.` })
  reply(rig, `Reply ${number}.`)
  void session.execute({ kind: 'append-prompt', text: '' })
  rig.socket.say({ type: 'PromptUpdated' })
  await settle()
  rig.clock.advance(startMs + MINUTE_MS - rig.clock.nowMs())
  await settle()
}

function reply(rig: SessionRig, text: string): void {
  rig.reply(500, text)
  rig.socket.say({ type: 'AgentAudioDone' })
  const last = rig.calls.findLast(({ kind }) => kind === 'write')?.reply ?? 0
  rig.clock.advance(500)
  rig.played(last, 500, true)
}

it('two hours with a reconnect every minute leave as many timers as they began with, no second connection, and bounded queues', async () => {
  const rig = await SessionRig.configuring()
  rig.socket.pongs = true
  rig.socket.say({ type: 'SettingsApplied' })
  await minute(rig, 0)
  const before = { pending: rig.clock.pending, state: rig.session.state }
  expect(before.state).toEqual({ phase: 'live', activity: 'listening' })
  const settingsLengths: number[] = []
  for (let number = 1; number <= 120; number += 1) {
    const { socket } = rig
    socket.handlers.onClose(1006, '')
    await rig.reconnect()
    rig.socket.pongs = true
    settingsLengths.push(JSON.stringify(rig.socket.settings).length)
    await minute(rig, number)
    expect(rig.clock.pending).toBe(before.pending)
    const { length } = rig.events
    socket.say({ type: 'UserStartedSpeaking' })
    socket.handlers.onPong()
    socket.handlers.onClose(1006, '')
    expect(rig.events).toHaveLength(length)
  }
  expect(rig.session.state).toEqual(before.state)
  expect(rig.transport.sockets).toHaveLength(121)
  expect(rig.of('reconnected')).toHaveLength(120)
  const agent = rig.socket.settings?.['agent'] as { context: { messages: unknown[] } }
  expect(agent.context.messages).toHaveLength(HISTORY_LIMIT_ITEMS)
  // Once the history is full, the opening message does not grow any more.
  expect(Math.max(...settingsLengths.slice(-10)) - Math.min(...settingsLengths.slice(-10))).toBeLessThan(500)
  expect(rig.of('audio-dropped')).toEqual([])
  rig.session.hangUp()
  expect(rig.clock.pending).toBe(0)
}, 30_000)
