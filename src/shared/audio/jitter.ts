/** What a reply on an unknown link waits for. */
export const UNKNOWN_DELAY_MS = 60
export const MIN_DELAY_MS = 10
export const MAX_DELAY_MS = 300
/** What is kept beyond the worst lateness that was seen: a part of it and a little more. */
const SPARE_SHARE = 0.15
const SPARE_MS = 8
/** After a reply without an underrun the delay falls by no more than this. */
const RELAX_MS = 10
/** Audio later than this was held up by a standstill, which no buffer is meant to cover. */
const STANDSTILL_MS = 400
/** How far before the first arrival of a reply an arrival counts as "in time"; earlier ones come from a sender that runs ahead. */
const AHEAD_MS = 200
const WINDOW_MS = 1000
/** A reply starts while its next audio is overdue by no more than this part of the delay. */
const OVERDUE_SHARE = 0.2

/**
 * How long audio of this link waits before it is played, so that later audio is not missed: learnt from reply to reply. All in frames.
 * docs/adr/0014-playback.md says how the numbers were chosen.
 */
export class PlayoutDelay {
  /** What all audio so far would have needed, falling slowly. */
  frames: number
  private readonly framesPerMs: number

  constructor(framesPerMs: number) {
    this.framesPerMs = framesPerMs
    this.frames = UNKNOWN_DELAY_MS * framesPerMs
  }

  /** Audio came `frames` later than the link can deliver: grows at once. */
  late(frames: number): void {
    if (frames <= STANDSTILL_MS * this.framesPerMs) this.frames = Math.max(this.frames, this.neededFor(frames))
  }

  /** A reply was heard without an underrun, its latest audio `frames` late: shrinks slowly. */
  clean(frames: number): void {
    this.frames = Math.max(this.neededFor(frames), this.frames - RELAX_MS * this.framesPerMs)
  }

  private neededFor(late: number): number {
    const { framesPerMs } = this
    const frames = late * (1 + SPARE_SHARE) + SPARE_MS * framesPerMs
    return Math.max(MIN_DELAY_MS * framesPerMs, Math.min(MAX_DELAY_MS * framesPerMs, frames))
  }
}

/**
 * The arrivals of audio that is played without a break. Times are frames of the output's clock. An arrival's transit is the time since
 * the first one less the audio that came before it: constant on a calm link at real time, falling when the sender runs ahead.
 */
export class Arrivals {
  /** The latest of them, in frames after the time at which the link can deliver. */
  latest = 0
  private readonly framesPerMs: number
  private began: number
  private received = 0
  private windowBegan: number
  /** The smallest transit of this window and of the one before. */
  private quickest = 0
  private quickestBefore = 0

  constructor(framesPerMs: number, clock: number) {
    this.framesPerMs = framesPerMs
    this.began = clock
    this.windowBegan = clock
  }

  /** After a break: what comes now is the first again. */
  restart(clock: number): void {
    this.began = clock
    this.windowBegan = clock
    this.received = 0
    this.quickest = 0
    this.quickestBefore = 0
  }

  /** `frames` came; returns how late they were. */
  add(clock: number, frames: number): number {
    const transit = clock - this.began - this.received
    this.received += frames
    if (clock - this.windowBegan >= WINDOW_MS * this.framesPerMs) {
      this.windowBegan = clock
      this.quickestBefore = this.quickest
      this.quickest = transit
    } else this.quickest = Math.min(this.quickest, transit)
    const inTime = Math.max(this.inTime(), -AHEAD_MS * this.framesPerMs)
    const late = Math.max(0, transit - inTime)
    this.latest = Math.max(this.latest, late)
    return late
  }

  /** Whether the `waiting` frames can be played from `clock` on without missing what comes late, as far as is known. */
  mayStart(clock: number, waiting: number, delay: number): boolean {
    const margin = this.margin(clock, waiting)
    const overdue = margin - waiting
    return margin >= MAX_DELAY_MS * this.framesPerMs || (margin >= delay && overdue <= OVERDUE_SHARE * delay)
  }

  /** How much later than in time the next audio may come if the `waiting` frames are played from `clock` on. */
  margin(clock: number, waiting: number): number {
    return clock + waiting - (this.began + this.received + this.inTime())
  }

  private inTime(): number {
    return Math.min(this.quickest, this.quickestBefore)
  }
}
