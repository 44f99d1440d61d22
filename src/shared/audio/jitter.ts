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
/** Arrivals of a calm link differ by no more than this: the bursts in which a browser renders. */
const CALM_MS = 12
/** In so short a time no sender gets ahead of what is heard by much: what came at once was late before. */
const BEGINNING_MS = 150
/** On a link that was not measured, n arrivals have shown less than there is: their spread counts more by this, over n... */
const UNSEEN_AT_START = 6
/** ...more while the reply plays, where it is cheaper... */
const UNSEEN_WHILE_PLAYING = 10
/** ...and where nothing at all is known, this is added, over n. */
const UNSEEN_MS = 100
/** A reply starts while its next audio is overdue by no more than this part of the delay. */
const OVERDUE_SHARE = 0.2

/** Of the link: nothing, something (from an earlier page or graph, or of a reply that stopped), or what a whole reply needed. */
type Knowledge = 'none' | 'remembered' | 'measured'

/** What the arrivals of the reply that plays have shown. */
type Shown = Pick<Arrivals, 'count' | 'spread'>

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
  private knowledge: Knowledge = 'none'

  constructor(framesPerMs: number) {
    this.framesPerMs = framesPerMs
    this.start = UNKNOWN_DELAY_MS * framesPerMs
    this.learnt = this.start
  }

  /** What a reply that plays should have over a link that was measured. */
  get playing(): number {
    return this.start + SPARE_MS * this.framesPerMs
  }

  /** What was measured of the link, 0 for nothing. */
  get learntMs(): number {
    return this.knowledge === 'none' ? 0 : this.learnt / this.framesPerMs
  }

  /** Whether a reply of this link was heard here: till then its first one is judged by how it comes. */
  get measured(): boolean {
    return this.knowledge === 'measured'
  }

  /** Audio will come over the link of which `delayMs` was learnt earlier, null for one that is not known. */
  know(delayMs: number | null): void {
    if (delayMs !== null && Math.abs(delayMs - this.learntMs) < 1) return
    this.knowledge = delayMs === null ? 'none' : 'remembered'
    this.learnt = this.within((delayMs ?? UNKNOWN_DELAY_MS) * this.framesPerMs)
    this.start = this.learnt
    this.latestBefore = 0
  }

  /** What a reply waits for before it starts, after what has come of it. */
  startFor(shown: Shown): number {
    if (this.knowledge === 'measured') return this.start
    const { count, spread } = shown
    const seen = spread * (1 + SPARE_SHARE + UNSEEN_AT_START / count)
    if (this.knowledge === 'remembered') return Math.max(this.start, seen)
    const guess = UNKNOWN_DELAY_MS * this.framesPerMs
    if (count < 2) return guess
    const judged = seen + (UNSEEN_MS / count) * this.framesPerMs
    return spread <= CALM_MS * this.framesPerMs ? Math.min(guess, judged) : judged
  }

  /** What a reply that plays should have; `overdue`: its next audio should have come so long ago. */
  playingFor({ count, spread }: Shown, overdue: number): number {
    if (this.knowledge === 'measured') return this.playing
    const seen = Math.max(spread, overdue) * (1 + SPARE_SHARE + UNSEEN_WHILE_PLAYING / Math.max(1, count))
    return Math.max(this.playing, Math.min(seen, MAX_DELAY_MS * this.framesPerMs) + SPARE_MS * this.framesPerMs)
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
    const relaxed = this.knowledge === 'none' ? 0 : this.learnt - RELAX_MS * this.framesPerMs
    const measured = clean && count >= ENOUGH_ARRIVALS
    if (measured) this.knowledge = 'measured'
    else if (this.knowledge === 'none' && count >= ENOUGH_ARRIVALS) this.knowledge = 'remembered'
    this.learnt = Math.max(needed, measured ? relaxed : this.learnt)
    this.start = this.learnt
  }

  private neededFor(late: number): number {
    return this.within(late * (1 + SPARE_SHARE))
  }

  private within(frames: number): number {
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
  /** How much they differed: the latest, and what those before the first were late by if it was late itself. */
  spread = 0
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
    if (late > STANDSTILL_MS * this.framesPerMs) return late
    this.remember(clock, late)
    this.spread = Math.max(this.spread, late, this.firstWasLate(clock, late))
    return late
  }

  /** By how much, where pieces came at once after the first and now one is late after those. */
  private firstWasLate(clock: number, late: number): number {
    const isBeginning = clock - this.began < BEGINNING_MS * this.framesPerMs
    return isBeginning && late > CALM_MS * this.framesPerMs ? -this.inTime() : 0
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
