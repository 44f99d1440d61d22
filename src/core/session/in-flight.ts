import { NO_OBJECTION_MS } from '../dialects/napster-unknowns.ts'
import type { WireStep } from '../dialects/dialect.ts'
import type { Clock } from '../ports.ts'
import type { DeskEntry } from './desk-entry.ts'

/** Steps whose sign is still expected. */
export const IN_FLIGHT_LIMIT = 100

/** Acknowledgements may be missing, so waiting for one is bounded (C43). */
export const ACK_MS = 5_000

/** What waits for the end of a reply, here or at the service, is confirmed after whatever is being said. */
const QUEUED_MS = 30_000

/** The next step of a command goes out after this, acknowledged or not. */
export const SOFT_ACK_MS = 2_000

/** A sign that comes this long after the wait ended is still taken for the step it belongs to. */
export const LATE_ACK_MS = 60_000

/** One message that was sent and the sign that is expected for it. */
export interface Sent {
  readonly step: WireStep
  /** The command it belongs to; undefined for what Parley sends of its own accord. */
  readonly entry: DeskEntry | undefined
  /** What the command sends after it. */
  readonly later: readonly WireStep[]
  /** Nobody was mid-turn when it was sent. */
  readonly sentIdle: boolean
}

interface Waiting extends Sent {
  readonly sentMs: number
  cancel: () => void
  /** The wait ended; it only keeps a late sign from being taken for the next. */
  over: boolean
}

/** A step that a late sign may belong to. */
export type Candidate = Pick<Waiting, keyof Sent | 'over' | 'sentMs'>

/** What has been sent and not been dealt with, oldest first. */
export class InFlight {
  readonly #clock: Clock
  readonly #onOverdue: (sent: Sent) => void
  #waiting: Waiting[] = []

  /** `onOverdue` is called once for a step whose sign did not come in time. */
  constructor(clock: Clock, onOverdue: (sent: Sent) => void) {
    this.#clock = clock
    this.#onOverdue = onOverdue
  }

  /** Commands that wait for their sign. */
  get count(): number {
    return this.#waiting.filter(({ over, entry }) => !over && entry !== undefined).length
  }

  add(sent: Sent): void {
    const waiting: Waiting = { ...sent, sentMs: this.#clock.nowMs(), over: false, cancel: () => {} }
    waiting.cancel = this.#clock.after(waitMs(sent), () => this.#overdue(waiting))
    this.#waiting.push(waiting)
    const oldest = this.#waiting[0]
    if (this.#waiting.length <= IN_FLIGHT_LIMIT || oldest === undefined) return
    this.#remove(oldest)
    if (!oldest.over) this.#onOverdue(oldest)
  }

  /** Takes out the oldest that `matches`. `over`: its command went on without it. */
  take(matches: (sent: Sent) => boolean): { sent: Sent; over: boolean } | undefined {
    const waiting = this.#waiting.find(matches)
    if (waiting === undefined) return undefined
    this.#remove(waiting)
    return { sent: waiting, over: waiting.over }
  }

  /** All that match, oldest first; they stay. */
  all(matches: (sent: Sent) => boolean): readonly Candidate[] {
    return this.#waiting.filter(matches)
  }

  /** The oldest that matches and whose wait is not over; it stays. */
  waiting(matches: (sent: Sent) => boolean): Sent | undefined {
    return this.#waiting.find((waiting) => !waiting.over && matches(waiting))
  }

  /** Forgets everything; returns what was still waited for. */
  clear(): readonly Sent[] {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { cancel } of waiting) cancel()
    return waiting.filter(({ over }) => !over)
  }

  #overdue(waiting: Waiting): void {
    waiting.over = true
    waiting.cancel = this.#clock.after(LATE_ACK_MS, () => this.#remove(waiting))
    this.#onOverdue(waiting)
  }

  #remove(waiting: Waiting): void {
    waiting.cancel()
    this.#waiting = this.#waiting.filter((other) => other !== waiting)
  }
}

function waitMs({ step, entry, later }: Sent): number {
  if (later.length > 0) return SOFT_ACK_MS
  if (step.ack === 'no-objection') return NO_OBJECTION_MS
  if (step.delayed === true) return QUEUED_MS
  if (step.ack !== 'spoken') return ACK_MS
  const command = entry?.command
  const queued = command?.kind === 'announce' || (command?.kind === 'agent-speech' && command.behavior === 'queue')
  return queued ? QUEUED_MS : ACK_MS
}
