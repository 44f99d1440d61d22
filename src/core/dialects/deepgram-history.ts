import type { Json } from '../secrets/placeholders.ts'
import type { WireMessage } from './dialect.ts'
import { isObject, type JsonObject } from './json.ts'

/** Fields of one call in `History` (deepgram.md section 5); a service takes no other back. */
const CALL_FIELDS = ['id', 'name', 'client_side', 'arguments', 'response', 'thought_signature'] as const

/**
 * One entry as `agent.context.messages` takes it: something said or calls that were made, without `conversational_behavior` or
 * any other field of the moment. Undefined where it is neither.
 */
export function historyItem(raw: { readonly [key: string]: unknown }): WireMessage | undefined {
  const { role, content, function_calls: calls } = raw
  if (typeof role === 'string' && typeof content === 'string') return { type: 'History', role, content }
  if (!Array.isArray(calls)) return undefined
  const kept = (calls as Json[]).filter((call) => isObject(call)).map((call) => callItem(call))
  return kept.length === 0 ? undefined : { type: 'History', function_calls: kept }
}

function callItem(call: JsonObject): JsonObject {
  return Object.fromEntries(CALL_FIELDS.flatMap((field) => (call[field] === undefined ? [] : [[field, call[field]]])))
}
