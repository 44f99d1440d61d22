import fc from 'fast-check'
import { expect } from 'vitest'
import { ErrorCode } from '../../shared/protocol/deepgram.ts'
import { SessionRig, settle } from '../testing.test-support.ts'

const CALL = { id: 'f1', name: 'book', arguments: '{"table":4}', client_side: true }

/** One good message of each kind (deepgram.md section 16). */
const GOOD: readonly Record<string, unknown>[] = [
  { type: 'Welcome', request_id: '0f4c1d5e-0000-4000-8000-00000000abcd' },
  { type: 'SettingsApplied' },
  { type: 'UserStartedSpeaking' },
  { type: 'ConversationText', role: 'user', content: 'Hola', languages_hinted: ['es'], languages: ['es'] },
  { type: 'ConversationText', role: 'assistant', content: 'Hello.' },
  { type: 'EndOfTurn', trigger: 'model' },
  { type: 'AgentThinking', content: 'Hm.' },
  { type: 'FunctionCallRequest', functions: [CALL, { ...CALL, id: 'f2', client_side: false }] },
  { type: 'FunctionCallCancelled', functions: [{ id: 'f1', name: 'book' }] },
  { type: 'FunctionCallResponse', id: 'f2', name: 'book', content: '{"ok":true}' },
  { type: 'AgentStartedSpeaking', total_latency: 0.9, tts_latency: 0.1, ttt_latency: 0.6 },
  { type: 'LatencyReport', ttt_text_latency: 0.61, stt_latency: 0.1 },
  { type: 'AgentAudioDone' },
  { type: 'History', role: 'assistant', content: 'Done.' },
  { type: 'History', function_calls: [{ ...CALL, response: '{}' }] },
  { type: 'InjectionRefused', message: 'user is speaking' },
  { type: 'ListenUpdated' },
  { type: 'ThinkUpdated' },
  { type: 'SpeakUpdated' },
  { type: 'PromptUpdated' },
  { type: 'Warning', code: 'PROMPT_TOO_LONG', description: 'too long' },
  ...ErrorCode.options.map((code) => ({ type: 'Error', code, description: 'no' }))
]

/** Another value for a field: of any type, also what a parser may trip over. */
const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, '', -1, 1e308, [], {}, '__proto__', '{{secret:KEY}}', '\u0000', 'x'.repeat(5_000))
)

type Change =
  | { kind: 'replace' | 'insert'; at: number; value: unknown }
  | { kind: 'drop' | 'rename' | 'nest'; at: number }
  | { kind: 'cut' | 'flip'; at: number }

const at = fc.nat({ max: 1_000 })
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constantFrom('replace' as const, 'insert' as const), at, value: junk }),
  fc.record({
    kind: fc.constantFrom('drop' as const, 'rename' as const, 'nest' as const, 'cut' as const, 'flip' as const),
    at
  })
)

function changed(message: Record<string, unknown>, one: Change): Record<string, unknown> {
  const keys = Object.keys(message)
  const key = keys[one.at % keys.length] ?? 'type'
  const { [key]: value, ...rest } = message
  switch (one.kind) {
    case 'replace':
      return { ...rest, [key]: one.value }
    case 'insert':
      return { ...message, [`extra${one.at}`]: one.value }
    case 'drop':
      return rest
    case 'rename':
      return { ...rest, [`${key}_`]: value }
    case 'nest':
      return { ...rest, [key]: [value] }
    default:
      return message
  }
}

function spoilt(text: string, one: Change): string {
  if (one.kind === 'cut') return text.slice(0, one.at % (text.length + 1))
  if (one.kind !== 'flip') return text
  const place = one.at % text.length
  return `${text.slice(0, place)}${String.fromCharCode((text.charCodeAt(place) ^ (1 << (one.at % 7))) & 0x7f)}${text.slice(place + 1)}`
}

/** The text of one server message with one to three mistakes in it. */
const mutated = fc
  .record({ good: fc.constantFrom(...GOOD), changes: fc.array(change, { minLength: 1, maxLength: 3 }) })
  .map(({ good, changes }) =>
    changes.reduce((text, one) => spoilt(text, one), JSON.stringify(changes.reduce(changed, good)))
  )

/** True for a message that may end a session: an `Error` with a code. */
function mayEnd(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text)
    return typeof message === 'object' && message !== null && 'type' in message && message.type === 'Error'
  } catch {
    return false
  }
}

/** It still takes a command and its acknowledgement, and nothing is left after it. */
async function stillWorks(rig: SessionRig): Promise<void> {
  if (rig.session.state.phase === 'live') {
    const result = rig.session.execute({ kind: 'append-prompt', text: 'still here' })
    for (let tries = 0; tries < 5; tries += 1) {
      await settle()
      rig.socket.say({ type: 'PromptUpdated' })
    }
    expect(await result).toEqual({ outcome: 'applied' })
  }
  expect(JSON.stringify(rig.events)).not.toContain('"code":"internal"')
  rig.session.hangUp()
  await settle()
  expect(rig.session.state.phase).toBe('ended')
  expect(rig.clock.pending).toBe(0)
}

/** Mutated messages that one session gets, where none of them ends it. */
const PER_SESSION = 20

/**
 * Sends `count` mutated messages to live sessions: nothing throws, a session goes on unless one of them is an `Error`, it still works
 * afterwards, and hanging up leaves no timer. `errors`: sessions that an `Error` ended or sent looking for a new connection.
 */
export async function survivesMutatedMessages(count: number): Promise<{ messages: number; errors: number }> {
  const seen = { messages: 0, errors: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(mutated, { minLength: PER_SESSION, maxLength: PER_SESSION }), async (texts) => {
      let rig = await SessionRig.live()
      for (const text of texts) {
        rig.socket.handlers.onText(text)
        await settle()
        seen.messages += 1
        if (rig.session.state.phase === 'live') continue
        expect({ text, mayEnd: mayEnd(text) }).toEqual({ text, mayEnd: true })
        seen.errors += 1
        await stillWorks(rig)
        rig = await SessionRig.live()
      }
      await stillWorks(rig)
    }),
    { numRuns: Math.ceil(count / PER_SESSION) }
  )
  return seen
}
