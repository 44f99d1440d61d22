import { describe, expect, it } from 'vitest'
import { napster, NapsterRig } from './napster.test-support.ts'

const sent = (self: NapsterRig) =>
  (self.commands('send_audio') as { data: string }[]).map(({ data }) => Buffer.from(data, 'base64'))

const loud = (self: NapsterRig) => sent(self).filter((bytes) => bytes.some((byte) => byte !== 0))

describe('audio to Napster', () => {
  it('goes out as text, 100 ms in each message, and the rest when the key is let go', async () => {
    const self = await NapsterRig.live()
    self.rig.session.talk(true, 'push-to-talk')
    self.rig.speak(460)
    self.rig.session.talk(false, 'push-to-talk')
    expect(loud(self).map(({ length }) => length)).toEqual([3_200, 3_200, 3_200, 3_200, 1_920])
    expect(loud(self).every((bytes) => bytes.every((byte) => byte === 7))).toBe(true)
    expect(self.socket.audio).toEqual([])
  })

  it('stands as its size where the wire is looked at, both ways', async () => {
    const self = await NapsterRig.live()
    self.rig.wire.length = 0
    self.rig.session.talk(true, 'open')
    self.rig.speak(100)
    self.begins('a')
    self.audio(40)
    const binary = self.rig.wire.filter(({ message }) => (message as { type?: string }).type === 'binary')
    expect(binary).toContainEqual({ dir: 'out', message: { type: 'binary', bytes: 3_200 } })
    expect(binary).toContainEqual({ dir: 'in', message: { type: 'binary', bytes: 1_280 } })
    expect(JSON.stringify(self.rig.wire)).not.toMatch(/[A-Za-z0-9+/]{100}|send_audio|audio_received/)
  })

  it.each([
    ['that comes late, after the user cut in', 'audio' as const, Buffer.alloc(1_280, 1).toString('base64'), 1_280],
    ['in a text conversation', 'text' as const, Buffer.alloc(1_281, 1).toString('base64'), 1_281],
    ['that nobody can decode', 'audio' as const, `!${'A'.repeat(200)}`, undefined]
  ])('stands as its size also %s', async (_what, modality, audio, bytes) => {
    const self = await NapsterRig.live({ profile: napster({ modality }) })
    self.begins('a')
    self.speechStarted('u')
    for (const frame of [
      { event: 'audio_received', data: { data: audio } },
      { type: 'audio_received', data: { audio } }
    ]) {
      self.rig.wire.length = 0
      self.socket.say(frame)
      const message = { type: 'binary', bytes: bytes ?? JSON.stringify(frame).length }
      expect(self.rig.wire).toEqual([{ dir: 'in', message }])
    }
    expect(self.rig.calls.filter(({ kind }) => kind === 'write')).toEqual([])
  })

  it('is silence first, and while somebody has the turn and the microphone is closed', async () => {
    const self = await NapsterRig.live()
    expect(sent(self).map(({ length }) => length)).toEqual([3_200])
    self.rig.clock.advance(1_000)
    expect(sent(self)).toHaveLength(11)
    self.rig.clock.advance(60_000)
    const quiet = sent(self).length
    expect(quiet).toBeLessThan(320)
    self.rig.clock.advance(60_000)
    expect(sent(self)).toHaveLength(quiet)
    self.begins('a')
    self.audio(500)
    self.rig.clock.advance(500)
    expect(sent(self)).toHaveLength(quiet + 5)
    expect(loud(self)).toEqual([])
  })

  it('is no silence beside an open microphone', async () => {
    const self = await NapsterRig.live()
    self.rig.session.talk(true, 'open')
    self.rig.speak(1_000)
    expect(loud(self)).toHaveLength(10)
    expect(sent(self)).toHaveLength(11)
  })

  it.each([
    // 100 ms are 3200 bytes, 4268 as base64, and what is around them: 250 ms are about 10 800 bytes on the wire.
    [10_500, 0],
    [11_500, 1]
  ])('is dropped while the socket holds more than 250 ms of it as text (%i bytes)', async (bufferedBytes, drops) => {
    const self = await NapsterRig.live()
    self.socket.bufferedBytes = bufferedBytes
    self.rig.clock.advance(1_500)
    self.rig.session.talk(true, 'open')
    self.rig.speak(1_000)
    self.rig.session.hangUp()
    expect(self.rig.of('audio-dropped').slice(0, 1)).toHaveLength(drops)
  })
})

