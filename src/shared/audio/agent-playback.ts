import type { PlaybackCommand, PlaybackStatus } from './graph-messages.ts'
import { int16ToFloat } from './pcm.ts'
import { Resampler, type SpeexModule } from './resampler.ts'

/** A played position in samples at the agent's output rate. */
export interface PlayedReport {
  reply: number
  samples: number
  drained: boolean
}

/** Where a session's agent audio goes. Every reply it is given is answered with exactly one drained report. */
export interface ReplySink {
  /** Reply up to which everything was cut off. */
  readonly cut: number
  /** Samples (agent's rate) that went nowhere. */
  readonly lostSamples: number
  /** A reply waits, plays or may still get audio. */
  readonly playing: boolean
  /** PCM16 little-endian of `reply`, any whole number of samples at any alignment. Late audio of a cut reply is dropped. */
  write(reply: number, bytes: Uint8Array): void
  /** No more audio will come for `reply`. */
  end(reply: number): void
  /** Cuts `reply` and all before it off. */
  flush(reply: number): void
  /** What the playback worklet says; statuses of another epoch are ignored. */
  onStatus(status: Readonly<PlaybackStatus>): void
  /** Frees what it holds. With `answer`, open replies are reported as drained where they stand. Idempotent. */
  close(answer: boolean): void
}

/** Stands in while there is no loudspeaker: nothing is heard, all of it is counted, every reply is answered. */
export class NoPlayback implements ReplySink {
  cut: number
  lostSamples = 0
  private readonly onPlayed: (report: PlayedReport) => void
  private readonly openReplies = new Set<number>()
  private newest: number

  constructor(onPlayed: (report: PlayedReport) => void, cut = 0) {
    this.onPlayed = onPlayed
    this.cut = cut
    this.newest = cut
  }

  get playing(): boolean {
    return false
  }

  write(reply: number, bytes: Uint8Array): void {
    if (reply > this.newest) this.openReplies.add(reply)
    this.newest = Math.max(this.newest, reply)
    this.lostSamples += bytes.byteLength >> 1
  }

  end(reply: number): void {
    const isNew = reply > this.newest
    this.newest = Math.max(this.newest, reply)
    if (this.openReplies.delete(reply) || isNew) this.onPlayed({ reply, samples: 0, drained: true })
  }

  flush(reply: number): void {
    this.cut = Math.max(this.cut, reply)
    for (const open of this.openReplies) if (open < reply) this.end(open)
    this.end(reply)
  }

  onStatus(): void {
    // There is no worklet.
  }

  close(answer: boolean): void {
    for (const open of this.openReplies) if (answer) this.end(open)
    this.openReplies.clear()
  }
}

export interface AgentPlaybackOptions {
  speex: SpeexModule
  /** Rate of the agent's audio, Hz. */
  agentRateHz: number
  /** Rate of the audio context that plays it, Hz. */
  contextRateHz: number
  epoch: number
  /** Replies up to this one were cut off before. */
  cut?: number
  /** To the playback worklet; `transfer` says that the samples' memory may go along. */
  send(command: PlaybackCommand): void
  onPlayed(report: PlayedReport): void
}

interface Reply {
  received: number
  /** Frames sent to the worklet. */
  frames: number
  played: number
  ended: boolean
}

/** Taps of the speex filter at quality 7, where the output rate is the higher one. */
const FILTER_TAPS = 128

/** Input samples that a speex filter of quality 7 delays by. */
function filterDelay(inRateHz: number, outRateHz: number): number {
  if (inRateHz === outRateHz) return 0
  if (inRateHz < outRateHz) return FILTER_TAPS / 2
  // Speex rounds the longer filter of a downsampler up to whole groups of 8 taps.
  return Math.ceil(Math.floor((FILTER_TAPS * inRateHz) / outRateHz) / 8) * 4
}

/**
 * Agent audio on its way to the playback worklet: one resampled stream, each reply without the filter's delay, so that frame 0 is
 * its first sample and the last one is its last; positions are mapped back to the agent's own samples.
 */
export class AgentPlayback implements ReplySink {
  private readonly options: AgentPlaybackOptions
  private readonly resampler: Resampler
  private readonly delaySamples: number
  private readonly replies = new Map<number, Reply>()
  readonly lostSamples = 0
  cut: number
  private newest: number
  private pcm = new Int16Array(0)
  /** Of the resampler: samples that went in, frames that came out. */
  private taken = 0
  private made = 0
  /** Frames to come that are still of what was before the reply. */
  private skip = 0
  /** Nothing but silence is left in the resampler. */
  private empty = true

