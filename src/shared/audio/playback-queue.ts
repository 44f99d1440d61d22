import { Envelope, FadeOut, GainRamp } from './fades.ts'
import { STATUS_MS, type PlaybackStatus } from './graph-messages.ts'
import { PlayoutDelay } from './jitter.ts'
import { LOOKBACK_MS } from './period.ts'
import { LookbackRing } from './lookback-ring.ts'
import { PlayedLine } from './played-line.ts'
import { newSegment, type ReplySegment } from './reply-segment.ts'
import { STRETCH_MEASURED, STRETCH_UNKNOWN, StretchReader } from './stretch.ts'

/** Audio that may wait to be played; a service may send a long reply much faster than it is heard. */
export const PLAYBACK_RING_SECONDS = 60
/** Services that send audio as it is spoken send it in pieces of up to this. */
const LONGEST_PIECE_MS = 100
const FLUSH_FADE_MS = 10
const UNDERRUN_FADE_MS = 5
/** A shorter ramp would be heard as a click. */
const MIN_RAMP_MS = 5
const SPLICE_RETRY_MS = 10

/**
 * The playback worklet's whole logic: a bounded queue of replies, rendered in order. `render` allocates nothing.
 * Frames are mono at the context's rate.
 */
export class PlaybackQueue {
  private readonly onStatus: (status: PlaybackStatus) => void
  private readonly status: PlaybackStatus = {
    epoch: 0,
    reply: 0,
    frames: 0,
    drained: false,
    meanSquare: 0,
    underruns: 0,
    droppedFrames: 0,
    learntDelayMs: 0
  }
  private readonly framesPerMs: number
  private readonly ring: LookbackRing
  private readonly reader: StretchReader
  private readonly delay: PlayoutDelay
  private readonly envelope: Envelope
  private readonly gain = new GainRamp()
  private readonly line = new PlayedLine()
  private readonly tail: FadeOut
  /** The oldest of which something may still be on its way to the loudspeaker. */
  private first: ReplySegment | undefined
  /** The oldest that has something to play or may get it. */
  private head: ReplySegment | undefined
  private last: ReplySegment | undefined
  private playing = false
  private cut = 0
  private newest = 0
  private latencyFrames = 0
  private heardAt = 0
  /** Frames that will be rendered before the next new one of the source. */
  private again = 0
  private nextSpliceAt = 0
  private windowSum = 0
  private windowFrames = 0

  /** `onStatus` gets one reused object. */
  constructor(contextRateHz: number, onStatus: (status: PlaybackStatus) => void, ringSeconds = PLAYBACK_RING_SECONDS) {
    this.onStatus = onStatus
    this.framesPerMs = contextRateHz / 1000
    const lookback = Math.ceil((LOOKBACK_MS + 1) * this.framesPerMs)
    this.ring = new LookbackRing(Math.round(contextRateHz * ringSeconds), lookback)
    this.reader = new StretchReader(this.ring, this.framesPerMs)
    this.delay = new PlayoutDelay(this.framesPerMs)
    this.envelope = new Envelope(Math.round(UNDERRUN_FADE_MS * this.framesPerMs))
    this.tail = new FadeOut(Math.round(FLUSH_FADE_MS * this.framesPerMs))
  }

  /** How long the next reply waits for late audio, unless its audio comes faster than it is heard. */
  get delayMs(): number {
    return this.delay.start / this.framesPerMs
  }

  /** What was learnt earlier of the link that audio comes over from here on, null for nothing. */
  setLink(delayMs: number | null): void {
    this.delay.know(delayMs)
    this.status.learntDelayMs = this.delay.learntMs
  }

  setLatency(seconds: number): void {
    this.latencyFrames = Math.max(0, Math.round(seconds * 1000 * this.framesPerMs))
  }

  /** Everything is rendered with this linear gain from here on, reached smoothly in `rampMs`. */
  setGain(gain: number, rampMs: number): void {
    this.gain.set(gain, Math.round(Math.max(MIN_RAMP_MS, rampMs) * this.framesPerMs))
  }

