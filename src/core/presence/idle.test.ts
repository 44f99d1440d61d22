import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SessionEvent, SessionState, ToolCall } from '../../shared/events.ts'
import { ManualClock } from '../testing.test-support.ts'
import { IDLE_WARNING_MS, idleVerdict, nothingIdle, reduceIdle } from './idle.ts'
import { IdleWatch } from './idle-watch.ts'

const MINUTE = 60_000
const live = (activity: 'listening' | 'userSpeaking' | 'thinking' | 'agentSpeaking'): SessionState => ({
  phase: 'live',
  activity
})
const state = (next: SessionState): SessionEvent => ({ kind: 'state', state: next })
const call = (status: ToolCall['status'], id = 'c1'): SessionEvent => ({
  kind: 'tool-call',
  call: { id, name: 'look_up', arguments: '{}', where: 'client', status }
})
const caption: SessionEvent = { kind: 'caption', caption: { id: '1', role: 'user', text: 'Hello', interrupted: false } }
const lost: SessionState = {
  phase: 'reconnecting',
  attempt: 1,
  retryInMs: 500,
  canRetryNow: true,
  reason: { code: 'unreachable', message: 'It broke.' }
}

function watch(limitMinutes: number | null = 15) {
  const clock = new ManualClock()
  const told: (number | null)[] = []
  let ends = 0
  let limitMs = limitMinutes === null ? null : limitMinutes * MINUTE
  const idle = new IdleWatch({
    clock,
    limitMs: () => limitMs,
    onEndsIn: (seconds) => told.push(seconds),
    onEnd: () => {
      ends += 1
      idle.tell({ kind: 'event', event: state({ phase: 'ended', reason: { code: 'idle', message: '' } }) })
    }
  })
  const event = (next: SessionEvent): void => idle.tell({ kind: 'event', event: next })
  const limit = (ms: number | null): void => {
    limitMs = ms
    idle.look()
  }
  return { clock, told, idle, event, limit, ends: () => ends }
}

