import { expect, it, type TestContext } from 'vitest'
import { FaultPlan } from '../../src/agent/faults/fault-plan.ts'
import type { Faults } from '../../src/agent/faults/fault.ts'
import { parseFault } from '../../src/agent/faults/spec.ts'
import { ScriptedEngine } from '../../src/agent/scripted-engine.test-support.ts'
import { startAgent } from '../../src/agent/server.ts'
import type { Clock, Transport } from '../../src/core/ports.ts'
import { silentLog } from '../../src/core/testing.test-support.ts'
import { systemClock } from '../../src/main/node/system-clock.ts'
import { wsTransport } from '../../src/main/node/ws-transport.ts'
import { Client, until } from './client.test-support.ts'

// Parley's own session over real sockets, against an agent that does on purpose what bad networks and busy services do.

const BLOCK_MS = 20
const SILENCE = new Uint8Array(640)

/** Limits of the session (design.md section 5): dead while audio flows, while none does, and after an answer that is owed. */
const DEAD_FLOWING_MS = 2_500
const DEAD_IDLE_MS = 9_000
const DEAD_OWING_MS = 20_000
/** No test may take as long as the idle limits do, so there the session's time runs so many times faster. */
const FASTER = 4
/** Machines that are busy are late; never by so much. */
const LATE_MS = 4_000

/** The session's own time, faster than the real one. */
const fasterClock: Clock = {
  nowMs: () => systemClock.nowMs() * FASTER,
  after: (ms, run) => systemClock.after(ms / FASTER, run),
  every: (ms, run) => systemClock.every(ms / FASTER, run)
}

/** Real sockets, and for each when it was dialled and how many pongs came. */
function watchedTransport() {
  const dialled: { atMs: number; pongs: number }[] = []
  const inner = wsTransport()
  const transport: Transport = {
    open(request, handlers) {
      const one = { atMs: performance.now(), pongs: 0 }
      dialled.push(one)
      const onPong = (): void => {
        one.pongs += 1
        handlers.onPong()
      }
      return inner.open(request, { ...handlers, onPong })
    }
  }
  return { dialled, transport }
}

interface Setup {
  faults: Faults | readonly string[]
  clock?: Clock
  /** The microphone is open, in a quiet room. */
  open?: boolean
}

/** A session and an agent with faults; both end with the test. */
async function setUp({ onTestFinished }: TestContext, { faults, clock = systemClock, open = false }: Setup) {
  const plan =
    'attach' in faults ? faults : new FaultPlan(faults.map(parseFault), { clock: systemClock, log: silentLog })
  const engine = new ScriptedEngine({ msPerCharacter: 10 })
  const agent = await startAgent({ port: 0, engine, log: silentLog, clock: systemClock, faults: plan })
  onTestFinished(() => agent.close())
  const { dialled, transport } = watchedTransport()
  const one = new Client(agent.url, { transport, clock })
  onTestFinished(() => one.close())
  if (open) {
    one.session.talk(true, 'open')
    const microphone = setInterval(() => one.session.pushAudio(SILENCE), BLOCK_MS)
    onTestFinished(() => clearInterval(microphone))
  }
  return { one, dialled }
}

const type = (one: Client, text: string) => void one.session.execute({ kind: 'user-text', text })

/** Real milliseconds until the loss is noticed and why. */
async function noticed(one: Client, fromMs: number) {
  const state = await until('the loss', () =>
    one.session.state.phase === 'reconnecting' ? one.session.state : undefined
  )
  return { tookMs: performance.now() - fromMs, code: state.reason.code }
}

/** The session is live again on its newest connection, which knows `lost`, the text that was not answered, and works. */
async function worksAgain(one: Client, lost?: string): Promise<void> {
  await until('the return', () => one.count('reconnected') === 1 && one.session.state.phase === 'live')
  const [back] = one.events.filter((event) => event.kind === 'reconnected')
  expect(back).toMatchObject({ answerLost: lost !== undefined })
  const settings = one.wire.filter(({ message }) => (message as { type: string }).type === 'Settings')
  expect(settings).toHaveLength(2)
  if (lost !== undefined) expect(JSON.stringify(settings[1])).toContain(JSON.stringify(lost))
  type(one, 'What is forty plus two?')
  await until('an answer', () => one.captions.some((caption) => /^agent: .*42/.test(caption)))
  expect(one.count('reconnected')).toBe(1)
}

it.concurrent('a half-open connection is noticed within the limit while audio flows, and replaced', async (context) => {
  const { one, dialled } = await setUp(context, { faults: ['stall,times=1@type=InjectUserMessage'], open: true })
  await one.live()
  await until('a pong', () => dialled[0]?.pongs)
  const fromMs = performance.now()
  type(one, 'Hello?')
  const { tookMs, code } = await noticed(one, fromMs)
  expect(code).toBe('unreachable')
  // The last pong, or audio of the greeting, may have come up to a second before.
  expect(tookMs).toBeGreaterThan(DEAD_FLOWING_MS - 1_500)
  expect(tookMs).toBeLessThan(DEAD_FLOWING_MS + LATE_MS)
  await worksAgain(one, 'Hello?')
  expect(dialled).toHaveLength(2)
})

