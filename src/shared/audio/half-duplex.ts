/** The leak that is bad: above it a service is likely to hear the agent as the person. */
const BAD_LEAK_DB = -30
const BAD_MS = 1000
/** The leak that is good, for longer: the person may have put headphones on, or the cancellation has learnt. */
const GOOD_LEAK_DB = -40
const GOOD_MS = 5000
/** The microphone stays silent for this long after the last of the agent's voice has come back. */
const TAIL_MS = 250
/** What playing takes to come back where it was never measured. */
const USUAL_DELAY_MS = 150

/** Whether the microphone is silent while the agent speaks; `auto`: while too much of its voice comes back. */
export type HalfDuplexChoice = 'auto' | 'on' | 'off'

/** Decides block by block whether the microphone is silent. */
export class HalfDuplex {
  private choice: HalfDuplexChoice = 'auto'
  private badLeak = false
  private badMs = 0
  private goodMs = 0
  private sinceAudibleMs = Number.POSITIVE_INFINITY
  private delayMs = USUAL_DELAY_MS

  choose(choice: HalfDuplexChoice): void {
    this.choice = choice
  }

  /** Asked for, or the leak is bad. */
  get inForce(): boolean {
    return this.choice === 'on' || (this.choice === 'auto' && this.badLeak)
  }

  /** The microphone is silent now. */
  get mutes(): boolean {
    return this.inForce && this.sinceAudibleMs <= this.delayMs + TAIL_MS
  }

  /** A block of `ms` in which the agent was `audible` or not; the leak and delay as last measured, null where not known. */
  block(ms: number, audible: boolean, leakDb: number | null, delayMs: number | null): void {
    this.delayMs = delayMs ?? USUAL_DELAY_MS
    this.sinceAudibleMs = audible ? 0 : this.sinceAudibleMs + ms
    // The leak tells nothing new while the agent is silent.
    if (!audible || leakDb === null) return
    this.badMs = leakDb > BAD_LEAK_DB ? this.badMs + ms : 0
    this.goodMs = leakDb < GOOD_LEAK_DB ? this.goodMs + ms : 0
    if (this.badMs >= BAD_MS) this.badLeak = true
    if (this.goodMs >= GOOD_MS) this.badLeak = false
  }

  /** Another microphone or loudspeaker: what was measured is no longer true. */
  reset(): void {
    this.badLeak = false
    this.badMs = 0
    this.goodMs = 0
  }
}
