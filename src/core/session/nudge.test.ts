import { describe, expect, it } from 'vitest'
import { SessionRig, profile, type RigOptions } from '../testing.test-support.ts'

const NUDGE = { afterSeconds: 10, say: 'Are you still there?' }

const WITH_NUDGE: RigOptions = { profile: profile(undefined, { nudge: NUDGE }) }

function nudgeRig(): Promise<SessionRig> {
  return SessionRig.live(WITH_NUDGE)
}

/** When the nudge was sent, in ms of the clock, on all sockets. */
function nudges(rig: SessionRig): number[] {
  return rig.transport.sockets.flatMap(({ sent }) =>
    sent.flatMap((frame) => ('message' in frame && frame.message['type'] === 'InjectAgentMessage' ? [frame.atMs] : []))
  )
}

/** The service says the nudge, and it is heard. */
function spoken(rig: SessionRig, reply: number): void {
  rig.reply(500, NUDGE.say)
  rig.socket.say({ type: 'AgentAudioDone' })
  rig.played(reply, 500, true)
}

describe('I11 a user who has been silent', () => {
  it('I11 is nudged once after N seconds, with behavior default', async () => {
    const rig = await nudgeRig()
    rig.socket.pongs = true
    const startMs = rig.clock.nowMs()
    rig.clock.advance(9_999)
    expect(nudges(rig)).toEqual([])
    rig.clock.advance(1)
    expect(nudges(rig)).toEqual([startMs + 10_000])
    expect(rig.socket.messages.at(-1)).toEqual({
      type: 'InjectAgentMessage',
      message: 'Are you still there?',
      behavior: 'default'
    })
    spoken(rig, 1)
    rig.clock.advance(120_000)
    expect(nudges(rig)).toHaveLength(1)
    expect(rig.captions).toEqual([{ role: 'agent', text: 'Are you still there?', interrupted: false }])
  })

  it('I11 a refusal is simply dropped: nothing is told, and it is not said in this silence', async () => {
    const rig = await nudgeRig()
    rig.socket.pongs = true
    rig.clock.advance(10_000)
    const before = rig.events.length
    rig.socket.say({ type: 'InjectionRefused', message: 'user is speaking' })
    rig.clock.advance(120_000)
    expect(rig.events).toHaveLength(before)
    expect(nudges(rig)).toHaveLength(1)
    expect(rig.activity).toBe('listening')
  })

  it('I11 no confirmation is no error either', async () => {
    const rig = await nudgeRig()
    rig.socket.pongs = true
    rig.clock.advance(100_000)
    expect(rig.of('command')).toEqual([])
    expect(rig.of('notice')).toEqual([])
  })

  it.each<[string, (rig: SessionRig) => void]>([
    [
      'speaking',
      (rig) => {
        rig.socket.say({ type: 'UserStartedSpeaking' })
        rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Yes.' })
        rig.reply(100, 'Good.')
        rig.socket.say({ type: 'AgentAudioDone' })
        rig.played(2, 100, true)
      }
    ],
    ['typing', (rig) => void rig.session.execute({ kind: 'user-text', text: 'Yes.', respond: false })]
  ])('I11 is nudged again in the silence after %s', async (_how, act) => {
    const rig = await nudgeRig()
    rig.socket.pongs = true
    rig.clock.advance(10_000)
    spoken(rig, 1)
    act(rig)
    rig.clock.advance(9_999)
    expect(nudges(rig)).toHaveLength(1)
    rig.clock.advance(1)
    expect(nudges(rig)).toHaveLength(2)
  })

  it('I11 silence begins when the last sample of the reply was played', async () => {
    const rig = await nudgeRig()
    rig.clock.advance(8_000)
    rig.reply(1_000, 'Hello.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.clock.advance(1_000)
    rig.played(1, 1_000, true)
    const quietMs = rig.clock.nowMs()
    rig.clock.advance(60_000)
    expect(nudges(rig)).toEqual([quietMs + 10_000])
  })

  it('I11 a held key, a thinking agent and a typed text are no silence', async () => {
    const rig = await nudgeRig()
    rig.socket.pongs = true
    rig.session.talk(true, 'push-to-talk')
    rig.clock.advance(20_000)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(9_000)
    void rig.session.execute({ kind: 'user-text', text: 'Hi' })
    rig.clock.advance(29_000)
    expect(rig.activity).toBe('thinking')
    expect(nudges(rig)).toEqual([])
  })

  it('I11 an open microphone that hears nothing is silence', async () => {
    const rig = await nudgeRig()
    rig.session.talk(true, 'open')
    rig.speak(10_020, 0)
    expect(nudges(rig)).toHaveLength(1)
  })

  it('I11 begins anew with another connection, and is not said twice in one silence', async () => {
    const rig = await nudgeRig()
    rig.clock.advance(5_000)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    const againMs = rig.clock.nowMs()
    rig.clock.advance(10_000)
    expect(nudges(rig)).toEqual([againMs + 10_000])
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    rig.clock.advance(60_000)
    expect(nudges(rig)).toHaveLength(1)
  })

  it('I11 nothing is said before the session is live or after its end, nor without the setting', async () => {
    const configuring = await SessionRig.configuring(WITH_NUDGE)
    configuring.clock.advance(14_000)
    expect(nudges(configuring)).toEqual([])
    const ended = await nudgeRig()
    ended.session.hangUp()
    expect(ended.clock.pending).toBe(0)
    const without = await SessionRig.live()
    without.clock.advance(100_000)
    expect(nudges(without)).toEqual([])
  })
})
