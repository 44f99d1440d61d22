import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FakeContext, FakeGraph } from './graph-keeper.test-support.ts'
import { GraphKeeper, type GraphSource } from './graph-keeper.ts'
import type { ToAudioWorker } from './worker-messages.ts'

function rig({ tellsGlitches = true } = {}) {
  const graphs: FakeGraph[] = []
  const posted: ToAudioWorker[] = []
  const changes: boolean[] = []
  const page = { touched: true, failures: 0, mayRun: true }
  const keeper = new GraphKeeper<FakeGraph>({
    post: (message) => posted.push(message),
    create(hint, volume) {
      if (page.failures > 0) {
        page.failures -= 1
        return Promise.reject(new Error('no audio renderer'))
      }
      const graph = new FakeGraph(hint, volume)
      graph.context.mayRun = page.mayRun
      graphs.push(graph)
      return Promise.resolve(graph)
    },
    tellsGlitches: () => tellsGlitches,
    touched: () => page.touched,
    onUp: () => undefined,
    onChange: () => changes.push(keeper.blocked)
  })
  return { keeper, graphs, posted, page, changes }
}

const source = (role: GraphSource['role'] = 'microphone'): GraphSource => ({
  role,
  stream: {} as MediaStream,
  gain: 1,
  ownVoice: 'included'
})
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('the graph of a page', () => {
  it('is made once, when it is first needed', async () => {
    const { keeper, graphs } = rig()
    await Promise.all([keeper.ready(), keeper.ready()])
    await keeper.ready()
    expect(graphs).toHaveLength(1)
  })

  it('runs while something needs it and rests 4 s after nothing does', async () => {
    const { keeper, graphs } = rig()
    keeper.need('conversation', true)
    const { context } = await keeper.ready()
    keeper.need('reply', true)
    keeper.need('conversation', false)
    await pass(10_000)
    expect(context.state).toBe('running')
    keeper.need('reply', false)
    await pass(3900)
    expect(context.state).toBe('running')
    await pass(200)
    expect(context.state).toBe('suspended')
    keeper.need('reply', true)
    expect(context.state).toBe('running')
    expect(graphs).toHaveLength(1)
  })

  it('is told blocked where the autoplay rule holds it, until a gesture', async () => {
    const { keeper, graphs, page, changes } = rig()
    page.mayRun = false
    page.touched = false
    keeper.need('conversation', true)
    await keeper.ready()
    await pass(10_000)
    expect(changes).toEqual([true])
    expect(graphs).toHaveLength(1)
    graphs[0]!.context.mayRun = true
    keeper.run()
    expect(changes).toEqual([true, false])
  })

  it('a page that begins to record may play: what was held is started', async () => {
    const { keeper, graphs, page } = rig()
    page.mayRun = false
    page.touched = false
    keeper.need('conversation', true)
    await keeper.ready()
    graphs[0]!.context.mayRun = true
    keeper.attach(source())
    expect(graphs[0]!.context.state).toBe('running')
  })
})

async function running() {
  const all = rig()
  all.keeper.need('conversation', true)
  const microphone = all.keeper.attach(source())
  const system = all.keeper.attach(source('system'))
  all.keeper.volume = 0.5
  await all.keeper.ready()
  await pass(1000)
  return { ...all, microphone, system }
}

