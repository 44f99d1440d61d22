import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ALL, DESK, HEADSET, busy, denied, gone, microphoneRig, pass } from './microphone-keeper.test-support.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('opening', () => {
  it('asks for the processing that was chosen and tells what was granted', async () => {
    const { media, keeper } = microphoneRig()
    keeper.configure({ choice: DESK, processing: { ...ALL, noiseSuppression: false } })
    await keeper.open()
    expect(media.asked).toEqual([{ ...ALL, noiseSuppression: false, channelCount: 1, deviceId: { exact: 'desk' } }])
    expect(keeper.state).toEqual({
      kind: 'live',
      deviceId: 'desk',
      label: 'Desk',
      granted: { ...ALL, noiseSuppression: false },
      sound: 'preparing',
      insteadOf: null,
      bluetooth: false
    })
  })

  it('what is open or being opened stays: opening again costs no gap', async () => {
    const { media, keeper, graphs } = microphoneRig()
    await Promise.all([keeper.open(), keeper.open()])
    await keeper.open()
    expect(media.tracks).toHaveLength(1)
    expect(graphs.attached.size).toBe(1)
  })

  it('C44 a prompt that is answered after closing leaves no track open', async () => {
    const { media, keeper, graphs } = microphoneRig()
    const prompt = Promise.withResolvers<void>()
    media.prompt = prompt.promise
    const opening = keeper.open()
    keeper.close()
    prompt.resolve()
    await opening
    expect(keeper.state).toEqual({ kind: 'off' })
    expect(media.tracks).toHaveLength(1)
    expect(media.live).toEqual([])
    expect(graphs.attached.size).toBe(0)
  })

  it('another choice or other processing opens what is open again, and opens nothing that is not', async () => {
    const { media, keeper, graphs, choose } = microphoneRig()
    choose(HEADSET)
    expect(media.asked).toEqual([])
    await keeper.open()
    choose(HEADSET)
    await pass(0)
    expect(media.tracks).toHaveLength(1)
    choose(DESK)
    keeper.configure({ choice: DESK, processing: { ...ALL, autoGainControl: false } })
    await pass(0)
    expect(media.live.map(({ label }) => label)).toEqual(['Desk'])
    expect(keeper.state).toMatchObject({ deviceId: 'desk', granted: { autoGainControl: false } })
    expect(graphs.attached.size).toBe(1)
  })

  it('an id that was renewed is found by its label', async () => {
    const { keeper, choose } = microphoneRig()
    choose({ deviceId: 'old id', label: 'Headset' })
    await keeper.open()
    expect(keeper.state).toMatchObject({ deviceId: 'headset', insteadOf: null })
  })

  it.each([
    ['permission-denied', denied()],
    ['device-busy', busy()],
    ['no-device', gone()],
    ['failed', new DOMException('odd', 'OddError')]
  ])('a failure is a state: %s', async (code, failure) => {
    const { media, keeper } = microphoneRig()
    media.failures = [failure]
    await keeper.open()
    expect(keeper.state).toEqual({ kind: 'failed', code, message: failure.message })
  })

  it('no microphone is left open where there can be no graph', async () => {
    const { media, keeper, graphs } = microphoneRig()
    graphs.failure = new Error('no audio renderer')
    await keeper.open()
    await pass(0)
    expect(keeper.state).toMatchObject({ kind: 'failed', message: 'no audio renderer' })
    expect(media.live).toEqual([])
  })

  it('what the worker hears is told of the open microphone only', async () => {
    const { keeper, states, graphs } = microphoneRig()
    await keeper.open()
    keeper.heard('microphone-9', 'silent')
    expect(keeper.state).toMatchObject({ sound: 'preparing' })
    keeper.heard([...graphs.attached.keys()][0] ?? '', 'heard')
    keeper.heard([...graphs.attached.keys()][0] ?? '', 'heard')
    expect(states.filter((state) => state.kind === 'live' && state.sound === 'heard')).toHaveLength(1)
  })
})
