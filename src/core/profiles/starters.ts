import { type AgentProfile, ProfileId } from '../../shared/profile.ts'
import { PLACEHOLDER_AGENT_ID } from './napster-profile.ts'

/** A profile that comes with Parley. */
export interface Starter {
  id: ProfileId
  profile: AgentProfile
}

/** Talks to the agent inside Parley; the profile of the first start. */
export const BUILTIN_STARTER: Starter = {
  id: ProfileId.parse('builtin'),
  profile: {
    schemaVersion: 1,
    name: 'Built-in agent',
    service: 'builtin',
    settings: {
      audio: {
        input: { encoding: 'linear16', sample_rate: 16_000 },
        output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
      },
      agent: {
        think: {
          provider: { type: 'open_ai', model: 'gpt-4o-mini' },
          prompt: 'You are Parley, a friendly assistant. Keep answers short.'
        },
        greeting: 'Hello, I am the agent inside Parley. Say or type something.'
      }
    }
  }
}

/** The Settings printed on the vendor's page, as they stand there (rule S5). */
export const DEEPGRAM_STARTER: Starter = {
  id: ProfileId.parse('deepgram-example'),
  profile: {
    schemaVersion: 1,
    name: 'Deepgram (example)',
    service: 'deepgram',
    settings: {
      tags: ['demo', 'voice_agent'],
      audio: {
        input: { encoding: 'linear16', sample_rate: 24_000 },
        output: { encoding: 'linear16', sample_rate: 24_000, container: 'none' }
      },
      agent: {
        language: 'en',
        listen: { provider: { type: 'deepgram', model: 'nova-3', smart_format: false } },
        think: { provider: { type: 'open_ai', model: 'gpt-4o-mini', temperature: 0.7 } },
        speak: { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
      }
    }
  }
}

/** Napster keeps agents itself; the id of one takes the place of the placeholder. */
export const NAPSTER_STARTER: Starter = {
  id: ProfileId.parse('napster-example'),
  profile: {
    schemaVersion: 1,
    name: 'Napster (example)',
    service: 'napster',
    settings: { agentId: PLACEHOLDER_AGENT_ID, modality: 'audio' }
  }
}

export const STARTERS: readonly Starter[] = [BUILTIN_STARTER, DEEPGRAM_STARTER, NAPSTER_STARTER]