describe('a context that dies', () => {
  it.each([
    ['is closed', 0, (context: FakeContext) => context.become('closed')],
    ['fails', 0, (context: FakeContext) => context.dispatchEvent(new Event('error'))],
    ['hangs', 750, (context: FakeContext) => context.hang()],
    [
      'is interrupted and does not come back',
      2500,
      (context: FakeContext) => {
        context.mayRun = false
        context.become('interrupted')
      }
    ]
  ])(
    'because it %s is replaced within %i ms, with the same streams, volume and needs',
    async (_what, withinMs, kill) => {
      const { keeper, graphs, microphone, system } = await running()
      const before = microphone.id
      kill(graphs[0]!.context)
      await pass(withinMs)
      expect(graphs).toHaveLength(2)
      expect(graphs[0]!.closed).toBe(1)
      expect(keeper.graph).toBe(graphs[1])
      expect(graphs[1]!.context.state).toBe('running')
      expect(graphs[1]!.volume).toBe(0.5)
      expect([...graphs[1]!.inputs.keys()]).toEqual([microphone.id, system.id])
      expect(microphone.id).not.toBe(before)
      await pass(60_000)
      expect(graphs).toHaveLength(2)
    }
  )

  it('that was suspended behind our back is only started again', async () => {
    const { graphs } = await running()
    graphs[0]!.context.become('suspended')
    expect(graphs[0]!.context.state).toBe('running')
    await pass(60_000)
    expect(graphs).toHaveLength(1)
  })

  it('again and again is replaced after 0, 1, 2, 4 s', async () => {
    const { graphs } = await running()
    for (const waitMs of [0, 1000, 2000, 4000]) {
      const made = graphs.length
      graphs.at(-1)!.context.become('closed')
      await pass(Math.max(0, waitMs - 1))
      expect(graphs).toHaveLength(waitMs === 0 ? made + 1 : made)
      await pass(1)
      expect(graphs).toHaveLength(made + 1)
    }
  })

  it('and cannot be replaced is tried again, and a stream that left meanwhile is not heard', async () => {
    const { graphs, page, microphone, system } = await running()
    page.failures = 2
    graphs[0]!.context.become('closed')
    await pass(0)
    expect(microphone.id).toBeUndefined()
    microphone.detach()
    microphone.detach()
    await pass(3000)
    expect(graphs).toHaveLength(2)
    expect([...graphs[1]!.inputs.keys()]).toEqual([system.id])
  })

  it('while nothing needs it is replaced when something does, and not before', async () => {
    const { keeper, graphs } = await running()
    keeper.need('conversation', false)
    await pass(5000)
    graphs[0]!.context.become('closed')
    await pass(60_000)
    expect(graphs).toHaveLength(1)
    keeper.need('reply', true)
    await pass(0)
    expect(graphs).toHaveLength(2)
    expect(graphs[1]!.context.state).toBe('running')
  })

  it('and is needed no more is not tried again and again', async () => {
    const { keeper, graphs, page } = await running()
    page.failures = 1000
    graphs[0]!.context.become('closed')
    await pass(2000)
    keeper.need('conversation', false)
    const left = page.failures
    await pass(200_000)
    expect(page.failures).toBe(left)
  })

  it('and what a dead context still says changes nothing', async () => {
    const { graphs } = await running()
    graphs[0]!.context.become('closed')
    await pass(0)
    graphs[0]!.context.dispatchEvent(new Event('error'))
    graphs[0]!.context.become('closed')
    await pass(5000)
    expect(graphs).toHaveLength(2)
  })

  it('at its very beginning: who waits is told, and the next who asks gets another try', async () => {
    const { keeper, graphs, page } = rig()
    page.failures = 1
    await expect(keeper.ready()).rejects.toThrow('no audio renderer')
    await keeper.ready()
    expect(graphs).toHaveLength(1)
  })
})

describe('gain and glitches', () => {
  it('a live gain goes to the worker, and into the next graph', async () => {
    const { keeper, graphs, posted } = rig()
    keeper.need('conversation', true)
    await keeper.ready()
    const system = keeper.attach(source('system'))
    system.setGain(2)
    expect(posted).toEqual([{ kind: 'input-gain', id: system.id, gain: 2 }])
    graphs[0]!.context.become('closed')
    await pass(0)
    expect(graphs[1]!.inputs.get(system.id ?? '')?.gain).toBe(2)
  })

  it('a platform that does not tell of glitches gets the safe latency from the start', async () => {
    const { keeper, graphs } = rig({ tellsGlitches: false })
    await keeper.ready()
    expect(graphs[0]!.hint).toBe('interactive')
  })

  it('a context with the shortest latency that glitches again and again gets the safe one, between two replies', async () => {
    const { keeper, graphs } = rig()
    keeper.need('conversation', true)
    await keeper.ready()
    keeper.need('reply', true)
    expect(graphs[0]!.hint).toBe(0)
    for (let i = 0; i < 15; i += 1) {
      graphs[0]!.context.playbackStats = { underrunEvents: i }
      await pass(1000)
    }
    expect(graphs).toHaveLength(1)
    keeper.need('reply', false)
    await pass(1000)
    expect(graphs).toHaveLength(2)
    expect(graphs[1]!.hint).toBe('interactive')
    for (let i = 0; i < 60; i += 1) {
      graphs[1]!.context.playbackStats = { underrunEvents: i }
      await pass(1000)
    }
    expect(graphs).toHaveLength(2)
  })
})
