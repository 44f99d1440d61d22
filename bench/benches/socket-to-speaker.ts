import { tone } from '../../tests/rig/signal.ts'
import type { Bench, LatencyRun } from '../harness/bench.ts'
import { floorRound } from '../harness/floor-round.ts'
import { openFloor } from '../harness/floor.ts'
import { openParley, type Parley } from '../harness/parley.ts'
import { OUTPUT_RATE_HZ, startService, type Service, type SpeakOptions } from '../harness/service.ts'
import { listenTo, type Round } from '../harness/speaker.ts'
import { openStage, pause, type Stage } from '../harness/stage.ts'

const ROUNDS = 10
/** How often a run opens the page anew: what Parley learns of a link goes with the page. */
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
const TARGET = { beyond: 'floor', p50Ms: 25, p95Ms: 45 } as const

async function replyRound(service: Service, how: SpeakOptions): Promise<Round> {
  const startedMs = await service.speak(REPLY, how)
  service.send({ type: 'AgentAudioDone' })
  await pause(REST_MS + Math.random() * 30)
  return { startedMs, stoppedMs: startedMs }
}

/** The first reply of a page that was just opened; its conversation goes on. */
async function firstReply(stage: Stage, service: Service, parley: Parley): Promise<number[]> {
  await parley.reload()
  await parley.talk()
  await pause(SETTLE_MS)
  const { beginMs } = await listenTo(stage, 1, () => replyRound(service, LIVE))
  return beginMs
}

export const bench: Bench = {
  name: 'socket-to-speaker',
  question: "How long is a reply's first sample on its way from the service to the loudspeaker?",
  async *run(context) {
    const stage = await openStage(context)
    const service = await startService()
    context.defer(() => service.close())
    const parley = await openParley(context, stage, service)
    const runs: LatencyRun[][] = WAYS.map(() => [])
    const first: LatencyRun[] = []
    for (let run = 0; run < context.runs; run += 1) {
      const floor = await openFloor(stage.browser)
      await pause(SETTLE_MS)
      const { beginMs: floorMs } = await listenTo(stage, ROUNDS, () => floorRound(floor))
      await floor.close()
      const firstMs = await firstReply(stage, service, parley)
      for (let opening = 1; opening < OPENINGS; opening += 1) {
        await parley.hangUp()
        firstMs.push(...(await firstReply(stage, service, parley)))
      }
      first.push({ valuesMs: firstMs, floorMs })
      for (const [i, { how }] of WAYS.entries()) {
        const { beginMs } = await listenTo(stage, ROUNDS, () => replyRound(service, how))
        runs[i]?.push({ valuesMs: beginMs, floorMs })
      }
      await parley.hangUp()
    }
    for (const [i, { figure }] of WAYS.entries()) {
      yield { kind: 'latency', figure, runs: runs[i] ?? [], target: TARGET }
    }
    yield { kind: 'latency', figure: FIRST, runs: first, target: TARGET }
  }
}
