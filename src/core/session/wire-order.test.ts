import { describe, expect, it } from 'vitest'
import { SessionRig, settle } from '../testing.test-support.ts'

const types = (rig: SessionRig): unknown[] => rig.socket.messages.map(({ type }) => type)
const WELCOME = { type: 'Welcome', request_id: 'r' }

/** Everything that a person can do before the service is there. */
function impatience(rig: SessionRig): void {
  rig.session.talk(true, 'push-to-talk')
  rig.speak(60)
  void rig.session.execute({ kind: 'user-text', text: 'Hi' })
  void rig.session.execute({ kind: 'set-model', model: 'x' })
  void rig.session.execute({ kind: 'append-prompt', text: 'p' })
  rig.clock.advance(1_000)
}

/** A session whose stable connection was lost, and which has dialled again. */
async function redialled(): Promise<SessionRig> {
  const rig = await SessionRig.live()
  rig.clock.advance(6_000)
  rig.socket.handlers.onClose(1006, '')
  rig.clock.advance(100)
  await settle()
  return rig
}

describe.each([
  ['the first connection', () => SessionRig.dialled()],
  ['a reconnect', redialled]
])('on %s', (_which, dialled) => {
  it('C6 no frame is sent before Welcome', async () => {
    const rig = await dialled()
    impatience(rig)
    rig.socket.handlers.onOpen()
    impatience(rig)
    rig.socket.say({ type: 'SettingsApplied' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'x' })
    expect(rig.socket.sent).toEqual([])
  })

  it('C7 there is exactly one Settings, also when Welcome comes twice or somebody connects twice', async () => {
    const rig = await dialled()
    rig.session.connect()
    rig.socket.handlers.onOpen()
    rig.socket.say(WELCOME)
    expect(types(rig)).toEqual(['Settings'])
    rig.socket.say(WELCOME)
    rig.session.connect()
    rig.socket.say({ type: 'SettingsApplied' })
    rig.socket.say(WELCOME)
    rig.socket.say({ type: 'SettingsApplied' })
    rig.session.connect()
    await settle()
    expect(types(rig)).toEqual(['Settings'])
  })

  it('C13 no binary goes out before SettingsApplied, and what waited comes after it in order', async () => {
    const rig = await dialled()
    rig.session.talk(true, 'push-to-talk')
    rig.socket.handlers.onOpen()
    for (const value of [11, 12, 13]) rig.speak(20, value)
    rig.socket.say(WELCOME)
    for (const value of [14, 15]) rig.speak(20, value)
    expect(rig.socket.audio).toEqual([])
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(200)
    expect(rig.socket.audio.map(({ pcm }) => pcm[0])).toEqual([11, 12, 13, 14, 15])
  })

  it('C37 an Error is told once, with its code and text, and the close 1005 after it is no second failure', async () => {
    const rig = await dialled()
    rig.socket.accept()
    rig.clock.advance(6_000)
    const { socket } = rig
    const before = rig.of('state').length
    socket.say({ type: 'Error', code: 'USER_AUDIO_FORMAT', description: 'Not linear16.' })
    socket.handlers.onClose(1005, '')
    expect(rig.of('state').slice(before)).toEqual([
      {
        kind: 'state',
        state: {
          phase: 'ended',
          reason: {
            code: 'service-error',
            serviceCode: 'USER_AUDIO_FORMAT',
            message: expect.stringContaining('Not linear16.') as string
          }
        }
      }
    ])
  })
})
