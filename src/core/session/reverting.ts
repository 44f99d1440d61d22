import type { CommandResult } from '../../shared/commands.ts'
import type { SessionEvent } from '../../shared/events.ts'
import type { Running } from './phase.ts'

const NO_NEW_CONNECTION =
  'This session makes no new connection, so the changes cannot be undone in it. End it and connect again.'

export interface RevertingPorts {
  /** The session may make new connections. */
  reconnects: boolean
  running(): Running | undefined
  /** Another connection takes the place of the present one, at once. */
  renew(current: Running): void
  report(event: SessionEvent): void
}

/** Makes the agent what its profile says, on a new connection, and tells everybody who waits for that. */
export class Reverting {
  readonly #ports: RevertingPorts
  #waiting: ((result: CommandResult) => void)[] = []

  constructor(ports: RevertingPorts) {
    this.#ports = ports
  }

  /** Never rejects; resolves once the session is live again, or over. */
  async execute(current: Running): Promise<CommandResult> {
    const result = await this.#revert(current)
    const reason = result.outcome === 'applied' ? {} : { reason: result.reason }
    this.#ports.report({ kind: 'command', command: 'revert-changes', outcome: result.outcome, ...reason })
    return result
  }

  /** The session is live. */
  live(): void {
    this.#tell({ outcome: 'applied' })
  }

  /** The session is over; `reason` is a sentence. */
  ended(reason: string): void {
    this.#tell({ outcome: 'failed', reason })
  }

  #revert(current: Running): Promise<CommandResult> {
    const { conversation } = current.thread
    if (this.#waiting.length === 0 && conversation.changedAgent === undefined) {
      return Promise.resolve({ outcome: 'applied' })
    }
    if (!this.#ports.reconnects) return Promise.resolve({ outcome: 'failed', reason: NO_NEW_CONNECTION })
    const reverted = new Promise<CommandResult>((resolve) => this.#waiting.push(resolve))
    conversation.revert()
    // A listener may have ended the session.
    if (this.#ports.running() === current) this.#ports.renew(current)
    return reverted
  }

  #tell(result: CommandResult): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve(result)
  }
}
