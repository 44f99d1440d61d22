import type { SessionEvent } from '../../shared/events.ts'
import type { Ack, Dialect, EffectiveAgent, ServiceEvent, WireCommand, WireStep } from '../dialects/dialect.ts'
import type { Clock } from '../ports.ts'
import { AgentChanges } from './agent-changes.ts'
import { differences } from './differences.ts'

export interface AgentBookPorts {
  clock: Clock
  dialect: Pick<Dialect, 'agent' | 'promptUse' | 'support'>
  emit: (event: SessionEvent) => void
}

/** The agent of one conversation: as its profile has it, as it is now, and what a person is told of both. */
export class AgentBook {
  readonly #ports: AgentBookPorts
  /** As the profile has it. */
  #saved: EffectiveAgent
  #changes: AgentChanges
  /** As they were told last. */
  #toldSupport = ''
  #toldChanges = '[]'

  constructor(ports: AgentBookPorts) {
    this.#ports = ports
    this.#saved = ports.dialect.agent
    this.#changes = new AgentChanges(ports.clock, this.#saved)
  }

  /** With every update so far. */
  get agent(): EffectiveAgent {
    return this.#changes.agent
  }

  /** The same; undefined where it is as the profile has it. */
  get changed(): EffectiveAgent | undefined {
    return differences(this.#saved, this.agent).length === 0 ? undefined : this.agent
  }

  /** See {@link AgentChanges}. */
  sent(agent: EffectiveAgent, command: WireCommand, steps: readonly WireStep[]): void {
    this.#changes.sent(agent, command, steps)
    this.tell()
  }

  /** The service has taken an update of this kind. */
  taken(ack: Ack): void {
    this.#changes.taken(ack)
  }

  /** A connection was opened with the agent as it is. */
  reopened(): void {
    this.#changes.reopened()
  }

  /** See {@link AgentChanges.refused}; what it undoes is told by {@link tell}. */
  refused(error: Extract<ServiceEvent, { kind: 'error' }>): string | undefined {
    return this.#changes.refused(error)
  }

  /** See {@link AgentChanges.undo}. */
  undo(step: WireStep): string | undefined {
    const what = this.#changes.undo(step)
    this.tell()
    return what
  }

  /** The agent is as the profile has it again; the next connection makes it so. */
  revert(): void {
    this.#changes = new AgentChanges(this.#ports.clock, { ...this.#saved, told: this.agent.told ?? [] })
    this.tell()
  }

  /** The profile has the agent as it is now. */
  saved(): void {
    this.#saved = this.agent
    this.#tellChanges()
  }

  /** What a person should know of it. */
  tell(): void {
    const { dialect, emit } = this.#ports
    emit({ kind: 'prompt', ...dialect.promptUse(this.agent) })
    const support = dialect.support(this.agent)
    const text = JSON.stringify(support)
    if (text !== this.#toldSupport) {
      this.#toldSupport = text
      emit({ kind: 'support', support })
    }
    this.#tellChanges()
  }

  #tellChanges(): void {
    const changes = differences(this.#saved, this.agent)
    const text = JSON.stringify(changes)
    if (text === this.#toldChanges) return
    this.#toldChanges = text
    this.#ports.emit({ kind: 'changes', changes })
  }
}
