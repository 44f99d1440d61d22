import { describe, expect, it } from 'vitest'
import type { TransportFailure } from '../../ports.ts'
import { PROFILE, SessionRig, profile, settle } from '../../testing.test-support.ts'
import { DEEPGRAM, messagesOf, reasonOf, redialled, stable } from './reconnect.test-support.ts'

describe('errors', () => {
  it.each([401, 402, 403, 404, 400, 426])(
    'C4 HTTP %i at the first handshake ends the session at once',
    async (httpStatus) => {
      const rig = await SessionRig.dialled(DEEPGRAM)
      rig.socket.handlers.onFailure({ kind: 'refused', httpStatus })
      rig.clock.advance(120_000)
      await settle()
      expect(rig.transport.sockets).toHaveLength(1)
      expect(rig.phases.filter((phase) => phase === 'ended')).toHaveLength(1)
      expect(rig.clock.pending).toBe(0)
    }
  )

  it.each([401, 403, 404])('C4 HTTP %i at a reconnect ends it after exactly one attempt', async (httpStatus) => {
    const rig = await stable(DEEPGRAM)
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus })
    rig.clock.advance(120_000)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
    expect(reasonOf(rig)?.message).toContain(String(httpStatus))
    expect(rig.clock.pending).toBe(0)
  })

  it('C5 HTTP 429 at the first handshake is tried four times with growing pauses, and then told', async () => {
    const rig = await SessionRig.dialled(DEEPGRAM)
    const dialledMs = [rig.clock.nowMs()]
    for (let time = 0; time < 3; time += 1) {
      rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429 })
      expect(rig.session.state).toMatchObject({
        phase: 'reconnecting',
        attempt: time + 1,
        reason: { code: 'rate-limited' }
      })
      await redialled(rig)
      dialledMs.push(rig.clock.nowMs())
    }
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429 })
    expect(reasonOf(rig)?.code).toBe('rate-limited')
    for (const [at, ms] of dialledMs.slice(1).entries())
      expect(ms - (dialledMs[at] as number)).toBeGreaterThanOrEqual(1_000)
    expect(rig.clock.pending).toBe(0)
  })

  it('C5 a first connection that is taken after 429 is the first one: greeting, no history, no event of a return', async () => {
    const rig = await SessionRig.dialled({
      profile: profile({ ...PROFILE.settings, agent: { greeting: 'Hi!' } })
    })
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429, retryAfterMs: 3_000 })
    const held = rig.session.execute({ kind: 'append-prompt', text: 'Be kind.' })
    await rig.reconnect()
    expect(rig.socket.settings).toMatchObject({ agent: { greeting: 'Hi!' } })
    expect(messagesOf(rig)).toBeUndefined()
    expect(rig.of('reconnected')).toEqual([])
    rig.socket.say({ type: 'PromptUpdated' })
    expect((await held).outcome).toBe('applied')
  })

  it('a wait that the service did not ask for can be cut short', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    expect(rig.session.state).toMatchObject({ canRetryNow: true })
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429 })
    expect(rig.session.state).toMatchObject({ retryInMs: 1_000, canRetryNow: true })
  })

  it('C5 Retry-After is respected at a reconnect, whoever is in a hurry', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429, retryAfterMs: 20_000 })
    expect(rig.session.state).toMatchObject({
      reason: { code: 'rate-limited', message: expect.stringMatching(/It asks to wait 20 s\.$/) as string },
      retryInMs: 20_500,
      canRetryNow: false
    })
    rig.session.retryNow()
    rig.session.talk(true, 'push-to-talk')
    rig.clock.advance(19_999)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
    expect(rig.session.state).toMatchObject({ canRetryNow: false })
    const told = rig.of('state').length
    rig.clock.advance(1)
    expect(rig.transport.sockets).toHaveLength(2)
    expect(rig.of('state').slice(told)).toEqual([{ kind: 'state', state: rig.session.state }])
    expect(rig.session.state).toMatchObject({ canRetryNow: true })
    await rig.reconnect(1_000)
    expect(rig.session.state.phase).toBe('live')
  })

  it.each<TransportFailure>([
    { kind: 'refused', httpStatus: 500 },
    { kind: 'refused', httpStatus: 503 },
    { kind: 'refused', httpStatus: 408 },
    { kind: 'unreachable', reason: 'certificate-untrusted' },
    { kind: 'timeout', afterMs: 10_000 }
  ])('that may pass are tried again at a reconnect (%j)', async (failure) => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure(failure)
    expect(rig.session.state.phase).toBe('reconnecting')
    await rig.reconnect()
    expect(rig.session.state.phase).toBe('live')
  })

  it.each<TransportFailure>([
    { kind: 'refused', httpStatus: 503 },
    { kind: 'unreachable', reason: 'nothing-answers' },
    { kind: 'timeout', afterMs: 10_000 }
  ])('of a first connection end it with their reason (%j)', async (failure) => {
    const rig = await SessionRig.dialled()
    rig.socket.handlers.onFailure(failure)
    expect(rig.session.state.phase).toBe('ended')
  })

  it.each([
    ['INVALID_SETTINGS', 'settings-refused'],
    ['UNPARSABLE_CLIENT_MESSAGE', 'service-error'],
    ['SETTINGS_ALREADY_APPLIED', 'settings-refused'],
    ['NON_SETTINGS_MESSAGE_BEFORE_SETTINGS', 'settings-refused'],
    ['INVALID_AGENT_ID', 'settings-refused'],
    ['USER_AUDIO_FORMAT', 'service-error']
  ])('C38 Error %s ends the session without another attempt', async (code, endCode) => {
    const rig = await stable()
    rig.socket.say({ type: 'Error', code, description: 'Because.' })
    rig.socket.handlers.onClose(1005, '')
    rig.clock.advance(120_000)
    await settle()
    expect(reasonOf(rig)).toMatchObject({ code: endCode, serviceCode: code })
    expect(rig.transport.sockets).toHaveLength(1)
  })

  it.each([
    'SERVER_GOING_AWAY',
    'CLIENT_MESSAGE_TIMEOUT',
    'MAXIMUM_SESSION_LENGTH_REACHED',
    'INTERNAL_SERVER_ERROR',
    'ASR_CONNECTION_CLOSED',
    'ASR_DRIVER_TIMEOUT',
    'FAILED_TO_START_LISTENING',
    'FAILED_TO_THINK',
    'FAILED_TO_SPEAK'
  ])('C38 after Error %s the session reconnects, and the close after it is no second failure', async (code) => {
    const rig = await stable()
    rig.socket.say({ type: 'Error', code, description: 'Because.' })
    const old = rig.socket
    expect(rig.session.state).toMatchObject({
      phase: 'reconnecting',
      attempt: 1,
      reason: { code: 'service-error', serviceCode: code, message: expect.stringContaining('Because.') as string }
    })
    old.handlers.onClose(1005, '')
    old.handlers.onFailure({ kind: 'unreachable', reason: 'other' })
    expect(rig.session.state).toMatchObject({ attempt: 1, reason: { serviceCode: code } })
    expect(old.closed).toBe(1000)
    await rig.reconnect()
    expect(rig.session.state.phase).toBe('live')
    expect(rig.transport.sockets).toHaveLength(2)
  })

  it('about the settings of a reconnect end it, with one attempt', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onOpen()
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    rig.socket.say({ type: 'Error', code: 'UNPARSABLE_CLIENT_MESSAGE', description: 'context' })
    expect(reasonOf(rig)).toMatchObject({ code: 'settings-refused', serviceCode: 'UNPARSABLE_CLIENT_MESSAGE' })
    expect(rig.clock.pending).toBe(0)
  })
})
