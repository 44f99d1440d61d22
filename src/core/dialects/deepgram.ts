import type { AgentProfile } from '../../shared/profile.ts'
import { isFlux } from './deepgram-listen.ts'
import { afterReopening, opening } from './deepgram-opening.ts'
import { plan } from './deepgram-plan.ts'
import { read } from './deepgram-read.ts'
import { planSettings } from './deepgram-settings.ts'
import { support } from './deepgram-support.ts'
import { effectivePromptUse } from './deepgram-think.ts'
import type { Dialect } from './dialect.ts'

/** Audio per binary message: Flux works best with 80 ms (design.md section 5). */
const BLOCK_MS = 20
const FLUX_BLOCK_MS = 80

/** Deepgram Voice Agent API v1 for one profile; throws `ProfileError` when its settings cannot work. */
export function deepgramDialect(profile: AgentProfile): Dialect {
  const { message, ...formatsAndAgent } = planSettings(profile)
  return {
    ...formatsAndAgent,
    keepAlive: { type: 'KeepAlive' },
    blockMs: ({ listen }) => (isFlux(listen) ? FLUX_BLOCK_MS : BLOCK_MS),
    opening: (agent, history) => opening(message, agent, history),
    afterReopening,
    plan,
    toolResponse: (id, name, content) => ({ type: 'FunctionCallResponse', id, name, content }),
    read,
    promptUse: effectivePromptUse,
    support
  }
}
