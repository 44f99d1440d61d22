/** What an audio context says of itself at one moment; `atMs` by a monotonic clock. */
export interface ContextSight {
  atMs: number
  state: AudioContextState | 'interrupted'
  /** Seconds of audio that were rendered. */
  currentTime: number
}

/**
 * `fine`; `waiting`: not running yet; `held`: not running for {@link START_GRACE_MS}; `dead`: will not play again, because it is
 * closed, says that it runs and renders nothing for {@link STUCK_MS}, or does not run again for {@link HELD_DEAD_MS} where it may.
 */
export type ContextVerdict = 'fine' | 'waiting' | 'held' | 'dead'

/** A context that may run has started long before. */
const START_GRACE_MS = 500
const STUCK_MS = 500
const HELD_DEAD_MS = 2000
/** Moving a context to another loudspeaker has been seen to take 0.7 s on a busy machine. */
const MOVING_MS = 2000
/** Counts for no more between two sights: a computer that slept, or a page that was stopped, is no context that hangs. */
const LONGEST_STEP_MS = 300

/** Judges an audio context that should run, from one sight to the next. Its `state` may lie: the audio clock does not. */
export class ContextWatch {
  #last: ContextSight | undefined
  #stuckMs = 0
  #heldMs = 0
  #hasRun = false
  #movingUntilMs = 0

  /** `mayPlay`: the autoplay rule holds nothing back. A context that ran once was allowed to. */
  look(sight: ContextSight, mayPlay: boolean): ContextVerdict {
    const stepMs = this.#last === undefined ? 0 : Math.min(sight.atMs - this.#last.atMs, LONGEST_STEP_MS)
    const advanced = this.#last === undefined || sight.currentTime !== this.#last.currentTime
    this.#last = sight
    if (sight.state === 'closed') return 'dead'
    if (sight.state !== 'running') {
      this.#stuckMs = 0
      this.#heldMs += stepMs
      if (this.#heldMs >= HELD_DEAD_MS && (mayPlay || this.#hasRun)) return 'dead'
      return this.#heldMs >= START_GRACE_MS ? 'held' : 'waiting'
    }
    this.#hasRun = true
    this.#heldMs = 0
    this.#stuckMs = advanced || sight.atMs < this.#movingUntilMs ? 0 : this.#stuckMs + stepMs
    return this.#stuckMs >= STUCK_MS ? 'dead' : 'fine'
  }

  /** For {@link MOVING_MS} it may stand: it is moved to another loudspeaker. */
  moving(atMs: number): void {
    this.#movingUntilMs = atMs + MOVING_MS
  }

  /** The context is not needed for a while: what it does meanwhile is not judged. */
  rest(): void {
    this.#last = undefined
    this.#stuckMs = 0
    this.#heldMs = 0
  }
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 30_000
/** A context that ran this long was sound: what kills the next one is another matter. */
const SOUND_AFTER_MS = 30_000

/** How long to wait before the next context is made: not at all, then 1 s, doubled up to 30 s while they keep dying. */
export class RebuildBackoff {
  #waitMs = 0
  #builtAtMs: number | undefined

  built(atMs: number): void {
    this.#builtAtMs = atMs
  }

  /** The context has died, or could not be made. */
  died(atMs: number): number {
    if (this.#builtAtMs !== undefined && atMs - this.#builtAtMs >= SOUND_AFTER_MS) this.#waitMs = 0
    this.#builtAtMs = undefined
    const waitMs = this.#waitMs
    this.#waitMs = Math.min(waitMs === 0 ? FIRST_WAIT_MS : waitMs * 2, LONGEST_WAIT_MS)
    return waitMs
  }
}

/** When a microphone that was lost is tried again; the last one repeats. */
const REOPEN_MS = [0, 500, 1000, 2000, 5000] as const
/** A device that was open for this long has come back for good. */
const SETTLED_AFTER_MS = 2000

export class ReopenBackoff {
  #attempts = 0
  #openedAtMs: number | undefined

  opened(atMs: number): void {
    this.#openedAtMs = atMs
  }

  /** It was lost, or could not be opened; how long to wait. */
  failed(atMs: number): number {
    if (this.#openedAtMs !== undefined && atMs - this.#openedAtMs >= SETTLED_AFTER_MS) this.#attempts = 0
    this.#openedAtMs = undefined
    const waitMs = REOPEN_MS[Math.min(this.#attempts, REOPEN_MS.length - 1)] ?? 0
    this.#attempts += 1
    return waitMs
  }

  /** The person has asked for something new. */
  reset(): void {
    this.#attempts = 0
  }
}
