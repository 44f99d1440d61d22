import { describe, expect, it } from 'vitest'
import { PROFILE, SessionRig, profile, secretStore } from '../testing.test-support.ts'

const SECRET = 'zq9canary77'

describe('what was heard of a reply that was cut off', () => {
  it('is told as the share and the words up to there, without secrets', async () => {
    const think = { endpoint: { url: 'https://llm.test', headers: { authorization: '{{secret:LLM}}' } }, prompt: 'p' }
    const rig = await SessionRig.live({
      profile: profile({ ...PROFILE.settings, agent: { think } }),
      secrets: secretStore({ LLM: SECRET })
    })
    rig.reply(1_000, `It is ${SECRET} they say.`)
    rig.played(1, 700)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.played(1, 800, true)
    expect(rig.of('interrupted')).toEqual([
      { kind: 'interrupted', by: 'user', playedMs: 800, heard: { share: 0.8, text: 'It is {{secret:LLM}} they…' } }
    ])
  })

  it('is not told of a reply without words', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000)
    rig.played(1, 400)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.played(1, 500, true)
    expect(rig.of('interrupted')).toEqual([{ kind: 'interrupted', by: 'user', playedMs: 500 }])
  })
})
