import type { Clock } from '../../ports.ts'

/** Nobody has said or played anything for so long: the next word is not near. */
export const QUIET_MS = 1_000

const POLL_MS = 250

export interface RenewalPorts {
  clock: Clock
  /** Age at which a connection is given up, before the service ends it. */
  renewAfterMs: number
  /** Neither side is mid-turn and nothing is under way. */
  quiet(): boolean
  /** Called once. */
  onRenew(): void
}

/** Makes a new connection in the first quiet moment before the service ends the old one. */
export class Renewal {
  readonly #ports: RenewalPorts
  #due = false
  #quietMs: number | undefined
  #cancel: () => void

  /** `openedMs`: when the socket was opened. */
  constructor(ports: RenewalPorts, openedMs: number) {
    this.#ports = ports
    this.#cancel = ports.clock.after(openedMs + ports.renewAfterMs - ports.clock.nowMs(), () => this.soon())
  }

  /** A quiet moment is waited for. */
  get due(): boolean {
    return this.#due
  }

  /** The service has announced the end. */
  soon(): void {
    if (this.#due) return
    this.#due = true
    this.#cancel()
    this.#look()
  }

  /** The user speaks into an open microphone, although the service has not heard it yet. */
  noise(): void {
    this.#quietMs = undefined
  }

  close(): void {
    this.#cancel()
  }

  #look(): void {
    const { clock } = this.#ports
    const nowMs = clock.nowMs()
    if (!this.#ports.quiet()) this.#quietMs = undefined
    else this.#quietMs ??= nowMs
    if (this.#quietMs !== undefined && nowMs - this.#quietMs >= QUIET_MS) this.#ports.onRenew()
    else this.#cancel = clock.after(POLL_MS, () => this.#look())
  }
}
