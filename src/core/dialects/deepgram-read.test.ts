import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ErrorCode } from '../../shared/protocol/deepgram.ts'
import { read } from './deepgram-read.ts'
import { TOO_DEEP } from './napster-read.test-support.ts'

describe('what the service says', () => {
  it('C33 an unknown type, extra fields and conversational_behavior change nothing', () => {
    expect(read({ type: 'ThinkLiveUpdated', id: 1 })).toEqual({ kind: 'unknown' })
    expect(read({ type: 'FrustrationDetected' })).toEqual({ kind: 'unknown' })
    expect(
      read({
        type: 'ConversationText',
        role: 'user',
        content: 'Hi',
        conversational_behavior: 'filler',
        languages: ['en']
      })
    ).toEqual({ kind: 'user-text', text: 'Hi' })
    expect(read({ type: 'EndOfTurn', trigger: 'model' })).toEqual({ kind: 'turn-ended' })
  })

  it('C33 no JSON value at all breaks it', () => {
    const types = ['Welcome', 'ConversationText', 'FunctionCallRequest', 'History', 'LatencyReport', 'Warning', 'Error']
    const message = fc.oneof(
      fc.jsonValue(),
      fc
        .tuple(
          fc.constantFrom(...types),
          fc.dictionary(
            fc.oneof(fc.string(), fc.constantFrom('functions', 'function_calls', 'code')),
            fc.oneof(fc.jsonValue(), fc.constantFrom(TOO_DEEP, [{ id: 'f', name: 'n', arguments: TOO_DEEP }]))
          )
        )
        .map(([type, rest]) => ({ ...rest, type }))
    )
    fc.assert(
      fc.property(message, (value) => {
        expect(typeof read(value).kind).toBe('string')
      })
    )
  })

  it('C30 arguments are text as they came, an object becomes one, and broken text stays broken', () => {
    const call = { id: 'f', name: 'book', client_side: true }
    const functions = [
      { ...call, arguments: '{"a":' },
      { ...call, arguments: { a: 1 } },
      { ...call, arguments: undefined },
      { ...call, arguments: { a: TOO_DEEP } }
    ]
    const event = read({ type: 'FunctionCallRequest', functions })
    expect(event.kind === 'tool-calls' && event.functions.map((each) => each.arguments)).toEqual([
      '{"a":',
      '{"a":1}',
      '{}',
      'nested too deeply'
    ])
  })

  it.each([undefined, null])(
    "a call that does not say whose it is (%s) is the client's, and those beside it stay",
    (side) => {
      const functions = [
        { id: '1', name: 'a', arguments: '{}', client_side: side },
        { id: '2', name: 'b', arguments: '{}', client_side: false }
      ]
      expect(read({ type: 'FunctionCallRequest', functions })).toMatchObject({
        kind: 'tool-calls',
        functions: [
          { id: '1', clientSide: true },
          { id: '2', clientSide: false }
        ]
      })
    }
  )

  it('C28 a request of several functions gives each with its id, name and place', () => {
    const functions = [
      { id: '1', name: 'a', arguments: '{}', client_side: true, thought_signature: 's' },
      { id: '2', name: 'b', arguments: '{}', client_side: false }
    ]
    expect(read({ type: 'FunctionCallRequest', functions })).toEqual({
      kind: 'tool-calls',
      functions: [
        { id: '1', name: 'a', arguments: '{}', clientSide: true, thoughtSignature: 's' },
        { id: '2', name: 'b', arguments: '{}', clientSide: false }
      ]
    })
    expect(read({ type: 'FunctionCallCancelled', functions: [{ id: '1', name: 'a', more: 1 }] })).toEqual({
      kind: 'tool-calls-cancelled',
      functions: [{ id: '1', name: 'a' }]
    })
    expect(read({ type: 'FunctionCallResponse', name: 'b', content: 'ok' })).toEqual({
      kind: 'tool-response',
      name: 'b',
      content: 'ok'
    })
  })

  it('C35 latencies are milliseconds, and absent ones stay absent', () => {
    expect(read({ type: 'LatencyReport', ttt_text_latency: 0.61 })).toEqual({
      kind: 'latency',
      latency: { tttTextMs: 610 }
    })
    expect(
      read({
        type: 'LatencyReport',
        stt_latency: 0.1,
        ttt_token_latency: 0.2,
        ttt_tool_latency: 0.3,
        ttt_thinking_latency: 0.4,
        tts_latency: 0.5,
        total_latency: 2
      })
    ).toEqual({
      kind: 'latency',
      latency: { sttMs: 100, tttTokenMs: 200, tttToolMs: 300, tttThinkingMs: 400, ttsMs: 500, totalMs: 2_000 }
    })
    expect(read({ type: 'AgentStartedSpeaking', total_latency: 1, tts_latency: 0.25, ttt_latency: 0.5 })).toEqual({
      kind: 'agent-started',
      latency: { totalMs: 1_000, ttsMs: 250, tttTextMs: 500 }
    })
    expect(read({ type: 'AgentStartedSpeaking' })).toEqual({ kind: 'agent-started', latency: {} })
  })

  it('C39 history has the fields that a service takes back, of both shapes', () => {
    expect(
      read({ type: 'History', role: 'user', content: 'Hi', conversational_behavior: 'default', extra: 1 })
    ).toEqual({ kind: 'history', item: { type: 'History', role: 'user', content: 'Hi' } })
    const call = { id: 'f', name: 'b', client_side: true, arguments: '{}', response: 'ok', thought_signature: 's' }
    expect(read({ type: 'History', function_calls: [{ ...call, conversational_behavior: 'x' }] })).toEqual({
      kind: 'history',
      item: { type: 'History', function_calls: [call] }
    })
    expect(read({ type: 'History' })).toEqual({ kind: 'unknown' })
    expect(read({ type: 'History', function_calls: [{ ...call, arguments: TOO_DEEP }] })).toEqual({ kind: 'unknown' })
  })

  it('each update has its own acknowledgement', () => {
    const kinds = ['ListenUpdated', 'ThinkUpdated', 'SpeakUpdated', 'PromptUpdated'].map((type) => read({ type }).kind)
    expect(kinds).toEqual(['listen-updated', 'think-updated', 'speak-updated', 'prompt-updated'])
  })

  it('C36 a warning has code and text; C42 and the end of the session are marked', () => {
    expect(read({ type: 'Warning', code: 'NEW_ONE' })).toEqual({ kind: 'warning', code: 'NEW_ONE', message: 'NEW_ONE' })
    expect(read({ type: 'Warning', code: 'FORCE_END_TURN_UNSUPPORTED', description: 'No.' })).toEqual({
      kind: 'warning',
      code: 'FORCE_END_TURN_UNSUPPORTED',
      message: 'No.',
      endTurnUnsupported: true
    })
    expect(read({ type: 'Warning', code: 'MAXIMUM_SESSION_LENGTH_APPROACHING' })).toMatchObject({ endsSoon: true })
  })

  it('C40 a refusal with and without a message is one', () => {
    expect(read({ type: 'InjectionRefused', message: 'No.' })).toEqual({ kind: 'injection-refused', reason: 'No.' })
    expect(read({ type: 'InjectionRefused' })).toMatchObject({ kind: 'injection-refused' })
  })
})

