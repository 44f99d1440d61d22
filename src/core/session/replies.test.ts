import { describe, expect, it } from 'vitest'
import { encodeWav } from '../../shared/audio/wav.ts'
import { PROFILE, SessionRig, profile } from '../testing.test-support.ts'

const written = (rig: SessionRig, reply: number) =>
  rig.calls.flatMap((call) => (call.kind === 'write' && call.reply === reply ? [...call.pcm] : []))

describe('a reply', () => {
  it('C22 speaks until its last sample was played, not until it was sent', async () => {
    const rig = await SessionRig.live()
    rig.reply(500, 'Hello.')
    expect(rig.activity).toBe('agentSpeaking')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 400)
    expect(rig.activity).toBe('agentSpeaking')
    rig.played(1, 500, true)
    expect(rig.activity).toBe('listening')
    expect(rig.of('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 500 }])
  })

  it('C22 is not over when the sink ran dry between two sentences', async () => {
    const rig = await SessionRig.live()
    rig.reply(100)
    rig.played(1, 100)
    rig.clock.advance(2_900)
    expect(rig.activity).toBe('agentSpeaking')
    rig.reply(100)
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 200, true)
    expect(rig.of('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 200 }])
  })

  it('C23 without its AgentAudioDone is over 3 s after it was played', async () => {
    const rig = await SessionRig.live()
    rig.reply(100)
    rig.played(1, 100)
    rig.clock.advance(3_000)
    expect(rig.activity).toBe('listening')
    expect(rig.calls.at(-1)).toEqual({ kind: 'end', reply: 1 })
  })

  it('is over at last also when the sink reports nothing', async () => {
    const rig = await SessionRig.live()
    rig.reply(2_000)
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.clock.advance(4_900)
    expect(rig.activity).toBe('agentSpeaking')
    rig.clock.advance(100)
    expect(rig.activity).toBe('listening')
  })

  it('has the next number, from 1', async () => {
    const rig = await SessionRig.live()
    for (const reply of [1, 2, 3]) {
      rig.reply(20)
      rig.socket.say({ type: 'AgentAudioDone' })
      rig.played(reply, 20, true)
    }
    expect(rig.calls.map(({ kind, reply }) => `${kind} ${reply}`)).toEqual([
      'write 1',
      'end 1',
      'write 2',
      'end 2',
      'write 3',
      'end 3'
    ])
  })

  it('C24 keeps its samples whole whatever the frames are', async () => {
    const rig = await SessionRig.live()
    const bytes = Uint8Array.from({ length: 99 }, (_, at) => at)
    let at = 0
    for (const size of [1, 1, 3, 5, 0, 1, 2, 40, 1, 45]) {
      rig.socket.handlers.onBinary(bytes.slice(at, at + size))
      at += size
    }
    expect(written(rig, 1)).toEqual(Array.from(bytes.subarray(0, 98)))
    expect(rig.calls.every((call) => call.kind !== 'write' || call.pcm.byteLength % 2 === 0)).toBe(true)
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.socket.handlers.onBinary(Uint8Array.of(1, 2))
    expect(written(rig, 2)).toEqual([1, 2])
  })

  it.each([1, 7, 43, 44, 1_000])('is heard without its WAV header in frames of %i bytes', async (size) => {
    const settings = {
      ...PROFILE.settings,
      audio: { output: { encoding: 'linear16', sample_rate: 16_000, container: 'wav' } }
    }
    const rig = await SessionRig.live({ profile: profile(settings) })
    const file = encodeWav(
      Int16Array.from({ length: 200 }, (_, at) => at),
      16_000
    )
    for (let at = 0; at < file.length; at += size) rig.socket.handlers.onBinary(file.slice(at, at + size))
    expect(written(rig, 1)).toEqual([...file.subarray(44)])
  })

  it('C26 C27 has one caption that grows sentence by sentence, whether text or audio comes first', async () => {
    const rig = await SessionRig.live()
    rig.reply(20)
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'One.' })
    rig.reply(20, 'Two.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.reply(20, 'Next.')
    rig.reply(20, 'And last.')
    expect(rig.captions.map(({ text }) => text)).toEqual(['One. Two.', 'Next. And last.'])
    expect(rig.calls.map(({ kind, reply }) => `${kind} ${reply}`)).toEqual([
      'write 1',
      'write 1',
      'end 1',
      'write 2',
      'write 2'
    ])
  })
})

describe('barge-in', () => {
  it('C19 is flushed before anybody is told of anything, also of a cut before that', async () => {
    const rig = await SessionRig.live()
    rig.reply(500, 'Hello.')
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Wait.' })
    rig.reply(500, 'Yes?')
    const told: string[] = []
    rig.listener = ({ kind }) => told.push(`${kind} after ${rig.calls.at(-1)?.kind}`)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    expect(told).toContain('interrupted after flush')
    expect(told.filter((line) => !line.endsWith('after flush'))).toEqual([])
  })

  it('C19 flushes in the task that reads UserStartedSpeaking, tells what was heard and marks the caption', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'A long story.')
    rig.played(1, 300)
    const nowMs = rig.clock.nowMs()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(rig.clock.nowMs()).toBe(nowMs)
    expect(rig.activity).toBe('userSpeaking')
    rig.played(1, 340, true)
    expect(rig.of('interrupted')).toEqual([
      { kind: 'interrupted', by: 'user', playedMs: 340, heard: { share: 0.34, text: 'A…' } }
    ])
    expect(rig.of('reply-played')).toEqual([])
    expect(rig.captions).toEqual([{ role: 'agent', text: 'A long story.', interrupted: true }])
  })

  it('tells the last known position if the sink does not answer', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000)
    rig.played(1, 300)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(250)
    expect(rig.of('interrupted')).toEqual([{ kind: 'interrupted', by: 'user', playedMs: 300 }])
  })

  it('C20 C21 drops late audio until the turn is over, and a late sentence does not open the gate', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'Old one.')
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.reply(100)
    rig.reply(100, 'Old two.')
    rig.socket.say({ type: 'AgentAudioDone' })
    expect(rig.calls.filter(({ kind }) => kind !== 'write')).toEqual([{ kind: 'flush', reply: 1 }])
    expect(rig.calls.filter(({ kind }) => kind === 'write')).toHaveLength(1)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Stop.' })
    rig.reply(100, 'New.')
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
    expect(rig.captions).toEqual([
      { role: 'agent', text: 'Old one. Old two.', interrupted: true },
      { role: 'user', text: 'Stop.', interrupted: false },
      { role: 'agent', text: 'New.', interrupted: false }
    ])
  })

  it.each([
    { type: 'EndOfTurn' },
    { type: 'AgentThinking', content: '' },
    { type: 'AgentStartedSpeaking' },
    { type: 'FunctionCallRequest', functions: [{ id: 'a', name: 'book', arguments: '{}', client_side: true }] }
  ])('C20 hears the next reply after $type', async (message) => {
    const rig = await SessionRig.live()
    rig.reply(1_000)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.say(message)
    rig.reply(100)
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
  })

  it('hears a statement that comes without any turn after 3 s', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(2_999)
    rig.reply(100)
    expect(rig.calls).toEqual([])
    rig.clock.advance(1)
    rig.reply(100)
    rig.socket.say({ type: 'AgentAudioDone' })
    expect(rig.calls.map(({ kind }) => kind)).toEqual(['write', 'end'])
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'Well?' })
    expect(rig.captions).toEqual([{ role: 'agent', text: 'Well?', interrupted: false }])
  })

  it('C23 without the AgentAudioDone of the cut reply leaves nothing hanging', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'A long story.')
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.played(1, 300, true)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Stop.' })
    rig.reply(100, 'Fine.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(2, 100, true)
    expect(rig.activity).toBe('listening')
    expect(rig.of('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 100 }])
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(30_000)
    expect(rig.activity).toBe('listening')
  })

  it('C19 flushes every reply that waits, and none of them is heard again', async () => {
    const rig = await SessionRig.live()
    for (const text of ['One.', 'Two.', 'Three.']) {
      rig.reply(500, text)
      rig.socket.say({ type: 'AgentAudioDone' })
    }
    rig.played(1, 100)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 3 })
    rig.played(2, 500, true)
    rig.played(1, 120, true)
    expect(rig.of('interrupted')).toEqual([
      { kind: 'interrupted', by: 'user', playedMs: 120, heard: { share: 0.24, text: '' } }
    ])
    expect(rig.captions.map(({ text, interrupted }) => [text, interrupted])).toEqual([
      ['One.', true],
      ['Two.', true],
      ['Three.', true]
    ])
  })

  it('of nothing interrupts nothing', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(1_000)
    expect(rig.of('interrupted')).toEqual([])
    expect(rig.calls).toEqual([])
  })

  it('by a typed text flushes before the text is sent, and its echo is shown once', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'Story.')
    const result = rig.session.execute({ kind: 'user-text', text: 'What  time?' })
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    rig.reply(100)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'What time?' })
    rig.socket.say({ type: 'EndOfTurn', trigger: 'manual' })
    expect(await result).toEqual({ outcome: 'applied' })
    rig.reply(100, 'Noon.')
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
    expect(rig.captions.map(({ role, text }) => `${role}: ${text}`)).toEqual([
      'agent: Story.',
      'user: What  time?',
      'agent: Noon.'
    ])
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'What time?' })
    expect(rig.captions.filter(({ role }) => role === 'user')).toHaveLength(2)
  })
})
