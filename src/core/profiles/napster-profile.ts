import type { AgentProfile } from '../../shared/profile.ts'
import { NapsterSettings } from '../../shared/protocol/napster.ts'
import { napsterSettings, napsterTuning } from '../dialects/napster-settings.ts'
import { ProfileError } from './profile-error.ts'

/** Stands in the starter profile where the id of an agent belongs. */
export const PLACEHOLDER_AGENT_ID = 'agent_YOUR_AGENT_ID'

/** What only a profile of Napster may hold, and what its settings must be; throws {@link ProfileError} naming the field. */
export function checkService(profile: AgentProfile): void {
  if (profile.service === 'napster') {
    napsterSettings(profile)
    napsterTuning(profile)
  } else if (profile.tuning !== undefined) {
    throw new ProfileError(
      'The profile has "tuning", which only agents of Napster have. Change the blocks of "settings.agent" instead.'
    )
  }
}

/** Sentences about settings that Napster gets although Parley does not know them. */
export function napsterWarnings({ service, settings = {} }: AgentProfile): string[] {
  if (service !== 'napster') return []
  const known = new Set([...Object.keys(NapsterSettings.shape), 'channelType'])
  return Object.keys(settings)
    .filter((name) => !known.has(name))
    .map((name) => `settings.${name} is not a field that Parley knows. It is sent to Napster as it is.`)
}

/** Why no conversation can be begun with this profile, though it can be kept; a sentence for a person. */
export function connectProblem({ service, settings }: AgentProfile): string | undefined {
  if (service !== 'napster' || settings?.['agentId'] !== PLACEHOLDER_AGENT_ID) return undefined
  return `This profile has no agent yet. Copy it, and write the id of one of your Napster agents in the place of ${PLACEHOLDER_AGENT_ID}.`
}
