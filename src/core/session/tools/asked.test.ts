import { describe, expect, it } from 'vitest'
import { SessionRig, settle } from '../../testing.test-support.ts'
import { ManualTool, answers, calls, cancelled, request, toolRig } from './tools.test-support.ts'
import { PERSON_MS } from './tools.ts'

const answer = (id: string, content: string) => ({ kind: 'tool-result', id, content }) as const

describe('a function that nobody knows', () => {
  it.each([undefined, { book: { kind: 'ask' as const } }, { other: { kind: 'answer' as const, content: 'x' } }])(
    'is asked of the person, whose answer goes out with id and name (%j)',
    async (tools) => {
      const rig = await toolRig({}, tools)
      request(rig, { id: 'a', name: 'book', arguments: '{"table":4}' })
      expect(rig.of('tool-call').map(({ call }) => call)).toEqual([
        { id: 'a', name: 'book', arguments: '{"table":4}', where: 'client', status: 'waiting-for-person' }
      ])
      expect(await rig.session.execute(answer('a', 'Yes, at eight.'))).toEqual({ outcome: 'applied' })
      expect(answers(rig)).toEqual([{ type: 'FunctionCallResponse', id: 'a', name: 'book', content: 'Yes, at eight.' }])
      expect(calls(rig)).toEqual([{ id: 'a', status: 'answered', content: 'Yes, at eight.' }])
      expect(rig.of('command')).toEqual([{ kind: 'command', command: 'tool-result', outcome: 'applied' }])
    }
  )

  it.each(['constructor', '__proto__', 'toString'])('and is called %s is asked too', async (name) => {
    const rig = await toolRig({}, {})
    request(rig, { id: 'a', name })
    expect(calls(rig)).toEqual([{ id: 'a', status: 'waiting-for-person' }])
  })

  it('C31 is answered with an error when the person does not answer within 60 s', async () => {
    const rig = await SessionRig.live()
    rig.socket.pongs = true
    request(rig, { id: 'a', name: 'book' })
    rig.clock.advance(PERSON_MS)
    expect(answers(rig)).toMatchObject([
      { id: 'a', name: 'book', content: expect.stringMatching(/60 seconds/) as string }
    ])
    expect(await rig.session.execute(answer('a', 'late'))).toMatchObject({ outcome: 'failed' })
    expect(answers(rig)).toHaveLength(1)
  })

  it('is waited for also on a connection that answers no ping: the service owes nothing meanwhile', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Book it.' })
    request(rig, { id: 'a', name: 'book' })
    rig.clock.advance(PERSON_MS - 1)
    expect(rig.activity).toBe('thinking')
    await rig.session.execute(answer('a', 'yes'))
    rig.clock.advance(19_999)
    expect(rig.activity).toBe('thinking')
    rig.clock.advance(1)
    expect(rig.activity).toBe('reconnecting')
  })

  it('C32 that is cancelled cannot be answered any more', async () => {
    const rig = await SessionRig.live()
    request(rig, { id: 'a', name: 'book' })
    cancelled(rig, { id: 'a', name: 'book' })
    expect(await rig.session.execute(answer('a', 'late'))).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/not open/) as string
    })
    expect(answers(rig)).toEqual([])
  })
})

describe('an answer of the person', () => {
  it('to a call that the service makes itself is refused', async () => {
    const rig = await SessionRig.live()
    request(rig, { id: 'a', name: 'book', client_side: false })
    expect(await rig.session.execute(answer('a', 'x'))).toMatchObject({ outcome: 'failed' })
    expect(await rig.session.execute(answer('b', 'x'))).toMatchObject({ outcome: 'failed' })
    expect(answers(rig)).toEqual([])
  })

  it('ends a tool that still runs', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book' })
    await rig.session.execute(answer('a', 'I did it by hand.'))
    await tool.runs[0]?.resolve('by machine')
    expect(tool.runs[0]?.aborted).toBe(true)
    expect(answers(rig).map(({ content }) => content)).toEqual(['I did it by hand.'])
  })
})

