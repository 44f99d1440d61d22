import type { Support, SupportKey } from '../../shared/commands.ts'
import { FOREIGN_FIELD, fluxObstacle, isFlux } from './deepgram-listen.ts'
import { voiceObstacle } from './deepgram-speak.ts'
import { thinkObstacle } from './deepgram-think.ts'
import type { EffectiveAgent } from './effective-agent.ts'

const NATIVE: Support = { kind: 'native' }
const HELD = 'Parley holds it until the reply has been played.'
const TOLD = 'The prompt is extended by it.'

function emulated(how: string): Support {
  return { kind: 'emulated', how }
}

function unless(why: string | undefined, otherwise: Support): Support {
  return why === undefined ? otherwise : { kind: 'unsupported', why }
}

/** How each command and variant is done with the agent as it is now (design.md section 4, column Deepgram). */
export function support(agent: EffectiveAgent): Record<SupportKey, Support> {
  const think = thinkObstacle(agent)
  const turns = fluxObstacle(agent, 'turnDetection')
  return {
    'user-text': NATIVE,
    'user-text/after-speech': emulated(HELD),
    'user-text/no-response': emulated('The prompt is extended by a sentence that says what you typed.'),
    context: emulated(TOLD),
    'context/after-speech': emulated(HELD),
    'context/respond': emulated(
      'The prompt is extended by it, then a fixed sentence is sent in your place; it is shown as sent by Parley.'
    ),
    'agent-speech': NATIVE,
    'agent-speech/queue': NATIVE,
    'agent-speech/interrupt': NATIVE,
    announce: emulated('Parley holds it while you speak, then it is said after what is being said.'),
    'append-prompt': NATIVE,
    'replace-prompt': unless(think, emulated('The whole think block is sent again with the new prompt.')),
    'set-model': unless(think, NATIVE),
    'set-model/temperature': unless(think, NATIVE),
    'set-turn-detection': unless(turns, NATIVE),
    'set-turn-detection/eotThreshold': unless(turns, NATIVE),
    'set-turn-detection/eagerEotThreshold': unless(turns, NATIVE),
    'set-turn-detection/eotTimeoutMs': unless(turns, NATIVE),
    'set-turn-detection/silenceDurationMs': unless(turns, emulated('It is sent as eot_timeout_ms, 500 to 60000.')),
    'set-turn-detection/threshold': unless(FOREIGN_FIELD.threshold, NATIVE),
    'set-turn-detection/prefixPaddingMs': unless(FOREIGN_FIELD.prefixPaddingMs, NATIVE),
    'set-voice': unless(voiceObstacle(agent), NATIVE),
    'configure-listen': NATIVE,
    'configure-listen/keyterms': unless(fluxObstacle(agent, 'keyterms'), NATIVE),
    'configure-think': NATIVE,
    'configure-speak': NATIVE,
    'revert-changes': emulated(
      'Parley opens a new connection with the profile as it is, and takes the conversation along.'
    ),
    'end-turn': isFlux(agent.listen)
      ? NATIVE
      : emulated('The microphone sends silence until the service ends your turn.'),
    'tool-result': NATIVE,
    'stop-speaking': emulated(
      'Parley stops playing and drops what still comes of the reply. The service does not know.'
    )
  }
}