it.concurrent(
  'a half-open connection is noticed within the limit while nobody talks, and replaced',
  async (context) => {
    const { one, dialled } = await setUp(context, { faults: ['stall,times=1@type=KeepAlive'], clock: fasterClock })
    await one.live()
    await until('a pong', () => dialled[0]?.pongs)
    await until('the KeepAlive', () =>
      one.wire.some(({ dir, message }) => dir === 'out' && (message as { type: string }).type === 'KeepAlive')
    )
    const { tookMs, code } = await noticed(one, performance.now())
    expect(code).toBe('unreachable')
    expect(tookMs * FASTER).toBeGreaterThan(DEAD_IDLE_MS - 7_000)
    expect(tookMs).toBeLessThan(DEAD_IDLE_MS / FASTER + LATE_MS)
    await worksAgain(one)
    expect(dialled).toHaveLength(2)
  }
)

it.concurrent('a service that stops answering pings and says nothing is given up at the limit', async (context) => {
  const { one, dialled } = await setUp(context, { faults: ['no-pong,times=1@type=AgentAudioDone'], open: true })
  await one.live()
  await until('a pong', () => dialled[0]?.pongs)
  await until('the end of the greeting', () =>
    one.wire.some(({ message }) => (message as { type: string }).type === 'AgentAudioDone')
  )
  const { tookMs, code } = await noticed(one, performance.now())
  expect(code).toBe('unreachable')
  expect(tookMs).toBeGreaterThan(DEAD_FLOWING_MS - 1_500)
  expect(tookMs).toBeLessThan(DEAD_FLOWING_MS + LATE_MS)
  await worksAgain(one)
  expect(dialled).toHaveLength(2)
})

it.concurrent(
  'a service that never answers a ping is not given up while it works, but when it owes an answer for too long',
  async (context) => {
    const faults = ['no-pong,times=1', 'stall,times=1@type=InjectUserMessage']
    const { one, dialled } = await setUp(context, { faults, clock: fasterClock })
    await one.live()
    await until('the greeting', () => one.count('reply-played') === 1)
    const liveMs = performance.now()
    await until('more than the idle limit', () => (performance.now() - liveMs) * FASTER > DEAD_IDLE_MS + 1_000)
    void one.session.execute({ kind: 'agent-speech', text: 'Still here.', behavior: 'if-quiet' })
    await until('an announcement', () => one.captions.includes('agent: Still here.') && one.phase === 'listening')
    expect(dialled).toMatchObject([{ pongs: 0 }])
    const fromMs = performance.now()
    type(one, 'Hello?')
    const { tookMs, code } = await noticed(one, fromMs)
    expect(code).toBe('unreachable')
    expect(tookMs * FASTER).toBeGreaterThan(DEAD_OWING_MS - 1_000)
    expect(tookMs).toBeLessThan(DEAD_OWING_MS / FASTER + LATE_MS)
    await worksAgain(one, 'Hello?')
    expect(dialled).toHaveLength(2)
  }
)

it.concurrent(
  'C5 429 with Retry-After at the first connection: the next attempt is not before it, then live',
  async (context) => {
    const { one, dialled } = await setUp(context, { faults: ['refuse:429,retry-after=2,times=1'] })
    one.session.connect()
    await until('live', () => one.session.state.phase === 'live')
    expect(dialled).toHaveLength(2)
    const [first, second] = dialled
    // Up to a second is added, so that many clients do not come back at once.
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(2_000)
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(3_000 + LATE_MS)
  }
)

it.concurrent(
  'C5 429 with Retry-After at a reconnect: nobody shortens it, not even the person who asks',
  async (context) => {
    const drop = new FaultPlan(['drop,times=1@type=InjectUserMessage'].map(parseFault), {
      clock: systemClock,
      log: silentLog
    })
    const busy = new FaultPlan([parseFault('refuse:429,retry-after=2,times=1')], { clock: systemClock, log: silentLog })
    let upgrades = 0
    const faults: Faults = {
      refusal: () => (++upgrades === 1 ? null : busy.refusal()),
      attach: (socket, link) => drop.attach(socket, link)
    }
    const { one, dialled } = await setUp(context, { faults })
    await one.live()
    type(one, 'Hello?')
    await until('the refusal', () => {
      const { state } = one.session
      return state.phase === 'reconnecting' && state.reason.code === 'rate-limited'
    })
    expect(dialled).toHaveLength(2)
    const refusedMs = performance.now()
    one.session.retryNow()
    expect(one.session.state).toMatchObject({
      phase: 'reconnecting',
      canRetryNow: false,
      reason: { code: 'rate-limited' }
    })
    await worksAgain(one, 'Hello?')
    expect(dialled).toHaveLength(3)
    expect((dialled[2]?.atMs ?? 0) - (dialled[1]?.atMs ?? 0)).toBeGreaterThanOrEqual(2_000)
    expect((dialled[2]?.atMs ?? 0) - refusedMs).toBeLessThan(3_000 + LATE_MS)
  }
)
