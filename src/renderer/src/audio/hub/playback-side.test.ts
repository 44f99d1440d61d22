import { describe, expect, it } from 'vitest'
import { HubRig, RATE_HZ } from './hub.test-support.ts'

const STATUS = { epoch: 1, reply: 0, frames: 0, drained: false, meanSquare: 0, underruns: 0, droppedFrames: 0 }
const links = (rig: HubRig) => rig.commands.flatMap((command) => (command.kind === 'link' ? [command.delayMs] : []))

const session = (rig: HubRig, playoutDelayMs?: number): void =>
  rig.down({
    kind: 'format',
    inputSampleRateHz: RATE_HZ,
    outputSampleRateHz: RATE_HZ,
    ...(playoutDelayMs === undefined ? {} : { playoutDelayMs })
  })

describe('what was learnt of the link to the service', () => {
  it('is given to the playback before a session begins, also when there is nothing', () => {
    const rig = new HubRig()
    rig.openOutput()
    session(rig)
    session(rig, 35)
    const kinds = rig.commands.map(({ kind }) => kind).filter((kind) => kind === 'link' || kind === 'reset')
    expect(kinds).toEqual(['link', 'reset', 'link', 'reset'])
    expect(links(rig)).toEqual([null, 35])
  })

  it('goes to main when it changes, and to a loudspeaker that comes later', () => {
    const rig = new HubRig()
    rig.openOutput()
    session(rig)
    for (const learntDelayMs of [0, 80, 80.4, 70]) rig.output.say({ ...STATUS, learntDelayMs })
    expect(rig.controls('playout-delay')).toEqual([
      { kind: 'playout-delay', ms: 80 },
      { kind: 'playout-delay', ms: 70 }
    ])
    rig.hub.obey({ kind: 'output-ended' })
    rig.openOutput()
    expect(links(rig)).toEqual([null, 70])
  })

  it('of an earlier session is not taken for the next one', () => {
    const rig = new HubRig()
    rig.openOutput()
    session(rig)
    session(rig)
    rig.output.say({ ...STATUS, epoch: 1, learntDelayMs: 80 })
    expect(rig.controls('playout-delay')).toEqual([])
    rig.output.say({ ...STATUS, epoch: 2, learntDelayMs: 20 })
    expect(rig.controls('playout-delay')).toEqual([{ kind: 'playout-delay', ms: 20 }])
  })
})
