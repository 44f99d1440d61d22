import { describe, expect, it } from 'vitest'
import type { Caption, ToolCall } from '../../../shared/events.ts'
import { CUT_OFF, HISTORY_LIMIT_CHARACTERS, HISTORY_LIMIT_ITEMS, History } from './history.ts'
import { heardText } from './heard.ts'

const RATE_HZ = 16_000
const audio = (ms: number): Uint8Array => new Uint8Array(ms * 32)
const said = (role: 'user' | 'assistant', content: string) => ({ type: 'History', role, content })
const user = (text: string) => ({ kind: 'user-text' as const, text })
const agent = (text: string) => ({ kind: 'agent-text' as const, text })
const told = (role: string, content: string) => ({
  kind: 'history' as const,
  item: { type: 'History', role, content }
})
const done = { kind: 'agent-audio-done' as const }
const call = (id: string, rest: Partial<ToolCall> = {}): { kind: 'tool-call'; call: ToolCall } => ({
  kind: 'tool-call',
  call: {
    id,
    name: 'look',
    arguments: '{"at":1}',
    where: 'client',
    status: 'answered',
    content: '{"ok":true}',
    ...rest
  }
})
const entry = (id: string) => ({
  id,
  name: 'look',
  client_side: true,
  arguments: '{"at":1}',
  response: '{"ok":true}'
})

describe('a service that tells no history', () => {
  it('is remembered by what was said, in order', () => {
    const history = new History(RATE_HZ)
    history.service(user('Hello.'))
    history.service(agent('Hi.'))
    history.service(agent('How are you?'))
    history.service(done)
    history.service(user('Fine.'))
    expect(history.items()).toEqual([
      said('user', 'Hello.'),
      said('assistant', 'Hi. How are you?'),
      said('user', 'Fine.')
    ])
  })

  it('is remembered by finished tool calls, and not by open or cancelled ones', () => {
    const history = new History(RATE_HZ)
    history.service({
      kind: 'tool-calls',
      functions: [{ id: 'b', name: 'look', arguments: '{}', clientSide: true, thoughtSignature: 'sig' }]
    })
    history.session(call('a', { status: 'running' }))
    history.session(call('a'))
    history.session(call('a'))
    history.session(call('b', { status: 'failed', content: '{"error":"no"}' }))
    history.session(call('c', { status: 'cancelled' }))
    history.session(call('d', { where: 'service' }))
    expect(history.items()).toEqual([
      { type: 'History', function_calls: [entry('a')] },
      {
        type: 'History',
        function_calls: [{ ...entry('b'), response: '{"error":"no"}', thought_signature: 'sig' }]
      },
      { type: 'History', function_calls: [{ ...entry('d'), client_side: false }] }
    ])
  })
})

describe('a tool call that the connection cut off', () => {
  it('is remembered as one that nobody knows the end of, a cancelled one is not', () => {
    const history = new History(RATE_HZ)
    history.session(call('a', { status: 'running' }))
    history.session(call('b', { status: 'running' }))
    const { content: _, ...cancelled } = call('b', { status: 'cancelled' }).call
    history.session({ kind: 'tool-call', call: { ...cancelled, id: 'a' } })
    history.socketLost(() => history.session({ kind: 'tool-call', call: cancelled }))
    expect(history.items()).toEqual([{ type: 'History', function_calls: [{ ...entry('b'), response: CUT_OFF }] }])
  })
})

describe('a service that tells its history', () => {
  it('is remembered once, whatever comes first', () => {
    const history = new History(RATE_HZ)
    history.service(user('Hello.'))
    history.service(told('user', 'Hello.'))
    history.service(told('assistant', 'Hi. How are you?'))
    history.service(agent('Hi.'))
    history.service(agent('How are you?'))
    history.service(done)
    history.service(told('user', 'Fine.'))
    history.service(user('Fine.'))
    history.service(agent('Good.'))
    history.service(agent('Bye.'))
    history.service(told('assistant', 'Good.'))
    history.service(told('assistant', 'Bye.'))
    expect(history.items()).toEqual([
      said('user', 'Hello.'),
      said('assistant', 'Hi. How are you?'),
      said('user', 'Fine.'),
      said('assistant', 'Good. Bye.')
    ])
  })

  it('is completed by what it had not told when the connection was lost', () => {
    const history = new History(RATE_HZ)
    history.service(user('One.'))
    history.service(told('user', 'One.'))
    history.service(agent('Two.'))
    history.service(done)
    history.service(user('Three.'))
    expect(history.items().map(({ content }) => content)).toEqual(['One.', 'Two.', 'Three.'])
  })

  it('keeps the same words said twice apart', () => {
    const history = new History(RATE_HZ)
    for (let time = 0; time < 2; time += 1) {
      history.service(user('Yes.'))
      history.service(agent('Right.'))
      history.service(done)
      history.service(told('user', 'Yes.'))
      history.service(told('assistant', 'Right.'))
    }
    expect(history.items().map(({ content }) => content)).toEqual(['Yes.', 'Right.', 'Yes.', 'Right.'])
  })

  it('keeps a call as the service tells it, at the place where it was made', () => {
    const history = new History(RATE_HZ)
    history.service(user('Look.'))
    history.session(call('a'))
    history.service(agent('I see.'))
    history.service({
      kind: 'history',
      item: {
        type: 'History',
        function_calls: [
          { ...entry('a'), thought_signature: 's' },
          { id: 'z', name: 'other' }
        ]
      }
    })
    expect(history.items()).toEqual([
      said('user', 'Look.'),
      { type: 'History', function_calls: [{ ...entry('a'), thought_signature: 's' }] },
      said('assistant', 'I see.'),
      { type: 'History', function_calls: [{ id: 'z', name: 'other' }] }
    ])
  })
})

