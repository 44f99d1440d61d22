import { expect, it } from 'vitest'
import type { Command } from '../../../shared/commands.ts'
import { SessionRig, block, settle } from '../../testing.test-support.ts'
import { HISTORY_LIMIT_ITEMS } from './history.ts'

const MINUTE_MS = 60_000

/** What this process holds on to: active resources by kind, and listeners on the process. */
function held(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  for (const name of process.eventNames()) counts[`on ${String(name)}`] = process.listenerCount(name)
  return counts
}

/** What is different from `before`; a timer of the test runner that has fired since then is not. */
function changed(before: Record<string, number>, after: Record<string, number>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((kind) => {
    const [was = 0, is = 0] = [before[kind], after[kind]]
    return kind === 'Timeout' || kind === 'Immediate' ? is > was : is !== was
  })
}

/** Gives commands and counts those that are not answered yet: they wait in the session, or for the service. */
class Asker {
  open = 0
  given = 0

  ask(rig: SessionRig, command: Command): void {
    this.given += 1
    this.open += 1
    void rig.session.execute(command).then(({ outcome }) => {
      expect(outcome).toBe('applied')
      this.open -= 1
    })
  }
}

/** One minute of talk: speech, a tool call of the service, a typed text, and replies that are played. */
async function minute(rig: SessionRig, number: number, asker: Asker): Promise<void> {
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
  asker.ask(rig, { kind: 'user-text', text: `Typed ${number}.` })
  rig.socket.say({ type: 'ConversationText', role: 'user', content: `Typed ${number}.` })
  reply(rig, `Reply ${number}.`)
  asker.ask(rig, { kind: 'append-prompt', text: '' })
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

it('two hours with a reconnect every minute leave as many timers, resources, listeners and waiting things as they began with, and one connection', async () => {
  const rig = await SessionRig.configuring()
  rig.socket.pongs = true
  rig.socket.say({ type: 'SettingsApplied' })
  const asker = new Asker()
  await minute(rig, 0, asker)
  const before = {
    pending: rig.clock.pending,
    state: rig.session.state,
    audio: rig.socket.audio.length,
    queues: rig.session.queueLengths
  }
  expect(before.queues).toEqual({ audioBlocks: 0, commands: 0, announcements: 0, toolCalls: 0 })
  const heldBefore = held()
  expect(before.state).toEqual({ phase: 'live', activity: 'listening' })
  const settingsLengths: number[] = []
  for (let number = 1; number <= 120; number += 1) {
    const { socket } = rig
    socket.handlers.onClose(1006, '')
    await rig.reconnect()
    rig.socket.pongs = true
    settingsLengths.push(JSON.stringify(rig.socket.settings).length)
    // Of what was said before nothing waits: neither audio nor a command goes out by itself.
    const { length: opening } = rig.socket.messages
    rig.clock.advance(1_000)
    expect(rig.socket.audio).toEqual([])
    expect(rig.socket.messages).toHaveLength(opening)
    await minute(rig, number, asker)
    expect(rig.clock.pending).toBe(before.pending)
    expect(rig.socket.audio).toHaveLength(before.audio)
    expect(asker.open).toBe(0)
    expect(rig.session.queueLengths).toEqual(before.queues)
    const { length } = rig.events
    socket.say({ type: 'UserStartedSpeaking' })
    socket.handlers.onPong()
    socket.handlers.onClose(1006, '')
    expect(rig.events).toHaveLength(length)
  }
  expect(rig.session.state).toEqual(before.state)
  expect(changed(heldBefore, held())).toEqual([])
  expect(asker.given).toBe(242)
  expect(rig.transport.sockets).toHaveLength(121)
  expect(rig.transport.sockets.filter(({ closed }) => closed === undefined)).toEqual([rig.socket])
  expect(rig.of('reconnected')).toHaveLength(120)
  const agent = rig.socket.settings?.['agent'] as { context: { messages: unknown[] } }
  expect(agent.context.messages).toHaveLength(HISTORY_LIMIT_ITEMS)
  // Once the history is full, the opening message does not grow any more.
  expect(Math.max(...settingsLengths.slice(-10)) - Math.min(...settingsLengths.slice(-10))).toBeLessThan(500)
  expect(rig.of('audio-dropped')).toEqual([])
  rig.session.hangUp()
  expect(rig.clock.pending).toBe(0)
}, 30_000)
