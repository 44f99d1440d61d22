import { describe, expect, it, vi } from 'vitest'
import { openStream } from './fake-microphone.test-support.ts'
import { BLOCK, constant, HubRig } from './hub.test-support.ts'

/** `say` delivers 10 ms that are stamped `moreUs` too late; `calm` half a second of them in time. */
function counting() {
  const rig = new HubRig()
  const microphone = openStream(rig)
  let timestampUs = 0
  const say = (moreUs: number, takenMs?: number) => {
    timestampUs += 10_000 + moreUs
    return microphone.say({ channels: [constant(0.1)], timestampUs, ...(takenMs === undefined ? {} : { takenMs }) })
  }
  const calm = async () => {
    for (let i = 0; i < 60; i += 1) await say(0)
  }
  const droppedMs = () => {
    rig.tick()
    return rig.controls('stats').at(-1)!.droppedCaptureMs
  }
  return { say, calm, droppedMs }
}

describe('a microphone that comes as a stream', () => {
  it('is metered, mixed and sent like any other, its channels averaged, and every chunk is let go at once', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('open')
    const microphone = openStream(rig, 0.5)
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
    const microphone = openStream(rig)
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
    const microphone = openStream(rig)
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
    const microphone = openStream(rig)
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

  describe('counts what the platform dropped', () => {
    it('by the time stamps, but neither their trembling nor a pause', async () => {
      const { say, calm, droppedMs } = counting()
      for (let i = 0; i < 200; i += 1) await say([4000, -4000, 20, 0, 1000, -1000][i % 6]!)
      expect(droppedMs()).toBe(0)
      await say(30_000)
      await calm()
      expect(Math.abs(droppedMs() - 30)).toBeLessThan(2)
      await say(12_000_000)
      await calm()
      await say(-12_000_000, 10)
      await calm()
      expect(Math.abs(droppedMs() - 30)).toBeLessThan(2)
      // A worker that stood still for long.
      await say(5_000_000)
      await calm()
      expect(Math.abs(droppedMs() - 5030)).toBeLessThan(4)
    })

    it('not where the time stamps run ahead of the clock, as after the start of a device', async () => {
      const { say, calm, droppedMs } = counting()
      for (let i = 0; i < 40; i += 1) await say(10_000, i % 2 === 0 ? 13 : 7)
      await calm()
      for (let i = 0; i < 40; i += 1) await say(10_000, 10)
      await calm()
      expect(droppedMs()).toBe(0)
    })

    it('not where a busy worker gets all of it later, but what did not fit into the queue meanwhile', async () => {
      const { say, calm, droppedMs } = counting()
      await calm()
      await say(0, 400)
      for (let i = 0; i < 39; i += 1) await say(0, 0)
      await calm()
      expect(droppedMs()).toBe(0)
      await say(0, 700)
      await say(200_000, 0)
      for (let i = 0; i < 48; i += 1) await say(0, 0)
      await calm()
      expect(Math.abs(droppedMs() - 200)).toBeLessThan(4)
    })
  })

  it('takes samples that are no number for silence', async () => {
    const rig = new HubRig()
    const microphone = openStream(rig)
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
    const microphone = openStream(rig)
    await microphone.say({ channels: [constant(0.1)] })
    rig.hub.obey({ kind: 'input-ended', id: 'mic' })
    expect(microphone.cancelled).toBe(true)
    expect(microphone.closed).toBe(1)
    expect(rig.postedOf('input-failed')).toEqual([])
  })

  it('says so when it breaks', async () => {
    const rig = new HubRig()
    const microphone = openStream(rig)
    await microphone.say({ channels: [constant(0.1)] })
    microphone.break()
    for (let i = 0; i < 10; i += 1) await Promise.resolve()
    expect(rig.postedOf('input-failed')).toEqual([
      { kind: 'input-failed', id: 'mic', message: "The microphone's stream broke: Error: gone" }
    ])
  })

  it('is let go of when it holds what nobody can take', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('open')
    const microphone = openStream(rig)
    await microphone.say({ channels: [constant(0.1)] })
    // No resampler takes this rate.
    await microphone.say({ channels: [constant(0.1)], rateHz: 500 })
    for (let i = 0; i < 10; i += 1) await Promise.resolve()
    expect(rig.postedOf('input-failed').map(({ id }) => id)).toEqual(['mic'])
    expect(microphone.cancelled).toBe(true)
    expect(microphone.closed).toBe(2)
  })
})
