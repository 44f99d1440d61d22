import { describe, expect, it } from 'vitest'
import type { Reader, ServiceEvent } from './dialect.ts'
import { newReader } from './napster-read.ts'

/** What a reader tells of `frames`, without what changes nothing. */
function tell(reader: Reader, ...frames: unknown[]): ServiceEvent[] {
  return frames.flatMap((frame) => reader(frame)).filter(({ kind }) => kind !== 'unknown')
}

const SESSION = { event: 'message_received', data: { message: { type: 'session', action: 'created' } } }
const READY = { event: 'avatar_state_changed', data: { state: 'ready' } }

/** A reader of a connection that is ready. */
function live(modality: 'audio' | 'text' = 'audio'): Reader {
  const reader = newReader(modality)
  void tell(reader, SESSION, READY)
  return reader
}

type Fields = Record<string, unknown>

function message(role: 'user' | 'assistant', action: string, fields: Fields = {}): object {
  return { event: 'message_received', data: { message: { type: 'message', role, action, ...fields } } }
}

const user = (action: string, fields?: Fields): object => message('user', action, fields)
const assistant = (action: string, fields?: Fields): object => message('assistant', action, fields)
const talk = (state: string): object => ({ event: 'talk_state_changed', data: { state } })
const audio = (data: string): object => ({ event: 'audio_received', data: { data } })
const called = (fields: Fields): object => ({ event: 'function_implicitly_called', data: fields })

const heard = (text: string): ServiceEvent => ({ kind: 'user-text', text })
const said = (text: string): ServiceEvent => ({ kind: 'agent-text', text })
const THINKING: ServiceEvent = { kind: 'agent-thinking' }
const CANCELLED: ServiceEvent = { kind: 'agent-cancelled' }
const STARTED: ServiceEvent = { kind: 'user-started' }
const ENDED: ServiceEvent = { kind: 'turn-ended' }
const DONE: ServiceEvent = { kind: 'agent-audio-done' }
const pcm = (...bytes: number[]): ServiceEvent => ({ kind: 'agent-audio', bytes: Uint8Array.from(bytes) })

/** Code and retry of the errors in what is told of `frames`. */
function codes(...frames: unknown[]): unknown[] {
  return tell(live(), ...frames).flatMap((event) => (event.kind === 'error' ? [event.code, event.retry] : []))
}

/** The warning that `frame` is. */
function warningOf(frame: unknown): string {
  const [event] = tell(live(), frame)
  return event?.kind === 'warning' ? `${event.code}: ${event.message}` : 'none'
}

describe('a connection', () => {
  it('is there with the session message and ready with the avatar, each once', () => {
    const reader = newReader('audio')
    expect(tell(reader, SESSION)).toEqual([{ kind: 'welcome' }])
    expect(tell(reader, SESSION, { event: 'avatar_state_changed', data: { state: 'preparing' } })).toEqual([])
    expect(tell(reader, READY)).toEqual([{ kind: 'settings-applied' }])
    expect(tell(reader, READY, SESSION)).toEqual([])
  })

  it('whose first signs are missing is there and ready once it says anything', () => {
    expect(tell(newReader('audio'), READY)).toEqual([{ kind: 'welcome' }, { kind: 'settings-applied' }])
    expect(tell(newReader('audio'), assistant('created', { item_id: 'i' }))).toEqual([
      { kind: 'welcome' },
      { kind: 'settings-applied' },
      THINKING
    ])
  })

  it('is read by event, else by type, and the message in data.message, else in data', () => {
    const fields = { type: 'message', role: 'user', action: 'completed', content: 'Hi.' }
    const nested = { data: { message: fields } }
    for (const envelope of [
      { event: 'message_received', ...nested },
      { type: 'message_received', ...nested },
      { event: 'message_received', type: 'other', ...nested },
      { event: 'message_received', data: fields }
    ]) {
      expect(tell(live(), envelope)).toEqual([heard('Hi.')])
    }
  })

  it.each([
    null,
    5,
    'text',
    [],
    {},
    { event: 5 },
    { event: 'transcript' },
    { event: 'ui_update', data: [1] },
    { type: 'mcp_call', action: 'created', item_id: 'i' }
  ])('goes on over %j', (unknown) => {
    expect(live()(unknown)).toEqual([{ kind: 'unknown' }])
  })
})

