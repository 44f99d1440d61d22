import { join } from 'node:path'
import { tone, toneDbfs, writeWav } from '../../tests/rig/signal.ts'
import { run as runProgram } from '../../tests/rig/processes.ts'
import type { Bench, LatencyRun } from '../harness/bench.ts'
import { writePreferences } from '../harness/preferences.ts'
import { openParley } from '../harness/parley.ts'
import { INPUT_RATE_HZ, startService, type Service } from '../harness/service.ts'
import { openStage, pause, type Stage } from '../harness/stage.ts'

const RATE_HZ = 48_000
const CHOSEN_HZ = 1000
const DEFAULT_HZ = 2000
const HEARD_DBFS = -45
/** Sound and pause: a steady tone would be suppressed as noise. */
const PULSE_MS = 60
const PULSES_MS = 15_000
const SWITCHES_PER_RUN = 2
/** The device is used for a while before the next change. */
const REST_MS = 1200

async function pulses(stage: Stage, hz: number): Promise<string> {
  const pulse = tone({ hz, ms: PULSE_MS, sampleRateHz: RATE_HZ, peak: 0.6 })
  const samples = new Int16Array((RATE_HZ * PULSES_MS) / 1000)
  for (let at = 0; at + 2 * pulse.length <= samples.length; at += 2 * pulse.length) samples.set(pulse, at)
  const path = join(stage.dir, `pulses-${hz}.wav`)
  await writeWav(path, samples, RATE_HZ)
  return path
}

/** Plays until it has ended, is stopped or its device is gone. */
function playInto(stage: Stage, sink: string, path: string): () => void {
  const end = new AbortController()
  const args = [`--device=${sink}`, '--latency-msec=20', path]
  // A device that is pulled out ends its player with an error: that is what is measured.
  runProgram('paplay', args, { env: stage.rig.env, signal: end.signal }).catch(() => undefined)
  return () => end.abort()
}

/** Resolves to when the first block with a pulse of `hz` arrived. */
async function heardMs(service: Service, hz: number, other: number): Promise<number> {
  const piece = await service.arrived.next(`a pulse of ${hz} Hz`, ({ samples }) => {
    const block = Int16Array.from(samples)
    const level = toneDbfs(block, hz, INPUT_RATE_HZ)
    return level > HEARD_DBFS && level > toneDbfs(block, other, INPUT_RATE_HZ)
  })
  return piece.atMs
}

export const bench: Bench = {
  name: 'device-switch',
  question: 'How long is the service without sound when the microphone is pulled out, and when it is back?',
  async *run(context) {
    const stage = await openStage(context)
    const service = await startService(context)
    const parley = await openParley(context, stage, service)
    await writePreferences(parley.page, { microphone: { deviceId: 'unknown', label: 'Headset' } })
    await parley.reload()
    const [chosen, standIn] = [await pulses(stage, CHOSEN_HZ), await pulses(stage, DEFAULT_HZ)]
    const toDefault: LatencyRun[] = []
    const toChosen: LatencyRun[] = []
    for (let run = 0; run < context.runs; run += 1) {
      const away: number[] = []
      const back: number[] = []
      let unplug = await stage.rig.plugMicrophone('Headset')
      let quieten = playInto(stage, 'Headsetsink', chosen)
      const quietenDefault = playInto(stage, 'micsink', standIn)
      await parley.talk()
      await heardMs(service, CHOSEN_HZ, DEFAULT_HZ)
      for (let i = 0; i < SWITCHES_PER_RUN; i += 1) {
        await pause(REST_MS)
        const unpluggedMs = performance.now()
        const [heard] = await Promise.all([heardMs(service, DEFAULT_HZ, CHOSEN_HZ), unplug()])
        away.push(heard - unpluggedMs)
        quieten()
        await pause(REST_MS)
        const pluggedMs = performance.now()
        const again = heardMs(service, CHOSEN_HZ, DEFAULT_HZ)
        unplug = await stage.rig.plugMicrophone('Headset')
        quieten = playInto(stage, 'Headsetsink', chosen)
        back.push((await again) - pluggedMs)
      }
      quieten()
      quietenDefault()
      await parley.hangUp()
      await unplug()
      toDefault.push({ valuesMs: away })
      toChosen.push({ valuesMs: back })
    }
    yield {
      kind: 'latency',
      figure: 'pulled out to the first sound of the stand-in',
      runs: toDefault,
      target: { beyond: 'nothing', p50Ms: 1000, p95Ms: 1000 }
    }
    yield { kind: 'latency', figure: 'plugged in again to its first sound', runs: toChosen }
  }
}
