import { describe, expect, it } from 'vitest'
import {
  CANCELLED,
  DONE,
  ENDED,
  STARTED,
  THINKING,
  assistant,
  audio,
  heard,
  live,
  pcm,
  said,
  talk,
  tell,
  user
} from './napster-read.test-support.ts'

const delta = (content: string, item = 'a'): object => assistant('delta', { item_id: item, content })

describe('the agent', () => {
  it('is told sentence by sentence from its deltas, joined by item', () => {
    const reader = live()
    expect(tell(reader, assistant('created', { item_id: 'a' }), delta('It is '), delta('noon. Shall'))).toEqual([
      THINKING,
      said('It is noon.')
    ])
    expect(tell(reader, delta('Other. ', 'b'), delta(' I'))).toEqual([THINKING, said('Other.')])
    expect(tell(reader, assistant('completed', { item_id: 'a', content: '' }))).toEqual([said('Shall I')])
  })

  it('is told a sentence as soon as its mark is there, and no number in two', () => {
    const reader = live()
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