/** The reply is cut, and so its caption. */
function cut(history: History, reply: number): void {
  history.flushed(reply)
  const caption: Caption = { id: 'c', role: 'agent', text: 'x', interrupted: true }
  history.session({ kind: 'caption', caption })
}

describe('a reply that was cut', () => {
  it('is remembered as far as it was heard', () => {
    const history = new History(RATE_HZ)
    history.service(agent('First sentence here.'))
    history.wrote(1, audio(1_000))
    history.service(agent('Second one has five words.'))
    history.wrote(1, audio(1_000))
    history.played({ reply: 1, playedSamples: 16 * 1_200, drained: false })
    cut(history, 1)
    history.played({ reply: 1, playedSamples: 16 * 1_400, drained: true })
    history.service(user('Stop.'))
    expect(history.items()).toEqual([said('assistant', 'First sentence here. Second one…'), said('user', 'Stop.')])
  })

  it('is remembered shorter still if the service says so', () => {
    const history = new History(RATE_HZ)
    history.service(agent('First sentence here and more.'))
    history.wrote(1, audio(1_000))
    cut(history, 1)
    history.played({ reply: 1, playedSamples: 16 * 800, drained: true })
    history.service(told('assistant', 'First'))
    expect(history.items()).toEqual([said('assistant', 'First')])
  })

  it('leaves what was queued behind it and its late sentence out, and what was played before it in', () => {
    const history = new History(RATE_HZ)
    history.service(agent('Heard.'))
    history.wrote(1, audio(500))
    history.service(done)
    history.session({ kind: 'reply-played', playedMs: 500 })
    history.service(agent('Half heard.'))
    history.wrote(2, audio(500))
    history.service(done)
    history.service(agent('Queued.'))
    history.wrote(3, audio(500))
    cut(history, 3)
    history.played({ reply: 2, playedSamples: 16 * 250, drained: true })
    history.service(agent('Late.'))
    cut(history, 3)
    history.service(user('Stop.'))
    history.service(agent('Fresh.'))
    history.wrote(4, audio(100))
    expect(history.items().map(({ content }) => content)).toEqual(['Heard.', 'Half…', 'Stop.', 'Fresh.'])
  })
})

describe('what was heard of a reply', () => {
  const sentences = [
    { text: 'One two.', atMs: 0 },
    { text: 'Three four.', atMs: 1_000 }
  ]

  it.each([
    [0, ''],
    [400, ''],
    [500, 'One…'],
    [1_000, 'One two. …'],
    [1_500, 'One two. Three…'],
    [2_000, 'One two. Three four.'],
    [9_000, 'One two. Three four.']
  ])('after %i ms', (playedMs, heard) => {
    expect(heardText(sentences, 2_000, playedMs)).toBe(heard)
  })
})

describe('a long conversation', () => {
  it('loses its oldest items, which are counted', () => {
    const history = new History(RATE_HZ)
    for (let turn = 0; turn < HISTORY_LIMIT_ITEMS + 7; turn += 1) history.service(user(`Turn ${turn}.`))
    expect(history.items()).toHaveLength(HISTORY_LIMIT_ITEMS)
    expect(history.items()[0]).toEqual(said('user', 'Turn 7.'))
    expect(history.newlyDropped()).toBe(7)
    expect(history.newlyDropped()).toBe(0)
  })

  it('is bounded in its length too', () => {
    const history = new History(RATE_HZ)
    for (let turn = 0; turn < 20; turn += 1) history.service(user(`${turn} ${'x'.repeat(10_000)}`))
    expect(JSON.stringify(history.items()).length).toBeLessThan(HISTORY_LIMIT_CHARACTERS + 10_000)
    expect(history.items().at(-1)?.['content']).toMatch(/^19 /)
    expect(history.newlyDropped()).toBe(16)
  })
})

const contents = (history: History) => history.items().map(({ content }) => content)

describe('what a service tells out of order', () => {
  it('late words of the user stand before the answer to them, which goes on', () => {
    const history = new History(RATE_HZ)
    history.service(user('First.'))
    history.service(agent('One.'))
    history.service(done)
    history.service({ kind: 'user-started' })
    history.service(agent('Two.'))
    history.service({ ...user('Second.'), late: true })
    history.service(agent('And more.'))
    expect(contents(history)).toEqual(['First.', 'One.', 'Second.', 'Two. And more.'])
  })

  it('late words of the user stand before what the agent called', () => {
    const history = new History(RATE_HZ)
    history.service({ kind: 'user-started' })
    history.session(call('a'))
    history.service({ ...user('Look.'), late: true })
    expect(history.items()).toEqual([said('user', 'Look.'), expect.objectContaining({ function_calls: [entry('a')] })])
  })

  it('the whole text takes the place of its parts, also after the end of its reply', () => {
    const history = new History(RATE_HZ)
    history.service(agent('Let me look.'))
    history.service(agent('It is fife.'))
    history.service({ ...agent('It is five.'), replaces: 1 })
    expect(contents(history)).toEqual(['Let me look. It is five.'])
    history.service({ kind: 'reply-complete' })
    history.service({ ...agent('It is six.'), replaces: 1 })
    history.service({ ...agent('Lost.'), replaces: 7 })
    expect(contents(history)).toEqual(['Let me look. It is six.'])
  })

  it('the echo of a typed text in parts is no second text', () => {
    const history = new History(RATE_HZ)
    history.typed('One. Two.')
    history.userSaid('One.', { echo: true, late: false })
    history.userSaid('Two.', { echo: true, late: false })
    expect(contents(history)).toEqual(['One. Two.'])
  })
})