describe('the user', () => {
  it('starts to speak once, wherever it is told', () => {
    const places = [
      { event: 'speech_started' },
      { event: 'speech_started', data: { item_id: 'u1' } },
      { type: 'input_audio_buffer.speech_started', item_id: 'u1' },
      user('speech_started', { item_id: 'u1' }),
      user('interrupted')
    ]
    for (const first of places) expect(tell(live(), first, ...places)).toEqual([STARTED])
  })

  it('starts to speak again after a turn, and where the id is another', () => {
    const reader = live()
    expect(tell(reader, user('speech_started', { item_id: 'u1' }), user('speech_started', { item_id: 'u2' }))).toEqual([
      STARTED,
      STARTED
    ])
    expect(tell(reader, user('completed', { item_id: 'u2', content: 'Hi.' }), { event: 'speech_started' })).toEqual([
      heard('Hi.'),
      STARTED
    ])
  })

  it('N12 is heard in one message, in parts, or in parts that are said whole at the end', () => {
    const parts = [
      user('created', { item_id: 'u' }),
      user('delta', { item_id: 'u', content: 'Hi ' }),
      user('delta', { item_id: 'u', content: 'there.' })
    ]
    expect(tell(live(), ...parts, user('completed', { item_id: 'u', content: '' }))).toEqual([heard('Hi there.')])
    expect(tell(live(), ...parts, user('completed', { item_id: 'u', content: 'Hi there!' }))).toEqual([
      heard('Hi there!')
    ])
  })

  it('is not heard twice in one message that comes again, and its end is heard where it grows', () => {
    const completed = (content: string): object => user('completed', { item_id: 'u', content })
    expect(tell(live(), completed('Hi.'), completed('Hi.'), completed('Hi. And more.'), completed(''))).toEqual([
      heard('Hi.'),
      heard('And more.')
    ])
    expect(tell(live(), user('completed', { content: 'Hi.' }), user('completed', { content: 'Hi.' }))).toEqual([
      heard('Hi.'),
      heard('Hi.')
    ])
  })

  it('whose speech was not understood has ended the turn', () => {
    expect(tell(live(), user('speech_started'), user('completed', { content: ' ' }))).toEqual([STARTED, ENDED])
    expect(tell(live(), user('speech_started'), user('failed', { content: 'x' }))).toEqual([STARTED, ENDED])
  })

  it('whose words come after the answer has begun is late, and had ended the turn before', () => {
    const reader = live()
    expect(tell(reader, user('speech_started'), assistant('created', { item_id: 'a' }))).toEqual([
      STARTED,
      ENDED,
      THINKING
    ])
    expect(tell(reader, user('completed', { content: 'Hi.' }))).toEqual([
      { kind: 'user-text', text: 'Hi.', late: true }
    ])
    expect(tell(reader, user('completed', { content: 'More.' }))).toEqual([heard('More.')])
  })

  it('whose words never come changes nothing of the answer', () => {
    expect(tell(live(), user('speech_started'), talk('started'), user('completed', { content: '' }))).toEqual([
      STARTED,
      ENDED,
      { kind: 'agent-started', latency: {} }
    ])
  })
})