describe('a fixed answer of the profile', () => {
  it('is given at once', async () => {
    const rig = await toolRig({}, { book: { kind: 'answer', content: '{"ok":true}' } })
    request(rig, { id: 'a', name: 'book' })
    expect(answers(rig)).toEqual([{ type: 'FunctionCallResponse', id: 'a', name: 'book', content: '{"ok":true}' }])
    expect(calls(rig)).toEqual([{ id: 'a', status: 'answered', content: '{"ok":true}' }])
  })

  it('gives way to a tool of the host', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool }, { book: { kind: 'answer', content: 'fixed' } })
    request(rig, { id: 'a', name: 'book' })
    await tool.runs[0]?.resolve('run')
    expect(answers(rig).map(({ content }) => content)).toEqual(['run'])
  })
})

describe('a lost connection', () => {
  it('cancels what is open, and what comes of it later is sent to nobody', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book' }, { id: 'b', name: 'ask' })
    rig.socket.handlers.onClose(1006, '')
    expect(tool.runs[0]?.aborted).toBe(true)
    expect(calls(rig)).toEqual([
      { id: 'a', status: 'cancelled' },
      { id: 'b', status: 'cancelled' }
    ])
    await rig.reconnect()
    await tool.runs[0]?.resolve('late')
    expect(await rig.session.execute(answer('b', 'late'))).toMatchObject({ outcome: 'failed' })
    expect(rig.transport.sockets.flatMap(({ messages }) => messages.map(({ type }) => type))).not.toContain(
      'FunctionCallResponse'
    )
  })

  it('starts nothing that was waiting for its place', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, ...Array.from({ length: 12 }, (_, at) => ({ id: `${at}`, name: 'book' })))
    rig.socket.handlers.onClose(1006, '')
    await settle()
    expect(tool.runs).toHaveLength(8)
    expect(tool.runs.every(({ aborted }) => aborted)).toBe(true)
  })

  it('runs no tool twice: a finished call that comes again is answered as before', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book', arguments: '{"table":4}' })
    await tool.runs[0]?.resolve('{"ok":true}')
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    request(rig, { id: 'a', name: 'book', arguments: '{"table":4}' })
    await settle()
    expect(tool.runs).toHaveLength(1)
    expect(answers(rig)).toEqual([{ type: 'FunctionCallResponse', id: 'a', name: 'book', content: '{"ok":true}' }])
  })

  it('runs no tool twice: one that was cut off is not known to be done, and the agent is told so', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book' })
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    request(rig, { id: 'a', name: 'book' })
    await settle()
    expect(tool.runs).toHaveLength(1)
    expect(answers(rig)).toMatchObject([{ id: 'a', content: expect.stringMatching(/was not run again/) as string }])
  })

  it('leaves ids free for other calls', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book', arguments: '{"table":4}' })
    await tool.runs[0]?.resolve('four')
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    request(rig, { id: 'a', name: 'book', arguments: '{"table":5}' })
    await tool.runs[1]?.resolve('five')
    expect(answers(rig).map(({ content }) => content)).toEqual(['five'])
  })

  it('takes finished results along in the history of the next connection', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book', arguments: '{"table":4}' })
    await tool.runs[0]?.resolve('{"ok":true}')
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    expect(JSON.stringify(rig.socket.settings)).toContain(
      JSON.stringify([{ id: 'a', name: 'book', client_side: true, arguments: '{"table":4}', response: '{"ok":true}' }])
    )
  })
})

describe('the end of the session', () => {
  it('cancels what is open and leaves no timer', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    request(rig, { id: 'a', name: 'book' }, { id: 'b', name: 'ask' }, { id: 'c', name: 'x', client_side: false })
    rig.session.hangUp()
    await tool.runs[0]?.resolve('late')
    expect(calls(rig).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(tool.runs[0]?.aborted).toBe(true)
    expect(answers(rig)).toEqual([])
    expect(rig.clock.pending).toBe(0)
  })

  it('by a listener of a call stops the rest of its request', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    rig.listener = (event) => {
      if (event.kind === 'tool-call') rig.session.hangUp()
    }
    request(rig, { id: 'a', name: 'book' }, { id: 'b', name: 'book' })
    expect(calls(rig)).toEqual([{ id: 'a', status: 'cancelled' }])
    expect(rig.clock.pending).toBe(0)
  })
})
