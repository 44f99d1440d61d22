import { describe, expect, it } from 'vitest'
import { settle } from '../../testing.test-support.ts'
import { napster, NapsterRig } from './napster.test-support.ts'

const expected = (at: string) => [{ role: 'system', text: at, trigger_response: false }, { instructions: at }]

describe('commands in a session at Napster', () => {
  it('N1 can be given at any time while the session is live: in silence, while the user speaks and while the agent does', async () => {
    const self = await NapsterRig.live()
    const both = (at: string) => {
      void self.rig.session.execute({ kind: 'context', text: at, when: 'now', respond: false })
      void self.rig.session.execute({ kind: 'replace-prompt', text: at })
      return [self.commands('send_message').at(-1), self.commands('set_settings').at(-1)]
    }
    expect(both('silence')).toEqual(expected('silence'))
    self.speechStarted('u')
    expect(both('user speaks')).toEqual(expected('user speaks'))
    self.user('Hello.', 'u')
    self.begins('a')
    expect(both('agent thinks')).toEqual(expected('agent thinks'))
    self.audio(500)
    expect(self.rig.activity).toBe('agentSpeaking')
    expect(both('agent speaks')).toEqual(expected('agent speaks'))
  })

  it('N14 settings change the live session: no new connection is made and nothing of the conversation is lost', async () => {
    const self = await NapsterRig.live()
    self.user('Hello.')
    const results = [
      self.rig.session.execute({ kind: 'replace-prompt', text: 'Be brief.' }),
      self.rig.session.execute({ kind: 'set-model', temperature: 0.5 }),
      self.rig.session.execute({ kind: 'set-turn-detection', threshold: 0.6 })
    ]
    await self.pass(2_000)
    expect((await Promise.all(results)).map(({ outcome }) => outcome)).toEqual(Array(3).fill('unconfirmed'))
    expect(self.commands('set_settings')).toEqual([
      { instructions: 'Be brief.' },
      { temperature: 0.5 },
      { turn_detection: { threshold: 0.6 } }
    ])
    expect(self.rig.transport.sockets).toHaveLength(1)
    expect(self.rig.phases).not.toContain('reconnecting')
    expect(self.rig.captions).toHaveLength(1)
  })

  it('are refused with the words of the service, and what they changed is undone', async () => {
    const self = await NapsterRig.live()
    const result = self.rig.session.execute({ kind: 'replace-prompt', text: 'No.' })
    self.socket.say({ event: 'error', data: { message: 'Not with this provider.' } })
    await expect(result).resolves.toMatchObject({ outcome: 'refused', reason: 'Not with this provider.' })
    expect(self.rig.of('changes').map(({ changes }) => changes)).toEqual([['the prompt'], []])
    expect(self.rig.of('notice')).toEqual([])
  })

  it('that nobody gave are told by a notice when the service objects', async () => {
    const self = await NapsterRig.live()
    self.socket.say({ event: 'error', data: { message: 'Something is off.' } })
    expect(self.rig.of('notice')).toMatchObject([
      { notice: { level: 'warning', code: 'service-objected', message: 'Something is off.' } }
    ])
    expect(self.rig.session.state.phase).toBe('live')
  })

  it('go out on the next connection when they were given on none', async () => {
    const self = await NapsterRig.live({ profile: napster({ externalClientId: 'ana' }) })
    await self.pass(6_000)
    void self.rig.session.execute({ kind: 'replace-prompt', text: 'Changed.' })
    await self.pass(2_000)
    self.socket.handlers.onClose(1006, '')
    void self.rig.session.execute({ kind: 'user-text', text: 'Still there?' })
    await settle()
    await self.reconnect()
    expect(self.commands('set_settings')).toEqual([{ instructions: 'Changed.' }])
    expect(self.commands('send_message')).toEqual([{ role: 'user', text: 'Still there?', trigger_response: true }])
  })

  it('typed for after the reply stand in the conversation where they were heard', async () => {
    const self = await NapsterRig.live()
    self.user('Tell a story.')
    self.begins('a')
    self.talk('started')
    self.says('Once upon a time.', 'a')
    self.audio(500)
    void self.rig.session.execute({ kind: 'user-text', text: 'Thanks.', when: 'after-speech' })
    expect(self.rig.activity).toBe('agentSpeaking')
    self.says('The end.', 'a2')
    self.talk('ended')
    self.rig.played(1, 500, true)
    self.user('Thanks.')
    expect(self.rig.activity).toBe('thinking')
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    const [told] = self.commands('send_message') as { text: string }[]
    expect(told?.text).toMatch(/Once upon a time\. The end\.[\s\S]*Thanks\./)
    expect(told?.text.match(/Thanks/g)).toHaveLength(1)
  })

  it('leave an answer to a tool within the time that the service has', async () => {
    const self = await NapsterRig.live({ profile: napster({}, { tools: { ask: { kind: 'ask' } } }) })
    const call = { event: 'function_implicitly_called', data: { call_id: 'c1', name: 'ask', arguments: { q: 1 } } }
    self.socket.say(call)
    self.socket.say(call)
    self.rig.clock.advance(9_000)
    expect(self.commands('send_function_output')).toMatchObject([{ call_id: 'c1' }])
    await self.rig.session.execute({ kind: 'tool-result', id: 'c1', content: '{"a":2}' })
    expect(self.commands('send_function_output')).toHaveLength(1)
    expect(self.commands('send_message')).toMatchObject([{ role: 'system', trigger_response: true }])
    expect((self.commands('send_message')[0] as { text: string }).text).toContain('{"a":2}')
  })
})
