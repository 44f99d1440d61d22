import { codePointCount } from '../../shared/prompt.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { NAPSTER_BLOCK_MS, NAPSTER_SAMPLE_RATE_HZ } from '../../shared/protocol/napster.ts'
import type { AudioCodec, Dialect, EffectiveAgent } from './dialect.ts'
import { afterOpening, afterReopening } from './napster-history.ts'
import { audioText, functionOutput, INTERIM, lateResult } from './napster-messages.ts'
import { plan, thinkOf } from './napster-plan.ts'
import { newReader } from './napster-read.ts'
import { napsterAgent, napsterSettings, napsterTuning } from './napster-settings.ts'
import { support } from './napster-support.ts'
import { READY_MS, RENEW_AFTER_MS, SILENT_MS, TOOL_INTERIM_MS, WELCOME_MS } from './napster-unknowns.ts'

/** PCM16 at 16 kHz both ways, with nothing around it (napster.md section 5). */
const PCM16: AudioCodec = { encode: (pcm) => pcm, decode: (bytes) => bytes }

/** Napster Omniagent API over WebSocket for one profile; throws `ProfileError` when its settings cannot work. */
export function napsterDialect(profile: AgentProfile): Dialect {
  const settings = napsterSettings(profile)
  const { modality = 'audio', externalClientId } = settings
  const remembers = externalClientId !== undefined
  return {
    modality,
    handshake: { welcomeMs: WELCOME_MS, appliedMs: READY_MS, late: 'go-on' },
    renewAfterMs: RENEW_AFTER_MS,
    silentMs: SILENT_MS,
    greetsAgain: false,
    serviceDelays: true,
    toolDeadline: { interimMs: TOOL_INTERIM_MS, interim: INTERIM, late: lateResult },
    audioText,
    inputSampleRateHz: NAPSTER_SAMPLE_RATE_HZ,
    outputSampleRateHz: NAPSTER_SAMPLE_RATE_HZ,
    outputIsWav: false,
    inputCodec: PCM16,
    outputCodec: PCM16,
    keepAlive: undefined,
    agent: napsterAgent(settings, napsterTuning(profile)),
    blockMs: () => NAPSTER_BLOCK_MS,
    opening: () => undefined,
    afterOpening,
    afterReopening: (agent, history) => afterReopening(agent, history, remembers),
    plan: (command, agent) => plan(command, agent, modality),
    toolResponse: (id, _name, content) => functionOutput(id, content),
    newReader: () => newReader(modality),
    promptUse,
    support: () => support(modality)
  }
}

/** Napster names no limit; what it keeps itself is not counted. */
function promptUse(agent: EffectiveAgent): ReturnType<Dialect['promptUse']> {
  const { prompt } = thinkOf(agent)
  const texts = [...(typeof prompt === 'string' ? [prompt] : []), ...agent.additions]
  return { codePoints: texts.reduce((sum, text) => sum + codePointCount(text), 0), limit: null }
}
