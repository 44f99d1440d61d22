import { describe, expect, it } from 'vitest'
import { readArguments } from '../session/tools/tool-answers.ts'
import { newReader } from './napster-read.ts'
import { called, live, tell, TOO_DEEP, user } from './napster-read.test-support.ts'
/** Code and retry of the errors in what is told of `frames`. */
function codes(...frames: unknown[]): unknown[] {
  return tell(live(), ...frames).flatMap((event) => (event.kind === 'error' ? [event.code, event.retry] : []))
}

/** The warning that `frame` is. */
function warningOf(frame: unknown): string {
  const [event] = tell(live(), frame)
  return event?.kind === 'warning' ? `${event.code}: ${event.message}` : 'none'
}

describe('a tool call', () => {
  it.each([
    [{ table: 4 }, '{"table":4}'],
    ['{"table":4}', '{"table":4}'],
    [undefined, '{}'],
    [null, '{}']
  ])('is told with its arguments %j, and once', (given, text) => {
    const call = called({ call_id: 'c', name: 'book', arguments: given })
    expect(tell(live(), call, call)).toEqual([
      { kind: 'tool-calls', functions: [{ id: 'c', name: 'book', arguments: text, clientSide: true }] }
    ])
  })

  it('C30 with arguments that are nested too deeply is told, to be answered as broken', () => {
    const events = tell(live(), called({ call_id: 'c', name: 'book', arguments: { table: TOO_DEEP } }))
    expect(events).toEqual([
      { kind: 'tool-calls', functions: [{ id: 'c', name: 'book', arguments: 'nested too deeply', clientSide: true }] }
    ])
    expect(readArguments('nested too deeply')).toMatch(/no JSON text/)
  })

  it('that cannot be answered is none', () => {
    expect(tell(live(), called({ name: 'book' }), called({ call_id: 'c' }), called({ call_id: 5, name: 'x' }))).toEqual(
      []
    )
  })

  it('is not started by the message that stands beside it', () => {
    const beside = { type: 'function_call', action: 'completed', call_id: 'c', name: 'book', content: '{}' }
    expect(tell(live(), { event: 'message_received', data: { message: beside } })).toEqual([])
  })

  it('that took too long is told, with its id where there is one', () => {
    expect(
      tell(live(), { event: 'function_call_timeout', data: { call_id: 'c' } }, { event: 'function_call_timeout' })
    ).toEqual([{ kind: 'tool-call-overdue', id: 'c' }, { kind: 'tool-call-overdue' }])
  })
})

