import { describe, expect, it } from 'vitest'
import { block, settle } from '../../testing.test-support.ts'
import { napster, NapsterRig } from './napster.test-support.ts'

const text = () => NapsterRig.live({ profile: napster({ modality: 'text' }) })

describe('a conversation in text', () => {
  it('is asked for, and uses neither microphone nor loudspeaker', async () => {
    const self = await text()
    expect(self.rest.of('POST')[0]?.body).toMatchObject({ modality: 'text' })
    expect(self.rig.session.modality).toBe('text')
    self.rig.session.talk(true, 'open')
    self.rig.session.pushAudio(block(9))
    self.begins('a')
    self.audio(100)
    self.rig.clock.advance(5_000)
    expect(self.rig.of('talk')).toEqual([])
    expect(self.socket.sent).toEqual([])
    expect(self.rig.calls).toEqual([])
  })

  it('ends each reply when all of it is there', async () => {
    const self = await text()
    const answer = self.rig.session.execute({ kind: 'user-text', text: 'What is open?' })
    expect(self.rig.activity).toBe('thinking')
    self.user('What is open?')
    await expect(answer).resolves.toEqual({ outcome: 'applied' })
    self.begins('a')
    self.says('The shop. And the bar.', 'a')
    expect(self.rig.activity).toBe('listening')
    expect(self.rig.of('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 0 }])
    expect(self.rig.captions).toEqual([
      { role: 'user', text: 'What is open?', interrupted: false },
      { role: 'agent', text: 'The shop. And the bar.', interrupted: false }
    ])
    self.begins('b')
    self.says('More.', 'b')
    expect(self.rig.captions.at(-1)).toEqual({ role: 'agent', text: 'More.', interrupted: false })
  })

  it('goes on thinking while a tool works for the reply', async () => {
    const self = await text()
    void self.rig.session.execute({ kind: 'user-text', text: 'Book it.' })
    self.user('Book it.')
    self.begins('a')
    self.socket.say({ event: 'function_implicitly_called', data: { call_id: 'c', name: 'book', arguments: {} } })
    self.says('One moment.', 'a')
    expect(self.rig.activity).toBe('thinking')
    await self.rig.session.execute({ kind: 'tool-result', id: 'c', content: '{"ok":true}' })
    self.begins('b')
    self.says('Booked.', 'b')
    expect(self.rig.activity).toBe('listening')
  })

  it('has nothing to stop, and says so', async () => {
    const self = await text()
    const reason = 'A conversation in text has nothing that is heard.'
    await expect(self.rig.session.execute({ kind: 'stop-speaking' })).resolves.toEqual({ outcome: 'failed', reason })
    expect(self.rig.of('command')).toEqual([{ kind: 'command', command: 'stop-speaking', outcome: 'failed', reason }])
  })

  it('carries the conversation on over a new connection', async () => {
    const self = await text()
    await self.pass(6_000)
    void self.rig.session.execute({ kind: 'user-text', text: 'Hello.' })
    self.user('Hello.')
    self.begins('a')
    self.says('Hi there.', 'a')
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    const [told] = self.commands('send_message') as { text: string }[]
    expect(told?.text).toMatch(/Hello\.[\s\S]*Hi there\./)
    self.rig.session.hangUp()
    await settle()
    expect(self.rig.clock.pending).toBe(0)
  })
})
