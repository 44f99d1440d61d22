import type { Service } from '../../../../shared/profile.ts'
import { useApp } from '../session/assistant-context.tsx'
import { agentInUse } from '../session/state.ts'

/** Whose settings these are. */
export function useService(): Service {
  return useApp((state) => agentInUse(state)?.service ?? 'builtin')
}