describe('the idle hang-up', () => {
  it('warns a minute before, counts down, and ends the conversation once', () => {
    const { clock, told, event, ends } = watch()
    event(state({ phase: 'connecting' }))
    event(state(live('listening')))
    clock.advance(14 * MINUTE - 1)
    expect(told).toEqual([])
    clock.advance(1)
    expect(told).toEqual([60])
    clock.advance(10_000)
    expect(told.slice(-2)).toEqual([51, 50])
    clock.advance(50_000 - 1)
    expect([ends(), told.at(-1)]).toEqual([0, 1])
    clock.advance(1)
    expect([ends(), told.at(-1)]).toEqual([1, null])
    clock.advance(60 * MINUTE)
    expect(ends()).toBe(1)
  })

  it.each([
    ['a caption', caption],
    ['a talk key', { kind: 'talk', open: true }],
    ['a typed message', { kind: 'command', command: 'user-text', outcome: 'applied' }],
    ['a reply that was heard', { kind: 'reply-played', playedMs: 900 }]
  ] as [string, SessionEvent][])(
    '%s in the last minute takes the warning back, and the wait begins anew',
    (_, sign) => {
      const { clock, told, event, ends } = watch()
      event(state(live('listening')))
      clock.advance(14 * MINUTE + 30_000)
      event(sign)
      expect(told.at(-1)).toBeNull()
      clock.advance(14 * MINUTE - 1)
      expect([ends(), told.at(-1)]).toEqual([0, null])
      clock.advance(1)
      expect(told.at(-1)).toBe(60)
    }
  )

  it('“I am still here” begins the wait anew', () => {
    const { clock, told, event, idle, ends } = watch()
    event(state(live('listening')))
    clock.advance(14 * MINUTE + 59_000)
    idle.tell({ kind: 'stay' })
    clock.advance(14 * MINUTE - 1)
    expect([ends(), told.at(-1)]).toEqual([0, null])
  })

  it.each(['userSpeaking', 'thinking', 'agentSpeaking'] as const)('never ends it while %s', (activity) => {
    const { clock, told, event, ends } = watch(2)
    event(state(live(activity)))
    clock.advance(10 * 60 * MINUTE)
    expect([ends(), told]).toEqual([0, []])
    event(state(live('listening')))
    clock.advance(MINUTE)
    expect(told).toEqual([60])
  })

  it.each(['running', 'waiting-for-person'] as const)('never ends it while a tool call is %s', (status) => {
    const { clock, told, event, ends } = watch(2)
    event(state(live('listening')))
    event(call(status))
    event(call('answered', 'another'))
    clock.advance(10 * 60 * MINUTE)
    expect([ends(), told]).toEqual([0, []])
    event(call('answered'))
    clock.advance(2 * MINUTE)
    expect(ends()).toBe(1)
  })

  it('a call that was open when the conversation ended does not hold the next one', () => {
    const { clock, event, ends } = watch(2)
    event(state(live('listening')))
    event(call('running'))
    event(state({ phase: 'ended', reason: { code: 'hung-up', message: '' } }))
    event(state({ phase: 'connecting' }))
    event(state(live('listening')))
    clock.advance(2 * MINUTE)
    expect(ends()).toBe(1)
  })

  it('does not count while the connection is away, nor what Parley tells of itself as a sign of life', () => {
    const { clock, event, ends } = watch(2)
    event(state(live('listening')))
    event(state(lost))
    clock.advance(60 * MINUTE)
    expect(ends()).toBe(0)
    event(state(live('listening')))
    clock.advance(MINUTE)
    event({ kind: 'notice', notice: { level: 'info', code: 'x', message: 'x' } })
    event({ kind: 'prompt', codePoints: 1, limit: null })
    clock.advance(MINUTE)
    expect(ends()).toBe(1)
  })

  it('can be off, and a changed limit holds at once', () => {
    const { clock, told, event, limit, ends } = watch(null)
    event(state(live('listening')))
    clock.advance(24 * 60 * MINUTE)
    expect([ends(), told]).toEqual([0, []])
    limit(24 * 60 * MINUTE + 30_000)
    expect(told).toEqual([30])
    limit(null)
    expect(told).toEqual([30, null])
    clock.advance(MINUTE)
    expect(ends()).toBe(0)
  })

  it('a machine that slept through the warning gives a new one', () => {
    const { clock, told, event, ends } = watch(2)
    let asleepMs = 0
    const now = clock.nowMs.bind(clock)
    clock.nowMs = () => now() + asleepMs
    event(state(live('listening')))
    clock.advance(30_000)
    asleepMs = 3 * 60 * MINUTE
    clock.advance(30_000)
    expect([ends(), told]).toEqual([0, []])
    clock.advance(MINUTE)
    expect(told).toEqual([60])
  })

  it('whatever happens, an end comes only after the whole limit of silence and never over a guard', () => {
    const events = fc.constantFrom<SessionEvent>(
      state(live('listening')),
      state(live('agentSpeaking')),
      state(live('userSpeaking')),
      state(lost),
      call('running'),
      call('waiting-for-person', 'c2'),
      call('answered'),
      call('cancelled', 'c2'),
      caption,
      { kind: 'talk', open: true },
      { kind: 'prompt', codePoints: 3, limit: null }
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(events, fc.integer({ min: 0, max: 200_000 })), { maxLength: 40 }), (steps) => {
        let idle = nothingIdle
        let nowMs = 0
        let signMs = 0
        const open = new Set<string>()
        for (const [event, waitMs] of steps) {
          nowMs += waitMs
          const verdict = idleVerdict(idle, nowMs, 2 * MINUTE)
          if (verdict.kind === 'end' || verdict.kind === 'warn') {
            expect(open.size).toBe(0)
            expect(idle.session).toEqual(live('listening'))
            const silentMs = nowMs - signMs
            expect(silentMs >= 2 * MINUTE).toBe(verdict.kind === 'end')
            expect(silentMs).toBeGreaterThanOrEqual(2 * MINUTE - IDLE_WARNING_MS)
          }
          idle = reduceIdle(idle, { kind: 'event', event }, nowMs)
          if (event.kind !== 'prompt') signMs = nowMs
          if (event.kind === 'tool-call') {
            if (['running', 'waiting-for-person'].includes(event.call.status)) open.add(event.call.id)
            else open.delete(event.call.id)
          }
        }
      })
    )
  })
})
