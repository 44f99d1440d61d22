import { assertNever } from '../../shared/assert-never.ts'
import type { Activity } from '../../shared/events.ts'
import type { Clock } from '../ports.ts'

/** Nobody waits longer than this for an answer, or for the end of a turn with a closed microphone. */
export const GIVE_UP_MS = 30_000

/** What moves the activity of a live session. */
export type ActivityInput =
  | 'user-started'
  /** The service has the user's words, spoken or typed. */
  | 'user-turn-ended'
  | 'agent-thinking'
  /** The agent called functions, perhaps before the user's turn is confirmed (deepgram.md section 6). */
  | 'tools-called'
  | 'reply-began'
  /** The last sample of everything received was played, or what was left was cut. */
  | 'all-played'
  /** The same, and the agent still works on its turn: a tool runs, or its result was just sent. */
  | 'filler-played'
  /** A reply that nobody hears has come to its end. */
  | 'reply-complete'
  /** A state that waits for the service has waited too long. */
  | 'gave-up'

/** The activity after `input` (deepgram.md section 7.1). Speaking lasts until the last sample was played. */
export function nextActivity(activity: Activity, input: ActivityInput): Activity {
  switch (input) {
    case 'user-started':
      return 'userSpeaking'
    case 'user-turn-ended':
    case 'agent-thinking':
      return activity === 'agentSpeaking' ? activity : 'thinking'
    case 'tools-called':
      return activity === 'listening' ? 'thinking' : activity
    case 'reply-began':
      return 'agentSpeaking'
    case 'all-played':
      return activity === 'agentSpeaking' ? 'listening' : activity
    case 'filler-played':
      return activity === 'agentSpeaking' ? 'thinking' : activity
    case 'reply-complete':
      return activity === 'thinking' || activity === 'agentSpeaking' ? 'listening' : activity
    case 'gave-up':
      return activity === 'thinking' || activity === 'userSpeaking' ? 'listening' : activity
    default:
      return assertNever(input)
  }
}

/** Where a service counts as dead once it has been silent for `silentMs`, that is found out first: a new connection follows. */
const AFTER_SILENT_MS = 5_000

export interface ActivityPorts {
  clock: Clock
  /** Longest silence of a service that owes an answer; undefined where an answer may take as long as it takes. */
  silentMs: number | undefined
  /** False while something that is known still goes on, so that waiting makes sense. */
  mayGiveUp(activity: Activity): boolean
  onChange(activity: Activity): void
  /** A state that waited for the service has ended without it. */
  onGaveUp(): void
}

/** The activity of a live session, which no missing message leaves waiting for ever. */
export class ActivityKeeper {
  readonly #ports: ActivityPorts
  #activity: Activity = 'listening'
  #cancelGiveUp: () => void = () => {}
  #closed = false

  constructor(ports: ActivityPorts) {
    this.#ports = ports
  }

  get activity(): Activity {
    return this.#activity
  }

  move(input: ActivityInput): void {
    const next = nextActivity(this.#activity, input)
    if (this.#closed || next === this.#activity) return
    this.#activity = next
    this.waitOn()
    this.#ports.onChange(next)
  }

  /** Something has happened: the wait begins anew. */
  waitOn(): void {
    this.#cancelGiveUp()
    this.#cancelGiveUp = () => {}
    if (this.#closed || (this.#activity !== 'thinking' && this.#activity !== 'userSpeaking')) return
    const { clock, silentMs = 0 } = this.#ports
    const waitMs = this.#activity === 'thinking' ? Math.max(GIVE_UP_MS, silentMs + AFTER_SILENT_MS) : GIVE_UP_MS
    this.#cancelGiveUp = clock.after(waitMs, () => this.#due())
  }

  close(): void {
    this.#closed = true
    this.#cancelGiveUp()
  }

  #due(): void {
    if (!this.#ports.mayGiveUp(this.#activity)) return this.waitOn()
    this.#ports.onGaveUp()
    this.move('gave-up')
  }
}
