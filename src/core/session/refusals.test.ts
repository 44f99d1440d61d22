import { describe, expect, it } from 'vitest'
import { SessionRig } from '../testing.test-support.ts'

const REFUSAL = { type: 'InjectionRefused' }
const WARNING = { type: 'Warning', code: 'INJECT_AGENT_MESSAGE_DURING_USER_SPEECH', description: 'The user speaks.' }

describe('a refused statement', () => {
  it.each([
    [[REFUSAL], ['refused']],
    [[WARNING], ['refused']],
    [[REFUSAL, WARNING], ['refused']],
    [[WARNING, REFUSAL], ['refused']],
    [
      [REFUSAL, REFUSAL],
      ['refused', 'refused']
    ],
    [
      [WARNING, WARNING],
      ['refused', 'refused']
    ],
    [
      [WARNING, REFUSAL, WARNING, REFUSAL],
      ['refused', 'refused']
    ]
  ])('C40 is told once, whether by a refusal, a warning or both (%j)', async (messages, outcomes) => {
    const rig = await SessionRig.live()
    for (let at = 0; at < 3; at += 1) {
      void rig.session.execute({ kind: 'agent-speech', text: `${at}`, behavior: 'if-quiet' })
    }
    for (const message of messages) rig.socket.say(message)
    expect(rig.of('command').map(({ outcome }) => outcome)).toEqual(outcomes)
  })

  it('C40 of two that are refused one after the other, neither is taken for the other', async () => {
    const rig = await SessionRig.live()
    for (const text of ['One.', 'Two.']) {
      void rig.session.execute({ kind: 'agent-speech', text, behavior: 'if-quiet' })
    }
    rig.socket.say(REFUSAL)
    rig.clock.advance(1_000)
    rig.socket.say(WARNING)
    expect(rig.of('command')).toHaveLength(2)
  })
})