describe('audio from Napster', () => {
  it('is played as it comes, and the reply is over when the last of it was heard', async () => {
    const self = await NapsterRig.live()
    self.begins('a')
    self.talk('started')
    self.audio(100, 1)
    self.audio(100, 2)
    expect(self.rig.activity).toBe('agentSpeaking')
    self.talk('ended')
    self.rig.played(1, 200, true)
    expect(self.rig.calls.map(({ kind, reply }) => [kind, reply])).toEqual([
      ['write', 1],
      ['write', 1],
      ['end', 1]
    ])
    expect(self.rig.of('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 200 }])
    expect(self.rig.activity).toBe('listening')
  })

  it('of a reply that the user cut off is not heard, and the next reply is', async () => {
    const self = await NapsterRig.live()
    self.begins('a')
    self.audio(400)
    self.speechStarted('u')
    expect(self.rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    self.audio(400)
    self.talk('canceled')
    self.audio(400)
    expect(self.rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(self.rig.activity).toBe('userSpeaking')
    self.user('Stop it.', 'u')
    self.begins('b')
    self.audio(100)
    expect(self.rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
  })

  it('of a reply that the service cut off is not heard, though nobody speaks', async () => {
    const self = await NapsterRig.live()
    self.begins('a')
    self.says('A long story.', 'a')
    self.audio(400)
    self.socket.say({
      event: 'message_received',
      data: { message: { role: 'assistant', action: 'cancelled', item_id: 'a', reason: 'turn_detected' } }
    })
    expect(self.rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(self.rig.activity).toBe('listening')
    self.audio(400)
    expect(self.rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(self.rig.captions).toMatchObject([{ role: 'agent', text: 'A long story.', interrupted: true }])
    expect(self.rig.phases).not.toContain('userSpeaking')
    self.begins('b')
    self.audio(100)
    expect(self.rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
  })

  it('of a reply that was stopped here is not heard until the next one', async () => {
    const self = await NapsterRig.live()
    self.begins('a')
    self.audio(400)
    void self.rig.session.execute({ kind: 'stop-speaking' })
    self.audio(400)
    expect(self.rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    self.talk('ended')
    self.begins('b')
    self.audio(100)
    expect(self.rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
  })

  it('that is no audio changes nothing', async () => {
    const self = await NapsterRig.live()
    self.socket.say({ event: 'audio_received', data: { data: '!' } })
    self.socket.say({ event: 'audio_received', data: {} })
    self.socket.say({ event: 'audio_received' })
    self.socket.handlers.onBinary(new Uint8Array(640).fill(1))
    expect(self.rig.calls).toEqual([])
    expect(self.rig.session.state.phase).toBe('live')
  })
})

describe('words that come after their answer has begun', () => {
  it('stand before it, and it goes on', async () => {
    const self = await NapsterRig.live({ profile: napster() })
    self.user('First.')
    self.begins('a')
    self.talk('started')
    self.says('One.', 'a')
    self.talk('ended')
    self.speechStarted('u2')
    self.begins('b')
    self.says('Two.', 'b')
    self.audio(400)
    self.user('Second.', 'u2')
    const captions = self.rig.of('caption').map(({ caption }) => caption)
    const two = captions.find(({ text }) => text === 'Two.')
    expect(captions.at(-1)).toMatchObject({ role: 'user', text: 'Second.', before: two?.id })
    expect(self.rig.activity).toBe('agentSpeaking')
    self.audio(100)
    expect(self.rig.calls.map(({ kind, reply }) => [kind, reply])).toEqual([
      ['write', 1],
      ['write', 1]
    ])
    self.talk('ended')
    self.rig.played(1, 500, true)
    self.socket.handlers.onClose(1006, '')
    await self.reconnect()
    const [told] = self.commands('send_message') as { text: string }[]
    expect(told?.text).toMatch(/First\.[\s\S]*Second\.[\s\S]*Two\./)
  })
})
