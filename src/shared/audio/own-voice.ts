import { MAX_DELAY_MS, OwnVoiceDelay, type DelayLook } from './own-voice-delay.ts'
import { OwnVoiceFilter } from './own-voice-filter.ts'
import { CENTRE_LAG, type HopFit, MAX_HOP_FRAMES, WINDOW_FRAMES } from './own-voice-hop.ts'
import { OwnVoiceLeak } from './own-voice-leak.ts'
import { SEARCH_WINDOW_FRAMES } from './own-voice-search.ts'
import { OwnVoiceTear } from './own-voice-tear.ts'

/**
 * How the agent's own voice is kept out of a captured input. `learning`: not heard enough of it yet, the input is attenuated
 * while it speaks. `cancelled`: it is subtracted. `gated`: it could not be learned, attenuated as before. `excluded`: nothing of it comes back.
 */
export type OwnVoiceHandling = 'learning' | 'cancelled' | 'gated' | 'excluded'

/** Further from the centre than this, the filter's window is moved. */
const OFF_CENTRE_FRAMES = 400
/** A path that has moved so far is put back to the centre. */
const RECENTRED_FRAMES = 256
/** A delay that was found is exact to about this. */
const SAME_DELAY_FRAMES = 64
/** What is kept of the path when it seems to have changed, per hop. */
const KEPT_AFTER_CHANGE = 0.5
/** The same where more is left than was expected. */
const KEPT_IN_DOUBT = 0.9

/** Mean square below which the own voice is not audible (-80 dBFS). */
const AUDIBLE = 1e-8
/** How long what was played may still come back, beyond the delay: a room's or a driver's tail. */
const TAIL_MS = 60
/** The highest power of the own voice that may be left, against its power as played: -33 dB, so that 30 dB are sure. */
const ALLOWED_LEAK = 5e-4
/** What is found in a hop may have begun anywhere in it. */
const FALL_MS = 2
/** Other programs come back over this time, without a click. */
const RISE_MS = 40
/** Above this it is no longer said to be cancelled (-24 dB). */
const LOST_LEAK = 4e-3
/** How long it must be good: longer after every loss, so that a path that never holds still is gated. */
const GOOD_MS = 300
const MOST_GOOD_MS = 2500
const BAD_MS = 120
const GIVE_UP_MS = 12_000
/** Comparisons without a match after which nothing seems to come back; one lasts about a third of a second. */
const LOOKS_WITHOUT_MATCH = 8
/** A comparison says that so little can come back that it need not be taken out (-32 dB). */
const NOTHING_LEFT = 6e-4

/**
 * Takes what the graph itself played out of an input that captures what the computer plays. One per input. Everything happens in the block it
 * is given: nothing is delayed, and nothing is allocated after construction. It works only while the own voice may be audible.
 */
export class OwnVoiceCanceller {
  private readonly onHandling: (handling: OwnVoiceHandling) => void
  private readonly framesPerMs: number
  private readonly history: Float32Array
  private readonly heard: Float32Array
  private readonly window = new Float64Array(WINDOW_FRAMES)
  private readonly delay: OwnVoiceDelay
  private readonly filter: OwnVoiceFilter
  private readonly tear: OwnVoiceTear
  private readonly leak = new OwnVoiceLeak()
  private state: OwnVoiceHandling = 'learning'
  private told: OwnVoiceHandling | null = null
  private written = 0
  private silentFrames = Number.POSITIVE_INFINITY
  /** How far back the filter's window ends; null while the delay is not known. */
  private offset: number | null = null
  private seenDelay = Number.NEGATIVE_INFINITY
  private otherOffset = Number.NEGATIVE_INFINITY
  private gain = 1
  private share = 0
  private goodMs = GOOD_MS
  private goodFrames = 0
  private badFrames = 0
  private learningFrames = 0
  private looksWithoutMatch = 0

  /** `onHandling` is called in the first block, which is `learning`, and at every change. */
  constructor(sampleRateHz: number, onHandling: (handling: OwnVoiceHandling) => void = () => undefined) {
    this.onHandling = onHandling
    this.framesPerMs = sampleRateHz / 1000
    const needed = MAX_DELAY_MS * this.framesPerMs + SEARCH_WINDOW_FRAMES
    this.history = new Float32Array(2 ** Math.ceil(Math.log2(needed)))
    this.heard = new Float32Array(this.history.length)
    this.delay = new OwnVoiceDelay(sampleRateHz)
    this.filter = new OwnVoiceFilter(sampleRateHz)
    this.tear = new OwnVoiceTear(sampleRateHz)
  }

  get handling(): OwnVoiceHandling {
    return this.state
  }