  /** Queues audio of `reply`. Replies grow: late audio of a cut or finished one is ignored. */
  write(reply: number, samples: Float32Array): void {
    const segment = this.segment(reply)
    if (segment === undefined || samples.length === 0) return
    this.arrived(segment, samples.length)
    segment.buffered += this.ring.push(samples)
    this.status.droppedFrames = this.ring.dropped
  }

  /** No more audio will come for `reply`; a reply without any audio drains at once. */
  end(reply: number): void {
    const segment = this.segment(reply)
    if (segment !== undefined) segment.ended = true
  }

  /** Fades the audible one of `reply` and all before it out in 10 ms and forgets them; each reports its last position. */
  flush(reply: number): void {
    this.cut = Math.max(this.cut, reply)
    while (this.head !== undefined && this.head.reply <= reply) {
      this.silence(this.head)
      this.leave(this.head)
    }
  }

  /** Fades out and forgets everything without reports; replies count from 1 again. What was learnt of the link is kept. */
  reset(epoch: number): void {
    if (this.head !== undefined) this.silence(this.head)
    this.ring.discard(this.ring.length)
    this.first = undefined
    this.head = undefined
    this.last = undefined
    this.cut = 0
    this.newest = 0
    this.status.epoch = epoch
  }

  /** Fills one quantum. */
  render(output: Float32Array): void {
    let at = this.renderTail(output)
    while (at < output.length && this.head !== undefined && this.mayPlay(this.head)) {
      at = this.renderHead(this.head, output, at)
    }
    output.fill(0, at)
    this.line.render(output.length - at, false)
    this.gain.apply(output)
    this.answer()
    this.measure(output)
  }

  private segment(reply: number): ReplySegment | undefined {
    const { last } = this
    if (this.head !== undefined && last?.reply === reply) return last.ended ? undefined : last
    if (reply <= this.cut || reply <= this.newest) return undefined
    if (this.head !== undefined && last !== undefined) last.ended = true
    this.newest = reply
    const segment = newSegment(reply, this.framesPerMs, this.line.clock)
    if (last !== undefined) last.next = segment
    this.last = segment
    this.first ??= segment
    this.head ??= segment
    return segment
  }

  private arrived(segment: ReplySegment, frames: number): void {
    const { clock } = this.line
    this.delay.late(segment.arrivals.add(clock, frames))
    segment.held = 0
    if (!segment.dry) return
    segment.dry = false
    segment.underran = true
    this.status.underruns += 1
    segment.arrivals.restart(clock)
    segment.arrivals.add(clock, frames)
  }

  private mayPlay(head: ReplySegment): boolean {
    if (this.playing) return true
    if (!head.ended && !this.isEnough(head)) return false
    this.playing = true
    if (head.rendered === 0) head.startedAt = this.line.position
    if (head.underran) this.envelope.close()
    else this.envelope.open()
    return true
  }

  /** Late audio will not be missed, as far as is known. */
  private isEnough(head: ReplySegment): boolean {
    if (head.buffered === 0) return false
    return (
      this.isAhead(head) || head.arrivals.mayStart(this.line.clock, head.buffered, this.delay.startFor(head.arrivals))
    )
  }

  /** More than one piece of audio waits beyond the delay: the sender runs ahead. */
  private isAhead({ buffered }: ReplySegment): boolean {
    return buffered >= this.delay.playing + LONGEST_PIECE_MS * this.framesPerMs
  }

  private renderHead(head: ReplySegment, output: Float32Array, at: number): number {
    if (!head.ended) this.lengthen(head, output.length - at)
    const end = Math.min(output.length, at + head.buffered)
    if (at === end) {
      this.playing = false
      if (head.ended) this.leave(head)
      else head.dry = true
      return at
    }
    this.read(head, output, at, end)
    this.advance(end - at)
    return end
  }

  private read(head: ReplySegment, target: Float32Array, from: number, to: number): void {
    head.buffered += this.reader.read(target, from, to - from) - (to - from)
    head.rendered += Math.max(0, to - from - this.again)
    const left = head.ended ? Number.POSITIVE_INFINITY : head.buffered + this.reader.owed
    this.envelope.apply(target, from, to, left)
  }

