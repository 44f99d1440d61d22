import { describe, expect, it } from 'vitest'
import { added, noise, speechLike, throughRoom } from '../../../../shared/audio/echo.test-support.ts'
import { BLOCK, constant, HubRig, RATE_HZ } from './hub.test-support.ts'

const AGENT = speechLike(12, RATE_HZ, 0.1, 3)
const HISS = noise(12, RATE_HZ, 0.0003, 9)
const VOICE = Float32Array.from({ length: BLOCK }, (_, i) => (i % 2 === 0 ? 0.05 : -0.05))

/** The agent speaks and comes back `gainDb` louder. */
function speak(rig: HubRig, gainDb: number, seconds: number): void {
  const room = throughRoom(AGENT, { sampleRateHz: RATE_HZ, delayMs: 120, gainDb, reverbMs: 60, seed: 7 })
  const mic = added(room, HISS)
  for (let at = 0; at + BLOCK <= seconds * RATE_HZ; at += BLOCK) {
    rig.block('mic', mic.subarray(at, at + BLOCK), AGENT.subarray(at, at + BLOCK))
  }
}

function listening(): HubRig {
  const rig = new HubRig()
  rig.format()
  rig.openOutput()
  rig.input('mic', 'microphone')
  rig.gate('open')
  return rig
}

const gains = (rig: HubRig) => rig.commands.filter((command) => command.kind === 'gain')

describe('half duplex', () => {
  it('sends silence at the same pace while the agent is audible and until it has come back', () => {
    const rig = listening()
    rig.hub.obey({ kind: 'turn-taking', duck: false, halfDuplex: 'on' })
    expect(rig.postedOf('echo')).toEqual([{ kind: 'echo', leakDb: null, halfDuplex: true }])
    rig.run('mic', 200, VOICE)
    expect(new Set(rig.sent)).toEqual(new Set([1638, -1638]))
    rig.run('mic', 200, VOICE, VOICE)
    rig.run('mic', 400, VOICE)
    expect(rig.sent).toHaveLength(800 * 16)
    // The first chunk fades out, the first one after it fades in.
    expect(new Set(rig.sent.slice(3200 + BLOCK))).toEqual(new Set([0]))
    rig.run('mic', 100, VOICE)
    expect(rig.sent.at(-1)).not.toBe(0)
    const loudness = rig.sent.map(Math.abs)
    for (let i = 1; i < loudness.length; i += 1) {
      expect(Math.abs(loudness[i]! - loudness[i - 1]!)).toBeLessThanOrEqual(1638 / BLOCK + 1)
    }
    // The microphone itself was never silent.
    expect(rig.postedOf('sound').map(({ sound }) => sound)).toEqual(['heard'])
  })

  it('comes and goes by itself with what comes back, and tells so at most once a second', () => {
    const rig = listening()
    const began = rig.nowMs
    speak(rig, -12, 5)
    const told = rig.postedOf('echo')
    expect(told.at(-1)).toMatchObject({ halfDuplex: true })
    expect(Math.abs((told.at(-1)!.leakDb ?? 0) - -12)).toBeLessThan(2)
    expect(told.length).toBeLessThanOrEqual((rig.nowMs - began) / 1000 + 1)
    expect(rig.sent.at(-1)).toBe(0)
    // The person puts headphones on.
    speak(rig, -200, 12)
    speak(rig, -200, 12)
    expect(rig.postedOf('echo').at(-1)).toMatchObject({ halfDuplex: false })
    expect(rig.postedOf('echo').at(-1)!.leakDb).toBeLessThan(-40)
    expect(rig.sent.slice(-3200).some((value) => value !== 0)).toBe(true)
  })

  it.each([
    ['another microphone', (rig: HubRig) => rig.input('other', 'microphone')],
    ['another loudspeaker', (rig: HubRig) => rig.openOutput()],
    ['another loudspeaker of the same context', (rig: HubRig) => rig.hub.obey({ kind: 'output-moved' })],
    ['the end of the microphone', (rig: HubRig) => rig.hub.obey({ kind: 'input-ended', id: 'mic' })]
  ])('forgets what came back with %s, and tells it at once', (_, change) => {
    const rig = listening()
    speak(rig, -12, 5)
    expect(rig.postedOf('echo').at(-1)).toMatchObject({ halfDuplex: true })
    change(rig)
    expect(rig.postedOf('echo').at(-1)).toEqual({ kind: 'echo', leakDb: null, halfDuplex: false })
  })

  it('never silences a held key, what was kept before it included, and says that it does not', () => {
    const rig = listening()
    rig.hub.obey({ kind: 'turn-taking', duck: false, halfDuplex: 'on' })
    expect(rig.postedOf('echo').at(-1)).toMatchObject({ halfDuplex: true })
    rig.gate('ready', 'push-to-talk')
    expect(rig.postedOf('echo').at(-1)).toMatchObject({ halfDuplex: false })
    rig.run('mic', 200, VOICE, VOICE)
    rig.gate('open', 'push-to-talk')
    rig.run('mic', 200, VOICE, VOICE)
    expect(rig.sent).toHaveLength(400 * 16)
    expect(new Set(rig.sent)).toEqual(new Set([1638, -1638]))
    rig.gate('open', 'open')
    expect(rig.postedOf('echo').at(-1)).toMatchObject({ halfDuplex: true })
    rig.run('mic', 40, VOICE, VOICE)
    expect(rig.sent.at(-1)).toBe(0)
  })
})

