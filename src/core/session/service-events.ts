import type { SessionEvent } from '../../shared/events.ts'
import type { ServiceEvent } from '../dialects/dialect.ts'
import type { AgentBook } from './agent-book.ts'
import type { CommandDesk } from './command-desk.ts'
import type { TurnLatencies } from './latency/turn-latencies.ts'
import type { Refusals } from './refusals.ts'
import type { Tools } from './tools/tools.ts'
import type { Turns } from './turns.ts'

/** What a conversation acts on by itself; the others need what its thread knows. */
export type ConversationEvent = Exclude<ServiceEvent, { kind: 'user-text' | 'agent-audio' }>

/** Who takes part in a conversation. */
export interface EventParts {
  turns: Turns
  desk: CommandDesk
  tools: Tools
  latencies: TurnLatencies
  book: AgentBook
  refusals: Refusals
  emit: (event: SessionEvent) => void
  userActed: () => void
}

/** Brings what the service tells to whom it concerns. */
export function takeEvent(event: ConversationEvent, parts: EventParts): void {
  const { turns, desk, tools, latencies, book } = parts
  switch (event.kind) {
    case 'user-started':
      turns.userStarted()
      return parts.userActed()
    case 'turn-ended':
      turns.turnEnded()
      return desk.turnEnded()
    case 'agent-thinking':
      turns.agentThinking()
      return desk.turnEnded()
    case 'agent-started':
      latencies.reported(event.latency)
      return turns.agentStarted()
    case 'agent-text':
      desk.agentText(event.text)
      return turns.agentText(event.text, event.replaces ?? 0)
    case 'agent-audio-done':
      return turns.audioDone()
    case 'reply-complete':
      return turns.replyComplete()
    case 'agent-cancelled':
      return turns.agentCancelled()
    case 'listen-updated':
    case 'think-updated':
    case 'speak-updated':
    case 'prompt-updated':
      book.taken(event.kind)
      return desk.updated(event.kind)
    case 'injection-refused':
      return refused(parts, 'refusal', event.reason)
    case 'command-refused':
      return objected(parts, event.reason, event.fields)
    case 'tool-calls':
      turns.toolsCalled()
      return tools.requested(event.functions)
    case 'tool-calls-cancelled':
      return tools.cancelled(event.functions.map(({ id }) => id))
    case 'tool-call-overdue':
      return tools.overdue(event.id)
    case 'tool-response':
      return tools.told(event.id, event.name, event.content)
    case 'latency':
      return latencies.reported(event.latency)
    case 'warning':
      if (event.endTurnUnsupported === true) desk.endTurnUnsupported()
      if (event.injectionRefused === true) refused(parts, 'warning', event.message)
      return
    default:
      return
  }
}

function refused({ refusals, desk, turns }: EventParts, by: 'refusal' | 'warning', reason: string): void {
  if (refusals.isNew(by)) desk.refused(reason, turns.activity === 'userSpeaking')
}

/** The service did not take something; where nobody is told so as the answer to a command, a notice says it. */
function objected({ desk, emit }: EventParts, reason: string, fields: readonly string[] = []): void {
  if (!desk.objected(reason, fields))
    emit({ kind: 'notice', notice: { level: 'warning', code: 'service-objected', message: reason } })
}
