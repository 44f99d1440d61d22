import type { AudioSink, PlaybackReport } from '../../core/ports.ts'
import { PCM16_BYTES } from '../../shared/audio/format.ts'
import type { Clock } from '../../shared/runtime.ts'

/** How often positions are reported and audio is taken from the queue. */
const TICK_MS = 20
const FADE_MS = 10

/** Longest audio waiting to be played; what comes beyond is dropped and counted. */
const MAX_QUEUED_MS = 10 * 60_000

export interface PacedSinkOptions {
  clock: Clock
  sampleRateHz: number
  /** Called from a timer, never from inside a call of the sink. */
  onReport: (report: PlaybackReport) => void
  /** Samples at the moment they count as heard: PCM16 mono, valid during the call only. */
  onHeard?: (pcm: Uint8Array) => void
}

interface Reply {
  reply: number
  chunks: Uint8Array[]
  queuedBytes: number
  playedSamples: number
  ended: boolean
}

/**
 * A loudspeaker made of a clock: audio is "heard" in real time from the moment it arrives, replies one after the other.
 * When it runs dry it waits, as a loudspeaker would; a flush fades what is heard within 10 ms and forgets the rest.
 */
export class PacedSink implements AudioSink {
  private readonly options: PacedSinkOptions
  private readonly maxQueuedBytes: number
  private readonly replies: Reply[] = []
  private readonly reports: PlaybackReport[] = []
  private doneUpTo = 0
  private queuedBytes = 0
  private dropped = 0
  private stopTicking: (() => void) | undefined
  /** Playing since this time without a pause; undefined while nothing is heard. */
  private run: { startMs: number; samples: number } | undefined

  constructor(options: PacedSinkOptions) {
    this.options = options
    this.maxQueuedBytes = (MAX_QUEUED_MS / 1000) * options.sampleRateHz * PCM16_BYTES
  }

  /** Milliseconds dropped because the queue was full. */
  get droppedMs(): number {
    return (this.dropped / PCM16_BYTES / this.options.sampleRateHz) * 1000
  }

  write(reply: number, pcm: Uint8Array): void {
    if (reply <= this.doneUpTo || pcm.byteLength === 0) return
    if (this.queuedBytes + pcm.byteLength > this.maxQueuedBytes) {
      this.dropped += pcm.byteLength
      return
    }
    this.catchUp()
    const entry = this.entry(reply)
    entry.chunks.push(pcm)
    entry.queuedBytes += pcm.byteLength
    this.queuedBytes += pcm.byteLength
    this.run ??= this.runFromNow()
    this.tickSoon()
  }

  end(reply: number): void {
    if (reply <= this.doneUpTo) return
    this.entry(reply).ended = true
    this.tickSoon()
  }

  flush(reply: number): void {
    if (reply <= this.doneUpTo) return
    this.catchUp()
    const head = this.replies[0]
    const heard = this.run !== undefined && head !== undefined && head.reply <= reply ? head : undefined
    if (heard !== undefined) this.fadeOut(heard)
    // A flush of what never came is answered too, so that nobody waits for it.
    if (!this.replies.some((entry) => entry.reply === reply) && reply > this.doneUpTo) this.entry(reply)
    while (this.replies[0] !== undefined && this.replies[0].reply <= reply) this.forget(this.replies[0])
    if (heard !== undefined) this.run = this.queuedBytes > 0 ? this.runFromNow() : undefined
    this.tickSoon()
  }

  /** Stops the clock; what was not heard is forgotten. Idempotent. */
  close(): void {
    this.catchUp()
    this.stopTicking?.()
    this.stopTicking = undefined
    this.doneUpTo = Number.POSITIVE_INFINITY
    this.replies.length = 0
    this.reports.length = 0
    this.run = undefined
  }

  private entry(reply: number): Reply {
    const known = this.replies.find((entry) => entry.reply === reply)
    if (known !== undefined) return known
    const entry = { reply, chunks: [], queuedBytes: 0, playedSamples: 0, ended: false }
    this.replies.push(entry)
    return entry
  }

  private runFromNow() {
    return { startMs: this.options.clock.nowMs(), samples: 0 }
  }

  private tickSoon(): void {
    this.stopTicking ??= this.options.clock.every(TICK_MS, () => this.tick())
  }

  private tick(): void {
    this.catchUp()
    const reports = this.reports.splice(0)
    const head = this.replies[0]
    if (head === undefined) {
      this.stopTicking?.()
      this.stopTicking = undefined
    } else if (this.run !== undefined && head.playedSamples > 0) {
      reports.push({ reply: head.reply, playedSamples: head.playedSamples, drained: false })
    }
    for (const report of reports) this.options.onReport(report)
  }

  /** Hears what is due by now. */
  private catchUp(): void {
    if (this.run !== undefined) {
      const elapsedMs = this.options.clock.nowMs() - this.run.startMs
      let due = Math.floor((elapsedMs * this.options.sampleRateHz) / 1000) - this.run.samples
      this.run.samples += due
      while (due > 0 && this.replies[0] !== undefined) {
        const head = this.replies[0]
        due -= this.hear(head, due)
        if (due > 0 && !this.retire(head)) break
      }
      // Ran dry: the next audio starts when it comes.
      if (due > 0) this.run = undefined
    }
    while (this.replies[0] !== undefined && this.replies[0].queuedBytes === 0 && this.retire(this.replies[0]));
    if (this.replies.length === 0) this.run = undefined
  }

  /** Takes an ended, empty reply off the queue. */
  private retire(entry: Reply): boolean {
    if (!entry.ended) return false
    this.forget(entry)
    return true
  }

  /** Drops the first reply with whatever is left of it, and notes its last report. */
  private forget(entry: Reply): void {
    this.replies.shift()
    this.queuedBytes -= entry.queuedBytes
    this.doneUpTo = Math.max(this.doneUpTo, entry.reply)
    this.reports.push({ reply: entry.reply, playedSamples: entry.playedSamples, drained: true })
  }

  /** Hears at most `samples` of `entry`; answers how many. */
  private hear(entry: Reply, samples: number): number {
    let left = samples * PCM16_BYTES
    while (left > 0) {
      const chunk = entry.chunks[0]
      if (chunk === undefined) break
      const part = chunk.byteLength <= left ? chunk : chunk.subarray(0, left)
      if (part === chunk) entry.chunks.shift()
      else entry.chunks[0] = chunk.subarray(left)
      left -= part.byteLength
      this.account(entry, part)
    }
    return samples - left / PCM16_BYTES
  }

  private fadeOut(entry: Reply): void {
    const fadeBytes = Math.round((this.options.sampleRateHz * FADE_MS) / 1000) * PCM16_BYTES
    const queued = Buffer.concat(entry.chunks).subarray(0, fadeBytes)
    const view = new DataView(queued.buffer, queued.byteOffset, queued.byteLength)
    const samples = Math.floor(queued.byteLength / PCM16_BYTES)
    for (let i = 0; i < samples; i += 1) {
      const gain = (1 + Math.cos((Math.PI * (i + 1)) / samples)) / 2
      view.setInt16(i * PCM16_BYTES, Math.round(view.getInt16(i * PCM16_BYTES, true) * gain), true)
    }
    this.account(entry, queued)
  }

  private account(entry: Reply, part: Uint8Array): void {
    entry.queuedBytes -= part.byteLength
    this.queuedBytes -= part.byteLength
    entry.playedSamples += part.byteLength / PCM16_BYTES
    this.options.onHeard?.(part)
  }
}
