import { describe, expect, it } from 'vitest'
import { SessionRig, settle } from '../../testing.test-support.ts'
import { ManualTool, answers, calls, cancelled, request, toolRig } from './tools.test-support.ts'
import { PERSON_MS, RUNNING_LIMIT, SERVICE_CALL_MS, TOOL_MS } from './tools.ts'

const response = (id: string, name: string, content: string) => ({ type: 'FunctionCallResponse', id, name, content })
const error = (pattern: RegExp): string => expect.stringMatching(pattern) as string

describe('a request', () => {
  it('C28 of two functions is answered by two responses with matching id and name, in whatever order they end', async () => {
    const [book, time] = [new ManualTool(), new ManualTool()]
    const rig = await toolRig({ book, time })
    request(rig, { id: 'a', name: 'book', arguments: '{"table":4}' }, { id: 'b', name: 'time' })
    expect(book.runs[0]?.call).toEqual({ id: 'a', name: 'book', input: { table: 4 } })
    expect(calls(rig).map(({ status }) => status)).toEqual(['running', 'running'])
    await time.runs[0]?.resolve('{"now":"noon"}')
    await book.runs[0]?.resolve('{"ok":true}')
    expect(answers(rig)).toEqual([response('b', 'time', '{"now":"noon"}'), response('a', 'book', '{"ok":true}')])
    expect(calls(rig)).toEqual([
      { id: 'a', status: 'answered', content: '{"ok":true}' },
      { id: 'b', status: 'answered', content: '{"now":"noon"}' }
    ])
  })

  it('C29 a function that the service runs is shown and not answered', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book', client_side: false, arguments: '{"table":4}' })
    expect(tool.runs).toEqual([])
    expect(rig.of('tool-call')[0]?.call).toMatchObject({
      where: 'service',
      status: 'running',
      arguments: '{"table":4}'
    })
    rig.socket.say(response('a', 'book', '{"ok":true}'))
    expect(calls(rig)).toEqual([{ id: 'a', status: 'answered', content: '{"ok":true}' }])
    expect(answers(rig)).toEqual([])
  })

  it('C29 a service that tells no id is understood by the name, and one that tells nothing is given up', async () => {
    const rig = await SessionRig.live()
    rig.socket.pongs = true
    request(rig, { id: 'a', name: 'book', client_side: false }, { id: 'b', name: 'time', client_side: false })
    rig.socket.say({ type: 'FunctionCallResponse', name: 'time', content: 'noon' })
    rig.clock.advance(SERVICE_CALL_MS)
    expect(calls(rig)).toEqual([
      { id: 'a', status: 'failed' },
      { id: 'b', status: 'answered', content: 'noon' }
    ])
    expect(answers(rig)).toEqual([])
  })

  it.each(['{"table":', 'book a table', '5', '"text"', '[1]'])(
    'C30 malformed arguments (%s) are answered with an error, and nothing runs',
    async (given) => {
      const tool = new ManualTool()
      const rig = await toolRig({ book: tool })
      request(rig, { id: 'a', name: 'book', arguments: given })
      expect(tool.runs).toEqual([])
      expect(answers(rig)).toEqual([response('a', 'book', error(/^\{"error":"The arguments are no JSON/))])
      expect(calls(rig)).toMatchObject([{ id: 'a', status: 'failed' }])
      expect(rig.session.state.phase).toBe('live')
    }
  )

  it.each([
    [
      { table: 4, by: { nested: [1] } },
      { table: 4, by: { nested: [1] } }
    ],
    ['', {}],
    [' null ', {}],
    ['{"__proto__":1}', JSON.parse('{"__proto__":1}') as object]
  ])('C30 arguments %j reach the tool as an object', async (given, input) => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book', arguments: given })
    expect(tool.runs[0]?.call.input).toEqual(input)
  })

  it('opens the gate and lets the agent think, also before the user text (speculative)', async () => {
    const rig = await toolRig({ book: new ManualTool() })
    rig.reply(1_000, 'Old.')
    rig.socket.say({ type: 'UserStartedSpeaking' })
    request(rig, { id: 'a', name: 'book' })
    expect(rig.activity).toBe('userSpeaking')
    rig.reply(100, 'One moment.')
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
    const quiet = await toolRig({ book: new ManualTool() })
    request(quiet, { id: 'a', name: 'book' })
    expect(quiet.activity).toBe('thinking')
  })

  it('that comes twice is answered once, and its echo changes nothing', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book' })
    request(rig, { id: 'a', name: 'book' })
    await tool.runs[0]?.resolve('yes')
    request(rig, { id: 'a', name: 'book' })
    const told = rig.of('tool-call').length
    rig.socket.say(response('a', 'book', 'yes'))
    rig.socket.say(response('z', 'never', 'called'))
    expect(tool.runs).toHaveLength(1)
    expect(answers(rig)).toHaveLength(1)
    expect(rig.of('tool-call')).toHaveLength(told)
  })

  it('of many functions runs eight at a time and answers all', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, ...Array.from({ length: 20 }, (_, at) => ({ id: `${at}`, name: 'book' })))
    expect(tool.runs).toHaveLength(RUNNING_LIMIT)
    for (let at = 0; at < 20; at += 1) await tool.runs[at]?.resolve(`${at}`)
    expect(tool.runs).toHaveLength(20)
    expect(answers(rig).map(({ id, content }) => [id, content])).toEqual(
      Array.from({ length: 20 }, (_, at) => [`${at}`, `${at}`])
    )
  })

  it('of more than can be open answers the rest with an error at once', async () => {
    const rig = await toolRig({ book: new ManualTool() })
    request(rig, ...Array.from({ length: 102 }, (_, at) => ({ id: `${at}`, name: 'book' })))
    expect(answers(rig).map(({ id }) => id)).toEqual(['100', '101'])
    expect(answers(rig)[0]?.['content']).toMatch(/^\{"error":"Too many calls/)
  })
})

describe('a tool', () => {
  it.each([
    [new Error('No such table.'), '{"error":"The tool failed: No such table."}'],
    ['text', '{"error":"The tool failed."}'],
    [undefined, '{"error":"The tool failed."}']
  ])('C31 that throws %s is answered with an error text', async (cause, content) => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book' })
    await tool.runs[0]?.reject(cause)
    expect(answers(rig)).toEqual([response('a', 'book', content)])
    expect(calls(rig)).toEqual([{ id: 'a', status: 'failed', content }])
  })

  it('C31 that throws before it runs is answered with an error text', async () => {
    const thrower = {
      run: () => {
        throw new Error('Not here.')
      }
    }
    const rig = await toolRig({ book: thrower })
    request(rig, { id: 'a', name: 'book' })
    await settle()
    expect(answers(rig)).toEqual([response('a', 'book', '{"error":"The tool failed: Not here."}')])
  })

  it('C31 that does not answer in 20 s is answered for, told to stop, and what it says later is dropped', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    rig.socket.pongs = true
    request(rig, { id: 'a', name: 'book' })
    rig.clock.advance(TOOL_MS - 1)
    expect(answers(rig)).toEqual([])
    rig.clock.advance(1)
    expect(answers(rig)).toEqual([response('a', 'book', error(/did not answer within 20 seconds/))])
    expect(tool.runs[0]?.aborted).toBe(true)
    await tool.runs[0]?.resolve('late')
    expect(answers(rig)).toHaveLength(1)
    expect(calls(rig)).toMatchObject([{ id: 'a', status: 'failed' }])
  })

  it('C31 whose answer is too long is answered with an error', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book' })
    await tool.runs[0]?.resolve('x'.repeat(100_001))
    expect(answers(rig)).toEqual([response('a', 'book', error(/longer than 100000/))])
  })

  it('C32 that is cancelled is told to stop and not answered, whatever it says', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool, time: tool })
    request(rig, { id: 'a', name: 'book' }, { id: 'b', name: 'time' })
    cancelled(rig, { id: 'a', name: 'book' })
    expect(tool.runs.map(({ aborted }) => aborted)).toEqual([true, false])
    await tool.runs[0]?.resolve('late')
    await tool.runs[1]?.resolve('noon')
    expect(answers(rig)).toEqual([response('b', 'time', 'noon')])
    expect(calls(rig)).toEqual([
      { id: 'a', status: 'cancelled' },
      { id: 'b', status: 'answered', content: 'noon' }
    ])
  })

  it('C32 that is cancelled before its request has come does not run', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    cancelled(rig, { id: 'a', name: 'book' })
    request(rig, { id: 'a', name: 'book' })
    await settle()
    expect(tool.runs).toEqual([])
    expect(answers(rig)).toEqual([])
  })

  it('C32 that waits for its place is cancelled without having run', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, ...Array.from({ length: 9 }, (_, at) => ({ id: `${at}`, name: 'book' })))
    cancelled(rig, { id: '8', name: 'book' })
    await tool.runs[0]?.resolve('0')
    expect(tool.runs).toHaveLength(RUNNING_LIMIT)
  })

  it('C17 keeps the session alive and the agent thinking for as long as it runs', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({}, {})
    rig.socket.pongs = true
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Book it.' })
    request(rig, { id: 'a', name: 'book' })
    rig.clock.advance(PERSON_MS - 1)
    expect(rig.activity).toBe('thinking')
    expect(rig.socket.messages.filter(({ type }) => type === 'KeepAlive')).toHaveLength(7)
    rig.clock.advance(1)
    rig.clock.advance(29_999)
    expect(rig.activity).toBe('thinking')
    rig.clock.advance(1)
    expect(rig.activity).toBe('listening')
    expect(tool.runs).toEqual([])
  })

  it('goes on while a filler is spoken: the agent is still thinking after it', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Book it.' })
    rig.reply(100, 'One moment.')
    request(rig, { id: 'a', name: 'book' })
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(1, 100, true)
    expect(rig.activity).toBe('thinking')
    await tool.runs[0]?.resolve('yes')
    expect(rig.activity).toBe('thinking')
    rig.reply(100, 'It is yours.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(2, 100, true)
    expect(rig.activity).toBe('listening')
  })

  it('that answers while the filler is spoken leaves the agent thinking until it says something to it', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Book it.' })
    rig.reply(500, 'One moment.')
    request(rig, { id: 'a', name: 'book' })
    rig.socket.say({ type: 'AgentAudioDone' })
    await tool.runs[0]?.resolve('yes')
    rig.played(1, 500, true)
    expect(rig.activity).toBe('thinking')
    rig.reply(100, 'It is yours.')
    rig.socket.say({ type: 'AgentAudioDone' })
    rig.played(2, 100, true)
    expect(rig.activity).toBe('listening')
  })
})