describe('the agent', () => {
  it('is told sentence by sentence from its deltas, joined by item', () => {
    const reader = live()
    const delta = (item: string, content: string): object => assistant('delta', { item_id: item, content })
    expect(
      tell(reader, assistant('created', { item_id: 'a' }), delta('a', 'It is '), delta('a', 'noon. Shall'))
    ).toEqual([THINKING, said('It is noon.')])
    expect(tell(reader, delta('b', 'Other. '), delta('a', ' I'))).toEqual([THINKING, said('Other.')])
    expect(tell(reader, assistant('completed', { item_id: 'a', content: '' }))).toEqual([said('Shall I')])
  })

  it('is told a sentence as soon as its mark is there, and no number in two', () => {
    const reader = live()
    const delta = (content: string): object => assistant('delta', { item_id: 'a', content })
    void tell(reader, assistant('created', { item_id: 'a' }))
    expect(tell(reader, delta('It is noon.'))).toEqual([said('It is noon.')])
    for (const piece of [' It', ' costs', ' 3.', '50', ' euros']) expect(tell(reader, delta(piece))).toEqual([])
    expect(tell(reader, delta('!"'))).toEqual([said('It costs 3.50 euros!"')])
    expect(tell(reader, delta(' Six times seven is 42.'))).toEqual([said('Six times seven is 42.')])
  })

  it.each([
    ['It is noon. Shall I?', ['Shall I?']],
    ['It  is\nnoon.   Shall I go?', ['Shall I go?']],
    ['It is noon.', []],
    ['  ', ['Shall']]
  ])('is told by its whole text %j at the end, and nothing twice', (content, rest) => {
    const reader = live()
    void tell(reader, assistant('delta', { item_id: 'a', content: 'It is noon. Shall' }))
    expect(tell(reader, assistant('completed', { item_id: 'a', content }))).toEqual(rest.map(said))
    expect(
      tell(
        reader,
        assistant('completed', { item_id: 'a', content }),
        assistant('delta', { item_id: 'a', content: 'x. ' })
      )
    ).toEqual([])
  })

  it.each(['It was noon. Shall I go?', 'It is', 'No.'])(
    'is told anew by its whole text %j where that says other words than were told',
    (content) => {
      const reader = live()
      void tell(reader, assistant('delta', { item_id: 'a', content: 'It is noon. So it is. Shall' }))
      expect(tell(reader, assistant('completed', { item_id: 'a', content }))).toEqual([
        { kind: 'agent-text', text: content, replaces: 2 }
      ])
    }
  )

  it('is not told anew where another text was told since', () => {
    const reader = live()
    void tell(
      reader,
      assistant('delta', { item_id: 'a', content: 'It is noon.' }),
      assistant('delta', { item_id: 'b', content: 'Other.' }),
      assistant('delta', { item_id: 'a', content: ' So it is.' })
    )
    expect(tell(reader, assistant('completed', { item_id: 'a', content: 'It was noon. So it is.' }))).toEqual([])
  })

  it('is known by its response until it has an item', () => {
    const reader = live()
    expect(
      tell(
        reader,
        assistant('created', { response_id: 'r' }),
        assistant('delta', { response_id: 'r', item_id: 'a', content: 'Hi. ' }),
        assistant('completed', { response_id: 'r', item_id: 'a', content: 'Hi.' })
      )
    ).toEqual([THINKING, said('Hi.')])
  })

  it('speaks: its audio is read from data.data or data.audio, with an odd byte cut', () => {
    const reader = live()
    expect(tell(reader, talk('preparing'), talk('started'), audio('AQID'))).toEqual([
      THINKING,
      { kind: 'agent-started', latency: {} },
      pcm(1, 2)
    ])
    expect(tell(reader, { event: 'audio_received', data: { audio: 'AQI=' } }, talk('ended'))).toEqual([pcm(1, 2), DONE])
    for (const broken of ['', 'AQ==', '?', 5])
      expect(tell(reader, { event: 'audio_received', data: { data: broken } })).toEqual([])
  })

  it.each(['cancelled', 'canceled'])(
    'is cancelled by a message that says %s: what was said of it is told first',
    (action) => {
      const reader = live()
      void tell(reader, assistant('created', { item_id: 'a', response_id: 'r' }), talk('started'), audio('AQI='))
      expect(tell(reader, assistant('delta', { item_id: 'a', content: 'Well, I' }))).toEqual([])
      expect(tell(reader, assistant(action, { response_id: 'r', reason: 'turn_detected' }))).toEqual([
        said('Well, I'),
        CANCELLED
      ])
      expect(tell(reader, talk('canceled'), assistant(action, { response_id: 'r' }))).toEqual([])
    }
  )

  it.each(['cancelled', 'canceled'])('is cancelled by a talk state that says %s', (state) => {
    const reader = live()
    void tell(reader, assistant('created', { item_id: 'a' }), talk('started'), audio('AQI='))
    expect(tell(reader, talk(state))).toEqual([CANCELLED])
    expect(tell(reader, talk(state), assistant('cancelled', { item_id: 'a' }))).toEqual([])
  })

  it('that was cut is not heard any more, whatever comes of it, until the next reply begins', () => {
    const reader = live()
    void tell(reader, assistant('created', { item_id: 'a', response_id: 'r' }), talk('started'), audio('AQI='))
    expect(tell(reader, { event: 'speech_started' })).toEqual([STARTED])
    const late = [
      audio('AQI='),
      assistant('delta', { item_id: 'a', content: 'Late. ' }),
      assistant('delta', { item_id: 'other', response_id: 'r', content: 'Late. ' }),
      assistant('completed', { item_id: 'a', content: 'Late.' }),
      assistant('cancelled', { response_id: 'r' }),
      talk('started'),
      talk('canceled')
    ]
    expect(tell(reader, ...late)).toEqual([])
    expect(tell(reader, assistant('created', { item_id: 'b', response_id: 's' }), audio('AwQ='))).toEqual([
      ENDED,
      THINKING,
      pcm(3, 4)
    ])
  })

  it('whose text was whole before its audio came is cut with it', () => {
    const reader = live()
    void tell(reader, assistant('created', { item_id: 'a' }), assistant('completed', { item_id: 'a', content: 'Hi.' }))
    expect(tell(reader, { event: 'speech_started' }, audio('AQI='))).toEqual([STARTED])
    expect(tell(reader, user('completed', { content: 'Go on.' }), audio('AQI='))).toEqual([heard('Go on.'), pcm(1, 2)])
  })

  it('without ids is cut and begins again all the same', () => {
    const reader = live()
    void tell(reader, assistant('created'), assistant('delta', { content: 'One. ' }))
    expect(tell(reader, assistant('cancelled'), assistant('delta', { content: 'Late. ' }), audio('AQI='))).toEqual([
      CANCELLED
    ])
    expect(tell(reader, assistant('created'), assistant('delta', { content: 'Two. ' }), audio('AQI='))).toEqual([
      THINKING,
      said('Two.'),
      pcm(1, 2)
    ])
  })

  it('that goes on is not cut by the cancellation of another reply', () => {
    const reader = live()
    void tell(reader, assistant('created', { item_id: 'a' }), assistant('completed', { item_id: 'a', content: 'Hi.' }))
    void tell(reader, talk('started'), talk('ended'), assistant('created', { item_id: 'b' }))
    expect(
      tell(reader, assistant('cancelled', { item_id: 'a' }), assistant('delta', { item_id: 'b', content: 'Ho. ' }))
    ).toEqual([said('Ho.')])
  })

  it('that talks anew after a cut has an end again', () => {
    const reader = live()
    void tell(reader, talk('started'), audio('AQI='), { event: 'speech_started' })
    void tell(reader, assistant('created', { item_id: 'b' }))
    expect(tell(reader, talk('started'), talk('ended'))).toEqual([{ kind: 'agent-started', latency: {} }, DONE])
  })

  it('that could not answer is told of, and its reply is over', () => {
    const failed = assistant('failed', { item_id: 'a', error: 'content filter' })
    const warned = { kind: 'warning', code: 'reply-failed', message: 'The agent could not answer. content filter.' }
    expect(tell(live(), assistant('created', { item_id: 'a' }), failed)).toEqual([
      THINKING,
      warned,
      { kind: 'reply-complete' }
    ])
    expect(tell(live(), assistant('created', { item_id: 'a' }), talk('started'), failed)).toMatchObject([
      THINKING,
      { kind: 'agent-started' },
      warned,
      DONE
    ])
  })

  it('in text says its replies, each with its end, and no audio', () => {
    const reader = live('text')
    expect(
      tell(
        reader,
        user('completed', { content: 'Hi.' }),
        assistant('created', { item_id: 'a' }),
        assistant('delta', { item_id: 'a', content: 'Hello' }),
        audio('AQI='),
        assistant('completed', { item_id: 'a', content: 'Hello!' })
      )
    ).toEqual([heard('Hi.'), THINKING, said('Hello!'), { kind: 'reply-complete' }])
  })
})

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
