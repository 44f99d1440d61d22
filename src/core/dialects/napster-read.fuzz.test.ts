import fc from 'fast-check'
import { expect, it } from 'vitest'
import { newReader } from './napster-read.ts'
import { TOO_DEEP } from './napster-read.test-support.ts'

/** Every event of napster.md section 7. */
const FRAMES = [
  { event: 'avatar_state_changed', data: { state: 'ready', details: { mode: 'audio_only' } } },
  { event: 'talk_state_changed', data: { state: 'started' } },
  { event: 'talk_state_changed', data: { state: 'canceled' } },
  { event: 'talk_state_changed', data: { state: 'ended' } },
  { event: 'audio_received', data: { data: 'AQIDBA==' } },
  { event: 'speech_started', data: { item_id: 'u1' } },
  { event: 'message_received', data: { message: { type: 'session', action: 'created' } } },
  { event: 'message_received', data: { message: { type: 'message', role: 'user', action: 'speech_started' } } },
  {
    event: 'message_received',
    data: { message: { type: 'message', role: 'user', action: 'completed', content: 'Hi.', item_id: 'u1' } }
  },
  {
    event: 'message_received',
    data: {
      message: { type: 'message', role: 'assistant', action: 'delta', content: 'Hi. ', item_id: 'a', response_id: 'r' }
    }
  },
  {
    event: 'message_received',
    data: { message: { role: 'assistant', action: 'cancelled', reason: 'turn_detected', response_id: 'r' } }
  },
  { event: 'message_received', data: { message: { role: 'assistant', action: 'failed', error: 'x', item_id: 'a' } } },
  {
    event: 'message_received',
    data: { message: { role: 'assistant', action: 'completed', content: 'Hi. Ho.', item_id: 'a' } }
  },
  { event: 'function_implicitly_called', data: { call_id: 'c', name: 'book', arguments: { table: [4] } } },
  { event: 'function_implicitly_called', data: { call_id: 'd', name: 'book', arguments: TOO_DEEP } },
  { event: 'function_call_timeout', data: { call_id: 'c' } },
  { event: 'ui_update', data: { any: [1] } },
  { type: 'mcp_tools', action: 'failed', error: 'x' },
  { type: 'mcp_approval_request', action: 'created', item_id: 'i', server: 's', tool: 't' },
  { event: 'error', data: { error: { code: 'x', message: 'No.' } } },
  { event: 'provider_connection_aborted', data: { error: { code: 'invalid_voice', message: 'x' } } },
  { event: 'avatar_connection_warning', data: { disconnect_after: 30 } },
  { event: 'session_expired' },
  { event: 'no_credits_left' },
  { event: 'reaching_rate_limits' }
]

/** A copy of `value` in which the part that `path` leads to is `put`. */
function mutated(value: unknown, path: readonly number[], put: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined || typeof value !== 'object' || value === null) return put
  const keys = Object.keys(value)
  const key = keys[step % keys.length]
  if (key === undefined) return put
  const copy = { ...(value as Record<string, unknown>) }
  copy[key] = mutated(copy[key], rest, put)
  return copy
}

const anything = fc.oneof(
  fc.constantFrom(TOO_DEEP, { a: TOO_DEEP }),
  fc.jsonValue(),
  fc.constantFrom('created', 'completed', 'canceled', 'user', '__proto__')
)

const frame = fc.oneof(
  fc.constantFrom<unknown>(...FRAMES),
  fc
    .tuple(fc.constantFrom(...FRAMES), fc.array(fc.nat(5), { maxLength: 4 }), anything)
    .map(([value, path, put]) => mutated(value, path, put)),
  anything
)

it.each(['audio', 'text'] as const)(
  'no events of a service, however broken, make the reader throw (%s)',
  (modality) => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 40 }), (frames) => {
        const reader = newReader(modality)
        for (const one of frames) {
          const events = reader(one)
          expect(events.length).toBeGreaterThan(0)
          for (const event of events) {
            if (event.kind === 'agent-audio') expect(event.bytes.length % 2).toBe(0)
            if (event.kind === 'agent-text' || event.kind === 'user-text') expect(event.text.trim()).not.toBe('')
            if (event.kind === 'command-refused') expect(event.reason).not.toBe('')
          }
        }
      }),
      { numRuns: 300 }
    )
  }
)
