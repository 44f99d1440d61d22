import { describe, expect, it } from 'vitest'
import { SessionRig } from '../../testing.test-support.ts'

const MINUTE_MS = 60_000

/** Lives for `ms` with a peer that answers pings. */
async function lived(ms: number): Promise<SessionRig> {
  const rig = await SessionRig.configuring()
  rig.socket.pongs = true
  rig.socket.say({ type: 'SettingsApplied' })
  rig.clock.advance(ms)
  return rig
}

describe('the limit of two hours', () => {
  it('is pre-empted at 1 h 55 min in a quiet moment, and the conversation goes on', async () => {
    const rig = await lived(114 * MINUTE_MS)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Hello.' })
    rig.reply(100, 'Hi.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 100, true)
    const old = rig.socket
    rig.clock.advance(MINUTE_MS - 1)
    expect(rig.session.state.phase).toBe('live')
    rig.clock.advance(1_001)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 1, reason: { code: 'service-closed' } })
    expect(old.closed).toBe(1000)
    await rig.reconnect()
    expect(JSON.stringify(rig.socket.settings)).toContain('Hello.')
    expect(rig.of('reconnected')).toHaveLength(1)
    rig.socket.pongs = true
    rig.clock.advance(114 * MINUTE_MS)
    expect(rig.session.state.phase).toBe('live')
  })

  it('is pre-empted when the service announces it', async () => {
    const rig = await lived(10 * MINUTE_MS)
    rig.socket.say({ type: 'Warning', code: 'MAXIMUM_SESSION_LENGTH_APPROACHING', description: 'Soon.' })
    expect(rig.of('notice').at(-1)?.notice.code).toBe('MAXIMUM_SESSION_LENGTH_APPROACHING')
    rig.clock.advance(1_000)
    expect(rig.session.state.phase).toBe('reconnecting')
  })

  it.each<[string, (rig: SessionRig) => void, (rig: SessionRig) => void]>([
    [
      'the user speaks',
      (rig) => rig.socket.say({ type: 'UserStartedSpeaking' }),
      (rig) => {
        rig.socket.say({ type: 'ConversationText', role: 'user', content: 'x' })
        rig.reply(100)
        rig.socket.say({ type: 'AgentAudioDone' })
        rig.played(1, 100, true)
      }
    ],
    [
      'the agent speaks',
      (rig) => rig.reply(2_000, 'Story.'),
      (rig) => {
        rig.socket.say({ type: 'AgentAudioDone' })
        rig.played(1, 2_000, true)
      }
    ],
    [
      'the key is held',
      (rig) => rig.session.talk(true, 'push-to-talk'),
      (rig) => rig.session.talk(false, 'push-to-talk')
    ],
    [
      'a tool runs',
      (rig) =>
        rig.socket.say({
          type: 'FunctionCallRequest',
          functions: [{ id: 'f', name: 'ask', arguments: '{}', client_side: true }]
        }),
      (rig) => {
        void rig.session.execute({ kind: 'tool-result', id: 'f', content: '1' })
        rig.reply(100)
        rig.socket.say({ type: 'AgentAudioDone' })
        rig.played(1, 100, true)
      }
    ]
  ])('waits while %s', async (_what, begin, end) => {
    const rig = await lived(114 * MINUTE_MS)
    rig.clock.advance(MINUTE_MS - 500)
    begin(rig)
    rig.clock.advance(2_500)
    expect(rig.session.state.phase).toBe('live')
    end(rig)
    rig.clock.advance(1_500)
    expect(rig.session.state.phase).toBe('reconnecting')
  })

  it('waits while an open microphone hears somebody', async () => {
    const rig = await lived(115 * MINUTE_MS - 100)
    rig.session.talk(true, 'open')
    rig.speak(10_000)
    expect(rig.session.state.phase).toBe('live')
    rig.speak(1_500, 0)
    expect(rig.session.state.phase).toBe('reconnecting')
  })

  it('that comes in the middle of a turn is an ordinary reconnect', async () => {
    const rig = await lived(115 * MINUTE_MS - 100)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(20_000)
    rig.socket.say({ type: 'Error', code: 'MAXIMUM_SESSION_LENGTH_REACHED', description: '2 h' })
    expect(rig.session.state).toMatchObject({
      phase: 'reconnecting',
      reason: { serviceCode: 'MAXIMUM_SESSION_LENGTH_REACHED' }
    })
    await rig.reconnect()
    rig.session.hangUp()
    expect(rig.clock.pending).toBe(0)
  })
})
