import { describe, expect, it } from 'vitest'
import { SessionRig, settle } from '../../testing.test-support.ts'
import { firstTries, slept, SLEEP_LIMIT_MS } from './policy.ts'
import { messagesOf, redialled, stable } from './reconnect.test-support.ts'

/** A live session whose machine has gone to sleep. */
async function asleep(talk?: (rig: SessionRig) => void): Promise<SessionRig> {
  const rig = await stable()
  talk?.(rig)
  rig.session.suspend()
  return rig
}

/** The machine wakes up, and the service takes the connection at once. */
async function wakeUp(rig: SessionRig): Promise<void> {
  rig.session.retryNow()
  await settle()
  rig.socket.accept()
}

describe('a machine that goes to sleep', () => {
  it('lets the connection go cleanly, and dials nothing until it wakes up', async () => {
    const rig = await asleep()
    expect(rig.socket.closed).toBe(1000)
    expect(rig.session.state).toEqual({
      phase: 'reconnecting',
      attempt: 1,
      retryInMs: SLEEP_LIMIT_MS,
      canRetryNow: true,
      reason: { code: 'unreachable', message: 'The computer goes to sleep. Parley connects again when it wakes up.' }
    })
    rig.clock.advance(SLEEP_LIMIT_MS - 1)
    await settle()
    expect(rig.transport.sockets).toHaveLength(1)
    rig.session.retryNow()
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 1, retryInMs: null })
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
    rig.socket.accept()
    expect(rig.session.state).toEqual({ phase: 'live', activity: 'listening' })
  })

  it('keeps the conversation', async () => {
    const rig = await stable()
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Two plus two?' })
    rig.socket.say({ type: 'ConversationText', role: 'assistant', content: 'Four.' })
    rig.session.suspend()
    await wakeUp(rig)
    expect(messagesOf(rig)).toMatchObject([{ content: 'Two plus two?' }, { content: 'Four.' }])
  })

  it('finds the network back soon when it comes a moment after the machine', async () => {
    const rig = await asleep()
    rig.session.retryNow()
    await settle()
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'unknown-host' })
    const failedMs = rig.clock.nowMs()
    await redialled(rig)
    expect(rig.clock.nowMs() - failedMs).toBeLessThanOrEqual(600)
    rig.socket.handlers.onFailure({ kind: 'unreachable', reason: 'no-route' })
    rig.session.retryNow()
    rig.clock.advance(1_000)
    await settle()
    expect(rig.transport.sockets).toHaveLength(4)
  })

  it('connects again by itself when nobody says that it woke up', async () => {
    const rig = await asleep()
    rig.clock.advance(SLEEP_LIMIT_MS)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
  })

  it.each<[string, (rig: SessionRig) => void]>([
    ['presses the key', (rig) => rig.session.talk(true, 'push-to-talk')],
    ['types', (rig) => void rig.session.execute({ kind: 'user-text', text: 'Hello?' })]
  ])('is awake when somebody %s', async (_what, act) => {
    const rig = await asleep()
    rig.clock.advance(1_000)
    act(rig)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
  })

  it('ends nothing by sleeping again and again: that is no quick failure', async () => {
    const rig = await stable()
    for (let time = 0; time < 10; time += 1) {
      rig.session.suspend()
      rig.clock.advance(2_000)
      await wakeUp(rig)
      rig.clock.advance(100)
      expect(rig.session.state.phase).toBe('live')
    }
    expect(rig.transport.sockets).toHaveLength(11)
  })

  it('gives up an attempt that is under way, and what comes of it changes nothing', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    const late = rig.socket
    rig.session.suspend()
    expect(late.closed).toBe(1000)
    late.accept()
    expect(rig.session.state).toMatchObject({ phase: 'reconnecting', attempt: 2, retryInMs: SLEEP_LIMIT_MS })
    await wakeUp(rig)
    rig.clock.advance(1_000)
    await settle()
    if (rig.session.state.phase !== 'live') rig.socket.accept()
    expect(rig.session.state.phase).toBe('live')
  })

  it('does not shorten what the service asked to wait', async () => {
    const rig = await stable()
    rig.socket.handlers.onClose(1006, '')
    await redialled(rig)
    rig.socket.handlers.onFailure({ kind: 'refused', httpStatus: 429, retryAfterMs: 50_000 })
    rig.session.suspend()
    rig.clock.advance(10_000)
    rig.session.retryNow()
    rig.clock.advance(39_999)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
    rig.clock.advance(1)
    await settle()
    expect(rig.transport.sockets).toHaveLength(3)
  })

  it('can be hung up on, and nothing is left', async () => {
    const rig = await asleep()
    rig.session.hangUp()
    expect(rig.clock.pending).toBe(0)
    rig.session.retryNow()
    rig.session.suspend()
    await settle()
    expect(rig.session.state).toMatchObject({ phase: 'ended', reason: { code: 'hung-up' } })
    expect(rig.transport.sockets).toHaveLength(1)
  })

  it('leaves a session alone that has not begun, is over, or is a script that ends with its first loss', async () => {
    const idle = new SessionRig()
    idle.session.suspend()
    expect(idle.session.state.phase).toBe('idle')
    const dialling = await SessionRig.dialled()
    dialling.session.suspend()
    expect(dialling.socket.closed).toBeUndefined()
    const script = await SessionRig.live({ reconnect: false })
    script.session.suspend()
    expect(script.session.state.phase).toBe('live')
  })

  it.each(['talk', 'caption', 'state'])('may be ended by a listener at "%s"', async (kind) => {
    const rig = await stable()
    rig.session.talk(true, 'open')
    rig.reply(2_000, 'A long story.')
    rig.listener = (event) => {
      if (event.kind === kind) rig.session.hangUp()
    }
    rig.session.suspend()
    rig.session.retryNow()
    await settle()
    expect(rig.session.state.phase).toBe('ended')
    expect(rig.transport.sockets).toHaveLength(1)
    expect(rig.clock.pending).toBe(0)
  })
})

