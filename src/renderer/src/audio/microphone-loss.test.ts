import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DESK, HEADSET, busy, denied, microphoneRig, pass } from './microphone-keeper.test-support.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a microphone that goes', () => {
  it('the chosen one is replaced by the default at once, and comes back without a gap', async () => {
    const { media, keeper, look, choose } = microphoneRig()
    choose(HEADSET)
    await keeper.open()
    await look()
    await pass(3000)
    media.plugged = [DESK]
    await look()
    expect(keeper.state).toMatchObject({ kind: 'live', deviceId: 'default', insteadOf: 'Headset' })
    media.plugged = [DESK, HEADSET]
    await look()
    expect(keeper.state).toMatchObject({ kind: 'live', label: 'Headset', insteadOf: null })
    expect(media.live.map(({ label }) => label)).toEqual(['Headset'])
  })

  it('a track that ends is followed by the default, once', async () => {
    const { media, keeper, choose } = microphoneRig()
    choose(HEADSET)
    await keeper.open()
    await pass(3000)
    media.plugged = [DESK]
    media.tracks[0]?.end()
    media.tracks[0]?.end()
    await pass(0)
    expect(keeper.state).toMatchObject({ kind: 'live', insteadOf: 'Headset' })
    expect(media.tracks).toHaveLength(2)
  })

  it('the stand-in goes on while the chosen one is there but busy; it is tried every 5 s', async () => {
    const { media, keeper, look, choose } = microphoneRig()
    choose(HEADSET)
    await keeper.open()
    await look()
    await pass(3000)
    media.plugged = [DESK]
    await look()
    media.plugged = [DESK, HEADSET]
    media.failures = [busy(), busy()]
    const asked = media.asked.length
    for (let i = 0; i < 14; i += 1) {
      await look()
      expect(keeper.state).toMatchObject({ kind: 'live' })
      await pass(400)
    }
    expect(media.asked.length).toBe(asked + 2)
    expect(keeper.state).toMatchObject({ insteadOf: 'Headset' })
    await pass(5000)
    await look()
    expect(keeper.state).toMatchObject({ label: 'Headset', insteadOf: null })
  })

  it('with nothing in its place it is lost, and the first one that comes is opened', async () => {
    const { media, keeper, look } = microphoneRig()
    await keeper.open()
    await look()
    await pass(3000)
    media.plugged = []
    await look()
    expect(keeper.state).toMatchObject({ kind: 'failed', code: 'lost' })
    await pass(400)
    media.plugged = [DESK]
    await look()
    expect(keeper.state).toMatchObject({ kind: 'live' })
    expect(media.live).toHaveLength(1)
  })

  it('is tried again after 0, 0.5, 1, 2, 5, 5 s, and the failure stays told meanwhile', async () => {
    const { media, keeper, states } = microphoneRig()
    await keeper.open()
    await pass(3000)
    media.failures = Array.from({ length: 20 }, busy)
    const startedMs = performance.now()
    const triedMs: number[] = []
    const real = media.getUserMedia.bind(media)
    media.getUserMedia = (constraints) => {
      triedMs.push(performance.now() - startedMs)
      return real(constraints)
    }
    media.tracks[0]?.end()
    await pass(14_000)
    expect(triedMs).toEqual([0, 500, 1500, 3500, 8500, 13_500])
    expect(states.at(-1)).toMatchObject({ kind: 'failed', code: 'lost' })
    expect(states.slice(3).filter(({ kind }) => kind !== 'failed')).toEqual([])
    keeper.close()
    await pass(60_000)
    expect(triedMs).toHaveLength(6)
  })

  it('a refused permission is asked for again only by the person', async () => {
    const { media, keeper, look } = microphoneRig()
    media.failures = [denied()]
    await keeper.open()
    await pass(60_000)
    media.plugged = [DESK]
    await look()
    expect(media.asked).toHaveLength(1)
    await keeper.open()
    expect(keeper.state).toMatchObject({ kind: 'live' })
  })

  it('a microphone that comes where there was none is opened', async () => {
    const { media, keeper, look } = microphoneRig()
    media.plugged = []
    await keeper.open()
    expect(keeper.state).toMatchObject({ kind: 'failed', code: 'no-device' })
    await look()
    media.plugged = [DESK]
    await look()
    expect(keeper.state).toMatchObject({ kind: 'live' })
  })

  it('after the page lost its audio only the person tries again', async () => {
    const { media, keeper, look } = microphoneRig()
    await keeper.open()
    keeper.fail('Another window has it.')
    expect(media.live).toEqual([])
    media.plugged = [HEADSET]
    await look()
    await pass(60_000)
    expect(keeper.state).toEqual({ kind: 'failed', code: 'failed', message: 'Another window has it.' })
  })

  it('that the system mutes is silent at once, and prepares again when it is not', async () => {
    const { media, keeper, graphs } = microphoneRig()
    await keeper.open()
    keeper.heard([...graphs.attached.keys()][0] ?? '', 'heard')
    media.tracks[0]?.dispatchEvent(new Event('mute'))
    expect(keeper.state).toMatchObject({ kind: 'live', sound: 'silent' })
    media.tracks[0]?.dispatchEvent(new Event('unmute'))
    expect(keeper.state).toMatchObject({ kind: 'live', sound: 'preparing' })
    keeper.close()
    media.tracks[0]?.dispatchEvent(new Event('mute'))
    expect(keeper.state).toEqual({ kind: 'off' })
  })

  it('that was heard and then gives nothing for 5 s is opened again, once; one that never sounded is not', async () => {
    const { media, keeper, graphs } = microphoneRig()
    const sounds = (sound: 'heard' | 'silent') => keeper.heard([...graphs.attached.keys()].at(-1) ?? '', sound)
    await keeper.open()
    sounds('silent')
    await pass(60_000)
    expect(media.tracks).toHaveLength(1)
    sounds('heard')
    sounds('silent')
    await pass(4900)
    sounds('heard')
    await pass(60_000)
    expect(media.tracks).toHaveLength(1)
    sounds('silent')
    await pass(5000)
    expect(media.live).toHaveLength(1)
    expect(media.tracks).toHaveLength(2)
    sounds('silent')
    await pass(60_000)
    expect(media.tracks).toHaveLength(2)
  })

  it('whose input broke is opened again', async () => {
    const { media, keeper, graphs } = microphoneRig()
    await keeper.open()
    await pass(3000)
    keeper.broke('microphone-9')
    expect(media.tracks).toHaveLength(1)
    keeper.broke([...graphs.attached.keys()][0] ?? '')
    await pass(0)
    expect(keeper.state).toMatchObject({ kind: 'live' })
    expect(media.tracks).toHaveLength(2)
    expect(media.live).toHaveLength(1)
  })

  it('that was kept ready is told when nothing can be heard after all', async () => {
    const { media, keeper, graphs } = microphoneRig()
    await keeper.open()
    graphs.failure = new Error('no audio renderer')
    await keeper.open()
    expect(keeper.state).toMatchObject({ kind: 'failed', message: 'no audio renderer' })
    expect(media.live).toEqual([])
  })

  it('the default that the system moves is opened again, and a chosen one is left alone', async () => {
    const { media, keeper, look, choose } = microphoneRig()
    await keeper.open()
    await look()
    media.defaultMicrophone = 'Default - Headset'
    await look()
    expect(media.tracks).toHaveLength(2)
    expect(keeper.state).toMatchObject({ kind: 'live', deviceId: 'default' })
    choose(DESK)
    await pass(0)
    await look()
    media.defaultMicrophone = 'Default - Desk'
    await look()
    expect(media.tracks).toHaveLength(3)
  })
})
