import type { Clock } from '../../ports.ts'

/** Nobody has said or played anything for so long: the next word is not near. */
export const QUIET_MS = 1_000

/** A room that is never quiet puts it off for so long; a service that announces nothing may soon end the connection without a word. */
export const OVERDUE_MS = 3 * 60_000

const POLL_MS = 250

export interface RenewalPorts {
  clock: Clock
  /** Age at which a connection is given up, before the service ends it. */
  renewAfterMs: number
  /** Neither side is mid-turn and nothing is under way. */
  quiet(): boolean
  /** No reply is heard or awaited and no tool runs, whatever the microphone hears. */
  betweenReplies(): boolean
  /** Called once. */
  onRenew(): void
}

/** Makes a new connection in the first quiet moment before the service ends the old one, and between two replies where none comes. */
export class Renewal {
  readonly #ports: RenewalPorts
  /** Since when a quiet moment is waited for. */
  #dueMs: number | undefined
  #quietMs: number | undefined
  #cancel: () => void

  /** `openedMs`: when the socket was opened. */
  constructor(ports: RenewalPorts, openedMs: number) {
    this.#ports = ports
    this.#cancel = ports.clock.after(openedMs + ports.renewAfterMs - ports.clock.nowMs(), () => this.soon())
  }

  /** A quiet moment is waited for. */
  get due(): boolean {
    return this.#dueMs !== undefined
  }

  /** The service has announced the end. */
  soon(): void {
    if (this.#dueMs !== undefined) return
    this.#dueMs = this.#ports.clock.nowMs()
    this.#cancel()
    this.#look(this.#dueMs)
  }

  /** The user speaks into an open microphone, although the service has not heard it yet. */
  noise(): void {
    this.#quietMs = undefined
  }

  close(): void {
    this.#cancel()
  }

  #look(dueMs: number): void {
    const { clock } = this.#ports
    const nowMs = clock.nowMs()
    if (!this.#ports.quiet()) this.#quietMs = undefined
    else this.#quietMs ??= nowMs
    const quiet = this.#quietMs !== undefined && nowMs - this.#quietMs >= QUIET_MS
    const overdue = nowMs - dueMs >= OVERDUE_MS
    if (quiet || (overdue && this.#ports.betweenReplies())) this.#ports.onRenew()
    else this.#cancel = clock.after(POLL_MS, () => this.#look(dueMs))
  }
}
