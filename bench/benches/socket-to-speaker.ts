import { tone } from '../../tests/rig/signal.ts'
import type { Bench, BenchContext, LatencyRun } from '../harness/bench.ts'
import { floorRound } from '../harness/floor-round.ts'
import { openFloor } from '../harness/floor.ts'
import { openParley, type Parley } from '../harness/parley.ts'
import { OUTPUT_RATE_HZ, startService, type Service, type SpeakOptions } from '../harness/service.ts'
import { listenTo, type Round } from '../harness/speaker.ts'
import { openStage, pause, type Stage } from '../harness/stage.ts'

const ROUNDS = 10
/** How often a run opens a first page. */
const OPENINGS = 3
const REPLY = tone({ hz: 1000, ms: 240, sampleRateHz: OUTPUT_RATE_HZ })
/** After a reply, until it has been played to its end. */
const REST_MS = 350
const SETTLE_MS = 800

const LIVE: SpeakOptions = { frameMs: 20, everyMs: 20 }
/** How a service may send on a calm link. */
const WAYS: { figure: string; how: SpeakOptions }[] = [
  { figure: 'the reply at once', how: {} },
  { figure: 'frames of 20 ms in real time', how: LIVE }
]
const FIRST = 'first reply of a link, frames of 20 ms in real time'
const KNOWN = 'first reply of a page over a known link, frames of 20 ms in real time'
const TARGET = { beyond: 'floor', p50Ms: 25, p95Ms: 45 } as const

async function replyRound(service: Service, how: SpeakOptions): Promise<Round> {
  const startedMs = await service.speak(REPLY, how)
  service.send({ type: 'AgentAudioDone' })
  await pause(REST_MS + Math.random() * 30)
  return { startedMs, stoppedMs: startedMs }
}

/** The first reply in the page that `parley` shows; its conversation goes on. */
async function firstReply(stage: Stage, service: Service, parley: Parley): Promise<number[]> {
  await parley.talk()
  await pause(SETTLE_MS)
  const { beginMs } = await listenTo(stage, 1, () => replyRound(service, LIVE))
  return beginMs
}

/** First replies of Parleys that were never on this link. */
async function firstOfLink(context: BenchContext, stage: Stage, service: Service): Promise<number[]> {
  const beginMs: number[] = []
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    const parley = await openParley(context, stage, service)
    beginMs.push(...(await firstReply(stage, service, parley)))
    await parley.hangUp()
    await parley.page.close()
    parley.host.kill('SIGTERM')
  }
  return beginMs
}

/** First replies of pages of a Parley that was on this link before. */
async function firstOfPage(stage: Stage, service: Service, parley: Parley): Promise<number[]> {
  const beginMs: number[] = []
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    await parley.reload()
    beginMs.push(...(await firstReply(stage, service, parley)))
    await parley.hangUp()
  }
  return beginMs
}

export const bench: Bench = {
  name: 'socket-to-speaker',
  question: "How long is a reply's first sample on its way from the service to the loudspeaker?",
  async *run(context) {
    const stage = await openStage(context)
    const service = await startService(context)
    const parley = await openParley(context, stage, service)
    const runs: LatencyRun[][] = WAYS.map(() => [])
    const first: LatencyRun[] = []
    const known: LatencyRun[] = []
    for (let run = 0; run < context.runs; run += 1) {
      const floor = await openFloor(context, stage.browser)
      await pause(SETTLE_MS)
      const { beginMs: floorMs } = await listenTo(stage, ROUNDS, () => floorRound(floor))
      await floor.close()
      first.push({ valuesMs: await firstOfLink(context, stage, service), floorMs })
      await parley.reload()
      await parley.talk()
      await pause(SETTLE_MS)
      for (const [i, { how }] of WAYS.entries()) {
        const { beginMs } = await listenTo(stage, ROUNDS, () => replyRound(service, how))
        runs[i]?.push({ valuesMs: beginMs, floorMs })
      }
      await parley.hangUp()
      known.push({ valuesMs: await firstOfPage(stage, service, parley), floorMs })
    }
    for (const [i, { figure }] of WAYS.entries()) {
      yield { kind: 'latency', figure, runs: runs[i] ?? [], target: TARGET }
    }
    yield { kind: 'latency', figure: FIRST, runs: first, target: TARGET }
    yield { kind: 'latency', figure: KNOWN, runs: known, target: TARGET }
  }
}
