import { PCM16_BYTES } from '../../shared/audio/format.ts'
import type { AudioSink, Clock, PlaybackReport } from '../ports.ts'
import { ReplyAudio } from './reply-audio.ts'

/** A sink that reports nothing this long after everything should have been played has lost the reply. */
export const REPORT_GRACE_MS = 3_000

/** A reply that was played to its last received sample, and of which nothing came for this long, is over without its AgentAudioDone. */
export const REPLY_GRACE_MS = 3_000

/** The sink answers a flush with the exact position; without an answer the last known one counts. */
export const FLUSH_ANSWER_MS = 250

/** Who cut a reply off. */
export type CutBy = 'user' | 'stop-speaking'

export interface RepliesPorts {
  clock: Clock
  sink: AudioSink
  sampleRateHz: number
  wav: boolean
  /** The first sample of `reply` was played at `atMs` of the clock, reckoned back from the first position that the sink told. */
  onFirstSample(reply: number, atMs: number): void
  onPlayed(playedMs: number): void
  onInterrupted(by: CutBy, playedMs: number): void
  /** Nothing is left to play and nothing more is expected of any reply. */
  onAllPlayed(): void
}

interface Playing {
  reply: number
  writtenSamples: number
  playedSamples: number
  ended: boolean
}

/** The reply whose audio comes in; its number is given with its first sample. */
interface Receiving {
  audio: ReplyAudio
  playing: Playing | undefined
}

interface Cut {
  by: CutBy
  heard: Playing
  cancel: () => void
}

/** Numbers the replies, hands their audio to the sink and follows what has been played of them. */
export class Replies {
  readonly #ports: RepliesPorts
  /** Not fully played yet, in order; the first is the one being heard. */
  #queue: Playing[] = []
  #receiving: Receiving | undefined
  #cut: Cut | undefined
  #last = 0
  #progressMs = 0
  #cancelWatch: (() => void) | undefined

  constructor(ports: RepliesPorts) {
    this.#ports = ports
  }

  /** Something is being played or waits to be. */
  get active(): boolean {
    return this.#queue.length > 0
  }

  /** Audio of a reply has come and its end has not. */
  get receiving(): boolean {
    return this.#receiving?.playing !== undefined
  }

  /** The reply whose audio comes in, once there is some of it. */
  get current(): number | undefined {
    return this.#receiving?.playing?.reply
  }

  /** Takes one frame; true if it began a new reply. */
  write(frame: Uint8Array): boolean {
    this.#receiving ??= { audio: new ReplyAudio(this.#ports.wav), playing: undefined }
    const receiving = this.#receiving
    const pcm = receiving.audio.push(frame)
    if (pcm.length === 0) return false
    const begins = receiving.playing === undefined
    const playing = (receiving.playing ??= this.#begin())
    playing.writtenSamples += pcm.length / PCM16_BYTES
    this.#progress()
    this.#ports.sink.write(playing.reply, pcm)
    return begins
  }

  /** No more audio comes for the reply being received. */
  end(): void {
    const playing = this.#receiving?.playing
    this.#receiving = undefined
    if (playing === undefined) return
    playing.ended = true
    this.#progress()
    this.#ports.sink.end(playing.reply)
    this.#settle(playing)
  }

  /** Silences everything, before anybody is told of anything; false if there was nothing to silence. */
  cut(by: CutBy): boolean {
    this.#receiving = undefined
    const heard = this.#queue[0]
    if (heard === undefined) return false
    this.#ports.sink.flush((this.#queue.at(-1) as Playing).reply)
    this.#answered()
    this.#queue = []
    this.#stopWatch()
    this.#cut = { by, heard, cancel: this.#ports.clock.after(FLUSH_ANSWER_MS, () => this.#answered()) }
    return true
  }

  report(report: PlaybackReport): void {
    if (this.#cut?.heard.reply === report.reply) {
      this.#firstSample(this.#cut.heard, report)
      this.#cut.heard.playedSamples = Math.max(this.#cut.heard.playedSamples, report.playedSamples)
      if (report.drained) this.#answered()
      return
    }
    const playing = this.#queue.find(({ reply }) => reply === report.reply)
    if (playing === undefined) return
    this.#firstSample(playing, report)
    playing.playedSamples = Math.max(playing.playedSamples, Math.min(report.playedSamples, playing.writtenSamples))
    this.#progress()
    if (report.drained && playing.ended) this.#finish(playing)
    else this.#settle(playing)
  }

  /** `flush`: what is queued must not be heard any more; otherwise the sink plays it out. */
  close(flush: boolean): void {
    if (flush && this.active) this.cut('user')
    else this.end()
    this.#cut?.cancel()
    this.#cut = undefined
    this.#queue = []
    this.#stopWatch()
  }

  /** Positions are of the sink's audio clock and come every 100 ms at most, so the first one tells when the first sample was played. */
  #firstSample({ reply, playedSamples: before }: Playing, { playedSamples }: PlaybackReport): void {
    if (before > 0 || playedSamples <= 0) return
    const { clock, sampleRateHz } = this.#ports
    this.#ports.onFirstSample(reply, clock.nowMs() - (playedSamples / sampleRateHz) * 1000)
  }

  #begin(): Playing {
    const playing = { reply: (this.#last += 1), writtenSamples: 0, playedSamples: 0, ended: false }
    this.#queue.push(playing)
    return playing
  }

  #settle(playing: Playing): void {
    if (playing.ended && playing.playedSamples >= playing.writtenSamples) this.#finish(playing)
  }

  #finish(playing: Playing): void {
    const at = this.#queue.indexOf(playing)
    if (at < 0) return
    this.#queue.splice(at, 1)
    this.#ports.onPlayed(this.#ms(playing.playedSamples))
    if (this.#queue.length > 0) return
    this.#stopWatch()
    this.#ports.onAllPlayed()
  }

  #answered(): void {
    const cut = this.#cut
    if (cut === undefined) return
    this.#cut = undefined
    cut.cancel()
    this.#ports.onInterrupted(cut.by, this.#ms(cut.heard.playedSamples))
  }

  #ms(samples: number): number {
    return Math.round((samples / this.#ports.sampleRateHz) * 1000)
  }

  #progress(): void {
    this.#progressMs = this.#ports.clock.nowMs()
    if (this.#cancelWatch === undefined && this.active) this.#watch(REPLY_GRACE_MS)
  }

  #stopWatch(): void {
    this.#cancelWatch?.()
    this.#cancelWatch = undefined
  }

  #watch(ms: number): void {
    this.#cancelWatch = this.#ports.clock.after(ms, () => {
      this.#cancelWatch = undefined
      this.#check()
    })
  }

  /** Neither a lost AgentAudioDone nor a sink that went silent may leave the agent speaking for ever. */
  #check(): void {
    const heard = this.#queue[0]
    if (heard === undefined) return
    const unplayedMs = this.#ms(heard.writtenSamples - heard.playedSamples)
    const graceMs = unplayedMs > 0 ? unplayedMs + REPORT_GRACE_MS : REPLY_GRACE_MS
    const leftMs = this.#progressMs + graceMs - this.#ports.clock.nowMs()
    if (leftMs > 0) {
      this.#watch(leftMs)
      return
    }
    if (this.#receiving?.playing === heard) this.end()
    heard.ended = true
    this.#finish(heard)
    if (this.active && this.#cancelWatch === undefined) this.#progress()
  }
}
