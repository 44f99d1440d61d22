import type { WireEntry } from '../../core/session/session.ts'
import type { Service } from '../../shared/profile.ts'
import { ServerMessage } from '../../shared/protocol/deepgram.ts'
import type { Log } from '../../shared/runtime.ts'

/** Documented messages (deepgram.md section 5) that Parley has no use for; they are no news. */
const NOT_NEEDED = new Set(['History', 'LatencyReport', 'ListenUpdated', 'ThinkUpdated', 'SpeakUpdated'])

/** Every event of a Napster session that is known to exist (napster.md section 7). */
const NAPSTER_EVENTS = new Set([
  'avatar_state_changed',
  'talk_state_changed',
  'audio_received',
  'speech_started',
  'input_audio_buffer.speech_started',
  'message_received',
  'function_implicitly_called',
  'function_call_timeout',
  'ui_update',
  'mcp_tools',
  'mcp_call',
  'mcp_approval_request',
  'error',
  'provider_connection_aborted',
  'avatar_connection_warning',
  'session_expired',
  'no_credits_left',
  'reaching_rate_limits'
])

/** A service may invent types without end. */
const MAX_LINES = 100
const MAX_TYPE_LENGTH = 100

/** Logs what the session ignores: messages it does not know, once per type, and frames that are not JSON. */
export function ignoredMessages(log: Log, service: Service): (entry: WireEntry) => void {
  const isNapster = service === 'napster'
  const seen = new Set<string>()
  let lines = 0
  return ({ dir, message }) => {
    if (dir !== 'in' || lines >= MAX_LINES) return
    const { type, bytes } = fieldsOf(message, isNapster)
    if (type === 'binary') return
    if (type === 'text' && bytes !== undefined) {
      log.warn('ignored a frame that is not JSON', { bytes })
      lines += 1
    } else if (!seen.has(type) && !(isNapster ? NAPSTER_EVENTS.has(type) : isDeepgramMessage(type, message))) {
      seen.add(type)
      log.warn('ignored a message that is unknown or malformed', { type })
      lines += 1
    }
  }
}

function isDeepgramMessage(type: string, message: unknown): boolean {
  return NOT_NEEDED.has(type) || ServerMessage.safeParse(message).success
}

/** Napster names a message by `event`, a few by `type` (napster.md section 4). */
function fieldsOf(message: unknown, isNapster: boolean): { type: string; bytes?: number } {
  if (typeof message !== 'object' || message === null) return { type: typeof message }
  const { type, event, bytes } = message as { type?: unknown; event?: unknown; bytes?: unknown }
  const name = isNapster && typeof event === 'string' ? event : type
  return {
    type: typeof name === 'string' ? name.slice(0, MAX_TYPE_LENGTH) : 'none',
    ...(typeof bytes === 'number' ? { bytes } : {})
  }
}
