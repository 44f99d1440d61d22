// Runs inside a worker_thread: loading the speex factory installs process-wide abort handlers.
import { parentPort } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { loadSpeex } from '../../../../shared/audio/resampler.ts'
import type { Gate } from '../api.ts'
import { HubRig } from './hub.test-support.ts'

/** A microphone of noise whose gate is turned while it is read. */
export interface GateScript {
  rateHz: number
  outRateHz: number
  /** In their order. `waits`: the chunk stays in the stream until one is read that does not, gates before or not. */
  steps: ({ gate: Gate } | { frames: number; waits: boolean })[]
}

/** What main got of a script. */
export interface GateOutcome {
  sent: Int16Array
  sequences: number[]
  droppedMs: number
  /** What every opening had to send, first and last frame, by the model of the gate. */
  openings: { from: number; to: number }[]
}

const PRE_ROLL_MS = 300
const speex = await loadSpeex(speexFactory)

/** Sample `i` of the microphone: survives the way through 16 bits. */
export function noiseAt(i: number): number {
  return (Math.imul(i + 1, 2_654_435_761) >> 17) / 32_768
}

class Stream {
  readonly readable: ReadableStream<AudioData>
  private readonly rateHz: number
  private controller: ReadableStreamDefaultController<AudioData> | undefined
  given: number

  constructor(rateHz: number, first: number) {
    this.rateHz = rateHz
    this.given = first
    this.readable = new ReadableStream<AudioData>({
      start: (controller) => {
        this.controller = controller
      }
    })
  }

  give(frames: number): void {
    const { given, rateHz } = this
    this.given += frames
    const chunk = {
      numberOfFrames: frames,
      numberOfChannels: 1,
      sampleRate: rateHz,
      timestamp: (given / rateHz) * 1e6,
      copyTo: (target: Float32Array) => {
        for (let i = 0; i < frames; i += 1) target[i] = noiseAt(given + i)
      },
      close: () => undefined
    }
    // A class of the platform: this has the members that are used here.
    this.controller?.enqueue(chunk as unknown as AudioData)
  }
}

/** The reader takes all that waits. */
const allRead = () => new Promise((resolve) => setImmediate(resolve))

function start({ rateHz, outRateHz }: GateScript, first: number): { rig: HubRig; stream: Stream } {
  const rig = new HubRig(speex)
  rig.format(outRateHz)
  const stream = new Stream(rateHz, first)
  rig.hub.obey({ kind: 'input-stream', id: 'mic', role: 'microphone', readable: stream.readable, gain: 1 })
  return { rig, stream }
}

async function run(script: GateScript): Promise<GateOutcome> {
  const { rig, stream } = start(script, 0)
  const openings: GateOutcome['openings'] = []
  const most = Math.round((script.rateHz * PRE_ROLL_MS) / 1000)
  let gate: Gate = 'closed'
  let read = 0
  let keptFrom = 0
  for (const step of script.steps) {
    if ('gate' in step) {
      if (step.gate === gate) continue
      if (gate === 'open') openings.at(-1)!.to = read
      if (gate !== 'ready' && step.gate === 'ready') keptFrom = read
      if (step.gate === 'open') {
        openings.push({ from: gate === 'ready' ? Math.max(keptFrom, read - most) : read, to: Number.NaN })
      }
      gate = step.gate
      rig.gate(gate, 'push-to-talk')
      continue
    }
    stream.give(step.frames)
    if (step.waits) continue
    await allRead()
    read = stream.given
  }
  rig.tick()
  const blocks = rig.arrivals.filter((arrival) => arrival.kind === 'block')
  return {
    sent: Int16Array.from(rig.sent),
    sequences: blocks.map(({ sequence }) => sequence),
    droppedMs: rig.controls('stats').at(-1)!.droppedCaptureMs,
    openings
  }
}

/** The same sound through a gate that opens at its first sample and closes behind its last, a fresh one for each opening. */
async function always(script: GateScript, openings: GateOutcome['openings']): Promise<Int16Array> {
  const sent: number[] = []
  for (const { from, to } of openings) {
    const chunk = script.rateHz / 100
    const { rig, stream } = start(script, from - chunk)
    stream.give(chunk)
    await allRead()
    rig.gate('open', 'push-to-talk')
    while (stream.given < to) {
      stream.give(Math.min(chunk, to - stream.given))
      await allRead()
    }
    rig.gate('closed')
    sent.push(...rig.sent)
  }
  return Int16Array.from(sent)
}

parentPort?.on('message', (script: GateScript) => {
  void run(script).then(async (gated) =>
    parentPort?.postMessage({ gated, straight: await always(script, gated.openings) })
  )
})
