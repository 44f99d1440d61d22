import { describe, expect, it } from 'vitest'
import { Rig } from './assistant.test-support.ts'
import { CAPTION_LIMIT, ConversationRecord, LATENCY_LIMIT, TOOL_CALL_LIMIT } from './conversation-record.ts'
import { PROFILE, settle } from './testing.test-support.ts'

function userText(rig: Rig, content: string): void {
  rig.socket.say({ type: 'ConversationText', role: 'user', content })
}

function call(rig: Rig, id: string): void {
  rig.socket.say({
    type: 'FunctionCallRequest',
    functions: [{ id, name: 'book', arguments: '{}', client_side: true }]
  })
}

async function lose(rig: Rig): Promise<void> {
  rig.clock.advance(6_000)
  rig.socket.handlers.onClose(1006, '')
  await settle()
}

/** A rig that waits seconds for its next attempt. */
async function waiting(): Promise<Rig> {
  const rig = new Rig()
  await rig.connect()
  await lose(rig)
  for (let at = 0; at < 1_000; at += 1) {
    const { state } = await rig.snapshot()
    if (state.phase !== 'reconnecting') break
    if (state.retryInMs === null) rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'nothing-answers' })
    else if (state.retryInMs > 3_000) return rig
    rig.clock.advance(100)
    await settle()
  }
  throw new Error('there is no long wait')
}

describe('what a renderer finds when it (re)loads', () => {
  it('is every call, latency, what the service can do, and where they stand', async () => {
    const rig = new Rig({ ...PROFILE, tools: { book: { kind: 'answer', content: 'yes' } } })
    await rig.connect()
    userText(rig, 'Book it.')
    call(rig, 'a')
    rig.socket.say({ type: 'LatencyReport', tts_latency: 0.1 })
    const { captions, toolCalls, latencies, support, placement } = await rig.snapshot()
    const after = captions[0]?.id
    expect(toolCalls).toEqual([
      { id: 'a', name: 'book', arguments: '{}', where: 'client', status: 'answered', content: 'yes' }
    ])
    expect(latencies).toEqual([{ turn: 1, client: {}, service: { ttsMs: 100 } }])
    expect(support['stop-speaking']?.kind).toBe('emulated')
    expect(placement).toMatchObject({ calls: [{ id: 'a', after }], pendingTurn: 1 })
  })

  it('has words that came late above the answer that had begun, once', () => {
    const record = new ConversationRecord()
    const add = (id: string, role: 'user' | 'agent', text: string, before?: string) =>
      record.add({
        kind: 'caption',
        caption: { id, role, text, interrupted: false, ...(before === undefined ? {} : { before }) }
      })
    const texts = () => record.snapshot().captions.map(({ text }) => text)
    add('1', 'user', 'first')
    add('2', 'agent', 'answer')
    add('3', 'user', 'late', '2')
    expect(texts()).toEqual(['first', 'late', 'answer'])
    add('3', 'user', 'late, corrected', '2')
    add('4', 'user', 'of an answer that is forgotten', 'gone')
    expect(texts()).toEqual(['first', 'late, corrected', 'answer', 'of an answer that is forgotten'])
    for (let at = 0; at < 2 * CAPTION_LIMIT; at += 1) add(`late-${at}`, 'user', `${at}`, '4')
    expect(texts()).toHaveLength(CAPTION_LIMIT)
  })

  it('tells what differs from the profile, of the newest conversation only', () => {
    const record = new ConversationRecord()
    record.add({ kind: 'changes', changes: ['the prompt'] })
    expect(record.snapshot().changes).toEqual(['the prompt'])
    record.clear()
    expect(record.snapshot().changes).toEqual([])
  })

  it('is bounded: the newest are kept', async () => {
    const rig = new Rig({ ...PROFILE, tools: { book: { kind: 'answer', content: 'yes' } } })
    await rig.connect()
    for (let at = 0; at < LATENCY_LIMIT + 5; at += 1) {
      userText(rig, `${at}`)
      rig.socket.say({ type: 'LatencyReport', total_latency: at })
      if (at < TOOL_CALL_LIMIT + 5) call(rig, `${at}`)
    }
    const { toolCalls, latencies } = await rig.snapshot()
    expect(toolCalls).toHaveLength(TOOL_CALL_LIMIT)
    expect(toolCalls[0]?.id).toBe('5')
    expect(latencies).toHaveLength(LATENCY_LIMIT)
    expect(latencies[0]?.turn).toBe(6)
  })

  it('stays over a lost connection, and is gone with the next conversation', async () => {
    const rig = new Rig()
    await rig.connect()
    call(rig, 'a')
    await lose(rig)
    expect(await rig.snapshot()).toMatchObject({
      state: { phase: 'reconnecting' },
      toolCalls: [{ id: 'a', status: 'cancelled' }]
    })
    await rig.handlers['session:hang-up'](undefined)
    await rig.handlers['session:connect'](undefined)
    expect(await rig.snapshot()).toMatchObject({ toolCalls: [], latencies: [], support: {}, placement: { calls: [] } })
  })
})

describe('a waiting reconnect attempt', () => {
  it.each<[string, (rig: Rig) => unknown]>([
    ['it is asked for', (rig) => rig.handlers['session:retry'](undefined)],
    ['somebody types', (rig) => void rig.handlers['session:command']({ kind: 'user-text', text: 'Hi' })],
    ['somebody talks', (rig) => rig.plug().up.onControl({ kind: 'talk', open: true, mode: 'push-to-talk' })]
  ])('is made at once when %s', async (_when, act) => {
    const rig = await waiting()
    rig.clock.advance(1_000)
    const dialled = rig.transport.sockets.length
    act(rig)
    rig.clock.advance(0)
    await settle()
    expect(rig.transport.sockets).toHaveLength(dialled + 1)
    await rig.handlers['session:retry'](undefined)
    rig.clock.advance(0)
    await settle()
    expect(rig.transport.sockets).toHaveLength(dialled + 1)
  })

  it('asked for while live has the connection checked, and while there is no session does nothing', async () => {
    const rig = new Rig()
    await rig.handlers['session:retry'](undefined)
    await rig.connect()
    rig.socket.pongs = true
    rig.clock.advance(6_000)
    const pings = rig.socket.pingsMs.length
    await rig.handlers['session:retry'](undefined)
    expect(rig.socket.pingsMs).toHaveLength(pings + 1)
    await settle()
    expect(rig.transport.sockets).toHaveLength(1)
    expect((await rig.snapshot()).state.phase).toBe('live')
  })
})

describe('a machine that sleeps', () => {
  it('lets the connection of its session go, and has another when it wakes up', async () => {
    const rig = new Rig()
    rig.assistant.suspend()
    rig.assistant.resume()
    await rig.connect()
    rig.assistant.suspend()
    expect(rig.socket.closed).toBe(1000)
    rig.clock.advance(5_000)
    await settle()
    expect(rig.transport.sockets).toHaveLength(1)
    rig.assistant.resume()
    await settle()
    rig.socket.accept()
    expect(rig.transport.sockets).toHaveLength(2)
    expect((await rig.snapshot()).state.phase).toBe('live')
  })
})

describe('tools of the host', () => {
  it('answer the calls of a session', async () => {
    const tools = new Map([['book', { run: () => Promise.resolve('by the host') }]])
    const rig = new Rig(PROFILE, { tools })
    await rig.connect()
    call(rig, 'a')
    await settle()
    expect(rig.socket.messages.at(-1)).toMatchObject({ type: 'FunctionCallResponse', content: 'by the host' })
  })
})
