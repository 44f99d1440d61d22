import { describe, expect, it } from 'vitest'
import { SessionRig, settle } from '../../testing.test-support.ts'
import { redialled, stable } from './reconnect.test-support.ts'

/** Fails until the next attempt is seconds away. */
async function waiting(): Promise<SessionRig> {
  const rig = await stable({ random: () => 0.99 })
  rig.socket.handlers.onClose(1006, '')
  for (let time = 0; time < 5; time += 1) {
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
  }
  rig.clock.advance(1_000)
  expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 6 })
  return rig
}

describe('somebody in a hurry', () => {
  it.each<[string, (rig: SessionRig) => void]>([
    ['the network', (rig) => rig.session.retryNow()],
    ['a pressed key', (rig) => rig.session.talk(true, 'push-to-talk')],
    ['a typed text', (rig) => void rig.session.execute({ kind: 'user-text', text: 'Hello?' })]
  ])('(%s) makes the next attempt come at once', async (_who, hurry) => {
    const rig = await waiting()
    const { length } = rig.transport.sockets
    hurry(rig)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', retryInMs: null })
    await settle()
    expect(rig.transport.sockets).toHaveLength(length + 1)
    rig.socket.accept()
    expect(rig.session.state.phase).toBe('live')
  })

  it('who speaks into an open microphone makes it come at once, silence does not', async () => {
    const rig = await waiting()
    rig.session.talk(true, 'open')
    rig.clock.advance(1)
    await settle()
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
    for (let time = 0; time < 6; time += 1) {
      await redialled(rig)
      rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
    }
    const { length } = rig.transport.sockets
    rig.speak(4_990, 0)
    await settle()
    expect(rig.transport.sockets).toHaveLength(length)
    rig.speak(60)
    await settle()
    expect(rig.transport.sockets).toHaveLength(length + 1)
  })

  it('cannot make a storm of attempts', async () => {
    const rig = await waiting()
    const { length } = rig.transport.sockets
    for (let time = 0; time < 100; time += 1) {
      rig.session.retryNow()
      rig.clock.advance(100)
      await settle()
      if (rig.session.state.phase === 'reconnecting' && rig.session.state.retryInMs === null) {
        rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
      }
    }
    expect(rig.transport.sockets.length - length).toBeLessThanOrEqual(20)
  })

  it('replaces an attempt that hangs on the old network', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    const hanging = rig.socket
    rig.session.retryNow()
    expect(hanging.closed).toBeUndefined()
    rig.clock.advance(3_000)
    rig.session.retryNow()
    await settle()
    expect(hanging.closed).toBe(1000)
    expect(rig.socket).not.toBe(hanging)
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 2, retryInMs: null })
    hanging.accept()
    expect(rig.session.state.phase).toBe('reconnecting')
    rig.socket.accept()
    expect(rig.session.state.phase).toBe('live')
  })

  it('has a live connection checked after a sleep', async () => {
    const rig = await SessionRig.configuring()
    rig.socket.pongs = true
    rig.socket.say({ type: 'SettingsApplied' })
    rig.clock.advance(6_500)
    rig.socket.pongs = false
    rig.session.retryNow()
    rig.clock.advance(2_500)
    expect(rig.session.state.phase).toBe('reconnecting')
  })
})

describe('hanging up while reconnecting', () => {
  it.each(['waiting', 'looking up', 'dialling', 'handshaking', 'configuring'])(
    'C44 (%s) ends it, and nothing is left',
    async (when) => {
      const rig = await stable()
      rig.session.talk(true, 'open')
      rig.speak(100)
      rig.socket.handlers.onClose(1006, '')
      // A command makes the attempt come at once, so none is given while one shall be waited for.
      const held = when === 'waiting' ? undefined : rig.session.execute({ kind: 'append-prompt', text: 'x' })
      if (when === 'looking up') rig.clock.advance(1_000)
      else if (when !== 'waiting') await redialled(rig)
      if (when === 'handshaking' || when === 'configuring') rig.socket.handlers.onOpen()
      if (when === 'configuring') rig.socket.say({ type: 'Welcome', request_id: 'r' })
      const { length } = rig.transport.sockets
      rig.session.hangUp()
      await settle()
      expect(rig.session.state).toMatchObject({ phase: 'ended', reason: { code: 'hung-up' } })
      expect(rig.clock.pending).toBe(0)
      rig.clock.advance(120_000)
      await settle()
      expect(rig.transport.sockets).toHaveLength(length)
      if (length > 1) expect(rig.socket.closed).toBe(1000)
      expect((await held)?.outcome).toBe(when === 'waiting' ? undefined : 'failed')
    }
  )

  it.each(['reconnecting', 'live', 'reconnected'])(
    'C44 by a listener at the event "%s" leaves nothing running',
    async (kind) => {
      const rig = await stable()
      rig.listener = (event) => {
        const hit = event.kind === 'state' ? event.state.phase === kind : event.kind === kind
        if (hit) rig.session.hangUp()
      }
      rig.socket.handlers.onClose(1006, '')
      if (kind !== 'reconnecting') await rig.reconnect()
      rig.clock.advance(60_000)
      await settle()
      expect(rig.session.state.phase).toBe('ended')
      expect(rig.phases.at(-1)).toBe('ended')
      expect(rig.clock.pending).toBe(0)
    }
  )
})
