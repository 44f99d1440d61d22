import type { ToolCall } from '../../shared/events.ts'
import type { WireMessage } from '../dialects/dialect.ts'
import type { Json } from '../secrets/placeholders.ts'
import { callEntry, callsItem, readItem, textItem, type CallEntry } from './reconnect/history-items.ts'

/** Something that was said, as far as it was heard, or a tool call; only a call with a result counts. */
export type EarlierItem =
  { kind: 'text'; role: 'user' | 'agent'; text: string } | { kind: 'tool-call'; call: Omit<ToolCall, 'status'> }

/**
 * A conversation from before this one, oldest first, that a session is given as its context (`SessionOptions.earlier`). The agent knows it
 * and does not greet: it waits for the user. What is too long loses its oldest items, which is told (`history-shortened`).
 */
export type EarlierConversation = readonly EarlierItem[]

/** The same in the one shape that histories have. Calls are numbered anew: a service may give an id of an earlier conversation again. */
export function earlierMessages(earlier: EarlierConversation): WireMessage[] {
  return earlier.flatMap((item, at) => {
    if (item.kind === 'text') return [textItem(item.role === 'user' ? 'user' : 'assistant', item.text)]
    const { call } = item
    if (call.content === undefined) return []
    const entry = callEntry({ ...call, id: `earlier-${at + 1}`, status: 'answered' }, call.content, undefined)
    return [callsItem([entry])]
  })
}

/** What a session's history holds, for another session. Marks of the model that made a call (`thought_signature`) are not taken along. */
export function earlierOf(messages: readonly WireMessage[]): EarlierConversation {
  return messages.flatMap((message): EarlierItem[] => {
    const item = readItem(message)
    if (item === undefined) return []
    if (item.kind === 'calls') return item.calls.map(({ id, call }) => ({ kind: 'tool-call', call: callOf(id, call) }))
    return [{ kind: 'text', role: item.role === 'user' ? 'user' : 'agent', text: item.content }]
  })
}

function callOf(id: string, call: CallEntry): Omit<ToolCall, 'status'> {
  const { name, arguments: given, response, client_side: ours } = call
  const content = response === undefined ? {} : { content: text(response) }
  return { id, name: text(name), arguments: text(given), where: ours === true ? 'client' : 'service', ...content }
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