function retry(code: string): unknown {
  const event = read({ type: 'Error', code, description: '' })
  return event.kind === 'error' ? event.retry : undefined
}

describe('errors', () => {
  it('C37 an error has its code and description, broken ones too', () => {
    expect(read({ type: 'Error', code: 'FAILED_TO_THINK', description: 'All failed.' })).toMatchObject({
      kind: 'error',
      code: 'FAILED_TO_THINK',
      message: 'All failed.'
    })
    expect(read({ type: 'Error', code: 7 })).toMatchObject({ kind: 'error', code: 'UNKNOWN' })
  })

  it('C38 errors about settings and messages are final, the rest may be tried again, and some at once', () => {
    const by = (wanted: string): string[] => ErrorCode.options.filter((code) => retry(code) === wanted)
    expect(by('no')).toEqual([
      'UNPARSABLE_CLIENT_MESSAGE',
      'NON_SETTINGS_MESSAGE_BEFORE_SETTINGS',
      'SETTINGS_ALREADY_APPLIED',
      'INVALID_SETTINGS',
      'USER_AUDIO_FORMAT',
      'NON_EXISTENT_FUNCTION_CALLED',
      'AGENT_ID_NOT_SUPPORTED',
      'INVALID_AGENT_ID'
    ])
    expect(by('soon')).toEqual(['SERVER_GOING_AWAY', 'MAXIMUM_SESSION_LENGTH_REACHED'])
    expect(by('yes')).toHaveLength(ErrorCode.options.length - 10)
    expect(retry('SOMETHING_NEW')).toBe('yes')
    expect(retry('constructor')).toBe('yes')
  })
})
