import { describe, expect, it } from 'vitest'
import type { ToolCall } from '../../../shared/events.ts'
import type { AgentProfile } from '../../../shared/profile.ts'
import type { CalledFunction, WireMessage } from '../../dialects/dialect.ts'
import { napsterDialect } from '../../dialects/napster.ts'
import { TOOL_INTERIM_MS } from '../../dialects/napster-unknowns.ts'
import { napsterProfile, shown } from '../../dialects/testing.test-support.ts'
import { ManualClock, settle } from '../../testing.test-support.ts'
import { PERSON_MS, Tools, TOOL_MS } from './tools.ts'
import { ManualTool } from './tools.test-support.ts'

const CALL: CalledFunction = { id: 'a', name: 'book', arguments: '{"table":4}', clientSide: true }

/** Tools of a service that waits 10 s for an answer, without a session around them. */
class DeadlineRig {
  readonly clock = new ManualClock()
  readonly tool = new ManualTool()
  readonly sent: WireMessage[] = []
  readonly calls: ToolCall[] = []
  readonly tools: Tools

  constructor(profileTools?: AgentProfile['tools']) {
    const dialect = napsterDialect(napsterProfile())
    this.tools = new Tools({
      clock: this.clock,
      tools: profileTools === undefined ? new Map([['book', this.tool]]) : undefined,
      profileTools,
      deadline: dialect.toolDeadline,
      respond: (id, name, content) => this.sent.push(dialect.toolResponse(id, name, content)),
      late: (step) => this.sent.push(shown(step.compose)),
      emit: (call) => this.calls.push(call),
      onOver: () => {}
    })
  }

  get last(): ToolCall | undefined {
    return this.calls.at(-1)
  }
}

function output(value: object): WireMessage {
  return { type: 'send_function_output', data: { call_id: 'a', output: value as never, delay: false } }
}

const INTERIM = output({
  status: 'pending',
  message: 'This takes longer. The result will come as a message of the system. Do not call the function again.'
})

function late(result: string): WireMessage {
  const text = `The function book that you called earlier has ended now. Its result: ${result}`
  return { type: 'send_message', data: { role: 'system', text, trigger_response: true, delay: true } }
}

