import type { EndReason } from '../shared/events.ts'
import { CallError } from '../shared/ipc/contract.ts'
import type { AgentProfile } from '../shared/profile.ts'
import type { UsableProfile } from './profiles/profile-list.ts'
import { connectProblem } from './profiles/napster-profile.ts'
import { ProfileError } from './profiles/profile-error.ts'
import { checkUrl } from './session/access.ts'
import { makeDialect } from './session/make-dialect.ts'

/** Why no conversation can begin with this profile, before anything is dialled. */
export function beginProblem({ profile, held }: Pick<UsableProfile, 'profile' | 'held'>): EndReason | undefined {
  if (held) {
    return {
      code: 'not-allowed',
      message: `“${profile.name}” came from a file and nobody has allowed yet what it would do. Open it in the list of agents, look at that, allow it, and connect again.`
    }
  }
  const message = connectProblem(profile) ?? settingsProblem(profile)
  return message === undefined ? undefined : { code: 'invalid-profile', message }
}

function settingsProblem(profile: AgentProfile): string | undefined {
  try {
    makeDialect(profile)
    checkUrl(profile, undefined)
    return undefined
  } catch (cause) {
    if (cause instanceof ProfileError) return cause.message
    throw cause
  }
}

/** Throws `CallError` where no conversation can begin with this profile. */
export function requireBegin(profile: UsableProfile): void {
  const problem = beginProblem(profile)
  if (problem === undefined) return
  throw new CallError(problem.code === 'invalid-profile' ? 'invalid-profile' : 'refused', problem.message)
}
