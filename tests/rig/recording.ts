import type { ChildProcess } from 'node:child_process'
import { bytesToInt16 } from '../../src/shared/audio/pcm.ts'
import { start, stop } from './processes.ts'

export const RECORDING_RATE_HZ = 48_000
/** No stream of the rig asks for less. */
export const SHORTEST_LATENCY_MS = 10

/** What the loudspeaker plays, PCM16 mono at {@link RECORDING_RATE_HZ}. */
export interface Recording {
  readonly sampleRateHz: number
  /** `performance.now()` at which the first sample was in the loudspeaker, by the promptest delivery so far. */
  readonly startedAtMs: number
  /** The same of sample `index`. */
  timeMs(index: number): number
  /** Everything so far (a copy); `fromMs` skips the beginning. */
  samples(fromMs?: number): Int16Array
  /** Resolves once `test` holds for all samples so far; rejects after `timeoutMs`. */
  until(test: (samples: Int16Array) => boolean, timeoutMs: number): Promise<Int16Array>
  /** Ends the recording and returns all of it. */
  stop(): Promise<Int16Array>
}

/** Records a PulseAudio source from the moment it resolves. */
export async function record(source: string, env: NodeJS.ProcessEnv): Promise<Recording> {
  const args = [`--device=${source}`, `--rate=${RECORDING_RATE_HZ}`, '--channels=1', '--format=s16le', '--raw']
  const child: ChildProcess = start('parec', [...args, `--latency-msec=${SHORTEST_LATENCY_MS}`], {
    env,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  const chunks: Buffer[] = []
  let recorded = 0
  let startedAtMs = Number.POSITIVE_INFINITY
  const samples = (fromMs = 0) => bytesToInt16(Buffer.concat(chunks)).subarray((fromMs / 1000) * RECORDING_RATE_HZ)
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`parec ended with ${code}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      recorded += chunk.length / 2
      startedAtMs = Math.min(startedAtMs, performance.now() - (recorded / RECORDING_RATE_HZ) * 1000)
      resolve()
    })
  })
  return {
    sampleRateHz: RECORDING_RATE_HZ,
    get startedAtMs() {
      return startedAtMs
    },
    timeMs: (index) => startedAtMs + (index / RECORDING_RATE_HZ) * 1000,
    samples,
    async until(test, timeoutMs) {
      const deadline = performance.now() + timeoutMs
      for (;;) {
        const all = samples()
        if (test(all)) return all
        if (performance.now() > deadline)
          throw new Error(`the loudspeaker did not do what was awaited in ${timeoutMs} ms`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    async stop() {
      await stop(child)
      return samples()
    }
  }
}