  /** Moves the line of played frames on. */
  private advance(frames: number): void {
    const again = Math.min(this.again, frames)
    this.again -= again
    this.line.render(again, false)
    this.line.render(frames - again, true)
  }

  /** Lets some of the sound be heard twice where the delay has become too small for how late audio comes, or where none is left. */
  private lengthen(head: ReplySegment, soon: number): void {
    const { clock } = this.line
    if (this.reader.owed > 0 || this.isAhead(head)) return
    const how = this.delay.measured ? STRETCH_MEASURED : STRETCH_UNKNOWN
    const margin = head.arrivals.margin(clock, head.buffered)
    const wanted = this.delay.playingFor(head.arrivals, margin - head.buffered)
    const runsOut = head.buffered < this.reader.ahead + soon && head.held < how.maxHeldMs * this.framesPerMs
    if (!runsOut && (clock < this.nextSpliceAt || margin >= wanted)) return
    const isBehind = margin < wanted / 2
    const lag = this.reader.splice(runsOut ? how.likenessInNeed : isBehind ? how.likenessBehind : how.likeness)
    if (runsOut) head.held += lag
    this.again += lag
    const waitMs = lag === 0 ? SPLICE_RETRY_MS : isBehind ? how.gapBehindMs : how.gapMs
    this.nextSpliceAt = clock + lag + waitMs * this.framesPerMs
  }

  /** The head is what is on its way to the loudspeaker now, and the next one is the head. */
  private leave(head: ReplySegment): void {
    if (head.rendered > 0) this.delay.over(head.arrivals, head.buffered === 0 && !head.underran)
    this.status.learntDelayMs = this.delay.learntMs
    this.ring.discard(head.buffered)
    head.buffered = 0
    head.ended = true
    this.head = head.next
  }

  /** Moves the next 10 ms of the head, faded, into the tail, if it is heard. */
  private silence(head: ReplySegment): void {
    if (!this.playing) return
    this.playing = false
    const count = Math.min(head.buffered, this.tail.samples.length)
    this.read(head, this.tail.samples, 0, count)
    this.reader.forget()
    this.tail.begin(count)
  }

  private renderTail(output: Float32Array): number {
    if (this.tail.done) return 0
    const count = this.tail.render(output)
    this.advance(count)
    if (this.tail.done) this.again = 0
    return count
  }

  /** Says of each reply once that its last frame was heard. */
  private answer(): void {
    this.heardAt = Math.max(this.heardAt, this.line.at(this.line.clock - this.latencyFrames))
    while (this.first !== undefined && this.first !== this.head) {
      const { first } = this
      if (first.rendered > 0 && this.heardAt < first.startedAt + first.rendered) return
      this.first = first.next
      this.report(first.reply, first.rendered, true)
    }
    if (this.first === undefined) this.last = undefined
  }

  private measure(output: Float32Array): void {
    for (let i = 0; i < output.length; i += 1) this.windowSum += (output[i] ?? 0) ** 2
    this.windowFrames += output.length
    if (this.windowFrames < STATUS_MS * this.framesPerMs) return
    const meanSquare = this.windowSum / this.windowFrames
    this.windowSum = 0
    this.windowFrames = 0
    const wasQuiet = this.status.meanSquare === 0
    this.status.meanSquare = meanSquare
    const audible = this.first
    if (audible !== undefined && audible.rendered > 0) this.report(audible.reply, this.heardOf(audible), false)
    else if (meanSquare > 0 || !wasQuiet) this.report(0, 0, false)
  }

  private heardOf({ startedAt, rendered }: ReplySegment): number {
    return Math.max(0, Math.min(rendered, this.heardAt - startedAt))
  }

  private report(reply: number, frames: number, drained: boolean): void {
    this.status.reply = reply
    this.status.frames = frames
    this.status.drained = drained
    this.onStatus(this.status)
  }
}
