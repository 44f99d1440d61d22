import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { speechLike } from '../../../shared/audio/echo.test-support.ts'
import { BLOCK, constant, FakePort, HubRig, numbered } from './hub/hub.test-support.ts'

const SILENCE = constant(0)
/** -26 dBFS. */
const VOICE = Float32Array.from({ length: BLOCK }, (_, i) => (i % 2 === 0 ? 0.05 : -0.05))

/** The end of what was said fills its block up with silence. */
const wholeBlocks = (said: number[]): number[] => [
  ...said,
  ...Array.from({ length: (320 - (said.length % 320)) % 320 }, () => 0)
]

describe('AudioHub, the gate', () => {
  it('sends nothing while it is closed, nor while it is ready', () => {
    const rig = new HubRig()
    rig.format()
    rig.input('mic', 'microphone')
    rig.run('mic', 500, VOICE)
    rig.gate('ready')
    rig.run('mic', 500, VOICE)
    expect(rig.sent).toEqual([])
    expect(rig.controls('talk').map(({ open }) => open)).not.toContain(true)
  })

  it('sends the last 300 ms before the opening, then what follows, in order and once, behind the opening itself', () => {
    const gates = fc.constantFrom('closed' as const, 'ready' as const, 'open' as const)
    fc.assert(
      fc.property(fc.array(fc.tuple(gates, fc.integer({ min: 0, max: 45 })), { maxLength: 8 }), (steps) => {
        const rig = new HubRig()
        rig.format()
        rig.input('mic', 'microphone')
        let next = 1
        let gate = 'closed'
        let kept: number[] = []
        let ofOpening: number[] = []
        const expected: number[] = []
        for (const [to, blocks] of steps) {
          if (to !== gate) {
            expected.push(...wholeBlocks(ofOpening))
            ofOpening = to === 'open' ? kept : []
            kept = []
          }
          gate = to
          rig.gate(to)
          for (let i = 0; i < blocks; i += 1) {
            rig.block('mic', numbered(next))
            const samples = Array.from({ length: BLOCK }, (_, k) => (next + k) % 30_000)
            if (gate === 'open') ofOpening.push(...samples)
            if (gate === 'ready') kept = [...kept, ...samples].slice(-4800)
            next += BLOCK
          }
        }
        // The gate is still as the last step left it: what fills no block waits.
        expected.push(...ofOpening.slice(0, ofOpening.length - (ofOpening.length % 320)))
        expect(rig.sent).toEqual(expected)
        let open = false
        for (const arrival of rig.arrivals) {
          if (arrival.kind === 'block') expect(open).toBe(true)
          else if (arrival.message.kind === 'talk') open = arrival.message.open
        }
        const sequences = rig.arrivals.flatMap((arrival) => (arrival.kind === 'block' ? [arrival.sequence] : []))
        expect(sequences).toEqual(sequences.map((_, i) => i))
      }),
      { numRuns: 60 }
    )
  })

  it('keeps what is said between the opening and the beginning of the session', () => {
    const rig = new HubRig()
    rig.input('mic', 'microphone')
    rig.gate('open')
    for (let i = 0; i < 10; i += 1) rig.block('mic', numbered(1 + i * BLOCK))
    expect(rig.sent).toEqual([])
    rig.format()
    expect(rig.sent).toEqual(Array.from({ length: 1600 }, (_, i) => i + 1))
  })

  it('sends the end of the last word before it says that the gate is closed', () => {
    const rig = new HubRig()
    rig.format()
    rig.input('mic', 'microphone')
    rig.gate('open')
    rig.run('mic', 30, constant(0.5))
    rig.gate('closed')
    expect(rig.sent).toEqual(wholeBlocks(Array.from({ length: 480 }, () => 16_384)))
    expect(rig.arrivals.at(-1)).toMatchObject({ kind: 'control', message: { kind: 'talk', open: false } })
    rig.tick()
    expect(rig.controls('stats').at(-1)).toMatchObject({ droppedCaptureMs: 0 })
  })

  it('counts what waited for a whole block when a new session began', () => {
    const rig = new HubRig()
    rig.format()
    rig.input('mic', 'microphone')
    rig.gate('open')
    rig.run('mic', 30, constant(0.5))
    rig.format()
    rig.tick()
    expect(rig.controls('stats').at(-1)).toMatchObject({ droppedCaptureMs: 10 })
  })

  it('begins anew with the rate of a new session', () => {
    const rig = new HubRig()
    rig.format()
    rig.input('mic', 'microphone')
    rig.gate('open')
    rig.run('mic', 100, VOICE)
    rig.format()
    expect(rig.sent).toHaveLength(1600)
    rig.run('mic', 20, VOICE)
    expect(rig.sent).toHaveLength(1920)
  })

  it('says hello and how the gate stands when the link begins, and tells every change of either once', () => {
    const rig = new HubRig()
    rig.gate('open')
    rig.gate('open')
    rig.gate('ready')
    rig.gate('closed')
    rig.hub.obey({ kind: 'talk', gate: 'open', mode: 'push-to-talk' })
    expect(rig.controls('hello')).toHaveLength(1)
    expect(rig.controls('talk').map(({ open, mode }) => `${open} ${mode}`)).toEqual([
      'false push-to-talk',
      'true open',
      'false open',
      'true push-to-talk'
    ])
    expect(rig.posted).toEqual([{ kind: 'link', up: true }])
  })
})

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

