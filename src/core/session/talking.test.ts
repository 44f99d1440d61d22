import { describe, expect, it } from 'vitest'
import { SessionRig, block } from '../testing.test-support.ts'

const loud = (frame: { pcm: Uint8Array }) => frame.pcm.some((byte) => byte !== 0)
const values = (rig: SessionRig) => rig.socket.audio.map(({ pcm }) => pcm[0])

describe('push-to-talk', () => {
  it('sends each block while held', async () => {
    const rig = await SessionRig.live()
    rig.session.pushAudio(block(9))
    rig.session.talk(true, 'push-to-talk')
    rig.speak(100)
    expect(values(rig)).toEqual([7, 7, 7, 7, 7])
    expect(rig.socket.audio.every(({ pcm }) => pcm.byteLength === 640)).toBe(true)
    expect(rig.of('talk')).toEqual([{ kind: 'talk', open: true }])
  })

  it('sends digital silence at the same pace after release until the service has the turn', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'push-to-talk')
    rig.speak(100)
    rig.session.talk(false, 'push-to-talk')
    rig.speak(400)
    const silence = rig.socket.audio.slice(5)
    expect(silence).toHaveLength(20)
    expect(silence.some(loud)).toBe(false)
    expect(silence.slice(1).map(({ atMs }, at) => atMs - (silence[at]?.atMs ?? 0))).toEqual(Array(19).fill(20))
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'hi' })
    rig.clock.advance(1_000)
    expect(rig.socket.audio).toHaveLength(25)
  })

  it.each([
    ['EndOfTurn', (rig: SessionRig) => rig.socket.say({ type: 'EndOfTurn' })],
    ['the reply', (rig: SessionRig) => rig.reply(100)]
  ])('stops the silence at %s', async (_name, end) => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'push-to-talk')
    rig.speak(20)
    rig.session.talk(false, 'push-to-talk')
    end(rig)
    rig.clock.advance(1_000)
    expect(rig.socket.audio).toHaveLength(1)
  })

  it('C16 sends at most 3 s of silence, then a KeepAlive every 8 s', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'push-to-talk')
    rig.speak(20)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(60_000)
    expect(rig.socket.audio).toHaveLength(1 + 150)
    const last = rig.socket.audio.at(-1)?.atMs ?? 0
    const alive = rig.socket.sent.filter((frame) => 'message' in frame && frame.message['type'] === 'KeepAlive')
    expect(alive.map(({ atMs }) => atMs - last)).toEqual([8_000, 16_000, 24_000, 32_000, 40_000, 48_000, 56_000])
  })

  it('stops the silence when the key is pressed again', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'push-to-talk')
    rig.speak(20)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(100)
    rig.session.talk(true, 'push-to-talk')
    rig.speak(40)
    expect(values(rig)).toEqual([7, 0, 0, 0, 0, 0, 7, 7])
  })

  it('sends no silence if nothing was said', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'push-to-talk')
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(3_000)
    expect(rig.socket.audio).toEqual([])
  })

  it('drops a block of another size and tells it', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'push-to-talk')
    rig.session.pushAudio(new Uint8Array(641))
    rig.clock.advance(1_000)
    expect(rig.socket.audio).toEqual([])
    expect(rig.of('audio-dropped')).toEqual([{ kind: 'audio-dropped', where: 'capture', ms: 20 }])
  })

  it('drops audio rather than memory when the socket does not take it', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.socket.bufferedBytes = 1_000_000
    rig.speak(200)
    rig.socket.bufferedBytes = 0
    rig.speak(100)
    rig.clock.advance(1_000)
    expect(rig.socket.audio).toHaveLength(5)
    expect(rig.of('audio-dropped').at(-1)).toEqual({ kind: 'audio-dropped', where: 'capture', ms: 200 })
  })
})

describe('open microphone', () => {
  it('C18 muted, sends silence like a released key, then KeepAlive; the session survives 60 s muted', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.speak(100)
    rig.session.talk(false, 'open')
    rig.speak(60_000)
    expect(rig.socket.audio.filter(loud)).toHaveLength(5)
    expect(rig.socket.audio).toHaveLength(5 + 150)
    expect(rig.socket.messages.filter(({ type }) => type === 'KeepAlive')).toHaveLength(7)
    expect(rig.activity).toBe('listening')
  })

  it('C16 sends no KeepAlive while audio flows', async () => {
    const rig = await SessionRig.live()
    rig.session.talk(true, 'open')
    rig.speak(20_000)
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings'])
  })

  it('C17 sends KeepAlive also while the agent speaks', async () => {
    const rig = await SessionRig.live()
    for (let second = 0; second < 17; second += 1) {
      rig.reply(1_000)
      rig.clock.advance(1_000)
    }
    expect(rig.socket.messages.filter(({ type }) => type === 'KeepAlive')).toHaveLength(2)
  })
})

describe('speech before the service is ready', () => {
  it('C13 goes out in order, at most at twice real time, and then live', async () => {
    const rig = await SessionRig.configuring()
    rig.session.talk(true, 'push-to-talk')
    for (let number = 1; number <= 50; number += 1) rig.speak(20, number)
    rig.socket.say({ type: 'SettingsApplied' })
    const startMs = rig.clock.nowMs()
    for (let number = 51; number <= 120; number += 1) rig.speak(20, number)
    expect(values(rig)).toEqual(Array.from({ length: 120 }, (_, at) => at + 1))
    for (const [at, { atMs }] of rig.socket.audio.entries()) {
      // One block more: the first that is sent live when the ring has just run empty.
      expect(at).toBeLessThanOrEqual(((atMs - startMs) * 2) / 20)
    }
  })

  it('C13 keeps the newest 5 s, and counts and tells what was dropped', async () => {
    const rig = await SessionRig.configuring()
    rig.session.talk(true, 'open')
    rig.speak(6_000)
    rig.socket.say({ type: 'SettingsApplied' })
    expect(rig.of('audio-dropped').at(-1)).toEqual({ kind: 'audio-dropped', where: 'before-live', ms: 1_000 })
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(2_600)
    expect(rig.socket.audio.filter(loud)).toHaveLength(250)
  })

  it('released before the service was ready, is sent with the silence that ends its turn', async () => {
    const rig = await SessionRig.dialled()
    rig.session.talk(true, 'push-to-talk')
    rig.speak(100)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(500)
    rig.socket.handlers.onOpen()
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(4_000)
    expect(rig.socket.audio.filter(loud)).toHaveLength(5)
    expect(rig.socket.audio).toHaveLength(5 + 150)
    expect(rig.socket.audio.slice(5).some(loud)).toBe(false)
  })

  it('muted before the service was ready, is not sent and told', async () => {
    const rig = await SessionRig.configuring()
    rig.session.talk(true, 'open')
    rig.speak(100)
    rig.session.talk(false, 'open')
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(4_000)
    expect(rig.socket.audio).toEqual([])
    expect(rig.of('audio-dropped')).toEqual([{ kind: 'audio-dropped', where: 'before-live', ms: 100 }])
  })

  it('a gate opened before connecting counts', async () => {
    const rig = new SessionRig()
    rig.session.talk(true, 'open')
    rig.session.connect()
    rig.speak(40)
    expect(rig.of('talk')).toEqual([{ kind: 'talk', open: true }])
    await Promise.resolve()
  })
})
