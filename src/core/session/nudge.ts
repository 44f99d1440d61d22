import type { Nudge as NudgeSettings } from '../../shared/profile.ts'
import type { Clock } from '../ports.ts'

export interface NudgePorts {
  clock: Clock
  /** Asks the agent to say it if nobody is mid-turn; a refusal is dropped (rules I3, I8). */
  say(text: string): void
}

type State =
  /** Somebody has the turn. */
  | { kind: 'off' }
  | { kind: 'waiting'; cancel: () => void }
  /** It was said, or refused, in this silence. */
  | { kind: 'said' }

/** Says one line to a user who has been silent, once per silence (rule I11). */
export class Nudge {
  readonly #ports: NudgePorts
  readonly #settings: NudgeSettings | undefined
  #state: State = { kind: 'off' }

  /** Without `settings` it never says anything. */
  constructor(ports: NudgePorts, settings: NudgeSettings | undefined) {
    this.#ports = ports
    this.#settings = settings
  }

  /** Whether nobody has the turn now; what the agent says itself only makes the silence begin anew. */
  quiet(quiet: boolean): void {
    const settings = this.#settings
    if (settings === undefined || this.#state.kind === 'said') return
    if (!quiet) this.#become({ kind: 'off' })
    else if (this.#state.kind === 'off') {
      const cancel = this.#ports.clock.after(settings.afterSeconds * 1000, () => this.#due(settings.say))
      this.#become({ kind: 'waiting', cancel })
    }
  }

  /** The user spoke or typed: the next silence is another one. */
  userTurn(): void {
    this.#become({ kind: 'off' })
  }

  close(): void {
    this.#become({ kind: 'said' })
  }

  #due(text: string): void {
    this.#become({ kind: 'said' })
    this.#ports.say(text)
  }

  #become(next: State): void {
    if (this.#state.kind === 'waiting') this.#state.cancel()
    this.#state = next
  }
}
