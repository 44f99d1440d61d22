import { describe, expect, it } from 'vitest'
import { silence } from '../scripted-engine.test-support.ts'
import { NapsterRig } from './rig.test-support.ts'

describe('the end', () => {
  it('warns 60, 30 and 10 s before the idle close of 3 min, and closes', () => {
    const rig = new NapsterRig({ idleCloseMs: 180_000 })
    const startMs = rig.clock.nowMs()
    rig.clock.advance(179_999)
    const warnings = rig.sent.filter(({ frame }) => frame.event === 'avatar_connection_warning')
    expect(warnings.map(({ atMs, frame }) => [atMs - startMs, frame.data])).toEqual([
      [120_000, { disconnect_after: 60 }],
      [150_000, { disconnect_after: 30 }],
      [170_000, { disconnect_after: 10 }]
    ])
    expect([rig.closed, rig.ended]).toEqual([false, []])
    rig.clock.advance(1)
    expect([rig.trace.at(-1), rig.closed, rig.ended]).toEqual(['session_expired', true, ['idle_timeout']])
  })

  it.each([
    ['a message', (rig: NapsterRig) => rig.tellContext('Hm.')],
    ['audio', (rig: NapsterRig) => rig.hear(silence(16_000, 100))],
    ['a word of the agent', (rig: NapsterRig) => rig.engine.userStarts(1)]
  ])('%s puts the idle close off, and the warnings begin anew', (_what, act) => {
    const rig = new NapsterRig({ idleCloseMs: 180_000 })
    rig.clock.advance(130_000)
    act(rig)
    rig.clock.advance(119_000)
    expect(rig.all('avatar_connection_warning')).toHaveLength(1)
    rig.clock.advance(2_000)
    expect(rig.all('avatar_connection_warning')).toHaveLength(2)
    rig.clock.advance(60_000)
    expect(rig.ended).toEqual(['idle_timeout'])
  })

  it('a ping and a refused command do not put the idle close off', () => {
    const rig = new NapsterRig({ idleCloseMs: 180_000 })
    rig.clock.advance(100_000)
    rig.raw('{"type":"ping"}')
    rig.raw('nonsense')
    rig.clock.advance(80_000)
    expect(rig.ended).toEqual(['idle_timeout'])
  })

  it('a session that has lasted as long as one may expires; credit that is used up ends it', () => {
    const expired = new NapsterRig({ sessionLimitMs: 1000 })
    const broke = new NapsterRig({ creditMs: 1000 })
    for (const rig of [expired, broke]) rig.clock.advance(1000)
    expect([expired.trace.at(-1), expired.ended]).toEqual(['session_expired', ['session_expired']])
    expect([broke.trace.at(-1), broke.ended]).toEqual(['no_credits_left', ['no_credits_left']])
  })

  it.each([
    ['invalid_voice', { voiceId: 'nobody' }],
    ['instructions_too_long', { settings: { instructions: 'x'.repeat(25_001) } }]
  ])('what the provider does not take is told after the socket opened: %s', (code, options) => {
    const rig = new NapsterRig(options)
    expect(rig.trace).toEqual(['session created', 'avatar preparing', `aborted ${code}`])
    expect([rig.closed, rig.ended, rig.engine.requests]).toEqual([true, ['provider_connection_aborted'], []])
  })

  it('an engine that fails, or does not open in time, ends the session with a reason', () => {
    const failing = new NapsterRig()
    failing.engine.emit({ kind: 'failed', message: 'out of memory' })
    const slow = new NapsterRig({ script: { holdOpen: true } })
    slow.clock.advance(20_000)
    for (const rig of [failing, slow]) {
      expect([rig.trace.at(-1), rig.ended]).toEqual(['aborted connection_failed', ['provider_connection_aborted']])
    }
  })

  it('a client that does not close is dropped after a grace, and no timer is left', () => {
    const rig = new NapsterRig({
      initialSpeech: 'Say hello to the user at length.',
      idleCloseMs: 180_000,
      creditMs: 1e6
    })
    rig.clock.advance(50)
    rig.connection.close('connection_aborted')
    expect([rig.closed, rig.terminated, rig.ended]).toEqual([true, false, ['connection_aborted']])
    rig.clock.advance(2_000)
    expect(rig.terminated).toBe(true)
    expect(rig.clock.pending).toBe(0)
  })

  it('when the socket is closed nothing more is sent and no timer is left', () => {
    const rig = new NapsterRig({
      initialSpeech: 'Say hello to the user at length.',
      idleCloseMs: 180_000,
      functions: [{ data: { name: 'get_weather' } }]
    })
    rig.clock.advance(50)
    rig.say('use get weather')
    rig.connection.onClosed()
    rig.clear()
    rig.clock.advance(300_000)
    expect([rig.sent, rig.clock.pending, rig.ended]).toEqual([[], 0, ['connection_closed']])
    expect(rig.engine.of('close')).toHaveLength(1)
  })

  it('a client that leaves too much unread is dropped', () => {
    const rig = new NapsterRig()
    rig.bufferedBytes = 16 * 1024 * 1024 + 1
    rig.say('Hello')
    expect([rig.terminated, rig.ended]).toEqual([true, ['failed']])
  })

  it('audio waits while the client does not read', () => {
    const rig = new NapsterRig()
    rig.bufferedBytes = 300 * 1024
    rig.say('What is two plus two?')
    rig.clock.advance(5_000)
    expect(rig.audioBytes).toBe(0)
    rig.bufferedBytes = 0
    rig.clock.advance(5_000)
    expect(rig.completed).toEqual(['The answer is 4.'])
  })

  it('a client that is far ahead of the ears is not read', () => {
    const rig = new NapsterRig({ script: { holdBarriers: true, holdOpen: true } })
    rig.engine.opened()
    for (let s = 0; s < 21; s += 1) rig.hear(silence(16_000, 1000))
    expect(rig.paused).toBe(true)
    rig.engine.passBarriers()
    expect(rig.paused).toBe(false)
  })
})
