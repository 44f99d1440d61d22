import { tone } from '../../tests/rig/signal.ts'
import type { Bench, BenchContext, LatencyRun } from '../harness/bench.ts'
import { floorRound } from '../harness/floor-round.ts'
import { openFloor, type FloorOptions } from '../harness/floor.ts'
import { processing } from '../harness/microphone.ts'
import { openParley } from '../harness/parley.ts'
import { medians } from '../harness/report.ts'
import { OUTPUT_RATE_HZ, startService, type Service } from '../harness/service.ts'
import { LATE_HZ, listenTo, PLAYED_HZ, type Round } from '../harness/speaker.ts'
import { openStage, pause, type Stage } from '../harness/stage.ts'

const ROUNDS = 8
const SETTLE_MS = 800
/** How long a reply has been sent when it is interrupted. */
const PLAYED_MS = 450
/** Sent much faster than it is played, as services do: most of it waits in the client when the user speaks. */
const REPLY = tone({ hz: PLAYED_HZ, ms: 3000, sampleRateHz: OUTPUT_RATE_HZ })
const LATE = tone({ hz: LATE_HZ, ms: 300, sampleRateHz: OUTPUT_RATE_HZ })

/** The user interrupts a reply that plays; audio of it still comes for a while. */
async function cutRound(service: Service): Promise<Round> {
  const startedMs = await service.speak(REPLY)
  await pause(PLAYED_MS + Math.random() * 30)
  const stoppedMs = service.userStarts()
  for (let late = 0; late < 3; late += 1) {
    service.sendAudio(LATE)
    await pause(60)
  }
  await pause(300)
  service.send({ type: 'AgentAudioDone' })
  service.userEnds()
  await pause(60)
  return { startedMs, stoppedMs }
}

/** The floor probe's tone, stopped. */
async function floorCuts(context: BenchContext, stage: Stage, options: FloorOptions): Promise<number[]> {
  const floor = await openFloor(context, stage.browser, options)
  await pause(SETTLE_MS)
  const { endMs } = await listenTo(stage, ROUNDS, () => floorRound(floor))
  await floor.close()
  return endMs
}

export const bench: Bench = {
  name: 'barge-in',
  question: 'How long after the service says that the user speaks is the loudspeaker silent, and does it stay so?',
  async *run(context) {
    const stage = await openStage(context)
    const service = await startService(context)
    const parley = await openParley(context, stage, service)
    const cuts: LatencyRun[] = []
    const deaf: LatencyRun[] = []
    const staleMs: number[] = []
    for (let run = 0; run < context.runs; run += 1) {
      deaf.push({ valuesMs: await floorCuts(context, stage, {}) })
      // Who is interrupted listens: an open microphone alone makes the browser's output later.
      const floorMs = await floorCuts(context, stage, { constraints: processing(true) })
      await parley.reload()
      await parley.talk()
      await pause(SETTLE_MS)
      const heard = await listenTo(stage, ROUNDS, () => cutRound(service))
      await parley.hangUp()
      cuts.push({ valuesMs: heard.endMs, floorMs })
      staleMs.push(Math.max(...heard.staleMs))
    }
    yield {
      kind: 'latency',
      figure: 'message to silence',
      runs: cuts,
      target: { beyond: 'floor', p50Ms: 12, p95Ms: 25 },
      detail: { floorWithoutMicrophone: medians(deaf) }
    }
    yield { kind: 'value', figure: 'stale sound afterwards', unit: 'ms', values: staleMs, target: { atMost: 0 } }
  }
}
