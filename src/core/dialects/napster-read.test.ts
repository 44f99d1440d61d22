import { describe, expect, it } from 'vitest'
import { newReader } from './napster-read.ts'
import {
  ENDED,
  READY,
  SESSION,
  STARTED,
  THINKING,
  assistant,
  heard,
  live,
  talk,
  tell,
  user
} from './napster-read.test-support.ts'

const completed = (content: string): object => user('completed', { item_id: 'u', content })

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
