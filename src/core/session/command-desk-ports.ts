import type { Activity, SessionEvent } from '../../shared/events.ts'
import type { Compose, Plan, WireCommand, WireStep } from '../dialects/dialect.ts'
import type { EffectiveAgent } from '../dialects/effective-agent.ts'
import type { Clock } from '../ports.ts'

/** Secrets of a message that is to be sent. */
export interface DeskSecrets {
  /** The message needs a secret that was not asked for yet. */
  lacks(compose: Compose): boolean
  /** Resolves to a sentence that says why one cannot be had, or undefined. */
  load(compose: Compose): Promise<string | undefined>
}

export interface DeskPorts {
  clock: Clock
  secrets: DeskSecrets
  /** Puts one message on the wire. */
  send(compose: Compose): void
  /** Just before a step of a command goes out: what it shows, and whose turn it takes. */
  sending(step: WireStep): void
  emit(event: SessionEvent): void
  activity(): Activity
  plan(command: WireCommand): Plan
  /** The service itself holds what shall follow the reply. */
  serviceDelays: boolean
  /** `steps` of `command` go out, and the agent is so from now on. */
  changed(agent: EffectiveAgent, command: WireCommand, steps: readonly WireStep[]): void
  /** The service objected to `step`: what it changed is undone. Returns that in words of a person; undefined where it changed nothing. */
  refused(step: WireStep): string | undefined
  /** The microphone sends silence until the service ends the user's turn. */
  trailingSilence(): void
}
