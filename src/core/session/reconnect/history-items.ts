import type { ToolCall } from '../../../shared/events.ts'
import type { WireMessage } from '../../dialects/dialect.ts'
import type { Json } from '../../secrets/placeholders.ts'

/** The two shapes of a history item (deepgram.md section 5, History a and b), as the service tells them and takes them back. */
export type HistoryItem =
  | { kind: 'text'; role: 'user' | 'assistant'; content: string }
  | { kind: 'calls'; calls: { id: string; call: CallEntry }[] }

/** One element of `function_calls`. */
export type CallEntry = { [key: string]: Json }

export function readItem(item: WireMessage): HistoryItem | undefined {
  const { role, content, function_calls: calls } = item
  if ((role === 'user' || role === 'assistant') && typeof content === 'string') return { kind: 'text', role, content }
  if (!Array.isArray(calls)) return undefined
  const read = calls.flatMap((call) => {
    if (typeof call !== 'object' || call === null || Array.isArray(call)) return []
    return typeof call['id'] === 'string' ? [{ id: call['id'], call }] : []
  })
  return read.length === 0 ? undefined : { kind: 'calls', calls: read }
}

export function textItem(role: 'user' | 'assistant', content: string): WireMessage {
  return { type: 'History', role, content }
}

export function callsItem(calls: readonly CallEntry[]): WireMessage {
  return { type: 'History', function_calls: [...calls] }
}

/** The entry of a finished call that the service has not told itself. */
export function callEntry(call: ToolCall, response: string, thoughtSignature: string | undefined): CallEntry {
  return {
    id: call.id,
    name: call.name,
    client_side: call.where === 'client',
    arguments: call.arguments,
    response,
    ...(thoughtSignature === undefined ? {} : { thought_signature: thoughtSignature })
  }
}
