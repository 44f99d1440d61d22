import type { MessagePort } from 'node:worker_threads'
import speexFactory from 'speex-resampler/app/speex_wasm.js'
import { int16ToBytes } from '../../../shared/audio/pcm.ts'
import { loadSpeex, Resampler, type SpeexModule } from '../../../shared/audio/resampler.ts'
import { EARS_SAMPLE_RATE_HZ } from '../ears/frame-analyser.ts'
import { Flite } from './flite.ts'
import type { VoiceName } from './text.ts'

/** What the voice's own thread is asked; one job at a time, answered in order. */
export type VoiceJob = { job: number; outputSampleRateHz: number } & (
  | { kind: 'speak'; text: string; voice: VoiceName; speed: number }
  /** Recorded audio (16 kHz) to bring to the output rate. */
  | { kind: 'convert'; samples: Int16Array }
)

export type VoiceReply =
  | { kind: 'ready' }
  | { kind: 'broken'; message: string }
  | { kind: 'audio'; job: number; pcm: Uint8Array; last: boolean }
  | { kind: 'failed'; job: number; message: string }

/** Given to the worker that runs `serveVoice`. */
export interface VoiceWorkerData {
  role: 'voice'
  outputDir: string
}

/** The first chunk leaves early; the rest is cut so that no message is large. */
const FIRST_CHUNK_MS = 200
const CHUNK_MS = 1000
/** The resampler's delay, pushed through so that the end is heard. */
const TAIL_MS = 10

/** Runs the voice behind `port` until it is closed. Jobs block this thread, never the one that listens. */
export async function serveVoice(port: MessagePort, { outputDir }: VoiceWorkerData): Promise<void> {
  const post = (reply: VoiceReply) => {
    port.postMessage(reply, reply.kind === 'audio' ? [reply.pcm.buffer as ArrayBuffer] : [])
  }
  try {
    const [speex, flite] = await Promise.all([loadSpeex(speexFactory), Flite.load(outputDir)])
    let last = Promise.resolve()
    port.on('message', (job: VoiceJob) => {
      last = last.then(() => run(job, speex, flite, post))
    })
    post({ kind: 'ready' })
  } catch (error) {
    post({ kind: 'broken', message: `The embedded voice could not be loaded: ${messageOf(error)}` })
  }
}

async function run(job: VoiceJob, speex: SpeexModule, flite: Flite, post: (reply: VoiceReply) => void): Promise<void> {
  try {
    const { samples, sampleRateHz } =
      job.kind === 'speak'
        ? await flite.speak(job.text, job.voice, job.speed)
        : { samples: job.samples, sampleRateHz: EARS_SAMPLE_RATE_HZ }
    send(job, samples, sampleRateHz, speex, post)
  } catch (error) {
    post({ kind: 'failed', job: job.job, message: `The voice failed: ${messageOf(error)}` })
  }
}

function send(
  { job, outputSampleRateHz }: VoiceJob,
  samples: Int16Array,
  inRateHz: number,
  speex: SpeexModule,
  post: (reply: VoiceReply) => void
): void {
  const resampler = new Resampler(speex, { channels: 1, inRateHz, outRateHz: outputSampleRateHz })
  try {
    let at = 0
    do {
      const ms = at === 0 ? FIRST_CHUNK_MS : CHUNK_MS
      const end = Math.min(samples.length, at + (ms * inRateHz) / 1000)
      const last = end >= samples.length
      const chunk = resampler.process(last ? withTail(samples.subarray(at), inRateHz) : samples.subarray(at, end))
      post({ kind: 'audio', job, pcm: int16ToBytes(chunk), last })
      at = end
    } while (at < samples.length)
  } finally {
    resampler.close()
  }
}

function withTail(samples: Int16Array, rateHz: number): Int16Array {
  const padded = new Int16Array(samples.length + (TAIL_MS * rateHz) / 1000)
  padded.set(samples)
  return padded
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