  /**
   * `block`: first `frames` samples of the input, which are changed in place, then the `frames` samples that the graph played in the
   * same time. Any number of frames. What is not a number becomes silence: it would never leave a memory again.
   */
  process(block: Float32Array, frames: number): void {
    this.tell()
    for (let i = 0; i < 2 * frames; i += 1) if (!Number.isFinite(block[i])) block[i] = 0
    const hops = Math.ceil(frames / MAX_HOP_FRAMES)
    for (let hop = 0; hop < hops; hop += 1) {
      const from = Math.floor((frames * hop) / hops)
      this.hop(block, from, frames + from, Math.floor((frames * (hop + 1)) / hops) - from)
    }
  }

  private hop(block: Float32Array, from: number, playedFrom: number, count: number): void {
    this.remember(block, from, playedFrom, count)
    this.filter.pass(count)
    const look = this.delay.push(block, from, playedFrom, count)
    if (look !== null) this.onLook(look)
    // A dead tap, or a sound server that stumbles, says nothing of the path.
    if (isDead(block, from, count)) return
    const quietFrames = (MAX_DELAY_MS + TAIL_MS) * this.framesPerMs
    if (this.state === 'excluded' || this.silentFrames > quietFrames) {
      this.output(block, from, count, 1, 0)
      return
    }
    if (this.offset === null) {
      this.countLearning(count)
      this.output(block, from, count, Math.sqrt(ALLOWED_LEAK), 0)
      return
    }
    this.cancel(block, from, count, this.offset)
  }

  private cancel(block: Float32Array, from: number, count: number, offset: number): void {
    const { filter, leak, tear } = this
    const power = this.fillWindow(offset)
    const fit = filter.run(this.window, block, from, count, power > AUDIBLE)
    if (power <= AUDIBLE) {
      // While it is not sure when it comes back, it may do so at any time.
      const unsure = this.state !== 'cancelled' || tear.isOpen
      this.output(block, from, count, unsure ? Math.sqrt(ALLOWED_LEAK) : 1, unsure ? 0 : 1)
      return
    }
    if (tear.isOpen || (fit === 'torn' && this.state === 'cancelled')) {
      this.mend(block, from, count, offset, fit)
      this.output(block, from, count, Math.sqrt(ALLOWED_LEAK), 0)
      return
    }
    leak.measure(filter, this.window, count, fit)
    if (leak.changed > ALLOWED_LEAK && (filter.hopChanged || this.state !== 'cancelled'))
      filter.forget(KEPT_AFTER_CHANGE)
    else if (leak.power > LOST_LEAK && filter.expectedLeak < LOST_LEAK) filter.forget(KEPT_IN_DOUBT)
    this.judge(leak.power, count)
    const left = this.state === 'cancelled' ? leak.power : Math.max(1, leak.power)
    this.output(block, from, count, Math.min(1, Math.sqrt(ALLOWED_LEAK / left)), leak.helps ? 1 : 0)
    this.recentre()
  }

  /** The sound was torn: looks where it goes on. Nothing is learned until it does, and the hop in which that is found is not trusted yet. */
  private mend(block: Float32Array, from: number, count: number, offset: number, fit: HopFit): void {
    const { filter, tear, leak } = this
    leak.torn()
    tear.pass(count)
    if (fit === 'fits') return tear.close(offset)
    const found = tear.look(this.history, this.heard, this.written, offset + CENTRE_LAG + filter.offCentre)
    if (found !== null) tear.propose(Math.max(0, offset + found))
    for (const other of tear.candidates) {
      if (other === offset || this.fillWindow(other) <= AUDIBLE) continue
      if (filter.run(this.window, block, from, count, true) !== 'fits') continue
      this.offset = other
      filter.jumped()
      return tear.close(other)
    }
    // What was taken off goes on while the sound fades away.
    this.fillWindow(offset)
    filter.run(this.window, block, from, count, false)
    if (!tear.isHopeless) return
    tear.close(offset)
    this.lose()
  }

  /** A delay that grows or shrinks for long leaves the filter's window. */
  private recentre(): void {
    const { offCentre } = this.filter
    if (this.offset === null || this.state !== 'cancelled' || Math.abs(offCentre) < RECENTRED_FRAMES) return
    if (this.offset + offCentre < 0) return
    this.offset += this.filter.recentre()
    this.tear.move(offCentre)
  }

