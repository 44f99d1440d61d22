import { STATUS_MS, type PlaybackStatus } from './graph-messages.ts'
import { SampleRing } from './ring.ts'

/** Audio that may wait to be played; a service may send a long reply much faster than it is heard. */
export const PLAYBACK_RING_SECONDS = 60
/** A reply starts once this much of it waits (or all of it). */
export const START_TARGET_MS = 60
/** The start target grows by this at every underrun, up to the maximum, and shrinks by 10 ms with every clean reply. */
const TARGET_STEP_MS = 40
const TARGET_MAX_MS = 300
const TARGET_RELAX_MS = 10
/** A reply that has begun to arrive starts after this long, however little of it there is. */
const MAX_WAIT_MS = 400
const FLUSH_FADE_MS = 10
const UNDERRUN_FADE_MS = 5

/** Raised cosine from 0 (at 0) to 1 (at `length`). */
function rise(at: number, length: number): number {
  return at >= length ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * at) / length)
}

interface Segment {
  readonly reply: number
  /** Frames of it in the ring. */
  buffered: number
  rendered: number
  ended: boolean
  underran: boolean
  /** Frames rendered since its first audio came while it waits to start. */
  waited: number
  /** Once all of it is rendered: frames until the last one leaves the loudspeaker. */
  untilHeard: number
}

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
    droppedFrames: 0
  }
  private readonly ring: SampleRing<Float32Array>
  private readonly framesPerMs: number
  private readonly tail: Float32Array
  private tailAt: number
  private readonly waiting: Segment[] = []
  private readonly leaving: Segment[] = []
  private playing = false
  private cut = 0
  private newest = 0
  private latencyFrames = 0
  private targetFrames: number
  /** Frames of silence rendered since the head's last frame. */
  private quietFrames = 0
  private fadeInAt = Number.POSITIVE_INFINITY
  private decayAt = Number.POSITIVE_INFINITY
  private lastSample = 0
  private windowSum = 0
  private windowFrames = 0

  /** `onStatus` gets one reused object. */
  constructor(contextRateHz: number, onStatus: (status: PlaybackStatus) => void, ringSeconds = PLAYBACK_RING_SECONDS) {
    this.onStatus = onStatus
    this.framesPerMs = contextRateHz / 1000
    this.ring = new SampleRing(new Float32Array(Math.round(contextRateHz * ringSeconds)))
    this.tail = new Float32Array(Math.round(FLUSH_FADE_MS * this.framesPerMs))
    this.tailAt = this.tail.length
    this.targetFrames = START_TARGET_MS * this.framesPerMs
  }

  setLatency(seconds: number): void {
    this.latencyFrames = Math.max(0, Math.round(seconds * 1000 * this.framesPerMs))
  }

  /** Queues audio of `reply`. Replies grow: late audio of a cut or finished one is ignored. */
  write(reply: number, samples: Float32Array): void {
    const segment = this.segment(reply)
    if (segment === null) return
    segment.buffered += this.ring.push(samples)
    this.status.droppedFrames = this.ring.dropped
  }

  /** No more audio will come for `reply`; a reply without any audio drains at once. */
  end(reply: number): void {
    const segment = this.segment(reply)
    if (segment !== null) segment.ended = true
  }

  /** Fades the audible one of `reply` and all before it out in 10 ms and forgets them; each reports its last position. */
  flush(reply: number): void {
    this.cut = Math.max(this.cut, reply)
    let head = this.waiting[0]
    while (head !== undefined && head.reply <= reply) {
      const fading = this.playing ? this.fadeOut(head) : -this.quietFrames
      this.playing = false
      this.ring.discard(head.buffered)
      head.buffered = 0
      this.leave(head, fading)
      head = this.waiting[0]
    }
  }

  /** Fades out and forgets everything without reports; replies count from 1 again. */
  reset(epoch: number): void {
    const head = this.waiting[0]
    if (head !== undefined && this.playing) this.fadeOut(head)
    this.ring.discard(this.ring.length)
    this.waiting.length = 0
    this.leaving.length = 0
    this.playing = false
    this.cut = 0
    this.newest = 0
    this.targetFrames = START_TARGET_MS * this.framesPerMs
    this.status.epoch = epoch
  }

  /** Fills one quantum. */
  render(output: Float32Array): void {
    const length = output.length
    let at = this.renderTail(output)
    while (at < length) {
      const head = this.waiting[0]
      if (head === undefined || !this.mayPlay(head, length - at)) break
      if (head.buffered === 0) {
        if (head.ended) this.finish(head)
        else this.underrun(head)
        continue
      }
      at = this.renderHead(head, output, at)
    }
    this.renderQuiet(output, at)
    this.countDown(length)
    this.measure(output)
  }

  private segment(reply: number): Segment | null {
    const last = this.waiting[this.waiting.length - 1]
    if (last?.reply === reply) return last.ended ? null : last
    if (reply <= this.cut || reply <= this.newest) return null
    if (last !== undefined) last.ended = true
    this.newest = reply
    const segment = { reply, buffered: 0, rendered: 0, ended: false, underran: false, waited: 0, untilHeard: 0 }
    this.waiting.push(segment)
    return segment
  }

  private mayPlay(head: Segment, frames: number): boolean {
    if (this.playing) return true
    if (head.buffered > 0) head.waited += frames
    const ready = head.ended || head.buffered >= this.targetFrames || head.waited >= MAX_WAIT_MS * this.framesPerMs
    if (!ready) return false
    this.playing = true
    if (head.underran) this.fadeInAt = 0
    return true
  }

  private renderHead(head: Segment, output: Float32Array, at: number): number {
    const count = this.ring.read(output, at, Math.min(head.buffered, output.length - at))
    const fade = UNDERRUN_FADE_MS * this.framesPerMs
    for (let i = at; this.fadeInAt < fade && i < at + count; i += 1) {
      output[i] = (output[i] ?? 0) * rise(this.fadeInAt, fade)
      this.fadeInAt += 1
    }
    head.buffered -= count
    head.rendered += count
    this.quietFrames = 0
    this.decayAt = Number.POSITIVE_INFINITY
    this.lastSample = output[at + count - 1] ?? 0
    return at + count
  }

  private finish(head: Segment): void {
    if (!head.underran) {
      const relaxed = this.targetFrames - TARGET_RELAX_MS * this.framesPerMs
      this.targetFrames = Math.max(START_TARGET_MS * this.framesPerMs, relaxed)
    }
    this.playing = false
    this.leave(head, -this.quietFrames)
  }

  /** Moves the head to those whose last frame is still on its way; `framesToGo` of it are not rendered yet. */
  private leave(head: Segment, framesToGo: number): void {
    this.waiting.shift()
    head.untilHeard = head.rendered === 0 ? 0 : this.latencyFrames + framesToGo
    this.leaving.push(head)
    this.quietFrames = 0
  }

  private underrun(head: Segment): void {
    this.status.underruns += 1
    this.playing = false
    head.underran = true
    head.waited = 0
    this.decayAt = 0
    const raised = this.targetFrames + TARGET_STEP_MS * this.framesPerMs
    this.targetFrames = Math.min(TARGET_MAX_MS * this.framesPerMs, raised)
  }

  /** Moves the next 10 ms of `head`, faded, into the tail; returns their frames. */
  private fadeOut(head: Segment): number {
    const length = this.tail.length
    this.tail.fill(0)
    const count = this.ring.read(this.tail, 0, Math.min(head.buffered, length))
    for (let i = 0; i < count; i += 1) this.tail[i] = (this.tail[i] ?? 0) * rise(length - i, length)
    head.buffered -= count
    head.rendered += count
    this.tailAt = 0
    this.lastSample = 0
    this.decayAt = Number.POSITIVE_INFINITY
    return count
  }

  private renderTail(output: Float32Array): number {
    let at = 0
    while (at < output.length && this.tailAt < this.tail.length) {
      output[at] = this.tail[this.tailAt] ?? 0
      at += 1
      this.tailAt += 1
    }
    return at
  }

  /** Silence, after an underrun led in by the last sample dying away. */
  private renderQuiet(output: Float32Array, from: number): void {
    const fade = UNDERRUN_FADE_MS * this.framesPerMs
    for (let i = from; i < output.length; i += 1) {
      output[i] = this.decayAt < fade ? this.lastSample * rise(fade - this.decayAt, fade) : 0
      this.decayAt += 1
    }
    this.quietFrames += output.length - from
  }

  private countDown(frames: number): void {
    for (const segment of this.leaving) segment.untilHeard -= frames
    let first = this.leaving[0]
    while (first !== undefined && first.untilHeard <= 0) {
      this.leaving.shift()
      this.report(first.reply, first.rendered, true)
      first = this.leaving[0]
    }
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
    const audible = this.leaving[0] ?? this.waiting[0]
    if (audible !== undefined && audible.rendered > 0) this.report(audible.reply, this.heard(audible), false)
    else if (meanSquare > 0 || !wasQuiet) this.report(0, 0, false)
  }

  private heard(segment: Segment): number {
    const onTheWay = segment === this.waiting[0] ? this.latencyFrames - this.quietFrames : segment.untilHeard
    return Math.max(0, segment.rendered - Math.max(0, onTheWay))
  }

  private report(reply: number, frames: number, drained: boolean): void {
    this.status.reply = reply
    this.status.frames = frames
    this.status.drained = drained
    this.onStatus(this.status)
  }
}
