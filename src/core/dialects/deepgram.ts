import type { AgentProfile } from '../../shared/profile.ts'
import { isFlux } from './deepgram-listen.ts'
import { afterOpening, afterReopening, opening } from './deepgram-opening.ts'
import { plan } from './deepgram-plan.ts'
import { read } from './deepgram-read.ts'
import { planSettings } from './deepgram-settings.ts'
import { support } from './deepgram-support.ts'
import { effectivePromptUse } from './deepgram-think.ts'
import type { Dialect } from './dialect.ts'

/** Audio per binary message: Flux works best with 80 ms (design.md section 5). */
const BLOCK_MS = 20
const FLUX_BLOCK_MS = 80

/** Longest wait for Welcome once the socket is open (rule S2). */
export const WELCOME_TIMEOUT_MS = 5_000

/** Longest wait for SettingsApplied; the service finishes audio it already has first (rule S6). */
export const APPLIED_TIMEOUT_MS = 15_000

/** A connection is given up this long after it was opened; the service ends it at 2 h (deepgram.md section 1.2). */
export const RENEW_AFTER_MS = 115 * 60_000

/** Deepgram Voice Agent API v1 for one profile; throws `ProfileError` when its settings cannot work. */
export function deepgramDialect(profile: AgentProfile): Dialect {
  const { message, ...formatsAndAgent } = planSettings(profile)
  return {
    ...formatsAndAgent,
    modality: 'audio',
    handshake: { welcomeMs: WELCOME_TIMEOUT_MS, appliedMs: APPLIED_TIMEOUT_MS, late: 'fail' },
    renewAfterMs: RENEW_AFTER_MS,
    greetsAgain: formatsAndAgent.agent.savedId !== undefined,
    serviceDelays: false,
    toolDeadline: undefined,
    audioText: undefined,
    keepAlive: { type: 'KeepAlive' },
    blockMs: ({ listen }) => (isFlux(listen) ? FLUX_BLOCK_MS : BLOCK_MS),
    opening: (agent, history) => opening(message, agent, history),
    afterOpening,
    afterReopening,
    plan,
    toolResponse: (id, name, content) => ({ type: 'FunctionCallResponse', id, name, content }),
    newReader: () => (frame) => [read(frame)],
    promptUse: effectivePromptUse,
    support
  }
}
