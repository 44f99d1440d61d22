import { tone } from '../../tests/rig/signal.ts'
import type { Bench, LatencyRun } from '../harness/bench.ts'
import { floorRound } from '../harness/floor-round.ts'
import { openFloor } from '../harness/floor.ts'
import { openParley } from '../harness/parley.ts'
import { OUTPUT_RATE_HZ, startService, type Service, type SpeakOptions } from '../harness/service.ts'
import { listenTo, type Round } from '../harness/speaker.ts'
import { openStage, pause } from '../harness/stage.ts'

const ROUNDS = 10
const REPLY = tone({ hz: 1000, ms: 240, sampleRateHz: OUTPUT_RATE_HZ })
/** After a reply, until it has been played to its end. */
const REST_MS = 350
const SETTLE_MS = 800

/** How a service may send on a calm link. */
const WAYS: { figure: string; how: SpeakOptions }[] = [
  { figure: 'the reply at once', how: {} },
  { figure: 'frames of 20 ms in real time', how: { frameMs: 20, everyMs: 20 } }
]

async function replyRound(service: Service, how: SpeakOptions): Promise<Round> {
  const startedMs = await service.speak(REPLY, how)
  service.send({ type: 'AgentAudioDone' })
  await pause(REST_MS + Math.random() * 30)
  return { startedMs, stoppedMs: startedMs }
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
    for (let run = 0; run < context.runs; run += 1) {
      const floor = await openFloor(stage.browser)
      await pause(SETTLE_MS)
      const { beginMs: floorMs } = await listenTo(stage, ROUNDS, () => floorRound(floor))
      await floor.close()
      await parley.reload()
      await parley.talk()
      await pause(SETTLE_MS)
      for (const [i, { how }] of WAYS.entries()) {
        const { beginMs } = await listenTo(stage, ROUNDS, () => replyRound(service, how))
        runs[i]?.push({ valuesMs: beginMs, floorMs })
      }
      await parley.hangUp()
    }
    for (const [i, { figure }] of WAYS.entries()) {
      yield { kind: 'latency', figure, runs: runs[i] ?? [], target: { beyond: 'floor', p50Ms: 25, p95Ms: 45 } }
    }
  }
}
