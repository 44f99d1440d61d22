import { describe, expect, it, vi } from 'vitest'
import { speechLike, throughRoom } from '../../../../shared/audio/echo.test-support.ts'
import { BLOCK, constant, HubRig, RATE_HZ } from './hub.test-support.ts'

interface Chunk {
  channels: Float32Array[]
  rateHz?: number
  timestampUs?: number
}

/** A microphone as the platform delivers it. */
class FakeMicrophone {
  opened = 0
  closed = 0
  cancelled = false
  readonly readable: ReadableStream<AudioData>
  private controller: ReadableStreamDefaultController<AudioData> | undefined
  private nextUs = 5_000_000

  constructor() {
    this.readable = new ReadableStream<AudioData>({
      start: (controller) => {
        this.controller = controller
      },
      cancel: () => {
        this.cancelled = true
      }
    })
  }

  /** Delivers a chunk and waits until it was taken. */
  async say({ channels, rateHz = RATE_HZ, timestampUs }: Chunk): Promise<void> {
    const frames = channels[0]!.length
    const timestamp = timestampUs ?? this.nextUs
    this.nextUs = timestamp + (frames / rateHz) * 1e6
    this.opened += 1
    const chunk = {
      numberOfFrames: frames,
      numberOfChannels: channels.length,
      sampleRate: rateHz,
      timestamp,
      copyTo: (target: Float32Array, { planeIndex, format }: AudioDataCopyToOptions) => {
        expect(format).toBe('f32-planar')
        target.set(channels[planeIndex]!)
      },
      close: () => {
        this.closed += 1
      }
    }
    this.controller?.enqueue(chunk as unknown as AudioData)
    for (let i = 0; i < 5; i += 1) await Promise.resolve()
  }

  break(): void {
    this.controller?.error(new Error('gone'))
  }
}

function open(rig: HubRig, gain = 1): FakeMicrophone {
  const microphone = new FakeMicrophone()
  rig.hub.obey({ kind: 'input-stream', id: 'mic', role: 'microphone', readable: microphone.readable, gain })
  return microphone
}

