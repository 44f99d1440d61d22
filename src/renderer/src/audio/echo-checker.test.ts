import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EchoCheck, MicrophoneState } from './api.ts'
import { FakeGraphs, FakeMedia } from './devices.test-support.ts'
import { EchoChecker } from './echo-checker.ts'
import { RECORDED_MS } from './echo-check-run.ts'
import type { ToAudioWorker } from './worker-messages.ts'

const ALL = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
const LIVE: MicrophoneState = {
  kind: 'live',
  deviceId: 'desk',
  label: 'Desk',
  granted: ALL,
  sound: 'heard',
  insteadOf: null,
  bluetooth: false
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

interface ScriptedPage {
  /** What opening the microphone leads to. */
  opened: MicrophoneState
  microphone: MicrophoneState
  context: string
  onLoudspeaker: boolean
  /** The worker answers nothing. */
  dumb: boolean
  /** What playing the signal comes to. */
  play: 'ends' | 'hangs' | 'throws'
  /** Another graph has come, or comes again and again. */
  renewed: 'no' | 'once' | 'always'
  plays: number
  stopped: number
  needed: boolean[]
  posted: ToAudioWorker[]
}

/** A page whose worker answers every recording with silence beside a signal, unless it is `dumb`. */
function rig() {
  const media = new FakeMedia()
  media.plugged = [{ deviceId: 'desk', label: 'Desk' }]
  const graphs = new FakeGraphs()
  const page: ScriptedPage = {
    opened: LIVE,
    microphone: { kind: 'off' },
    context: 'running',
    onLoudspeaker: true,
    dumb: false,
    play: 'ends',
    renewed: 'no',
    plays: 0,
    stopped: 0,
    needed: [],
    posted: []
  }
  const stream = {} as MediaStream
  const graph = {
    context: {
      get state() {
        return page.context
      },
      sampleRate: 48_000
    },
    play(_samples: Float32Array, signal: AbortSignal) {
      page.plays += 1
      signal.addEventListener('abort', () => (page.stopped += 1))
      if (page.play === 'throws') throw new DOMException('closed', 'InvalidStateError')
      return page.play === 'hangs' ? new Promise<void>(() => undefined) : Promise.resolve()
    }
  }
  const second = { ...graph }
  const checker = new EchoChecker({
    media,
    graphs: {
      get graph() {
        if (page.renewed === 'always') return { ...graph }
        return page.renewed === 'once' ? second : graph
      },
      need: (_what, needed) => void page.needed.push(needed),
      attach: (source) => graphs.attach(source)
    },
    microphone: {
      get state() {
        return page.microphone
      },
      get stream() {
        return page.microphone.kind === 'live' ? stream : undefined
      },
      open: () => {
        page.microphone = page.opened
        return Promise.resolve()
      }
    },
    look: () => Promise.resolve(),
    isOnLoudspeaker: () => page.onLoudspeaker,
    post(message) {
      page.posted.push(message)
      if (message.kind !== 'record' || page.dumb) return
      setTimeout(() => {
        const played = new Float32Array((message.ms * 48_000) / 1000).fill(0.1, 20_000, 100_000)
        checker.recorded({ kind: 'recorded', id: message.id, input: new Float32Array(played.length), played })
      }, message.ms)
    }
  })
  const result = async (): Promise<{ found?: EchoCheck }> => {
    const box: { found?: EchoCheck } = {}
    void checker.run().then((found) => (box.found = found))
    await pass(0)
    return box
  }
  return { checker, media, graphs, page, result }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('an echo check', () => {
  it('records the microphone and, beside it, the same one raw; then nothing of it is left', async () => {
    const { checker, media, graphs, page, result } = rig()
    const check = await result()
    expect(checker.running).toBe(true)
    expect([...graphs.attached.values()].map(({ role }) => role)).toEqual(['probe', 'probe'])
    expect(media.asked).toMatchObject([{ echoCancellation: false, deviceId: { exact: 'desk' } }])
    await pass(4000)
    expect(page.posted.filter(({ kind }) => kind === 'record')).toHaveLength(2)
    expect(check.found).toMatchObject({ kind: 'done', advice: 'fine' })
    expect(checker.running).toBe(false)
    expect(media.live).toEqual([])
    expect(graphs.attached.size).toBe(0)
    expect(page.needed).toEqual([true, false])
  })

  it('does without a raw microphone where there is none', async () => {
    const { media, page, result } = rig()
    media.failures = [new DOMException('in use', 'NotReadableError')]
    const check = await result()
    await pass(4000)
    expect(page.posted.filter(({ kind }) => kind === 'record')).toHaveLength(1)
    expect(check.found).toMatchObject({ kind: 'done', rawLeakDb: null })
  })

  it.each([0, 200, 500, 1500])(
    'stopped after %i ms it is busy at once, plays no more, and leaves nothing open',
    async (ms) => {
      const { checker, media, graphs, page, result } = rig()
      const check = await result()
      await pass(ms)
      checker.stop()
      await pass(0)
      expect(check.found).toEqual({ kind: 'failed', reason: 'busy' })
      expect(checker.running).toBe(false)
      const { plays } = page
      await pass(10_000)
      expect(page.plays).toBe(plays)
      expect(page.stopped).toBe(plays)
      expect(media.live).toEqual([])
      expect(graphs.attached.size).toBe(0)
    }
  )

  it.each([
    ['does not end', 'hangs'],
    ['fails', 'throws']
  ] as const)('whose playing %s ends all the same, and leaves nothing open', async (_what, play) => {
    const { checker, media, graphs, page, result } = rig()
    page.play = play
    const check = await result()
    await pass(15_000)
    expect(check.found).toEqual({ kind: 'failed', reason: 'no-loudspeaker' })
    expect(checker.running).toBe(false)
    expect(media.live).toEqual([])
    expect(graphs.attached.size).toBe(0)
  })

  it('under which the graph is made anew begins again with the new one', async () => {
    const { page, result } = rig()
    const check = await result()
    await pass(2000)
    page.renewed = 'once'
    await pass(6000)
    expect(check.found).toMatchObject({ kind: 'done', advice: 'fine' })
    expect(page.posted.filter(({ kind }) => kind === 'record')).toHaveLength(4)
  })

  it('under which the graph is made anew again and again says that there was no loudspeaker', async () => {
    const { page, result } = rig()
    const check = await result()
    page.renewed = 'always'
    await pass(12_000)
    expect(check.found).toEqual({ kind: 'failed', reason: 'no-loudspeaker' })
    expect(page.posted.filter(({ kind }) => kind === 'record')).toHaveLength(6)
  })

  it('without a microphone, a loudspeaker or an answer it says so', async () => {
    const without = rig()
    without.page.opened = { kind: 'failed', code: 'no-device', message: 'none' }
    expect((await without.result()).found).toEqual({ kind: 'failed', reason: 'no-microphone' })
    const blocked = rig()
    blocked.page.context = 'suspended'
    const moving = rig()
    moving.page.onLoudspeaker = false
    const dumb = rig()
    dumb.page.dumb = true
    const found = await Promise.all([blocked.result(), moving.result(), dumb.result()])
    await pass(RECORDED_MS * 3)
    expect(found.map((one) => one.found)).toEqual([
      { kind: 'failed', reason: 'no-loudspeaker' },
      { kind: 'failed', reason: 'no-loudspeaker' },
      { kind: 'failed', reason: 'no-microphone' }
    ])
  })
})