  constructor(options: AgentPlaybackOptions) {
    this.options = options
    this.cut = options.cut ?? 0
    this.newest = this.cut
    const { speex, agentRateHz, contextRateHz } = options
    this.resampler = new Resampler(speex, { channels: 1, inRateHz: agentRateHz, outRateHz: contextRateHz })
    this.delaySamples = filterDelay(agentRateHz, contextRateHz)
    options.send({ kind: 'reset', epoch: options.epoch })
  }

  get playing(): boolean {
    return this.replies.size > 0
  }

  write(reply: number, bytes: Uint8Array): void {
    const known = this.open(reply)
    if (known === null) return
    const count = bytes.byteLength >> 1
    if (this.pcm.length !== count) this.pcm = new Int16Array(count)
    for (let i = 0; i < count; i += 1)
      this.pcm[i] = (((bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8)) << 16) >> 16
    known.received += count
    this.empty = false
    this.forward(reply, known, this.pcm)
  }

  end(reply: number): void {
    const known = this.open(reply)
    if (known === null) return
    known.ended = true
    if (!this.empty) this.forward(reply, known, this.silence())
    this.empty = true
    this.options.send({ kind: 'end', epoch: this.options.epoch, reply })
  }

  /** One that never had audio is answered here, the others once they have faded. */
  flush(reply: number): void {
    this.cut = Math.max(this.cut, reply)
    this.options.send({ kind: 'flush', epoch: this.options.epoch, reply })
    if (reply <= this.newest) return
    this.newest = reply
    this.options.onPlayed({ reply, samples: 0, drained: true })
  }

  onStatus(status: Readonly<PlaybackStatus>): void {
    const known = this.replies.get(status.reply)
    if (known === undefined || status.epoch !== this.options.epoch) return
    const { agentRateHz, contextRateHz } = this.options
    const isWhole = known.ended && status.frames >= known.frames
    const samples = isWhole ? known.received : Math.round((status.frames * agentRateHz) / contextRateHz)
    if (status.drained) this.replies.delete(status.reply)
    known.played = Math.min(known.received, samples)
    this.options.onPlayed({ reply: status.reply, samples: known.played, drained: status.drained })
  }

  close(answer: boolean): void {
    this.resampler.close()
    for (const [reply, { played }] of this.replies) {
      if (answer) this.options.onPlayed({ reply, samples: played, drained: true })
    }
    this.replies.clear()
  }

  private open(reply: number): Reply | null {
    const known = this.replies.get(reply)
    if (known !== undefined) return known.ended || reply <= this.cut ? null : known
    if (reply <= this.cut || reply <= this.newest) return null
    const before = this.replies.get(this.newest)
    if (before !== undefined && !before.ended) this.end(this.newest)
    this.newest = reply
    const fresh = { received: 0, frames: 0, played: 0, ended: false }
    this.replies.set(reply, fresh)
    this.startStream()
    return fresh
  }

  /** What is left of a reply that was cut off is pushed out of the resampler and forgotten. */
  private startStream(): void {
    if (!this.empty) this.convert(this.silence())
    this.empty = true
    const { agentRateHz, contextRateHz } = this.options
    const first = Math.round(((this.taken + this.delaySamples) * contextRateHz) / agentRateHz)
    this.skip = first - this.made
  }

  private silence(): Int16Array {
    return new Int16Array(this.delaySamples)
  }

  private convert(pcm: Int16Array): Int16Array {
    const converted = this.resampler.process(pcm)
    this.taken += pcm.length
    this.made += converted.length
    return converted
  }

  private forward(reply: number, known: Reply, pcm: Int16Array): void {
    const converted = this.convert(pcm)
    const skipped = Math.min(this.skip, converted.length)
    this.skip -= skipped
    if (skipped === converted.length) return
    const samples = new Float32Array(converted.length - skipped)
    int16ToFloat(skipped > 0 ? converted.subarray(skipped) : converted, samples)
    known.frames += samples.length
    this.options.send({ kind: 'audio', epoch: this.options.epoch, reply, samples })
  }
}
