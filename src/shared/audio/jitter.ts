/** What a reply on an unknown link waits for. */
export const UNKNOWN_DELAY_MS = 60
export const MIN_DELAY_MS = 5
export const MAX_DELAY_MS = 300
/** Kept beyond the worst lateness that was seen. */
const SPARE_SHARE = 0.15
/** Kept in addition while a reply plays: cheaper to get by stretching its beginning than by starting later. */
export const SPARE_MS = 8
/** After a reply without an underrun the delay falls by no more than this. */
const RELAX_MS = 10
/** What is late within this time is late for one reason. */
const ONE_TIME_MS = 250
/** So many arrivals tell how calm a link is. */
const ENOUGH_ARRIVALS = 10
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
  /** What a reply waits for before it starts: what all audio so far would have needed, falling slowly. */
  start: number
  private readonly framesPerMs: number
  /** What is known of the link, without the reply that plays. */
  private learnt: number
  /** How late the latest audio of the reply before was. */
  private latestBefore = 0
  /** Nothing was measured yet: the delay is a guess. */
  private guessed = true

  constructor(framesPerMs: number) {
    this.framesPerMs = framesPerMs
    this.start = UNKNOWN_DELAY_MS * framesPerMs
    this.learnt = this.start
  }

  /** What a reply that plays should have. */
  get playing(): number {
    return this.start + SPARE_MS * this.framesPerMs
  }

  /** Audio came `frames` later than the link can deliver: grows at once. */
  late(frames: number): void {
    if (frames <= STANDSTILL_MS * this.framesPerMs) this.start = Math.max(this.start, this.neededFor(frames))
  }

  /**
   * A reply is over. What was late in it only once, and not in the one before, is forgotten: one hiccup of a machine must not delay
   * all replies to come. If nothing was missing, the delay shrinks slowly, a mere guess at once.
   */
  over({ latest, again, count }: Pick<Arrivals, 'latest' | 'again' | 'count'>, clean: boolean): void {
    const needed = this.neededFor(Math.max(again, Math.min(latest, this.latestBefore)))
    this.latestBefore = latest
    const relaxed = this.guessed ? 0 : this.learnt - RELAX_MS * this.framesPerMs
    const measured = clean && count >= ENOUGH_ARRIVALS
    if (measured) this.guessed = false
    this.learnt = Math.max(needed, measured ? relaxed : this.learnt)
    this.start = this.learnt
  }

  private neededFor(late: number): number {
    const frames = late * (1 + SPARE_SHARE)
    return Math.max(MIN_DELAY_MS * this.framesPerMs, Math.min(MAX_DELAY_MS * this.framesPerMs, frames))
  }
}

/**
 * The arrivals of audio that is played without a break. Times are frames of the output's clock. An arrival's transit is the time since
 * the first one less the audio that came before it: constant on a calm link at real time, falling when the sender runs ahead.
 */
export class Arrivals {
  /** The latest of them, in frames after the time at which the link can deliver. */
  latest = 0
  /** How late audio was at least once more, at another time. */
  again = 0
  /** Times at which some came, those of a sender far ahead left out. */
  count = 0
  private readonly framesPerMs: number
  private began: number
  private received = 0
  private latestAt = Number.NEGATIVE_INFINITY
  private lastAt = Number.NEGATIVE_INFINITY
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
    if (clock > this.lastAt && transit > -AHEAD_MS * this.framesPerMs) this.count += 1
    this.lastAt = clock
    if (clock - this.windowBegan >= WINDOW_MS * this.framesPerMs) {
      this.windowBegan = clock
      this.quickestBefore = this.quickest
      this.quickest = transit
    } else this.quickest = Math.min(this.quickest, transit)
    const inTime = Math.max(this.inTime(), -AHEAD_MS * this.framesPerMs)
    const late = Math.max(0, transit - inTime)
    if (late <= STANDSTILL_MS * this.framesPerMs) this.remember(clock, late)
    return late
  }

  private remember(clock: number, late: number): void {
    const isSameTime = clock - this.latestAt < ONE_TIME_MS * this.framesPerMs
    if (late <= this.latest) {
      if (!isSameTime) this.again = Math.max(this.again, late)
      return
    }
    if (!isSameTime) this.again = this.latest
    this.latest = late
    this.latestAt = clock
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
