import { PROFILE_SCHEMA_VERSION, type Service } from '../../../../shared/profile.ts'
import { text } from '../../text/en.ts'

const model = { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: text.agents.newPrompt }

const settings: Record<Service, unknown> = {
  builtin: { agent: { think: model } },
  deepgram: {
    agent: {
      listen: { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } },
      think: model,
      speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
    }
  },
  napster: { agentId: '' }
}

/** The file that a new agent begins with. */
export function newProfileText(service: Service): string {
  return JSON.stringify(
    { schemaVersion: PROFILE_SCHEMA_VERSION, name: text.agents.newName, service, settings: settings[service] },
    null,
    2
  )
}
