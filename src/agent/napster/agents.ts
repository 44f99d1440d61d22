import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { NapsterFunction } from '../../shared/protocol/napster.ts'
import { ProviderSettings, thinkOf, type Tuning } from './agent-config.ts'
import { RestError } from './errors.ts'

/** The agent that is always there. */
export const BUILTIN_AGENT_ID = 'agent_builtin'

/** Agents that can be made (napster.md section 2: 100). */
export const MAX_AGENTS = 100

/** Body of `POST` and `PATCH /public/agents`. Fields that the built-in agent has no use for are kept and given back. */
export const AgentBody = z.looseObject({
  name: z.string().min(1).max(200).optional(),
  companionId: z.string().optional(),
  /** Not checked here: one that the provider does not take shows after the socket has opened. */
  voiceId: z.string().optional(),
  providerSettings: ProviderSettings.optional(),
  functions: z.array(NapsterFunction).max(128).optional(),
  disableIdleTimeout: z.boolean().optional(),
  mode: z.string().optional()
})
export type AgentBody = z.infer<typeof AgentBody>

/** A saved agent. */
export type NapsterAgent = AgentBody & { readonly id: string }

/** The agents of this process, in memory. */
export class Agents {
  private readonly saved = new Map<string, NapsterAgent>([
    [BUILTIN_AGENT_ID, { id: BUILTIN_AGENT_ID, name: 'Built-in agent', providerSettings: {} }]
  ])

  get list(): readonly NapsterAgent[] {
    return [...this.saved.values()]
  }

  find(id: string): NapsterAgent {
    const agent = this.saved.get(id)
    if (agent === undefined) {
      throw new RestError(404, 'AgentNotFound', `There is no agent ${JSON.stringify(id.slice(0, 80))}.`)
    }
    return agent
  }

  add(body: AgentBody): NapsterAgent {
    if (this.saved.size >= MAX_AGENTS) {
      throw new RestError(409, 'AgentLimitExceeded', `There are ${MAX_AGENTS} agents already.`)
    }
    return this.save({ name: 'Agent', ...body, id: `agent_${randomUUID()}` })
  }

  /** Fields that are given replace the old ones; inside `providerSettings` too. */
  change(id: string, body: AgentBody): NapsterAgent {
    const old = this.own(id)
    const providerSettings = { ...old.providerSettings, ...body.providerSettings }
    return this.save({ ...old, ...body, providerSettings, id })
  }

  remove(id: string): void {
    this.saved.delete(this.own(id).id)
  }

  private own(id: string): NapsterAgent {
    if (id === BUILTIN_AGENT_ID) {
      throw new RestError(400, 'InvalidRequest', 'The built-in agent itself stays as it is; make one of your own.')
    }
    return this.find(id)
  }

  private save(agent: NapsterAgent): NapsterAgent {
    checkMode(agent.mode)
    // Refused here rather than when somebody wants to talk to it.
    thinkOf(tuningOf(agent))
    this.saved.set(agent.id, agent)
    return agent
  }
}

export function tuningOf(agent: AgentBody): Tuning {
  return { settings: agent.providerSettings ?? {}, functions: agent.functions ?? [] }
}

/** Only conversations are to be had here. */
export function checkMode(mode: unknown): void {
  if (mode === undefined || mode === 'conversation') return
  throw new RestError(400, 'UnsupportedSessionMode', 'The built-in agent has the mode "conversation" only.')
}
