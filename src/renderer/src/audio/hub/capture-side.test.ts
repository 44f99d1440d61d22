import { describe, expect, it } from 'vitest'
import { speechLike } from '../../../../shared/audio/echo.test-support.ts'
import { BLOCK, constant, HubRig } from './hub.test-support.ts'

const SILENCE = constant(0)
/** -26 dBFS. */
const VOICE = Float32Array.from({ length: BLOCK }, (_, i) => (i % 2 === 0 ? 0.05 : -0.05))

describe('AudioHub, inputs', () => {
  it('gives every block its memory back and lets go of an input that ends', () => {
    const rig = new HubRig()
    const port = rig.input('mic', 'microphone')
    rig.run('mic', 100, VOICE)
    expect(port.received).toHaveLength(10)
    rig.hub.obey({ kind: 'input-ended', id: 'mic' })
    expect(port.closed).toBe(true)
  })

  it('mixes a second input with its own gain, which may change, and meters both', () => {
    const rig = new HubRig()
    rig.format()
    rig.input('mic', 'microphone')
    rig.input('sys', 'system', { gain: 0.5 })
    rig.gate('open')
    const both = (ms: number) => {
      for (let at = 0; at < ms; at += 10) {
        rig.block('mic', constant(0.25))
        rig.nowMs -= 10
        rig.block('sys', constant(0.25))
      }
    }
    both(500)
    expect(rig.sent.at(-1)).toBe(8192 + 4096)
    const levels = rig.postedOf('levels')
    expect(levels).toHaveLength(5)
    expect(levels.at(-1)!.inputDbfs).toBeCloseTo(-12.04, 1)
    expect(levels.at(-1)!.systemDbfs).toBeCloseTo(-18.06, 1)
    rig.hub.obey({ kind: 'input-gain', id: 'sys', gain: 1 })
    both(200)
    expect(rig.sent.at(-1)).toBe(16_384)
    rig.hub.obey({ kind: 'input-ended', id: 'sys' })
    rig.run('mic', 200, constant(0.25))
    expect(rig.sent.at(-1)).toBe(8192)
    expect(rig.postedOf('levels').at(-1)!.systemDbfs).toBe(-90)
  })

  it('sends what the microphone says at once, whether or not system audio comes', () => {
    const rig = new HubRig()
    rig.format()
    rig.input('sys', 'system')
    rig.input('mic', 'microphone')
    rig.gate('open')
    rig.run('mic', 20, VOICE)
    expect(rig.sent).toHaveLength(2 * BLOCK)
  })

  it('tells what a microphone holds, of system audio only whether it is silent, and of others nothing', () => {
    const rig = new HubRig()
    rig.input('mic', 'microphone')
    rig.input('sys', 'system')
    rig.input('probe', 'probe')
    rig.gate('open')
    const quiet = constant(1e-4)
    rig.run('mic', 2000, SILENCE)
    rig.run('mic', 6000, quiet)
    rig.run('mic', 100, VOICE)
    rig.run('sys', 6000, quiet)
    rig.run('sys', 2000, SILENCE)
    rig.run('probe', 3000, SILENCE)
    expect(rig.postedOf('sound').map(({ id, sound }) => `${id} ${sound}`)).toEqual([
      'mic silent',
      'mic heard',
      'mic quiet',
      'mic heard',
      'sys heard',
      'sys silent'
    ])
  })

  it('tells how the own voice is kept out of system audio that has it', () => {
    const rig = new HubRig()
    rig.input('sys', 'system', { ownVoice: 'included' })
    let seed = 1
    for (let i = 0; i < 1300; i += 1) {
      const sound = Float32Array.from({ length: BLOCK }, () => {
        seed = (seed * 16_807) % 2_147_483_647
        return 0.1 * ((2 * seed) / 2_147_483_647 - 1)
      })
      rig.block('sys', sound, sound)
    }
    expect(rig.postedOf('own-voice')[0]).toMatchObject({ id: 'sys' })
    expect(rig.postedOf('levels').at(-1)!.systemDbfs).toBeLessThan(-50)
  })

  it('calls system audio silent by what the platform delivers, not by what is left of it', () => {
    const rig = new HubRig()
    rig.input('sys', 'system', { ownVoice: 'included' })
    let seed = 1
    const sound = () =>
      Float32Array.from({ length: BLOCK }, () => {
        seed = (seed * 16_807) % 2_147_483_647
        return 0.1 * ((2 * seed) / 2_147_483_647 - 1)
      })
    for (let i = 0; i < 1000; i += 1) {
      const played = sound()
      rig.block('sys', played, played)
    }
    const before = rig.postedOf('sound').length
    // The tap dies; what the canceller expects of it is taken off all the same.
    for (let i = 0; i < 400; i += 1) rig.block('sys', SILENCE, sound())
    expect(
      rig
        .postedOf('sound')
        .slice(before)
        .map(({ sound: told }) => told)
    ).toEqual(['silent'])
    rig.block('sys', VOICE)
    rig.hub.obey({ kind: 'input-gain', id: 'sys', gain: 0 })
    rig.run('sys', 5000, VOICE)
    expect(
      rig
        .postedOf('sound')
        .slice(before)
        .map(({ sound: told }) => told)
    ).toEqual(['silent', 'heard'])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'takes a sample that is %f for silence, in the input and in what was played',
    (value) => {
      const rig = new HubRig()
      rig.format()
      rig.openOutput()
      rig.hub.obey({ kind: 'turn-taking', duck: true, halfDuplex: 'auto' })
      rig.input('mic', 'microphone')
      rig.gate('open')
      const broken = VOICE.slice()
      broken[7] = value
      rig.run('mic', 1000, constant(0.0001), VOICE)
      rig.block('mic', broken, broken)
      expect(rig.sent).toHaveLength(1000 * 16)
      rig.run('mic', 990, constant(0.0001), VOICE)
      expect(rig.postedOf('levels').filter(({ inputDbfs }) => !Number.isFinite(inputDbfs))).toEqual([])
      // The duck's floor and the echo are known as before.
      rig.run('mic', 120, VOICE, VOICE)
      expect(rig.commands.filter(({ kind }) => kind === 'gain')).toHaveLength(1)
      const agent = speechLike(4, 16_000, 0.1, 3)
      for (let at = 0; at + BLOCK <= agent.length; at += BLOCK) {
        rig.block('mic', agent.subarray(at, at + BLOCK), agent.subarray(at, at + BLOCK))
      }
      expect(rig.postedOf('echo').at(-1)).toMatchObject({ halfDuplex: true })
    }
  )

  it('keeps an input and what was played for a recording, and answers at its end, or when the input ends', () => {
    const rig = new HubRig()
    rig.input('mic', 'microphone', { gain: 0.5 })
    rig.input('probe', 'probe')
    rig.hub.obey({ kind: 'record', id: 'mic', ms: 25 })
    rig.hub.obey({ kind: 'record', id: 'probe', ms: 60_000 })
    rig.hub.obey({ kind: 'record', id: 'nobody', ms: 1000 })
    expect(rig.postedOf('recorded')).toEqual([
      { kind: 'recorded', id: 'nobody', input: new Float32Array(0), played: new Float32Array(0) }
    ])
    rig.run('mic', 50, constant(0.5), constant(0.25))
    const [, mine] = rig.postedOf('recorded')
    expect(mine).toMatchObject({ id: 'mic' })
    expect([...mine!.input]).toEqual(Array.from({ length: 400 }, () => 0.5))
    expect([...mine!.played]).toEqual(Array.from({ length: 400 }, () => 0.25))
    rig.run('probe', 10_050, constant(0.5))
    expect(rig.postedOf('recorded').at(-1)!.input).toHaveLength(160_000)
    rig.hub.obey({ kind: 'record', id: 'probe', ms: 1000 })
    rig.run('probe', 30, constant(0.5))
    rig.hub.obey({ kind: 'input-ended', id: 'probe' })
    expect(rig.postedOf('recorded').at(-1)!.input).toHaveLength(480)
  })

  it('counts what a worklet dropped, and tells it and what else was lost at most once a second', () => {
    const rig = new HubRig()
    rig.input('mic', 'microphone')
    rig.tick()
    rig.block('mic', VOICE, [], 2)
    rig.block('mic', VOICE, [], 2)
    rig.block('mic', VOICE, [], 5)
    rig.tick()
    rig.tick()
    expect(rig.controls('stats').map(({ droppedCaptureMs }) => droppedCaptureMs)).toEqual([0, 40])
  })
})
