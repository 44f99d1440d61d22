import { describe, expect, it } from 'vitest'
import { speechLike, throughRoom } from '../../../../shared/audio/echo.test-support.ts'
import { openStream } from './fake-microphone.test-support.ts'
import { BLOCK, HubRig, RATE_HZ } from './hub.test-support.ts'

describe('a microphone that comes as a stream, and what is played', () => {
  it('is compared with what the graph plays, which comes by an input of its own', async () => {
    const rig = new HubRig()
    rig.format()
    rig.gate('open')
    rig.input('bus', 'played')
    const microphone = openStream(rig)
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
      const microphone = openStream(rig)
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
    const microphone = openStream(rig)
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