describe('a call with a deadline', () => {
  it('that is answered in time is answered once, as an object', async () => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL])
    rig.clock.advance(TOOL_INTERIM_MS - 1)
    await rig.tool.runs[0]?.resolve('{"ok":true}')
    expect(rig.sent).toEqual([output({ ok: true })])
    rig.clock.advance(TOOL_MS)
    expect(rig.sent).toHaveLength(1)
    expect(rig.last).toMatchObject({ status: 'answered', content: '{"ok":true}' })
  })

  it('that takes longer has an interim answer in time, and its result as a message that is answered', async () => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL])
    rig.clock.advance(TOOL_INTERIM_MS)
    expect(rig.sent).toEqual([INTERIM])
    expect(rig.tools.open).toBe(1)
    expect(rig.last).toMatchObject({ status: 'running' })
    await rig.tool.runs[0]?.resolve('{"ok":true}')
    expect(rig.sent).toEqual([INTERIM, late('{"ok":true}')])
    expect(rig.last).toMatchObject({ status: 'answered', content: '{"ok":true}' })
    expect(rig.tools.open).toBe(0)
  })

  it('that never ends is told as failed after the interim answer, and what it says then is dropped', async () => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL])
    rig.clock.advance(TOOL_MS)
    expect(rig.sent).toEqual([INTERIM, late('{"error":"The tool did not answer within 20 seconds."}')])
    await rig.tool.runs[0]?.resolve('{"ok":true}')
    expect(rig.sent).toHaveLength(2)
    expect(rig.last).toMatchObject({ status: 'failed' })
  })

  it('of a person is answered for, and the person may still answer, once', () => {
    const rig = new DeadlineRig({ book: { kind: 'ask' } })
    rig.tools.requested([CALL])
    rig.clock.advance(PERSON_MS - 1)
    expect(rig.sent).toEqual([INTERIM])
    expect(rig.tools.answer('a', 'Yes.')).toEqual({ outcome: 'applied' })
    expect(rig.tools.answer('a', 'No.')).toMatchObject({ outcome: 'failed' })
    rig.clock.advance(PERSON_MS)
    expect(rig.sent).toEqual([INTERIM, late('Yes.')])
  })

  it('with a fixed answer needs no interim one', () => {
    const rig = new DeadlineRig({ book: { kind: 'answer', content: 'Booked.' } })
    rig.tools.requested([CALL])
    rig.clock.advance(TOOL_MS)
    expect(rig.sent).toEqual([output({ result: 'Booked.' })])
  })

  it('that comes twice runs once and is answered once, before and after its answer', async () => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL])
    rig.tools.requested([CALL])
    rig.clock.advance(TOOL_INTERIM_MS)
    rig.tools.requested([CALL])
    await rig.tool.runs[0]?.resolve('1')
    rig.tools.requested([CALL])
    await settle()
    rig.clock.advance(TOOL_MS)
    expect(rig.tool.runs).toHaveLength(1)
    expect(rig.sent).toEqual([INTERIM, late('1')])
  })

  it.each([0, TOOL_INTERIM_MS])('that is cancelled after %s ms is not answered any more', async (afterMs) => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL])
    rig.clock.advance(afterMs)
    const before = rig.sent.length
    rig.tools.cancelled(['a'])
    await rig.tool.runs[0]?.resolve('late')
    rig.tools.requested([CALL])
    rig.clock.advance(TOOL_MS)
    expect(rig.sent).toHaveLength(before)
    expect(rig.tool.runs).toMatchObject([{ aborted: true }])
    expect(rig.last).toMatchObject({ status: 'cancelled' })
  })

  it.each([0, TOOL_INTERIM_MS])(
    'that is cut off after %s ms is not run again on the next connection',
    async (afterMs) => {
      const rig = new DeadlineRig()
      rig.tools.requested([CALL])
      rig.clock.advance(afterMs)
      const before = rig.sent.length
      rig.tools.dropped()
      await rig.tool.runs[0]?.resolve('late')
      rig.clock.advance(TOOL_MS)
      expect(rig.sent).toHaveLength(before)
      rig.tools.requested([CALL])
      await settle()
      rig.clock.advance(TOOL_MS)
      expect(rig.tool.runs).toHaveLength(1)
      expect(rig.sent.slice(before)).toEqual([
        output({ error: expect.stringMatching(/may or may not have been done/) as string })
      ])
    }
  )

  it('that was answered late is answered with what is known when the next connection asks again', async () => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL])
    rig.clock.advance(TOOL_INTERIM_MS)
    await rig.tool.runs[0]?.resolve('{"ok":true}')
    rig.tools.dropped()
    rig.tools.requested([CALL])
    expect(rig.tool.runs).toHaveLength(1)
    expect(rig.sent.at(-1)).toEqual(output({ ok: true }))
  })
})

describe('an answer that the service waits for no longer', () => {
  it.each(['a', undefined])('comes as a message, and no interim answer before it (%s)', async (id) => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL])
    rig.tools.overdue(id)
    rig.clock.advance(TOOL_INTERIM_MS)
    expect(rig.sent).toEqual([])
    await rig.tool.runs[0]?.resolve('1')
    expect(rig.sent).toEqual([late('1')])
  })

  it('without an id is that to the oldest call without an answer', async () => {
    const rig = new DeadlineRig()
    rig.tools.requested([CALL, { ...CALL, id: 'b' }])
    rig.tools.overdue()
    rig.tools.overdue()
    await rig.tool.runs[1]?.resolve('2')
    await rig.tool.runs[0]?.resolve('1')
    expect(rig.sent).toEqual([late('2'), late('1')])
  })

  it('of an unknown call changes nothing', async () => {
    const rig = new DeadlineRig()
    rig.tools.overdue('x')
    rig.tools.requested([CALL])
    rig.tools.overdue('x')
    await rig.tool.runs[0]?.resolve('1')
    expect(rig.sent).toEqual([output({ result: '1' })])
  })
})
