import type { AgentProfile } from '../../../shared/profile.ts'
import type { ToolRunner, ToolSet } from '../../ports.ts'

/** How a function is answered. */
export type ToolKind =
  | { kind: 'run'; runner: ToolRunner }
  | { kind: 'answer'; content: string }
  /** By the person at the keyboard. */
  | { kind: 'ask' }

/** The host's own tool of that name, then what the profile says; a name that neither knows is asked of the person. */
export function toolKind(name: string, tools: ToolSet | undefined, profileTools: AgentProfile['tools']): ToolKind {
  const runner = tools?.get(name)
  if (runner !== undefined) return { kind: 'run', runner }
  const tool = profileTools !== undefined && Object.hasOwn(profileTools, name) ? profileTools[name] : undefined
  return tool ?? { kind: 'ask' }
}
