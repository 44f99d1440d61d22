import type { Support, SupportKey } from '../../shared/commands.ts'
import type { Dialect } from './dialect.ts'

/** Rule N19: what the page says of `set_settings`, for a person. */
export const AZURE_ONLY = 'Napster has this for agents on Azure OpenAI (Realtime keys); others may refuse it.'

/** Rule N10: what "now" does to an agent that is speaking. */
export const INTERRUPTS = 'It interrupts the agent if it is speaking.'

/** Why Napster cannot do a thing, for a person. */
export const WHY = {
  verbatim: 'A Napster agent speaks given words in puppeteer mode only, and is no agent then.',
  model: 'The model of a Napster agent belongs to its key and cannot be changed in a conversation.',
  voice: 'Napster cannot change the voice in a conversation. Change it at the agent and connect again.',
  blocks: 'Napster keeps the agent; there is no such block to send. Change prompt, temperature or turn detection.',
  eotThreshold: 'Napster has no confidence that ends a turn. Change silence_duration_ms.',
  eagerEotThreshold: 'Napster has no early end of a turn. Change silence_duration_ms.',
  eotTimeoutMs: 'Napster has no timeout for the end of a turn. Change silence_duration_ms.',
  noTurns: 'A conversation in text has no spoken turn.',
  noSpeech: 'A conversation in text has nothing that is heard.'
} as const

const NATIVE: Support = { kind: 'native' }

function native(note: string): Support {
  return { kind: 'native', note }
}

function emulated(how: string): Support {
  return { kind: 'emulated', how }
}

function unsupported(why: string): Support {
  return { kind: 'unsupported', why }
}

/** How each command and variant is done (design.md section 4, column Napster). */
export function support(modality: Dialect['modality']): Record<SupportKey, Support> {
  const spoken = modality === 'audio'
  const held = native('Napster holds it until the agent has finished speaking.')
  const settings = native(AZURE_ONLY)
  const turns = (field: Support): Support => (spoken ? field : unsupported(WHY.noTurns))
  return {
    'user-text': spoken ? native(INTERRUPTS) : NATIVE,
    'user-text/after-speech': held,
    'user-text/no-response': spoken ? native(INTERRUPTS) : NATIVE,
    context: spoken ? native(INTERRUPTS) : NATIVE,
    'context/after-speech': held,
    'context/respond': spoken ? native(INTERRUPTS) : NATIVE,
    'agent-speech': unsupported(WHY.verbatim),
    'agent-speech/queue': unsupported(WHY.verbatim),
    'agent-speech/interrupt': unsupported(WHY.verbatim),
    announce: unsupported(WHY.verbatim),
    'append-prompt': emulated(
      'It is told as context once the agent has finished speaking: Parley does not know the instructions that Napster keeps.'
    ),
    'replace-prompt': native(`The whole instructions are replaced. ${AZURE_ONLY}`),
    'set-model': unsupported(WHY.model),
    'set-model/temperature': settings,
    'set-turn-detection': turns(settings),
    'set-turn-detection/eotThreshold': turns(unsupported(WHY.eotThreshold)),
    'set-turn-detection/eagerEotThreshold': turns(unsupported(WHY.eagerEotThreshold)),
    'set-turn-detection/eotTimeoutMs': turns(unsupported(WHY.eotTimeoutMs)),
    'set-turn-detection/silenceDurationMs': turns(settings),
    'set-turn-detection/threshold': turns(settings),
    'set-turn-detection/prefixPaddingMs': turns(settings),
    'set-voice': unsupported(WHY.voice),
    'configure-listen': unsupported(WHY.blocks),
    'configure-listen/keyterms': unsupported(WHY.blocks),
    'configure-think': unsupported(WHY.blocks),
    'configure-speak': unsupported(WHY.blocks),
    'revert-changes': emulated(
      'Parley opens a new connection with the profile as it is, and takes the conversation along.'
    ),
    'end-turn': spoken
      ? emulated('The microphone sends silence until Napster ends your turn.')
      : unsupported(WHY.noTurns),
    'tool-result': NATIVE,
    'stop-speaking': spoken
      ? emulated('Parley stops playing and drops what still comes of the reply. The service does not know.')
      : unsupported(WHY.noSpeech)
  }
}
