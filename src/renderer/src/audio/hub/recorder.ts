import type { FromAudioWorker } from '../worker-messages.ts'

/** Most that is kept of an input at once. */
const MAX_RECORD_MS = 10_000

interface Recording {
  input: Float32Array<ArrayBuffer>
  played: Float32Array<ArrayBuffer>
  filled: number
}

type Post = (message: FromAudioWorker, transfer?: Transferable[]) => void

/** Keeps a bounded time of an input and of what was played meanwhile; one recording for each input. */
export class Recorder {
  private readonly post: Post
  private readonly recordings = new Map<string, Recording>()

  constructor(post: Post) {
    this.post = post
  }

  /** One that is under way ends here. */
  start(id: string, ms: number, rateHz: number): void {
    this.finish(id)
    const frames = Math.round((Math.max(0, Math.min(ms, MAX_RECORD_MS)) * rateHz) / 1000)
    this.recordings.set(id, { input: new Float32Array(frames), played: new Float32Array(frames), filled: 0 })
    if (frames === 0) this.finish(id)
  }

  /** There is no such input. */
  refuse(id: string): void {
    this.post({ kind: 'recorded', id, input: new Float32Array(0), played: new Float32Array(0) })
  }

  /** `count` samples of input `id`, and as many of what was played from `playedFrom` on. */
  take(id: string, input: Float32Array, played: Float32Array, playedFrom: number, count: number): void {
    const recording = this.recordings.get(id)
    if (recording === undefined) return
    const { filled } = recording
    const size = Math.min(count, recording.input.length - filled)
    for (let i = 0; i < size; i += 1) {
      recording.input[filled + i] = input[i] ?? 0
      recording.played[filled + i] = played[playedFrom + i] ?? 0
    }
    recording.filled += size
    if (recording.filled === recording.input.length) this.finish(id)
  }

  /** Answers with what there is, if there is a recording. */
  finish(id: string): void {
    const recording = this.recordings.get(id)
    if (recording === undefined) return
    this.recordings.delete(id)
    const input = recording.input.slice(0, recording.filled)
    const played = recording.played.slice(0, recording.filled)
    this.post({ kind: 'recorded', id, input, played }, [input.buffer, played.buffer])
  }
}
