import { soundingSpan, tone } from '../../tests/rig/signal.ts'
import type { Bench, LatencyRun } from '../harness/bench.ts'
import { openFloor } from '../harness/floor.ts'
import { processing } from '../harness/microphone.ts'
import { openParley } from '../harness/parley.ts'
import { OUTPUT_RATE_HZ, startService } from '../harness/service.ts'
import { delaysMs, onsets, type ArrivedAudio } from '../harness/signal.ts'
import { openStage, pause, sayBursts, type Stage } from '../harness/stage.ts'

const BURSTS = 12
const SETTLE_MS = 1500
const ANSWER_MS = 60
const ANSWER = tone({ hz: 1000, ms: ANSWER_MS, sampleRateHz: OUTPUT_RATE_HZ })
/** Peak above which a piece that arrived is the burst, and how long it must have been quiet before. */
const LOUD_DBFS = -26
const QUIET_MS = 150

/** Calls `answer` in the task in which the beginning of a burst arrived. Returns its own end. */
function onBurst(arrived: ArrivedAudio, fullScale: number, answer: () => void): () => void {
  const threshold = fullScale * 10 ** (LOUD_DBFS / 20)
  let lastLoudMs = 0
  return arrived.onPiece(({ samples, atMs }) => {
    if (!samples.some((sample) => Math.abs(sample) >= threshold)) return
    const begins = atMs - lastLoudMs > QUIET_MS
    lastLoudMs = atMs
    if (begins) answer()
  })
}

/** From each burst's beginning in the microphone to the beginning of the answer in the loudspeaker. */
async function answersMs(stage: Stage): Promise<number[]> {
  const loudspeaker = await stage.rig.recordSpeaker()
  const began = await sayBursts(stage, BURSTS)
  await pause(200)
  const heard = await loudspeaker.stop()
  if (soundingSpan(heard, -30) === null) throw new Error('no answer was heard')
  return delaysMs(
    began,
    onsets(heard, loudspeaker.sampleRateHz).map((at) => loudspeaker.timeMs(at))
  )
}

export const bench: Bench = {
  name: 'client-share',
  question: 'How much of the time from voice to voice is ours, with a service that answers at once?',
  async *run(context) {
    const stage = await openStage(context)
    const service = await startService(context)
    const parley = await openParley(context, stage, service)
    const runs: LatencyRun[] = []
    for (let run = 0; run < context.runs; run += 1) {
      const floor = await openFloor(context, stage.browser, { constraints: processing(true) })
      onBurst(floor.arrived, 1, () => {
        floor.tone(true)
        setTimeout(() => floor.tone(false), ANSWER_MS)
      })
      await pause(SETTLE_MS)
      const floorMs = await answersMs(stage)
      await floor.close()
      await parley.reload()
      await parley.talk()
      onBurst(service.arrived, 32_768, () => {
        void service.speak(ANSWER)
        service.send({ type: 'AgentAudioDone' })
      })
      await pause(SETTLE_MS)
      runs.push({ valuesMs: await answersMs(stage), floorMs })
      await parley.hangUp()
    }
    // The sum of the targets of the two ways.
    yield { kind: 'latency', figure: 'voice to voice', runs, target: { beyond: 'floor', p50Ms: 40, p95Ms: 75 } }
  }
}
