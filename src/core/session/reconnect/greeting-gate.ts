import type { ServiceEvent } from '../../dialects/dialect.ts'
import type { Clock } from '../../ports.ts'

/** A greeting begins sooner than this after SettingsApplied; what begins later is no greeting. */
const BEGINS_MS = 3_000

/**
 * A saved agent greets on every connection, because its greeting is no part of what Parley sends. After a reconnect that greeting is
 * kept from the conversation: everything the agent says before anybody else does, up to its AgentAudioDone.
 */
export class GreetingGate {
  readonly #clock: Clock
  readonly #sinceMs: number
  #state: 'waiting' | 'greeting' | 'open'

  /** `closed`: there may be a greeting to keep back. */
  constructor(clock: Clock, closed: boolean) {
    this.#clock = clock
    this.#sinceMs = clock.nowMs()
    this.#state = closed ? 'waiting' : 'open'
  }

  /** Somebody has asked the agent to speak. */
  open(): void {
    this.#state = 'open'
  }

  /** Whether audio of the agent belongs to the conversation. */
  passesAudio(): boolean {
    return this.#passes()
  }

  passes(event: ServiceEvent): boolean {
    if (this.#state === 'open') return true
    switch (event.kind) {
      case 'agent-text':
      case 'agent-started':
      case 'history':
        return this.#passes()
      case 'agent-audio-done':
      case 'reply-complete': {
        const greeted = this.#state === 'greeting'
        if (greeted) this.open()
        return !greeted
      }
      case 'user-started':
      case 'user-text':
      case 'agent-thinking':
      case 'tool-calls':
        this.open()
        return true
      default:
        return true
    }
  }

  #passes(): boolean {
    if (this.#state === 'waiting') {
      this.#state = this.#clock.nowMs() - this.#sinceMs < BEGINS_MS ? 'greeting' : 'open'
    }
    return this.#state === 'open'
  }
}