  /** Input less `share` of the estimate, times `gain`: at once where it falls, slowly where it rises. */
  private output(block: Float32Array, from: number, count: number, gain: number, share: number): void {
    if (gain === 1 && share === 0 && this.gain === 1 && this.share === 0) return
    const to = Math.min(gain, this.gain + count / (RISE_MS * this.framesPerMs))
    const { estimate } = this.filter
    const used = this.share > 0 || share > 0
    const over = to < this.gain ? Math.min(count, FALL_MS * this.framesPerMs) : count
    for (let i = 0; i < count; i += 1) {
      const part = Math.min(1, (i + 1) / over)
      const g = this.gain + (to - this.gain) * part
      const s = this.share + (share - this.share) * part
      const value = block[from + i] as number
      block[from + i] = g * (used ? value - s * (estimate[i] as number) : value)
    }
    this.gain = to
    this.share = share
  }

  private remember(block: Float32Array, from: number, playedFrom: number, count: number): void {
    const mask = this.history.length - 1
    let power = 0
    for (let i = 0; i < count; i += 1) {
      const value = block[playedFrom + i] as number
      this.history[(this.written + i) & mask] = value
      this.heard[(this.written + i) & mask] = block[from + i] as number
      power += value * value
    }
    this.written += count
    this.silentFrames = power / count > AUDIBLE ? 0 : this.silentFrames + count
  }

  /** Returns the mean square. */
  private fillWindow(offset: number): number {
    const mask = this.history.length - 1
    const begin = this.written - offset - WINDOW_FRAMES
    let power = 0
    for (let i = 0; i < WINDOW_FRAMES; i += 1) {
      const value = this.history[(begin + i) & mask] as number
      this.window[i] = value
      power += value * value
    }
    return power / WINDOW_FRAMES
  }

  /** The path that is learned and the delay that was found last are the same. */
  private get isWhereSeen(): boolean {
    const learned = (this.offset ?? Number.NEGATIVE_INFINITY) + CENTRE_LAG + this.filter.offCentre
    return Math.abs(this.seenDelay - learned) < SAME_DELAY_FRAMES
  }

  private onLook(look: DelayLook): void {
    if (!look.certain || look.mostLeak < NOTHING_LEFT) {
      this.looksWithoutMatch += 1
      const nothing = this.looksWithoutMatch >= LOOKS_WITHOUT_MATCH && look.mostLeak < NOTHING_LEFT
      if (nothing && this.state !== 'cancelled') this.become('excluded')
      return
    }
    this.looksWithoutMatch = 0
    this.seenDelay = look.delayFrames
    // What is taken out well is not given up for a look, which is slower to see that the delay has changed.
    if (this.state === 'cancelled' && (this.tear.isOpen || this.leak.power < LOST_LEAK)) return
    if (this.isWhereSeen && this.leak.power < LOST_LEAK) return
    const offset = Math.max(0, look.delayFrames - CENTRE_LAG)
    if (this.offset !== null && Math.abs(offset - this.offset) < OFF_CENTRE_FRAMES) {
      if (this.state === 'excluded') this.become('learning')
      return
    }
    // One look may be wrong; what is cancelled is not given up for it.
    const again = Math.abs(offset - this.otherOffset) < OFF_CENTRE_FRAMES
    this.otherOffset = offset
    if ((this.state === 'cancelled' || this.state === 'excluded') && !again) return
    this.offset = offset
    this.filter.reset()
    this.leak.reset()
    this.become('learning')
  }

  private judge(leak: number, count: number): void {
    const isGood = leak <= 2 * ALLOWED_LEAK && (this.isWhereSeen || this.filter.standsOut)
    this.goodFrames = isGood ? this.goodFrames + count : 0
    this.badFrames = leak > LOST_LEAK ? this.badFrames + count : 0
    if (this.state === 'cancelled') {
      if (this.goodFrames >= MOST_GOOD_MS * this.framesPerMs) this.goodMs = GOOD_MS
      if (this.badFrames < BAD_MS * this.framesPerMs) return
      this.lose()
    } else if (this.goodFrames >= this.goodMs * this.framesPerMs) this.become('cancelled')
    else this.countLearning(count)
  }

  private lose(): void {
    this.goodMs = Math.min(MOST_GOOD_MS, 2 * this.goodMs)
    this.delay.reset()
    this.filter.reset()
    this.leak.reset()
    this.become('learning')
  }

  private countLearning(count: number): void {
    if (this.state !== 'learning') return
    this.learningFrames += count
    if (this.learningFrames >= GIVE_UP_MS * this.framesPerMs) this.become('gated')
  }

  private become(state: OwnVoiceHandling): void {
    if (state === this.state) return
    this.state = state
    this.goodFrames = 0
    this.badFrames = 0
    this.learningFrames = 0
    this.tell()
  }

  private tell(): void {
    if (this.told === this.state) return
    this.told = this.state
    this.onHandling(this.state)
  }
}

/** Nothing but digital zeros. */
function isDead(block: Float32Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i += 1) if (block[i] !== 0) return false
  return true
}
