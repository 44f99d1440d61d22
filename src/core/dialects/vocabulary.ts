import type { Support, SupportKey } from '../../shared/commands.ts'
import type { AgentProfile } from '../../shared/profile.ts'
import { deepgramDialect } from './deepgram.ts'
import type { Dialect } from './dialect.ts'
import type { JsonObject } from './json.ts'
import { napsterDialect } from './napster.ts'

/** The agents that the table compares, in the order of its columns. */
export const VOCABULARY_COLUMNS = {
  deepgramFlux: 'Deepgram, Flux',
  deepgramNova: 'Deepgram, Nova',
  deepgramSaved: 'Deepgram, saved agent',
  napster: 'Napster',
  napsterText: 'Napster, text'
} as const
export type VocabularyColumn = keyof typeof VOCABULARY_COLUMNS

/** One command or variant, in words, and how each agent does it. */
export interface VocabularyRow {
  key: SupportKey
  says: string
  support: Readonly<Record<VocabularyColumn, Support>>
}

/** What each command and variant is, in words of a person, in the order of the table. */
const SAYS: Readonly<Record<SupportKey, string>> = {
  'user-text': 'Your words, typed, answered now',
  'user-text/after-speech': 'Your words, answered after the agent has finished',
  'user-text/no-response': 'Your words, not answered',
  context: 'Context, not answered',
  'context/after-speech': 'Context, after the agent has finished',
  'context/respond': 'Context, answered',
  'agent-speech': 'The agent says this, only in silence',
  'agent-speech/queue': 'The agent says this, after what it says now',
  'agent-speech/interrupt': 'The agent says this, instead of what it says now',
  announce: 'The agent says this, in order with other announcements',
  'append-prompt': 'Add to the prompt',
  'replace-prompt': 'Replace the prompt',
  'set-model': 'Another model',
  'set-model/temperature': 'Temperature',
  'set-turn-detection': 'Turn detection',
  'set-turn-detection/eotThreshold': 'Turn detection: confidence that ends a turn',
  'set-turn-detection/eagerEotThreshold': 'Turn detection: confidence of an early end',
  'set-turn-detection/eotTimeoutMs': 'Turn detection: longest wait for the end of a turn',
  'set-turn-detection/silenceDurationMs': 'Turn detection: silence that ends a turn',
  'set-turn-detection/threshold': 'Turn detection: threshold for speech',
  'set-turn-detection/prefixPaddingMs': 'Turn detection: padding before speech',
  'set-voice': 'Another voice',
  'configure-listen': 'A patch of the listen block',
  'configure-listen/keyterms': 'Other keyterms',
  'configure-think': 'A whole think block',
  'configure-speak': 'A whole speak block',
  'revert-changes': 'Undo all changes',
  'end-turn': 'End my turn now',
  'tool-result': 'Answer a tool call',
  'stop-speaking': 'Stop speaking'
}

const THINK = { provider: { type: 'open_ai', model: 'gpt-4o-mini' }, prompt: 'You are helpful.' }
const FLUX = { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } }
const NOVA = { provider: { type: 'deepgram', model: 'nova-3' } }

function profile(service: AgentProfile['service'], settings: JsonObject): AgentProfile {
  return { schemaVersion: 1, name: 'Vocabulary', service, settings }
}

function dialects(): Record<VocabularyColumn, Dialect> {
  return {
    deepgramFlux: deepgramDialect(profile('deepgram', { agent: { listen: FLUX, think: THINK } })),
    deepgramNova: deepgramDialect(profile('deepgram', { agent: { listen: NOVA, think: THINK } })),
    deepgramSaved: deepgramDialect(profile('deepgram', { agent: 'agent-id' })),
    napster: napsterDialect(profile('napster', { agentId: 'agent_id' })),
    napsterText: napsterDialect(profile('napster', { agentId: 'agent_id', modality: 'text' }))
  }
}

/** Every command and variant with its support as the dialects tell it, so that no document can say otherwise. */
export function vocabularyTable(): VocabularyRow[] {
  const tables = Object.entries(dialects()).map(
    ([column, dialect]) => [column, dialect.support(dialect.agent)] as const
  )
  return (Object.keys(SAYS) as SupportKey[]).map((key) => ({
    key,
    says: SAYS[key],
    support: Object.fromEntries(tables.map(([column, table]) => [column, table[key]])) as VocabularyRow['support']
  }))
}