describe('microphone and voice over a sleep', () => {
  it('what is said into an open microphone meanwhile is neither kept nor makes an attempt; afterwards it is heard', async () => {
    const rig = await asleep((live) => {
      live.session.talk(true, 'open')
      live.socket.say({ type: 'UserStartedSpeaking' })
      live.speak(500)
    })
    rig.speak(8_000)
    await settle()
    expect(rig.transport.sockets).toHaveLength(1)
    await wakeUp(rig)
    rig.clock.advance(5_000)
    expect(rig.socket.audio).toEqual([])
    rig.speak(100)
    expect(rig.socket.audio).toHaveLength(5)
    expect(rig.of('talk').map(({ open }) => open)).toEqual([true, false, true])
    expect(rig.of('audio-dropped')).toEqual([])
  })

  it('a key that was held is let go', async () => {
    const rig = await asleep((live) => {
      live.session.talk(true, 'push-to-talk')
      live.speak(500)
    })
    await wakeUp(rig)
    rig.speak(1_000)
    expect(rig.socket.audio).toEqual([])
    expect(rig.of('talk').map(({ open }) => open)).toEqual([true, false])
  })

  it('a reply is cut, so that its rest does not burst out of a machine that wakes up', async () => {
    const rig = await stable()
    rig.reply(10_000, 'A long story.')
    rig.session.suspend()
    expect(rig.calls.at(-1)).toEqual({ kind: 'flush', reply: 1 })
    expect(rig.captions).toEqual([{ role: 'agent', text: 'A long story.', interrupted: true }])
  })
})

describe('the policy of a sleep', () => {
  const tries = { attempts: 3, step: 5, quickFailures: 2, sinceMs: 0 }

  it('counts an attempt that was closed for it, and begins the back-off anew', () => {
    expect(slept(tries, undefined, 9_000)).toEqual({ attempts: 3, step: 1, quickFailures: 2, sinceMs: 9_000 })
    const young = { openedMs: 8_000, liveMs: 8_100 }
    expect(slept(tries, young, 9_000)).toEqual({ attempts: 4, step: 1, quickFailures: 2, sinceMs: 9_000 })
  })

  it('begins everything anew after a connection that was stable', () => {
    const old = { openedMs: 1_000, liveMs: 1_000 }
    expect(slept(tries, old, 9_000)).toEqual({ ...firstTries(9_000), attempts: 1, step: 1 })
  })
})