describe('duck', () => {
  it('makes the agent quieter when somebody speaks over it, and loud again behind the flush', () => {
    const rig = listening()
    rig.hub.obey({ kind: 'turn-taking', duck: true, halfDuplex: 'off' })
    rig.run('mic', 1000, constant(0.0001), VOICE)
    rig.run('mic', 60, VOICE, VOICE)
    expect(gains(rig)).toEqual([])
    rig.run('mic', 60, VOICE, VOICE)
    expect(gains(rig)).toEqual([{ kind: 'gain', gain: 0.25, rampMs: 30 }])
    rig.down({ kind: 'flush', reply: 1 })
    expect(gains(rig)).toHaveLength(1)
    rig.run('mic', 40, VOICE)
    expect(gains(rig)).toEqual([
      { kind: 'gain', gain: 0.25, rampMs: 30 },
      { kind: 'gain', gain: 1, rampMs: 10 }
    ])
  })

  it('takes it back where no flush comes', () => {
    const rig = listening()
    rig.hub.obey({ kind: 'turn-taking', duck: true, halfDuplex: 'off' })
    rig.run('mic', 1000, constant(0.0001), VOICE)
    rig.run('mic', 1000, VOICE, VOICE)
    expect(gains(rig)).toEqual([
      { kind: 'gain', gain: 0.25, rampMs: 30 },
      { kind: 'gain', gain: 1, rampMs: 200 }
    ])
  })

  it.each([['ducked'], ['confirmed']])(
    'gives the agent its loudness back when the microphone ends while %s',
    (state) => {
      const rig = listening()
      rig.hub.obey({ kind: 'turn-taking', duck: true, halfDuplex: 'off' })
      rig.run('mic', 1000, constant(0.0001), VOICE)
      rig.run('mic', 120, VOICE, VOICE)
      if (state === 'confirmed') rig.down({ kind: 'flush', reply: 1 })
      expect(gains(rig)).toHaveLength(1)
      rig.hub.obey({ kind: 'input-ended', id: 'mic' })
      expect(gains(rig).at(-1)).toEqual({ kind: 'gain', gain: 1, rampMs: 200 })
    }
  )

  it('is off unless it is asked for', () => {
    const rig = listening()
    rig.run('mic', 1000, constant(0.0001), VOICE)
    rig.run('mic', 1000, VOICE, VOICE)
    expect(gains(rig)).toEqual([])
  })
})
