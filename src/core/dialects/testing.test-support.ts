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

/** A Napster profile with `settings` beside the id of its agent. */
export function napsterProfile(settings: JsonObject = {}, rest: Partial<AgentProfile> = {}): AgentProfile {
  return {
    schemaVersion: 1,
    name: 'Test',
    service: 'napster',
    settings: { agentId: 'agent_1', ...settings },
    ...rest
  }
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

  /** Deepgram's dialect, or the one given. */
  constructor(agent: Json, settings: JsonObject = {}, dialect = deepgramDialect(deepgramProfile(agent, settings))) {
    this.dialect = dialect
    this.agent = this.dialect.agent
  }

  static of(dialect: Dialect): DialectRig {
    return new DialectRig({}, {}, dialect)
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
    const compose = this.dialect.opening(this.agent, history)
    if (compose === undefined) throw new Error('this service needs no opening')
    return shown(compose)
  }

  afterOpening(): WireMessage[] {
    return this.dialect.afterOpening(this.agent).map(({ compose }) => shown(compose))
  }

  afterReopening(history: readonly WireMessage[]): WireMessage[] {
    return this.dialect.afterReopening(this.agent, history).map(({ compose }) => shown(compose))
  }
}
