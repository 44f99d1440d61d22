import { describe, expect, it } from 'vitest'
import { openStream } from './fake-microphone.test-support.ts'
import { BLOCK, constant, HubRig } from './hub.test-support.ts'

describe('a microphone that delivers nothing any more', () => {
  it.each([0, 20])(
    'is silent when it delivers nothing for two seconds, after %i chunks, until it does',
    async (chunks) => {
      const rig = new HubRig()
      const microphone = openStream(rig)
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
    const microphone = openStream(rig)
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
    const microphone = openStream(rig)
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
})
