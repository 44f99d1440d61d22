import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK, constant, FakePort, HubRig, numbered } from './hub/hub.test-support.ts'

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
    expect(rig.commands.map(({ kind }) => kind)).toEqual(['latency', 'link', 'reset', 'audio'])
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
