import type { CommandResult } from '../../shared/commands.ts'
import type { SessionEvent } from '../../shared/events.ts'
import type { WireCommand } from '../dialects/dialect.ts'
import type { Clock } from '../ports.ts'

/** Commands that wait for the service to be ready. */
export const HELD_LIMIT = 20

/** Sent commands whose answer is still expected. */
const IN_FLIGHT_LIMIT = 100

/** Acknowledgements may be missing, so waiting for one is bounded. */
export const ACK_MS = 5_000

/** A queued statement is confirmed by being spoken, after whatever is being said. */
export const QUEUED_SPEECH_MS = 30_000

/** An answer that comes this long after the wait ended is still taken for the command it belongs to. */
const LATE_ANSWER_MS = 60_000

export interface DeskPorts {
  clock: Clock
  /** Puts the command on the wire with all that goes with it. */
  send(command: WireCommand): void
  emit(event: SessionEvent): void
  /** Neither the user nor the agent is mid-turn. */
  idle(): boolean
}

interface Entry {
  command: WireCommand
  resolve(result: CommandResult): void
  /** Whoever asked has been told `unconfirmed`; the entry only waits for its late answer. */
  told: boolean
  /** Nobody was mid-turn when it was sent. */
  sentIdle: boolean
  cancel: () => void
}

function normal(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/** Holds commands until the service is ready, and matches what the service says to what was asked. */
export class CommandDesk {
  readonly #ports: DeskPorts
  #phase: { kind: 'held'; waiting: Entry[] } | { kind: 'open' } | { kind: 'closed' } = { kind: 'held', waiting: [] }
  #inFlight: Entry[] = []

  constructor(ports: DeskPorts) {
    this.#ports = ports
  }

  execute(command: WireCommand): Promise<CommandResult> {
    return new Promise((resolve) => {
      const entry: Entry = { command, resolve, told: false, sentIdle: false, cancel: () => {} }
      if (this.#phase.kind === 'open') this.#dispatch(entry)
      else if (this.#phase.kind === 'held' && this.#phase.waiting.length < HELD_LIMIT) this.#phase.waiting.push(entry)
      else if (this.#phase.kind === 'held') {
        this.#tell(entry, {
          outcome: 'failed',
          reason: 'Too much is waiting for the service already. Try again once it is ready.'
        })
      } else this.#tell(entry, { outcome: 'failed', reason: 'The session has ended.' })
    })
  }

  /** The service is ready: what was held goes out in order. */
  ready(): void {
    if (this.#phase.kind !== 'held') return
    const { waiting } = this.#phase
    this.#phase = { kind: 'open' }
    for (const entry of waiting) this.#dispatch(entry)
  }

  close(): void {
    const held = this.#phase.kind === 'held' ? this.#phase.waiting : []
    const inFlight = this.#inFlight
    this.#phase = { kind: 'closed' }
    this.#inFlight = []
    for (const entry of held) {
      this.#tell(entry, { outcome: 'failed', reason: 'The session ended before this could be sent.' })
    }
    for (const entry of inFlight) {
      entry.cancel()
      this.#tell(entry, { outcome: 'unconfirmed', reason: 'The session ended before the service answered.' })
    }
  }

  promptUpdated(): void {
    this.#applied(this.#inFlight.find(({ command }) => command.kind === 'append-prompt'))
  }

  /** True if `text` is the echo of a typed text, which is shown already. */
  userEcho(text: string): boolean {
    const echo = normal(text)
    const entry = this.#inFlight.find(({ command }) => command.kind === 'user-text' && normal(command.text) === echo)
    this.#applied(entry)
    return entry !== undefined
  }

  /** The service may give a statement back whole or sentence by sentence. */
  agentText(text: string): void {
    const spoken = normal(text)
    if (spoken === '') return
    this.#applied(
      this.#inFlight.find(({ command }) => command.kind === 'agent-speech' && normal(command.text).startsWith(spoken))
    )
  }

  replyBegan(): void {
    this.#applied(this.#inFlight.find(({ command, sentIdle }) => command.kind === 'agent-speech' && sentIdle))
  }

  /** While the agent is mid-turn only `if-quiet` is refused (rules I4, I7); false if nothing was asked. */
  refused(reason: string, userMidTurn: boolean): boolean {
    const asked = this.#inFlight.filter(({ command }) => command.kind === 'agent-speech')
    const ifQuiet = asked.find(({ command }) => command.kind === 'agent-speech' && command.behavior === 'if-quiet')
    const entry = userMidTurn ? asked[0] : (ifQuiet ?? asked[0])
    if (entry === undefined) return false
    this.#answer(entry, { outcome: 'refused', reason })
    return true
  }

  #dispatch(entry: Entry): void {
    const { command } = entry
    const waitMs = command.kind === 'agent-speech' && command.behavior === 'queue' ? QUEUED_SPEECH_MS : ACK_MS
    entry.cancel = this.#ports.clock.after(waitMs, () => this.#expire(entry))
    entry.sentIdle = this.#ports.idle()
    this.#inFlight.push(entry)
    if (this.#inFlight.length > IN_FLIGHT_LIMIT) this.#forget(this.#inFlight[0] as Entry)
    this.#ports.send(command)
  }

  #expire(entry: Entry): void {
    this.#tell(entry, {
      outcome: 'unconfirmed',
      reason: 'The service did not confirm this in time. It may still have been done.'
    })
    entry.cancel = this.#ports.clock.after(LATE_ANSWER_MS, () => this.#forget(entry))
  }

  #forget(entry: Entry): void {
    this.#answer(entry, { outcome: 'unconfirmed', reason: 'The service did not confirm this.' })
  }

  #applied(entry: Entry | undefined): void {
    if (entry !== undefined) this.#answer(entry, { outcome: 'applied' })
  }

  #answer(entry: Entry, result: CommandResult): void {
    entry.cancel()
    this.#inFlight = this.#inFlight.filter((other) => other !== entry)
    this.#tell(entry, result)
  }

  #tell(entry: Entry, result: CommandResult): void {
    if (entry.told) return
    entry.told = true
    const reason = result.outcome === 'applied' ? {} : { reason: result.reason }
    this.#ports.emit({ kind: 'command', command: entry.command.kind, outcome: result.outcome, ...reason })
    entry.resolve(result)
  }
}
