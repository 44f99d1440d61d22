import type { AgentProfile } from '../../shared/profile.ts'
import type { Json } from '../secrets/placeholders.ts'
import { deepgramDialect } from './deepgram.ts'
import type { Compose, Dialect, Fill, Plan, WireCommand, WireMessage } from './dialect.ts'
import type { EffectiveAgent } from './effective-agent.ts'
import type { JsonObject } from './json.ts'

/** A Deepgram profile with `agent` and, over it, `settings`. */
export function deepgramProfile(agent: Json, settings: JsonObject = {}): AgentProfile {
  return { schemaVersion: 1, name: 'Test', service: 'deepgram', settings: { agent, ...settings } }
}

export const FLUX = { type: 'deepgram', version: 'v2', model: 'flux-general-en' }
export const NOVA = { type: 'deepgram', model: 'nova-3' }
export const THINK = {
  provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.5 },
  prompt: 'Be brief.',
  functions: [{ name: 'book', description: 'Books.', parameters: { type: 'object', properties: {} } }]
}
export const SPEAK = { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }

/** The message as it is shown. */
export function shown(compose: Compose): WireMessage {
  return compose((value) => value)
}

/** Resolves the one placeholder `{{secret:NAME}}` to `value`. */
export function filling(name: string, value: string): Fill {
  return <T>(given: T): T => JSON.parse(JSON.stringify(given).replaceAll(`{{secret:${name}}}`, value)) as T
}

/** A dialect and the agent as commands have changed it. */
export class DialectRig {
  readonly dialect: Dialect
  agent: EffectiveAgent

  constructor(agent: Json, settings: JsonObject = {}) {
    this.dialect = deepgramDialect(deepgramProfile(agent, settings))
    this.agent = this.dialect.agent
  }

  plan(command: WireCommand): Plan {
    return this.dialect.plan(command, this.agent)
  }

  /** Carries `command` out; the messages it sends. Throws where it sends none. */
  send(command: WireCommand): WireMessage[] {
    const plan = this.plan(command)
    if (plan.kind !== 'send') throw new Error(plan.kind === 'impossible' ? plan.reason : plan.kind)
    this.agent = plan.effective
    return plan.steps.map(({ compose }) => shown(compose))
  }

  /** Why `command` is not possible. */
  obstacle(command: WireCommand): string {
    const plan = this.plan(command)
    return plan.kind === 'impossible' ? plan.reason : `possible: ${plan.kind}`
  }

  opening(history?: readonly WireMessage[]): WireMessage {
    return shown(this.dialect.opening(this.agent, history))
  }

  afterReopening(history: readonly WireMessage[]): WireMessage[] {
    return this.dialect.afterReopening(this.agent, history).map(({ compose }) => shown(compose))
  }
}
