import type { PlaybackCommand, PlaybackStatus } from './graph-messages.ts'
import { int16ToFloat } from './pcm.ts'
import { Resampler, type SpeexModule } from './resampler.ts'

/** A played position in samples at the agent's output rate. */
export interface PlayedReport {
  reply: number
  samples: number
  drained: boolean
}

export interface AgentPlaybackOptions {
  speex: SpeexModule
  /** Rate of the agent's audio, Hz. */
  agentRateHz: number
  /** Rate of the audio context that plays it, Hz. */
  contextRateHz: number
  epoch: number
  /** To the playback worklet; `transfer` says that the samples' memory may go along. */
  send(command: PlaybackCommand): void
  onPlayed(report: PlayedReport): void
}

interface Reply {
  received: number
  ended: boolean
}

/** Half the speex filter at quality 7, in input samples of an upsampler. */
const FILTER_DELAY_SAMPLES = 64

/**
 * One session's agent audio on its way to the playback worklet: resampled as one stream, and played positions mapped back
 * to the agent's own samples. Every reply it was given is answered with exactly one drained report.
 */
export class AgentPlayback {
  private readonly options: AgentPlaybackOptions
  private readonly resampler: Resampler
  private readonly delaySamples: number
  private readonly replies = new Map<number, Reply>()
  private newest = 0
  private cut = 0
  private pcm = new Int16Array(0)

  constructor(options: AgentPlaybackOptions) {
    this.options = options
    const { speex, agentRateHz, contextRateHz } = options
    this.resampler = new Resampler(speex, { channels: 1, inRateHz: agentRateHz, outRateHz: contextRateHz })
    this.delaySamples =
      agentRateHz === contextRateHz ? 0 : Math.ceil(FILTER_DELAY_SAMPLES * Math.max(1, agentRateHz / contextRateHz))
    options.send({ kind: 'reset', epoch: options.epoch })
  }

  /** PCM16 little-endian of `reply`, any whole number of samples at any alignment. Late audio of a cut reply is dropped. */
  write(reply: number, bytes: Uint8Array): void {
    const known = this.open(reply)
    if (known === null) return
    const count = bytes.byteLength >> 1
    if (this.pcm.length !== count) this.pcm = new Int16Array(count)
    for (let i = 0; i < count; i += 1)
      this.pcm[i] = (((bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8)) << 16) >> 16
    known.received += count
    this.forward(reply, this.pcm)
  }

  /** No more audio will come for `reply`. */
  end(reply: number): void {
    const known = this.open(reply)
    if (known === null) return
    known.ended = true
    this.pushOut(reply)
    this.options.send({ kind: 'end', epoch: this.options.epoch, reply })
  }

  /** Cuts `reply` and all before it off. One that never had audio is answered here, the others once they have faded. */
  flush(reply: number): void {
    this.cut = Math.max(this.cut, reply)
    this.options.send({ kind: 'flush', epoch: this.options.epoch, reply })
    if (reply <= this.newest) return
    this.newest = reply
    this.options.onPlayed({ reply, samples: 0, drained: true })
  }

  /** What the worklet says; statuses of another session are ignored. */
  onStatus(status: Readonly<PlaybackStatus>): void {
    const known = this.replies.get(status.reply)
    if (known === undefined || status.epoch !== this.options.epoch) return
    const { agentRateHz, contextRateHz } = this.options
    const samples = Math.round((status.frames * agentRateHz) / contextRateHz) - this.delaySamples
    if (status.drained) this.replies.delete(status.reply)
    const played = Math.max(0, Math.min(known.received, samples))
    this.options.onPlayed({ reply: status.reply, samples: played, drained: status.drained })
  }

  /** Frees the resampler. With `answer`, every reply that is still open is reported as drained where it stands (unknown: 0). */
  close(): void {
    this.resampler.close()
    this.replies.clear()
  }

  private open(reply: number): Reply | null {
    const known = this.replies.get(reply)
    if (known !== undefined) return known.ended || reply <= this.cut ? null : known
    if (reply <= this.cut || reply <= this.newest) return null
    const before = this.replies.get(this.newest)
    if (before !== undefined && !before.ended) this.end(this.newest)
    this.newest = reply
    const fresh = { received: 0, ended: false }
    this.replies.set(reply, fresh)
    return fresh
  }

  /** Zeros behind the reply push its last samples out of the resampler's filter. */
  private pushOut(reply: number): void {
    if (this.delaySamples > 0) this.forward(reply, new Int16Array(2 * this.delaySamples))
  }

  private forward(reply: number, pcm: Int16Array): void {
    const converted = this.resampler.process(pcm)
    const samples = new Float32Array(converted.length)
    int16ToFloat(converted, samples)
    this.options.send({ kind: 'audio', epoch: this.options.epoch, reply, samples })
  }
}
