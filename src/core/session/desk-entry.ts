import type { CommandResult } from '../../shared/commands.ts'
import type { Activity, SessionEvent } from '../../shared/events.ts'
import type { WireCommand } from '../dialects/dialect.ts'

/** One command on its way: its result is told once, as an event and to whoever asked. */
export class DeskEntry {
  readonly command: WireCommand
  readonly result: Promise<CommandResult>
  readonly #emit: ((event: SessionEvent) => void) | undefined
  #resolve: (result: CommandResult) => void = () => {}
  #told = false

  /** Without `emit` the result is only returned. */
  constructor(command: WireCommand, emit: ((event: SessionEvent) => void) | undefined) {
    this.command = command
    this.#emit = emit
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  tell(result: CommandResult): void {
    if (this.#told) return
    this.#told = true
    const reason = result.outcome === 'applied' ? {} : { reason: result.reason }
    this.#emit?.({ kind: 'command', command: this.command.kind, outcome: result.outcome, ...reason })
    this.#resolve(result)
  }
}

/** True if `command` changes the agent itself, not only what it has been told. */
export function changesAgent({ kind }: WireCommand): boolean {
  return kind !== 'user-text' && kind !== 'context'
}

function wantsAnswer(command: WireCommand): boolean {
  if (command.kind === 'user-text') return command.respond !== false
  return command.kind === 'context' && command.respond
}

/** True if `command` waits until the reply being heard was played (design.md section 4). */
export function isAfterSpeech(command: WireCommand): boolean {
  return (command.kind === 'user-text' || command.kind === 'context') && command.when === 'after-speech'
}

/** True when an after-speech command need not wait: the agent is silent, and if it shall answer, the user is too. */
export function mayFollowSpeech(command: WireCommand, activity: Activity): boolean {
  return activity === 'listening' || (activity === 'userSpeaking' && !wantsAnswer(command))
}