describe('AudioHub, levels', () => {
  it('are told ten times a second at the pace of the microphone, whatever else there is', () => {
    const rig = new HubRig()
    rig.openOutput()
    rig.input('sys', 'system')
    rig.input('mic', 'microphone')
    const status = { epoch: 1, reply: 0, frames: 0, drained: false, meanSquare: 0.01, underruns: 0, droppedFrames: 0 }
    for (let at = 0; at < 3000; at += 10) {
      rig.block('mic', VOICE)
      rig.output.say(status)
    }
    expect(rig.postedOf('levels')).toHaveLength(30)
    rig.run('sys', 1000, VOICE)
    expect(rig.postedOf('levels')).toHaveLength(30)
    rig.hub.obey({ kind: 'input-ended', id: 'mic' })
    rig.run('sys', 1000, VOICE)
    expect(rig.postedOf('levels')).toHaveLength(40)
  })

  it('are told at the pace of what plays where there is no input, down to its end', () => {
    const rig = new HubRig()
    rig.openOutput()
    const status = { epoch: 1, reply: 0, frames: 0, drained: false, meanSquare: 0.01, underruns: 0, droppedFrames: 0 }
    for (let i = 0; i < 20; i += 1) {
      rig.output.say(status)
      rig.nowMs += 50
    }
    rig.output.say({ ...status, meanSquare: 0 })
    const levels = rig.postedOf('levels')
    expect(levels).toHaveLength(11)
    expect(levels[5]).toEqual({ kind: 'levels', inputDbfs: -90, systemDbfs: -90, outputDbfs: -20 })
    expect(levels.at(-1)).toEqual({ kind: 'levels', inputDbfs: -90, systemDbfs: -90, outputDbfs: -90 })
  })
})

describe('AudioHub, playback', () => {
  it('hands replies to the playback worklet, and answers those that no loudspeaker is there for', () => {
    const rig = new HubRig()
    rig.format()
    const pcm = new Uint8Array(4 + 640)
    new DataView(pcm.buffer).setUint32(0, 1, true)
    rig.link.say(pcm)
    rig.down({ kind: 'reply-end', reply: 1 })
    expect(rig.controls('played')).toEqual([{ kind: 'played', reply: 1, samples: 0, drained: true }])
    rig.openOutput()
    new DataView(pcm.buffer).setUint32(0, 2, true)
    rig.link.say(pcm)
    rig.link.say(new Uint8Array(3))
    expect(rig.commands.map(({ kind }) => kind)).toEqual(['latency', 'reset', 'audio'])
    expect(rig.postedOf('playing')).toEqual([{ kind: 'playing', playing: true }])
    rig.hub.obey({ kind: 'output-latency', seconds: 0.1 })
    expect(rig.commands.at(-1)).toEqual({ kind: 'latency', seconds: 0.1 })
    rig.hub.obey({ kind: 'output-ended' })
    expect(rig.output.closed).toBe(true)
    expect(rig.controls('played').at(-1)).toMatchObject({ reply: 2, drained: true })
    expect(rig.postedOf('playing').at(-1)).toEqual({ kind: 'playing', playing: false })
    rig.tick()
    expect(rig.controls('stats').at(-1)).toMatchObject({ droppedPlaybackMs: 20 })
  })

  it('lets go of a loudspeaker that is replaced', () => {
    const rig = new HubRig()
    rig.openOutput()
    const other = new FakePort()
    rig.hub.obey({ kind: 'output', port: other.asPort(), sampleRateHz: 16_000, latencySeconds: 0 })
    expect(rig.output.closed).toBe(true)
    expect(rig.output.onmessage).toBeNull()
    expect(other.closed).toBe(false)
  })
})
