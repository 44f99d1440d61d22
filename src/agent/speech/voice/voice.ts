import { rmSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { makeTempFolder } from '../temp-folder.ts'
import type { VoiceJob, VoiceReply, VoiceWorkerData } from './voice-thread.ts'

/** A job without the fields the queue fills in. */
export type VoiceRequest = VoiceJob extends infer Job ? (Job extends VoiceJob ? Omit<Job, 'job'> : never) : never

/** Gets a job's audio at the output rate: chunks in order, the last one marked, or one failure. */
export interface VoiceListener {
  audio(pcm: Uint8Array, last: boolean): void
  failed(message: string): void
}

interface Queued {
  job: VoiceJob
  listener: VoiceListener
}

/**
 * The voice in a thread of its own, one job at a time in the order asked, shared by all streams. Only the running job is in the
 * thread, so a cancelled one that waits costs nothing.
 */
export class Voice {
  /** Resolves when the voices are loaded; rejects with a sentence for a person. */
  readonly ready: Promise<void>
  private readonly worker: Worker
  private readonly outputDir = makeTempFolder('voice')
  private readonly exited: Promise<void>
  private readonly waiting: Queued[] = []
  private running: Queued | null = null
  private jobs = 0
  /** Why no job will ever be answered again. */
  private broken: string | null = null

  /** `entry` is the engine's own worker file, run here in its voice role. `onBroken` is told once if the thread dies. */
  constructor(entry: URL, onBroken: (message: string) => void) {
    const workerData: VoiceWorkerData = { role: 'voice', outputDir: this.outputDir }
    this.worker = new Worker(entry, { workerData })
    const fail = (message: string) => {
      if (this.broken !== null) return
      this.broken = message
      onBroken(message)
    }
    this.worker.on('error', (error) => {
      fail(`The voice stopped: ${error instanceof Error ? error.message : String(error)}`)
    })
    this.exited = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        rmSync(this.outputDir, { recursive: true, force: true })
        fail(`The voice ended (code ${code}).`)
        resolve()
      })
    })
    this.ready = new Promise((resolve, reject) => {
      this.worker.on('message', (reply: VoiceReply) => {
        if (reply.kind === 'ready') resolve()
        else if (reply.kind === 'broken') reject(new Error(reply.message))
        else this.onReply(reply)
      })
      this.worker.once('exit', () => {
        reject(new Error(this.broken ?? 'The voice is closed.'))
      })
    })
    this.ready.catch((error: unknown) => {
      fail(error instanceof Error ? error.message : String(error))
    })
  }

  /** Queues a job; the returned function drops it: nothing more of it reaches the listener. */
  request(request: VoiceRequest, listener: VoiceListener): () => void {
    this.jobs += 1
    const queued: Queued = { job: { ...request, job: this.jobs }, listener }
    this.waiting.push(queued)
    this.next()
    return () => {
      const at = this.waiting.indexOf(queued)
      if (at >= 0) this.waiting.splice(at, 1)
      queued.listener = { audio: () => undefined, failed: () => undefined }
    }
  }

  async close(): Promise<void> {
    this.broken ??= 'The voice is closed.'
    this.waiting.length = 0
    await this.worker.terminate()
    await this.exited
  }

  private next(): void {
    if (this.running !== null) return
    const queued = this.waiting.shift()
    if (queued === undefined) return
    this.running = queued
    this.worker.postMessage(queued.job)
  }

  private onReply(reply: Extract<VoiceReply, { job: number }>): void {
    const { running } = this
    if (running === null || running.job.job !== reply.job) return
    const ended = reply.kind === 'failed' || reply.last
    if (ended) this.running = null
    if (reply.kind === 'failed') running.listener.failed(reply.message)
    else running.listener.audio(reply.pcm, reply.last)
    if (ended) this.next()
  }
}
