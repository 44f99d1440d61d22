import { support as supportOfNapster } from '../../src/core/dialects/napster-support.ts'
import type { SupportTable } from '../../src/shared/events.ts'

export const how = 'The whole think block is sent again with this prompt.'
export const why = 'Only Napster has this setting.'
/** A service that does things natively, by other means and not at all. */
export const support: SupportTable = {
  'append-prompt': { kind: 'native' },
  'replace-prompt': { kind: 'emulated', how },
  'set-model': { kind: 'native' },
  'set-voice': { kind: 'unsupported', why: 'The voice of a saved agent cannot be changed.' },
  'set-turn-detection': { kind: 'native' },
  'set-turn-detection/silenceDurationMs': { kind: 'emulated', how: 'It is sent as eot_timeout_ms.' },
  'set-turn-detection/threshold': { kind: 'unsupported', why },
  'set-turn-detection/prefixPaddingMs': { kind: 'unsupported', why },
  'configure-listen': { kind: 'native' },
  'configure-think': { kind: 'native' },
  'configure-speak': { kind: 'native' },
  'end-turn': { kind: 'native' },
  'agent-speech': { kind: 'native' },
  announce: { kind: 'native' },
  context: { kind: 'emulated', how: 'It is added to the prompt.' },
  'context/after-speech': { kind: 'emulated', how: 'It is held until the reply has been played.' },
  'context/respond': { kind: 'emulated', how: 'It is added to the prompt, and a fixed cue asks for an answer.' }
}

/** What the session tells of a Napster agent. */
export const napsterSupport: SupportTable = supportOfNapster('audio')
