import { describe, expect, it } from 'vitest'
import { SessionRig } from '../testing.test-support.ts'

const interrupt = (rig: SessionRig, text: string) =>
  rig.session.execute({ kind: 'agent-speech', text, behavior: 'interrupt' })

describe('stop speaking', () => {
  const stop = { kind: 'stop-speaking' } as const

  it('silences the reply and puts nothing on the wire', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'Story.')
    rig.played(1, 200)
    expect(await rig.session.execute(stop)).toEqual({ outcome: 'applied' })
    rig.clock.advance(250)
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(rig.of('interrupted')).toEqual([
      { kind: 'interrupted', by: 'stop-speaking', playedMs: 200, heard: { share: 0.2, text: '' } }
    ])
    expect(rig.activity).toBe('listening')
    expect(rig.socket.messages).toHaveLength(1)
  })

  it('drops the rest of the reply however long it is, and hears the next one', async () => {
    const rig = await SessionRig.live()
    rig.reply(100)
    void rig.session.execute(stop)
    for (let second = 0; second < 20; second += 1) {
      rig.clock.advance(1_000)
      rig.reply(1_000)
    }
    expect(rig.calls.filter(({ kind }) => kind === 'write')).toHaveLength(1)
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.reply(100)
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
    expect(rig.calls.some(({ kind }) => kind === 'end')).toBe(false)
  })

  it('after the whole reply had come leaves the next reply alone', async () => {
    const rig = await SessionRig.live()
    rig.reply(5_000)
    rig.socket.say({ type: 'AgentAudioDone' })
    void rig.session.execute(stop)
    rig.reply(100)
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
  })

  it.each(['interrupt', 'queue'] as const)(
    'does not silence a statement that comes after the rest of the reply (%s)',
    async (behavior) => {
      const rig = await SessionRig.live()
      rig.reply(1_000, 'Your name is Eva.')
      void rig.session.execute(stop)
      const result = rig.session.execute({ kind: 'agent-speech', text: 'One moment, please.', behavior })
      rig.reply(300, 'And more of it.')
      expect(rig.calls.filter(({ kind }) => kind === 'write')).toHaveLength(1)
      rig.reply(400, 'One moment, please.')
      await expect(result).resolves.toEqual({ outcome: 'applied' })
      expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
      rig.socket.say({ type: 'AgentAudioDone' })
      rig.played(2, 400, true)
      expect(rig.activity).toBe('listening')
      expect(rig.captions).toEqual([
        { role: 'agent', text: 'Your name is Eva. And more of it.', interrupted: true },
        { role: 'agent', text: 'One moment, please.', interrupted: false }
      ])
    }
  )

  it('of nothing changes nothing', async () => {
    const rig = await SessionRig.live()
    expect(await rig.session.execute(stop)).toEqual({ outcome: 'applied' })
    rig.reply(100)
    expect(rig.calls).toHaveLength(1)
  })
})

describe('waiting', () => {
  it('for an answer that never comes ends in listening', async () => {
    const rig = await SessionRig.live()
    rig.socket.pongs = true
    void rig.session.execute({ kind: 'user-text', text: 'Hi' })
    expect(rig.activity).toBe('thinking')
    rig.clock.advance(30_000)
    expect(rig.activity).toBe('listening')
  })
})

describe('a statement that interrupts', () => {
  it('silences the reply, drops what is on its way of it, and is heard from its first sample', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'Long story.')
    rig.played(1, 200)
    const result = interrupt(rig, 'Fire! Leave the house.')
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    rig.reply(300)
    rig.reply(100, 'that never ends.')
    expect(rig.calls.filter(({ kind }) => kind === 'write')).toHaveLength(1)
    rig.reply(100, 'Fire!')
    rig.reply(100, 'Leave the house.')
    expect(rig.calls.filter(({ kind }) => kind === 'write').map(({ reply }) => reply)).toEqual([1, 2, 2])
    expect(await result).toEqual({ outcome: 'applied' })
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(2, 200, true)
    expect(rig.activity).toBe('listening')
    expect(rig.captions).toEqual([
      { role: 'agent', text: 'Long story. that never ends.', interrupted: true },
      { role: 'agent', text: 'Fire! Leave the house.', interrupted: false }
    ])
  })

  it('is heard half a second later at last, if its text does not come', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'Long story.')
    void interrupt(rig, 'Fire!')
    rig.clock.advance(499)
    rig.reply(100)
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    rig.clock.advance(1)
    rig.reply(100)
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
  })

  it('in silence is heard at once', async () => {
    const rig = await SessionRig.live()
    void interrupt(rig, 'Fire!')
    rig.reply(100)
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 1 })
  })
})
