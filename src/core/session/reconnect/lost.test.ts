import { describe, expect, it } from 'vitest'
import { SessionRig } from '../../testing.test-support.ts'
import { reasonOf, redialled, stable } from './reconnect.test-support.ts'

describe('a lost connection', () => {
  it('is told at once, and made again with one attempt at a time', async () => {
    const rig = await stable()
    const atMs = rig.clock.nowMs()
    rig.socket.handlers.onClose(1006, '')
    expect(rig.session.state).toEqual({
      phase: 'reconnecting',
      attempt: 1,
      retryInMs: 50,
      canRetryNow: true,
      reason: { code: 'service-closed', message: expect.stringContaining('1006') as string }
    })
    expect(rig.of('state').at(-1)?.state).toEqual(rig.session.state)
    await redialled(rig)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 1, retryInMs: null })
    rig.clock.advance(200)
    rig.socket.accept()
    expect(rig.session.state).toEqual({ phase: 'live', activity: 'listening' })
    expect(rig.of('reconnected')).toEqual([
      { kind: 'reconnected', attempt: 1, tookMs: rig.clock.nowMs() - atMs, answerLost: false }
    ])
    expect(rig.transport.sockets).toHaveLength(2)
    expect(rig.phases.slice(-4)).toEqual(['live', 'reconnecting', 'reconnecting', 'live'])
  })

  it('counts its attempts, says why each failed, and starts afresh once the next one was stable', async () => {
    const rig = await stable()
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'broken-off' })
    for (const reason of ['no-route', 'unknown-host'] as const) {
      await redialled(rig)
      rig.socket.handlers.onFailure({ kind: 'unreachable', reason })
    }
    expect(rig.session.state).toMatchObject({
      phase: 'reconnecting',
      attempt: 3,
      reason: { message: expect.stringContaining('was not found') as string }
    })
    await rig.reconnect()
    expect(rig.of('reconnected').at(-1)).toMatchObject({ attempt: 3 })
    rig.clock.advance(5_000)
    rig.socket.handlers.onClose(1011, '')
    expect(rig.session.state).toMatchObject({ attempt: 1 })
  })

  it('is tried for as long as the person wants', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    const endMs = rig.clock.nowMs() + 3_600_000
    while (rig.clock.nowMs() < endMs) {
      await redialled(rig)
      rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'nothing-answers' })
    }
    // The first minute, and then one every 15 to 30 s.
    expect(rig.transport.sockets.length).toBeGreaterThan(120)
    expect(rig.transport.sockets.length).toBeLessThan(280)
    await rig.reconnect()
    expect(rig.session.state.phase).toBe('live')
  })

  it('while dialling, times out and is tried again', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.clock.advance(11_100)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 2, reason: { code: 'timeout' } })
    expect(rig.socket.closed).toBe(1000)
    await redialled(rig)
    rig.socket.handlers.onOpen()
    rig.clock.advance(5_000)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 3 })
    await rig.reconnect()
  })

  it('lets what was received play on, and hears the next reply', async () => {
    const rig = await stable()
    rig.reply(500, 'Story.')
    rig.socket.handlers.onClose(1006, '')
    expect(rig.calls.at(-1)).toEqual({ kind: 'end', reply: 1 })
    await rig.reconnect()
    expect(rig.activity).toBe('agentSpeaking')
    rig.played(1, 500, true)
    expect(rig.activity).toBe('listening')
    rig.reply(100, 'Again.')
    expect(rig.calls.at(-1)).toMatchObject({ kind: 'write', reply: 2 })
    expect(rig.captions.map(({ text, interrupted }) => [text, interrupted])).toEqual([
      ['Story.', false],
      ['Again.', false]
    ])
  })

  it('is found when it answers no ping, and is not closed politely', async () => {
    const rig = await SessionRig.configuring()
    rig.socket.pongs = true
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(8_000)
    rig.socket.pongs = false
    const atMs = rig.clock.nowMs()
    while (rig.session.state.phase === 'live') rig.clock.advance(100)
    expect(rig.clock.nowMs() - atMs).toBeLessThanOrEqual(10_000)
    expect(rig.socket.closed).toBe(1006)
    expect(rig.session.state).toMatchObject({ reason: { code: 'unreachable' } })
    rig.socket.handlers.onClose(1006, '')
    expect(rig.session.state).toMatchObject({ attempt: 1 })
  })

  it.each<[string, (rig: SessionRig) => void]>([
    ['audio', (rig) => rig.socket.handlers.onBinary(new Uint8Array(320))],
    ['messages', (rig) => rig.socket.say({ type: 'LatencyReport', stt_latency: 0.1 })]
  ])('is not one from which %s still come without pongs', async (_what, send) => {
    const rig = await SessionRig.configuring()
    rig.socket.pongs = true
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(5_000)
    rig.socket.pongs = false
    rig.session.talk(true, 'open')
    for (let at = 0; at < 20; at += 1) {
      send(rig)
      rig.speak(1_000)
    }
    expect(rig.session.state.phase).toBe('live')
  })

  it('is given up when nothing goes out for 2 s', async () => {
    const rig = await stable()
    rig.session.talk(true, 'open')
    rig.speak(1_000)
    rig.socket.bufferedBytes = 9_000
    rig.speak(2_100)
    expect(rig.session.state.phase).toBe('reconnecting')
    expect(rig.socket.closed).toBe(1006)
  })
})

describe('a session that shall not reconnect', () => {
  it('ends with its first loss, and is not renewed', async () => {
    const rig = await stable({ reconnect: false })
    rig.socket.say({ type: 'Warning', code: 'MAXIMUM_SESSION_LENGTH_APPROACHING' })
    rig.clock.advance(5_000)
    expect(rig.session.state.phase).toBe('live')
    rig.socket.say({ type: 'Error', code: 'FAILED_TO_THINK', description: 'x' })
    expect(reasonOf(rig)).toMatchObject({ code: 'service-error', serviceCode: 'FAILED_TO_THINK' })
    expect(rig.clock.pending).toBe(0)
  })

  it('is not tried again after 429', async () => {
    const rig = await SessionRig.dialled({ reconnect: false })
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429 })
    expect(reasonOf(rig)?.code).toBe('rate-limited')
  })
})

describe('three connections that are lost within 5 s', () => {
  it('end the session within a second, with the last reason', async () => {
    const rig = await SessionRig.live()
    for (let time = 0; time < 3; time += 1) {
      rig.clock.advance(1_000)
      rig.socket.handlers.onClose(1011, '')
      if (time < 2) await rig.reconnect()
    }
    expect(reasonOf(rig)).toMatchObject({
      code: 'service-closed',
      message: expect.stringMatching(/again and again.*1011/) as string
    })
    expect(rig.transport.sockets).toHaveLength(3)
    expect(rig.clock.pending).toBe(0)
  })

  it('count also when they never came to SettingsApplied', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    for (let time = 0; time < 3; time += 1) {
      await redialled(rig)
      rig.socket.handlers.onOpen()
      rig.socket.handlers.onClose(1006, '')
    }
    expect(reasonOf(rig)?.code).toBe('service-closed')
  })

  it('do not count over a stable one', async () => {
    const rig = await stable()
    for (let time = 0; time < 8; time += 1) {
      rig.socket.handlers.onClose(1011, '')
      await rig.reconnect()
      rig.clock.advance(time % 2 === 0 ? 100 : 5_000)
    }
    expect(rig.session.state.phase).toBe('live')
  })
})
