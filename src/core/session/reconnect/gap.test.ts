import { describe, expect, it } from 'vitest'
import { PROFILE, SessionRig, block, profile, settle } from '../../testing.test-support.ts'

/** Numbers in the order in which they were sent, over all connections; 0 is silence. */
const sent = (rig: SessionRig): number[] =>
  rig.transport.sockets.flatMap((socket) =>
    socket.audio.flatMap(({ pcm }) =>
      Array.from({ length: pcm.byteLength / 640 }, (_, at) =>
        new DataView(pcm.buffer, pcm.byteOffset).getUint16(at * 640 + 2, true)
      )
    )
  )
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at)

/** A block that is loud and bears its number. */
function numbered(number: number): Uint8Array {
  const pcm = block(0x11)
  new DataView(pcm.buffer).setUint16(2, number, true)
  return pcm
}

class Speaker {
  readonly rig: SessionRig
  #last = 0

  constructor(rig: SessionRig) {
    this.rig = rig
  }

  speak(ms: number): void {
    for (let at = 0; at < ms; at += 20) {
      this.rig.session.pushAudio(numbered((this.#last += 1)))
      this.rig.clock.advance(20)
    }
  }

  /** The last number that was spoken. */
  get last(): number {
    return this.#last
  }
}

async function speaking(mode: 'push-to-talk' | 'open', settings?: Parameters<typeof profile>[0]): Promise<Speaker> {
  const rig = await SessionRig.live(settings === undefined ? {} : { profile: profile(settings) })
  rig.clock.advance(6_000)
  rig.session.talk(true, mode)
  return new Speaker(rig)
}

/** Blocks in each message of the last connection. */
const lengths = (rig: SessionRig): number[] => rig.socket.audio.map(({ pcm }) => pcm.byteLength / 640)
const dropped = (rig: SessionRig) => rig.of('audio-dropped').at(-1)?.ms ?? 0

describe('a gap in an utterance', () => {
  it.each(['push-to-talk', 'open'] as const)('of less than 5 s loses nothing (%s)', async (mode) => {
    const one = await speaking(mode)
    const { rig } = one
    rig.socket.say({ type: 'UserStartedSpeaking' })
    one.speak(1_000)
    rig.socket.handlers.onClose(1006, '')
    one.speak(40)
    // The attempt is due, but the network takes its time.
    one.speak(3_900)
    await rig.reconnect()
    const backMs = rig.clock.nowMs()
    expect(rig.socket.audio).toEqual([])
    one.speak(6_000)
    expect(sent(rig)).toEqual(range(1, one.last))
    expect(dropped(rig)).toBe(0)
    for (const [at, { atMs }] of rig.socket.audio.entries()) expect(at).toBeLessThanOrEqual(((atMs - backMs) * 2) / 20)
  })

  it('C13 of 5 s and more is told, and the rest of the utterance goes on', async () => {
    const one = await speaking('push-to-talk')
    const { rig } = one
    one.speak(200)
    rig.socket.handlers.onClose(1006, '')
    one.speak(6_000)
    await rig.reconnect()
    one.speak(400)
    rig.clock.advance(1_000)
    expect(sent(rig)).toEqual([...range(1, 10), ...range(311, one.last)])
    expect(dropped(rig)).toBe(6_000)
  })

  it('C13 that ends in it is sent with the silence that ends the turn', async () => {
    const one = await speaking('push-to-talk')
    const { rig } = one
    one.speak(200)
    rig.socket.handlers.onClose(1006, '')
    one.speak(300)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(500)
    await rig.reconnect()
    rig.clock.advance(4_000)
    expect(sent(rig).slice(0, 26)).toEqual([...range(1, 25), 0])
    expect(rig.socket.audio).toHaveLength(15 + 150)
  })

  it('C13 that ends in it and is old is not sent', async () => {
    const one = await speaking('push-to-talk')
    const { rig } = one
    one.speak(200)
    rig.socket.handlers.onClose(1006, '')
    one.speak(300)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(5_000)
    await rig.reconnect()
    rig.clock.advance(4_000)
    expect(rig.socket.audio).toEqual([])
    expect(dropped(rig)).toBe(300)
  })

  it('C13 takes a whole utterance that began in it', async () => {
    const one = await speaking('push-to-talk')
    const { rig } = one
    rig.session.talk(false, 'push-to-talk')
    rig.socket.handlers.onClose(1006, '')
    rig.clock.advance(1_000)
    rig.session.talk(true, 'push-to-talk')
    one.speak(3_000)
    await rig.reconnect()
    one.speak(4_000)
    expect(sent(rig)).toEqual(range(1, one.last))
  })

  it('C13 keeps the newest 5 s of an utterance that began in it and goes on', async () => {
    const one = await speaking('push-to-talk')
    const { rig } = one
    rig.session.talk(false, 'push-to-talk')
    rig.socket.handlers.onClose(1006, '')
    rig.clock.advance(20)
    rig.session.talk(true, 'push-to-talk')
    one.speak(7_000)
    await rig.reconnect()
    one.speak(7_000)
    // A full ring makes room for one block more before its first one goes out.
    expect(sent(rig)).toEqual(range(102, one.last))
    expect(dropped(rig)).toBe(2_020)
  })

  it('C13 of an open microphone in which nobody speaks sends nothing of it and loses nothing', async () => {
    const one = await speaking('open')
    const { rig } = one
    rig.speak(200, 0)
    rig.socket.handlers.onClose(1006, '')
    rig.speak(8_000, 0)
    await rig.reconnect()
    rig.speak(100, 0)
    expect(rig.socket.audio).toHaveLength(5)
    expect(dropped(rig)).toBe(0)
  })

  it('C13 of an open microphone takes the first word with what came just before it', async () => {
    const one = await speaking('open')
    const { rig } = one
    rig.speak(200, 0)
    rig.socket.handlers.onClose(1006, '')
    rig.speak(2_000, 0)
    one.speak(500)
    await rig.reconnect()
    one.speak(3_000)
    const numbers = sent(rig).slice(10)
    expect(numbers.slice(0, 15)).toEqual(Array(15).fill(0))
    expect(numbers.slice(15)).toEqual(range(1, one.last))
  })

  it('C13 in the flush of an earlier gap keeps the order', async () => {
    const one = await speaking('push-to-talk')
    const { rig } = one
    one.speak(100)
    rig.socket.handlers.onClose(1006, '')
    one.speak(2_000)
    await rig.reconnect()
    one.speak(400)
    rig.socket.handlers.onClose(1006, '')
    one.speak(1_000)
    await rig.reconnect()
    one.speak(6_000)
    expect(sent(rig)).toEqual(range(1, one.last))
    expect(dropped(rig)).toBe(0)
  })

  it('C13 sends no audio before SettingsApplied of the new connection', async () => {
    const one = await speaking('push-to-talk')
    const { rig } = one
    one.speak(100)
    rig.socket.handlers.onClose(1006, '')
    one.speak(1_000)
    await settle()
    rig.socket.handlers.onOpen()
    one.speak(100)
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    one.speak(100)
    const last = rig.transport.sockets.at(-1)
    expect(last?.audio).toEqual([])
    expect(rig.transport.sockets).toHaveLength(2)
  })
})

describe('blocks on the wire', () => {
  const flux = {
    ...PROFILE.settings,
    agent: { listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } } }
  }

  it('are 80 ms for Flux, and the end of an utterance does not wait', async () => {
    const one = await speaking('push-to-talk', flux)
    const { rig } = one
    one.speak(360)
    expect(lengths(rig)).toEqual([4, 4, 4, 4])
    const releasedMs = rig.clock.nowMs()
    rig.session.talk(false, 'push-to-talk')
    expect(lengths(rig)).toEqual([4, 4, 4, 4, 2])
    expect(rig.socket.audio.at(-1)?.atMs).toBe(releasedMs)
    rig.clock.advance(320)
    expect(lengths(rig).slice(5)).toEqual([4, 4, 4, 4])
    expect(sent(rig)).toEqual([...range(1, 18), ...Array<number>(16).fill(0)])
  })

  it('of Flux lose nothing over a gap, whatever was joined when the connection broke', async () => {
    const one = await speaking('push-to-talk', flux)
    const { rig } = one
    one.speak(140)
    rig.socket.handlers.onClose(1006, '')
    one.speak(1_000)
    await rig.reconnect()
    one.speak(2_000)
    rig.session.talk(false, 'push-to-talk')
    rig.clock.advance(1)
    expect(sent(rig)).toEqual(range(1, one.last))
  })

  it('are 20 ms for every other model', async () => {
    const one = await speaking('open')
    one.speak(100)
    expect(lengths(one.rig)).toEqual([1, 1, 1, 1, 1])
  })

  it('are encoded as the settings say, and so is what comes decoded', async () => {
    const audio = {
      input: { encoding: 'mulaw', sample_rate: 8_000 },
      output: { encoding: 'alaw', sample_rate: 8_000, container: 'none' }
    }
    const rig = await SessionRig.live({ profile: profile({ ...PROFILE.settings, audio }) })
    rig.session.talk(true, 'open')
    rig.session.pushAudio(new Uint8Array(320))
    expect(rig.socket.audio.map(({ pcm }) => [...pcm.subarray(0, 2), pcm.byteLength])).toEqual([[0xff, 0xff, 160]])
    rig.socket.handlers.onBinary(new Uint8Array(80).fill(0xd5))
    expect(rig.calls[0]).toMatchObject({ kind: 'write', reply: 1 })
    const [call] = rig.calls
    expect(call?.kind === 'write' ? call.pcm.byteLength : 0).toBe(160)
    expect(rig.wire.slice(-2).map(({ message }) => message)).toEqual([
      { type: 'binary', bytes: 160 },
      { type: 'binary', bytes: 80 }
    ])
  })
})

describe('KeepAlive after a reconnect', () => {
  it('C17 goes on every 8 s while a tool runs, and not while there is no connection', async () => {
    const rig = await SessionRig.live()
    rig.clock.advance(6_000)
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    const liveMs = rig.clock.nowMs()
    rig.socket.say({
      type: 'FunctionCallRequest',
      functions: [{ id: 'f', name: 'ask', arguments: '{}', client_side: true }]
    })
    rig.clock.advance(60_000)
    const alive = rig.socket.sent.filter((frame) => 'message' in frame && frame.message['type'] === 'KeepAlive')
    expect(alive.map(({ atMs }) => atMs - liveMs)).toEqual([8_000, 16_000, 24_000, 32_000, 40_000, 48_000, 56_000])
    const [first] = rig.transport.sockets
    expect(first?.messages.filter(({ type }) => type === 'KeepAlive')).toEqual([])
    expect(rig.session.state.phase).toBe('live')
  })
})
