import type { WireEntry } from '../../core/session/session.ts'
import { ServerMessage } from '../../shared/protocol/deepgram.ts'
import type { Log } from '../../shared/runtime.ts'

/** Documented messages (deepgram.md section 5) that Parley has no use for; they are no news. */
const NOT_NEEDED = new Set(['History', 'LatencyReport', 'ListenUpdated', 'ThinkUpdated', 'SpeakUpdated'])

/** A service may invent types without end. */
const MAX_LINES = 100
const MAX_TYPE_LENGTH = 100

/** Logs what the session ignores: messages it does not know, once per type, and frames that are not JSON. */
export function ignoredMessages(log: Log): (entry: WireEntry) => void {
  const seen = new Set<string>()
  let lines = 0
  return ({ dir, message }) => {
    if (dir !== 'in' || lines >= MAX_LINES) return
    const { type, bytes } = fieldsOf(message)
    if (type === 'binary' || NOT_NEEDED.has(type)) return
    if (type === 'text' && bytes !== undefined) {
      log.warn('ignored a frame that is not JSON', { bytes })
      lines += 1
    } else if (!seen.has(type) && !ServerMessage.safeParse(message).success) {
      seen.add(type)
      log.warn('ignored a message that is unknown or malformed', { type })
      lines += 1
    }
  }
}

function fieldsOf(message: unknown): { type: string; bytes?: number } {
  if (typeof message !== 'object' || message === null) return { type: typeof message }
  const { type, bytes } = message as { type?: unknown; bytes?: unknown }
  return {
    type: typeof type === 'string' ? type.slice(0, MAX_TYPE_LENGTH) : 'none',
    ...(typeof bytes === 'number' ? { bytes } : {})
  }
}
