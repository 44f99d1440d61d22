import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SystemAudioFailure, SystemAudioState } from './api.ts'
import { FakeGraphs, FakeMedia, FakeTrack, streamOf } from './devices.test-support.ts'
import { type OpenSystemAudio, SystemAudioKeeper } from './system-audio-keeper.ts'

const CABLE = { kind: 'device', deviceId: 'cable', label: 'Cable' } as const
const COMPUTER = { kind: 'computer' } as const

class Refused extends Error {
  readonly code: SystemAudioFailure
  constructor(code: SystemAudioFailure) {
    super(`${code}.`)
    this.code = code
  }
}

function rig() {
  const media = new FakeMedia()
  media.plugged = [{ deviceId: 'cable', label: 'Cable' }]
  const graphs = new FakeGraphs()
  const states: SystemAudioState[] = []
  const tracks: FakeTrack[] = []
  const signals: AbortSignal[] = []
  const answer = {
    failures: [] as SystemAudioFailure[],
    prompt: Promise.resolve(),
    ownVoice: 'included' as 'included' | 'excluded'
  }
  let known = media.devices
  const keeper = new SystemAudioKeeper({
    async open(choice, signal): Promise<OpenSystemAudio> {
      signals.push(signal)
      await answer.prompt
      const failure = answer.failures.shift()
      if (failure !== undefined) throw new Refused(failure)
      const track = new FakeTrack(choice.kind, {})
      tracks.push(track)
      const deviceId = choice.kind === 'device' ? choice.deviceId : ''
      const stream = streamOf(track)
      return {
        stream,
        // A class of the platform: this has the members that are used here.
        track: track as unknown as MediaStreamTrack,
        label: choice.kind,
        deviceId,
        ownVoice: answer.ownVoice
      }
    },
    failureOf: (cause) => cause as Refused,
    graphs,
    devices: () => known,
    onChange: () => states.push(keeper.state)
  })
  const look = async () => {
    const changed = JSON.stringify(known) !== JSON.stringify(media.devices)
    known = media.devices
    keeper.looked(changed)
    await pass(0)
  }
  const live = () => tracks.filter(({ readyState }) => readyState === 'live')
  return { media, graphs, keeper, states, tracks, signals, live, look, answer }
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('system audio', () => {
  it('is off until it is both chosen and wanted, and follows the choice while it is wanted', async () => {
    const { keeper, live, graphs } = rig()
    await keeper.open()
    expect(keeper.state).toEqual({ kind: 'off' })
    keeper.configure(COMPUTER, 0)
    await pass(0)
    expect(keeper.state).toEqual({ kind: 'live', label: 'computer', ownVoice: 'learning', silent: false })
    keeper.configure(CABLE, 0)
    await pass(0)
    expect(live().map(({ label }) => label)).toEqual(['device'])
    keeper.configure({ kind: 'off' }, 0)
    expect(keeper.state).toEqual({ kind: 'off' })
    expect(live()).toEqual([])
    keeper.close()
    keeper.configure(CABLE, 0)
    await pass(0)
    expect(live()).toEqual([])
    expect(graphs.attached.size).toBe(0)
  })

  it('has its own gain, also live', async () => {
    const { keeper, graphs } = rig()
    keeper.configure(CABLE, -20)
    await keeper.open()
    const [source] = graphs.attached.values()
    expect(source?.gain).toBeCloseTo(0.1)
    keeper.configure(CABLE, 20)
    expect(source?.gain).toBeCloseTo(10)
  })

  it('tells what the worker says of it, and of no other input', async () => {
    const { keeper, graphs } = rig()
    keeper.configure(CABLE, 0)
    await keeper.open()
    const id = [...graphs.attached.keys()][0] ?? ''
    keeper.heard('microphone-1', true)
    keeper.handled('system-9', 'gated')
    expect(keeper.state).toMatchObject({ ownVoice: 'learning', silent: false })
    keeper.heard(id, true)
    keeper.handled(id, 'cancelled')
    expect(keeper.state).toMatchObject({ ownVoice: 'cancelled', silent: true })
    keeper.heard(id, false)
    expect(keeper.state).toMatchObject({ silent: false })
  })

  it('a platform that leaves the agent out is told so', async () => {
    const { keeper, answer, graphs } = rig()
    answer.ownVoice = 'excluded'
    keeper.configure(COMPUTER, 0)
    await keeper.open()
    expect(keeper.state).toMatchObject({ ownVoice: 'excluded' })
    expect([...graphs.attached.values()][0]).toMatchObject({ role: 'system', ownVoice: 'excluded' })
  })

  it('C44 a prompt that is answered after closing leaves nothing open', async () => {
    const { keeper, answer, live, tracks, graphs } = rig()
    const prompt = Promise.withResolvers<void>()
    answer.prompt = prompt.promise
    keeper.configure(COMPUTER, 0)
    const opening = keeper.open()
    keeper.close()
    prompt.resolve()
    await opening
    expect(tracks).toHaveLength(1)
    expect(live()).toEqual([])
    expect(graphs.attached.size).toBe(0)
  })

  it.each([
    ['closing', (keeper: SystemAudioKeeper) => keeper.close()],
    ['switching it off', (keeper: SystemAudioKeeper) => keeper.configure({ kind: 'off' }, 0)],
    ['another choice', (keeper: SystemAudioKeeper) => keeper.configure(CABLE, 0)]
  ])('C44 %s gives up a prompt that stands, in that moment', (_name, end) => {
    const { keeper, answer, signals } = rig()
    answer.prompt = new Promise(() => undefined)
    keeper.configure(COMPUTER, 0)
    void keeper.open()
    expect(signals[0]?.aborted).toBe(false)
    end(keeper)
    expect(signals[0]?.aborted).toBe(true)
    expect(signals[1]?.aborted ?? false).toBe(false)
  })

  it.each(['denied', 'needs-click', 'no-track', 'unsupported'] as const)(
    '%s is told, and tried again only when asked',
    async (code) => {
      const { keeper, answer, tracks } = rig()
      answer.failures = [code]
      keeper.configure(COMPUTER, 0)
      await keeper.open()
      expect(keeper.state).toEqual({ kind: 'failed', code, message: `${code}.` })
      await pass(60_000)
      expect(tracks).toHaveLength(0)
      await keeper.open()
      expect(keeper.state).toMatchObject({ kind: 'live' })
    }
  )

  it('a device that goes is told lost, and opened when it is there again', async () => {
    const { keeper, media, answer, look, live } = rig()
    keeper.configure(CABLE, 0)
    await keeper.open()
    await look()
    await pass(3000)
    media.plugged = []
    answer.failures = ['no-device']
    await look()
    await pass(1)
    expect(keeper.state).toMatchObject({ kind: 'failed', code: 'no-device' })
    expect(live()).toEqual([])
    media.plugged = [{ deviceId: 'renewed', label: 'Cable' }]
    await look()
    expect(keeper.state).toMatchObject({ kind: 'live' })
  })

  it('a track that ends is opened again at once', async () => {
    const { keeper, tracks, live } = rig()
    keeper.configure(COMPUTER, 0)
    await keeper.open()
    await pass(3000)
    tracks[0]?.end()
    await pass(1)
    expect(keeper.state).toMatchObject({ kind: 'live' })
    expect(live()).toHaveLength(1)
  })

  it('where there can be no graph it is let go of', async () => {
    const { keeper, graphs, live } = rig()
    graphs.failure = new Refused('failed')
    keeper.configure(COMPUTER, 0)
    await keeper.open()
    expect(keeper.state).toMatchObject({ kind: 'failed' })
    expect(live()).toEqual([])
  })
})
