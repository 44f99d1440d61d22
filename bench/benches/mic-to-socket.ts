import type { Bench, BenchContext, Figure, LatencyRun } from '../harness/bench.ts'
import { openFloor } from '../harness/floor.ts'
import { BLOCK, processing, UNBLOCK, WITHOUT_ECHO_CANCELLATION } from '../harness/microphone.ts'
import { openParley, type Parley } from '../harness/parley.ts'
import { startService, type Service } from '../harness/service.ts'
import { delaysMs } from '../harness/signal.ts'
import { medians } from '../harness/report.ts'
import { openStage, pause, sayBursts, type Stage } from '../harness/stage.ts'

/** How sound-card fragments fall into blocks is another each time a microphone is opened: a run opens each one so often. */
const OPENINGS = 2
const BURSTS = 5
/** Until a microphone that was just opened has settled. */
const SETTLE_MS = 1000
const TARGET = { beyond: 'floor', p50Ms: 15, p95Ms: 30 } as const
/** Within 5 ms of the above. */
const BLOCKED_TARGET = { beyond: 'floor', p50Ms: 20, p95Ms: 35 } as const

async function floorMs({ context, stage, cancel }: Opening, capture: 'worklet' | 'track'): Promise<number[]> {
  const floor = await openFloor(context, stage.browser, { constraints: processing(cancel), capture })
  await pause(SETTLE_MS)
  const delays = delaysMs(await sayBursts(stage, BURSTS), floor.arrived.onsetsMs())
  await floor.close()
  return delays
}

async function parleyMs(stage: Stage, service: Service): Promise<number[]> {
  const fromMs = performance.now()
  return delaysMs(await sayBursts(stage, BURSTS), service.arrived.onsetsMs(fromMs))
}

interface Times {
  floor: number[]
  track: number[]
  idle: number[]
  blocked: number[]
}

interface Opening {
  context: BenchContext
  stage: Stage
  service: Service
  parley: Parley
  cancel: boolean
}

/** Opens every microphone once, and adds what was measured to `times`. */
async function open(opening: Opening, times: Times): Promise<void> {
  const { stage, service, parley, cancel } = opening
  times.floor.push(...(await floorMs(opening, 'worklet')))
  times.track.push(...(await floorMs(opening, 'track')))
  await parley.talk()
  await pause(SETTLE_MS)
  times.idle.push(...(await parleyMs(stage, service)))
  if (cancel) {
    await parley.page.evaluate(BLOCK)
    times.blocked.push(...(await parleyMs(stage, service)))
    await parley.page.evaluate(UNBLOCK)
  }
  await parley.hangUp()
}

async function* measure(context: BenchContext, stage: Stage, echoCancellation: boolean): AsyncIterable<Figure> {
  const service = await startService(context)
  const options = echoCancellation ? {} : { init: WITHOUT_ECHO_CANCELLATION }
  const parley: Parley = await openParley(context, stage, service, options)
  const opening: Opening = { context, stage, service, parley, cancel: echoCancellation }
  const idle: LatencyRun[] = []
  const blocked: LatencyRun[] = []
  const tracks: LatencyRun[] = []
  for (let run = 0; run < context.runs; run += 1) {
    const times: Times = { floor: [], track: [], idle: [], blocked: [] }
    for (let i = 0; i < OPENINGS; i += 1) await open(opening, times)
    idle.push({ valuesMs: times.idle, floorMs: times.floor })
    blocked.push({ valuesMs: times.blocked, floorMs: times.floor })
    tracks.push({ valuesMs: times.track })
  }
  const cancelling = `echo cancellation ${echoCancellation ? 'on' : 'off'}`
  const detail = { withoutContext: medians(tracks) }
  yield { kind: 'latency', figure: cancelling, runs: idle, target: TARGET, detail }
  if (echoCancellation) {
    yield {
      kind: 'latency',
      figure: `${cancelling}, UI thread blocked 300 ms at a time`,
      runs: blocked,
      target: BLOCKED_TARGET,
      detail
    }
  }
}

export const bench: Bench = {
  name: 'mic-to-socket',
  question: 'How long is a sound on its way from the microphone to the service?',
  async *run(context) {
    const stage = await openStage(context)
    for (const echoCancellation of [true, false]) yield* measure(context, stage, echoCancellation)
  }
}