describe('a microphone that comes as a stream', () => {
  it('is metered, mixed and sent like any other, its channels averaged, and every chunk is let go at once', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('open')
    const microphone = open(rig, 0.5)
    for (let i = 0; i < 20; i += 1) await microphone.say({ channels: [constant(0.5), constant(0.25)] })
    expect(rig.sent).toHaveLength(20 * BLOCK)
    expect(rig.sent.at(-1)).toBe(6144)
    expect(rig.postedOf('levels')).toHaveLength(2)
    expect(rig.postedOf('sound')).toEqual([{ kind: 'sound', id: 'mic', sound: 'heard' }])
    expect(microphone.closed).toBe(20)
    rig.hub.obey({ kind: 'input-gain', id: 'mic', gain: 1 })
    for (let i = 0; i < 4; i += 1) await microphone.say({ channels: [constant(0.5), constant(0.25)] })
    expect(rig.sent.at(-1)).toBe(12_288)
  })

  it('goes through the same gate: what was kept before the opening first', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('ready')
    const microphone = open(rig)
    for (let i = 0; i < 50; i += 1) await microphone.say({ channels: [constant(i / 128)] })
    rig.gate('open')
    expect(rig.sent).toHaveLength(4800)
    expect(rig.sent[0]).toBe(20 * 256)
    await microphone.say({ channels: [constant(50 / 128)] })
    await microphone.say({ channels: [constant(51 / 128)] })
    expect(rig.sent.at(-1)).toBe(51 * 256)
  })

  it('may change its rate in mid-stream', async () => {
    const rig = new HubRig()
    const microphone = open(rig)
    rig.gate('ready')
    for (let i = 0; i < 20; i += 1) await microphone.say({ channels: [constant(0.5)] })
    for (let i = 0; i < 50; i += 1) await microphone.say({ channels: [new Float32Array(80).fill(0.25)], rateHz: 8000 })
    // A level window is 100 ms at either rate.
    expect(rig.postedOf('levels')).toHaveLength(7)
    rig.hub.obey({ kind: 'record', id: 'mic', ms: 100 })
    for (let i = 0; i < 10; i += 1) await microphone.say({ channels: [new Float32Array(80).fill(0.25)], rateHz: 8000 })
    expect(rig.postedOf('recorded')[0]!.input).toHaveLength(800)
  })

  it('loses no memory to chunks whose sizes alternate, and counts what was kept at another rate', async () => {
    const rig = new HubRig()
    rig.gate('ready')
    rig.input('bus', 'played', { sampleRateHz: 8000 })
    const microphone = open(rig)
    let made = 0
    const { Float32Array: Real } = globalThis
    class Counted extends Real {
      constructor(size: number) {
        super(size)
        made += 1
      }
    }
    const chunks = Array.from({ length: 40 }, (_, i) => new Real(BLOCK + (i % 2)).fill(0.5))
    for (const chunk of chunks.slice(0, 4)) await microphone.say({ channels: [chunk, chunk] })
    vi.stubGlobal('Float32Array', Counted)
    for (const chunk of chunks) await microphone.say({ channels: [chunk, chunk] })
    vi.unstubAllGlobals()
    expect(made).toBe(0)
    await microphone.say({ channels: [new Float32Array(80).fill(0.25)], rateHz: 8000 })
    rig.tick()
    expect(rig.controls('stats').at(-1)!.droppedCaptureMs).toBe(300)
  })

  it('counts what the platform dropped by the time stamps, but neither their trembling nor a pause', async () => {
    const rig = new HubRig()
    const microphone = open(rig)
    let timestampUs = 0
    const say = (moreUs: number) => {
      timestampUs += 10_000 + moreUs
      return microphone.say({ channels: [constant(0.1)], timestampUs })
    }
    for (let i = 0; i < 200; i += 1) await say([4000, -4000, 20, 0, 1000, -1000][i % 6]!)
    rig.tick()
    expect(rig.controls('stats').at(-1)).toMatchObject({ droppedCaptureMs: 0 })
    await say(30_000)
    await say(0)
    await say(12_000_000)
    await say(-12_000_000)
    await say(0)
    rig.tick()
    const { droppedCaptureMs } = rig.controls('stats').at(-1)!
    expect(Math.abs(droppedCaptureMs - 30)).toBeLessThan(2)
    // A worker that stood still for long.
    await say(5_000_000)
    rig.tick()
    expect(Math.abs(rig.controls('stats').at(-1)!.droppedCaptureMs - 5030)).toBeLessThan(4)
  })

  it('takes samples that are no number for silence', async () => {
    const rig = new HubRig()
    const microphone = open(rig)
    const broken = constant(0.1)
    broken.set([Number.NaN, Number.POSITIVE_INFINITY], 3)
    rig.hub.obey({ kind: 'record', id: 'mic', ms: 10 })
    await microphone.say({ channels: [constant(0.1)] })
    rig.hub.obey({ kind: 'record', id: 'mic', ms: 10 })
    await microphone.say({ channels: [broken] })
    const expected = constant(0.1)
    expected.fill(0, 3, 5)
    expect(rig.postedOf('recorded').at(-1)!.input).toEqual(expected)
    for (let i = 0; i < 10; i += 1) await microphone.say({ channels: [constant(0.1)] })
    expect(rig.postedOf('levels').at(-1)!.inputDbfs).toBeCloseTo(-20, 0)
  })

  it('is cancelled when it ends, and takes nothing more', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('open')
    const microphone = open(rig)
    await microphone.say({ channels: [constant(0.1)] })
    rig.hub.obey({ kind: 'input-ended', id: 'mic' })
    expect(microphone.cancelled).toBe(true)
    expect(microphone.closed).toBe(1)
    expect(rig.postedOf('input-failed')).toEqual([])
  })

  it('says so when it breaks', async () => {
    const rig = new HubRig()
    const microphone = open(rig)
    await microphone.say({ channels: [constant(0.1)] })
    microphone.break()
    for (let i = 0; i < 10; i += 1) await Promise.resolve()
    expect(rig.postedOf('input-failed')).toEqual([
      { kind: 'input-failed', id: 'mic', message: "The microphone's stream broke: Error: gone" }
    ])
  })

  it.each([0, 20])(
    'is silent when it delivers nothing for two seconds, after %i chunks, until it does',
    async (chunks) => {
      const rig = new HubRig()
      const microphone = open(rig)
      for (let i = 0; i < chunks; i += 1) await microphone.say({ channels: [constant(0.1)] })
      const sounds = () => rig.postedOf('sound').map(({ id, sound }) => `${id} ${sound}`)
      const before = sounds()
      rig.tick(2000)
      expect(sounds()).toEqual(before)
      rig.tick(500)
      expect(sounds()).toEqual([...before, 'mic silent'])
      rig.tick(10_000)
      expect(sounds()).toEqual([...before, 'mic silent'])
      await microphone.say({ channels: [constant(0.1)] })
      expect(sounds()).toEqual([...before, 'mic silent', 'mic heard'])
      rig.hub.obey({ kind: 'input-ended', id: 'mic' })
      rig.tick(10_000)
      expect(sounds()).toHaveLength(before.length + 2)
    }
  )

  it('sets no pace for the levels while it delivers nothing', async () => {
    const rig = new HubRig()
    rig.openOutput()
    const microphone = open(rig)
    for (let i = 0; i < 20; i += 1) await microphone.say({ channels: [constant(0.1)] })
    expect(rig.postedOf('levels').at(-1)!.inputDbfs).toBeCloseTo(-20, 1)
    rig.tick(1000)
    expect(rig.postedOf('levels')).toHaveLength(3)
    expect(rig.postedOf('levels').at(-1)!.inputDbfs).toBe(-90)
    rig.input('sys', 'system')
    rig.run('sys', 1000, constant(0.1))
    expect(rig.postedOf('levels')).toHaveLength(13)
    expect(rig.postedOf('levels').at(-1)).toMatchObject({ inputDbfs: -90 })
    rig.hub.obey({ kind: 'input-ended', id: 'sys' })
    const status = { epoch: 1, reply: 0, frames: 0, drained: false, meanSquare: 0.01, underruns: 0, droppedFrames: 0 }
    for (let i = 0; i < 20; i += 1, rig.nowMs += 50) rig.output.say(status)
    expect(rig.postedOf('levels').length).toBeGreaterThanOrEqual(22)
  })

  it('gives the agent its loudness back when it stops delivering while that is ducked', async () => {
    const rig = new HubRig()
    rig.format()
    rig.openOutput()
    rig.gate('open')
    rig.hub.obey({ kind: 'turn-taking', duck: true, halfDuplex: 'off' })
    rig.input('bus', 'played')
    const microphone = open(rig)
    const voice = Float32Array.from({ length: BLOCK }, (_, i) => (i % 2 === 0 ? 0.05 : -0.05))
    for (let i = 0; i < 120; i += 1) {
      rig.block('bus', voice)
      await microphone.say({ channels: [i < 100 ? constant(0.0001) : voice.slice()] })
    }
    const gains = () => rig.commands.filter(({ kind }) => kind === 'gain')
    expect(gains()).toEqual([{ kind: 'gain', gain: 0.25, rampMs: 30 }])
    rig.tick(2500)
    expect(gains().at(-1)).toEqual({ kind: 'gain', gain: 1, rampMs: 200 })
  })

  it('is compared with what the graph plays, which comes by an input of its own', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('open')
    rig.input('bus', 'played')
    const microphone = open(rig)
    const agent = speechLike(4, RATE_HZ, 0.1, 3)
    const echo = throughRoom(agent, { sampleRateHz: RATE_HZ, delayMs: 60, gainDb: -20, reverbMs: 30, seed: 2 })
    for (let at = 0; at + BLOCK <= agent.length; at += BLOCK) {
      // What is played is told later than it could be heard, by three chunks.
      const told = Math.max(0, at - 3 * BLOCK)
      rig.block('bus', agent.subarray(told, told + BLOCK))
      await microphone.say({ channels: [echo.subarray(at, at + BLOCK)] })
    }
    const told = rig.postedOf('echo').at(-1)!
    expect(Math.abs((told.leakDb ?? 0) - -20)).toBeLessThan(2)
    expect(told.halfDuplex).toBe(true)
    // Nothing else is done with what is played.
    expect(rig.postedOf('sound').map(({ id }) => id)).toEqual(['mic'])
  })

  it.each([0.5, 44_100 / 48_000, 2])(
    'is compared with it also where the microphone has %f times its rate',
    async (times) => {
      const rig = new HubRig()
      rig.format()
      rig.gate('open')
      const playedRateHz = Math.round(RATE_HZ / times)
      rig.input('bus', 'played', { sampleRateHz: playedRateHz })
      const microphone = open(rig)
      const agent = speechLike(5, playedRateHz, 0.1, 3)
      const room = throughRoom(agent, { sampleRateHz: playedRateHz, delayMs: 60, gainDb: -20, reverbMs: 30, seed: 2 })
      const echo = Float32Array.from({ length: Math.floor(5 * RATE_HZ) }, (_, i) => {
        const at = i / times
        const before = room[Math.floor(at)] ?? 0
        return before + ((room[Math.floor(at) + 1] ?? 0) - before) * (at - Math.floor(at))
      })
      let told = 0
      for (let at = 0; at + BLOCK <= echo.length; at += BLOCK) {
        for (; told + BLOCK <= (at + BLOCK) / times; told += BLOCK) rig.block('bus', agent.subarray(told, told + BLOCK))
        rig.nowMs = (at / RATE_HZ) * 1000
        await microphone.say({ channels: [echo.subarray(at, at + BLOCK)] })
      }
      const last = rig.postedOf('echo').at(-1)!
      expect(Math.abs((last.leakDb ?? 0) - -20)).toBeLessThan(2)
      expect(last.halfDuplex).toBe(true)
    }
  )

  it('forgets the leak when its rate changes: other processing is at work', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('open')
    rig.input('bus', 'played')
    const microphone = open(rig)
    const agent = speechLike(4, RATE_HZ, 0.1, 3)
    for (let at = 0; at + BLOCK <= agent.length; at += BLOCK) {
      rig.block('bus', agent.subarray(at, at + BLOCK))
      await microphone.say({ channels: [agent.subarray(at, at + BLOCK)] })
    }
    expect(rig.postedOf('echo').at(-1)).toMatchObject({ halfDuplex: true })
    await microphone.say({ channels: [new Float32Array(80).fill(0.25)], rateHz: 8000 })
    expect(rig.postedOf('echo').at(-1)).toEqual({ kind: 'echo', leakDb: null, halfDuplex: false })
  })
})