describe('an error', () => {
  it.each([
    { event: 'error', data: { message: 'Too long.' } },
    { event: 'error', data: { error: 'Too long.' } },
    { event: 'error', data: { error: { code: 'x', message: 'Too long.' } } },
    { event: 'error', data: { message: { error: 'Too long.' } } },
    { event: 'error', message: 'Too long.' },
    { event: 'error', error: { message: 'Too long.' } },
    { event: 'error', data: 'Too long.' },
    { type: 'error', message: 'Too long.' }
  ])('N4 N19 refuses a command with the words of the service: %j', (frame) => {
    expect(tell(live(), frame)).toEqual([{ kind: 'command-refused', reason: 'Too long.' }])
  })

  it.each([
    ['temperature is not supported by this provider.', ['temperature']],
    ['Temperature is not supported by text agents.', ['temperature']],
    ['Invalid turn_detection.silence_duration_ms', ['turn_detection', 'silence_duration_ms']],
    ['silenceDurationMs must be a number.', ['silence_duration_ms']],
    ['instructions_too_long', ['instructions']],
    ['set_settings is for Azure only: no temperature.', ['temperature']],
    ['set_settings is for Azure only.', ['set_settings']],
    ['The role of a text is user or system.', ['role', 'text']],
    ['The context is too hot.', undefined]
  ])('N19 tells which fields its words name: %s', (message, fields) => {
    expect(tell(live(), { event: 'error', data: { message } })).toEqual([
      { kind: 'command-refused', reason: message, ...(fields === undefined ? {} : { fields }) }
    ])
  })

  it('without words has a sentence, and a code stands for words', () => {
    expect(tell(live(), { event: 'error' }, { event: 'error', data: { error: { code: 'x1' } } })).toEqual([
      { kind: 'command-refused', reason: 'Napster refused it and gave no reason.' },
      { kind: 'command-refused', reason: 'x1' }
    ])
  })

  it('before the service is ready is a warning', () => {
    expect(tell(newReader('audio'), { event: 'error', data: { message: 'No avatar' } })).toEqual([
      { kind: 'warning', code: 'napster-error', message: 'Napster says: No avatar' }
    ])
  })

  it.each([
    ['invalid_voice', true, 'no'],
    ['invalid_credentials', false, 'no'],
    ['instructions_too_long', true, 'no'],
    ['connection_failed', false, 'yes'],
    ['something_new', false, 'yes']
  ])('of the provider (%s) ends the session', (code, settings, retry) => {
    const frame = { event: 'provider_connection_aborted', data: { error: { code, message: 'voice x' } } }
    expect(tell(live(), frame)).toEqual([
      {
        kind: 'error',
        code,
        settings,
        retry,
        message: expect.stringMatching(/^[A-Z].*\. It says: voice x\.$/) as string
      }
    ])
  })

  it('of the provider is understood where it is only a text, or nothing', () => {
    expect(
      tell(
        live(),
        { event: 'provider_connection_aborted', data: { error: 'invalid_voice' } },
        { event: 'provider_connection_aborted' }
      )
    ).toEqual([
      {
        kind: 'error',
        code: 'invalid_voice',
        settings: true,
        retry: 'no',
        message: "The agent's provider does not have its voice."
      },
      {
        kind: 'error',
        code: 'provider_connection_aborted',
        settings: false,
        retry: 'yes',
        message: 'The provider of the agent ended the session.'
      }
    ])
  })

  it('session_expired and no_credits_left end it for good; after an idle warning that nobody heeded it was idle', () => {
    const expired = { event: 'session_expired' }
    const warned = { event: 'avatar_connection_warning', data: { disconnect_after: 10 } }
    expect(codes(expired)).toEqual(['session_expired', 'no'])
    expect(codes(warned, expired)).toEqual(['idle_timeout', 'no'])
    expect(codes(warned, user('completed', { content: 'Hi.' }), expired)).toEqual(['session_expired', 'no'])
    expect(codes({ event: 'no_credits_left' })).toEqual(['no_credits_left', 'no'])
  })
})

describe('a warning', () => {
  it.each([
    [{ disconnect_after: 60 }, '60 seconds'],
    [{ disconnect_after: '60' }, '30 seconds'],
    [undefined, '30 seconds']
  ])('of an idle close says how long is left: %j', (data, left) => {
    expect(warningOf({ event: 'avatar_connection_warning', data })).toContain(
      `idle-soon: Napster ends the session in ${left}`
    )
  })

  it('of rate limits, of MCP servers and of approvals is a sentence', () => {
    expect(warningOf({ event: 'reaching_rate_limits' })).toMatch(/^rate-limits-near: /)
    expect(warningOf({ type: 'mcp_tools', action: 'failed', error: 'server "crm" is down' })).toBe(
      'mcp-tools: The agent cannot use some of its tools: server "crm" is down.'
    )
    expect(warningOf({ type: 'mcp_approval_request', action: 'created', server: 'crm', tool: 'delete' })).toContain(
      'whether it may use delete of crm'
    )
    expect(warningOf({ type: 'mcp_approval_request', action: 'cancelled' })).toBe('none')
  })

  it('is told of an event that is not known and carries an error', () => {
    expect(warningOf({ event: 'tool_aborted', data: { error: { message: 'gone' } } })).toBe(
      'napster-error: Napster says: gone.'
    )
  })
})
