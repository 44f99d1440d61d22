import { describe, expect, it } from 'vitest'
import type { Command } from '../../../shared/commands.ts'
import { PROFILE, profile, settle, type SessionRig } from '../../testing.test-support.ts'
import { TAKEN_MS } from '../agent-changes.ts'
import { messagesOf, reasonOf, stable } from './reconnect.test-support.ts'

const VOICE = { provider: { type: 'deepgram', model: 'aura-2-thalia-en' } }
const THINK = { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.' }
const LISTEN = { provider: { type: 'deepgram', version: 'v2', model: 'flux-general-en' } }

const FLUX_AGENT = { profile: profile({ ...PROFILE.settings, agent: { listen: LISTEN, think: THINK, speak: VOICE } }) }

interface Agent {
  listen: { provider: { eot_threshold?: number } }
  think: { prompt: string; provider: { model: string } }
  speak: unknown
}

function agentOf(rig: SessionRig): Agent {
  return rig.socket.settings?.['agent'] as Agent
}

function error(rig: SessionRig, code: string): void {
  rig.socket.say({ type: 'Error', code, description: 'No such thing.' })
}

const model = (name: string): Command => ({ kind: 'set-model', model: name })
const voice = (name: string): Command => ({ kind: 'set-voice', model: name })

describe('an error of the service that ends the session', () => {
  it.each<[string, Command]>([
    ['the model', model('moddel')],
    ['the voice', voice('aura-2-nobody-en')],
    ['the listening', { kind: 'set-turn-detection', eotThreshold: 0.8 }],
    ['the prompt', { kind: 'replace-prompt', text: 'Be long.' }]
  ])('is told as about %s that was just changed, not as about the profile', async (what, command) => {
    const rig = await stable(FLUX_AGENT)
    const changed = rig.session.execute(command)
    error(rig, 'INVALID_SETTINGS')
    expect(reasonOf(rig)).toEqual({
      code: 'service-error',
      message: expect.stringContaining(`just made to ${what}: No such thing. (INVALID_SETTINGS)`) as string
    })
    expect(reasonOf(rig)?.message).not.toContain('Correct the profile')
    expect(await changed).toEqual({ outcome: 'refused', reason: expect.stringContaining(what) as string })
  })

  it('names all changes that were not taken, and only those', async () => {
    const rig = await stable(FLUX_AGENT)
    const taken = rig.session.execute({ kind: 'set-turn-detection', eotThreshold: 0.8 })
    rig.socket.say({ type: 'ListenUpdated' })
    const refused = [model('moddel'), voice('aura-2-nobody-en')].map((command) => rig.session.execute(command))
    error(rig, 'UNPARSABLE_CLIENT_MESSAGE')
    expect(reasonOf(rig)?.message).toContain('the model and the voice')
    expect((await taken).outcome).toBe('applied')
    expect((await Promise.all(refused)).map(({ outcome }) => outcome)).toEqual(['refused', 'refused'])
  })

  it('blames a change that was taken if nothing was sent since, and nothing if something was', async () => {
    const [rig, other] = await Promise.all([stable(FLUX_AGENT), stable(FLUX_AGENT)])
    for (const { session, socket } of [rig, other]) {
      void session.execute(model('moddel'))
      socket.say({ type: 'ThinkUpdated' })
    }
    void other.session.execute({ kind: 'user-text', text: 'Hello.' })
    error(rig, 'INVALID_SETTINGS')
    error(other, 'INVALID_SETTINGS')
    expect(reasonOf(rig)?.message).toContain('just made to the model')
    expect(reasonOf(other)?.message).toContain('Correct the profile')
  })

  it('blames the change also where only the next connection is refused', async () => {
    const rig = await stable(FLUX_AGENT)
    void rig.session.execute(voice('aura-2-nobody-en'))
    rig.socket.handlers.onClose(1006, '')
    for (let at = 0; rig.transport.sockets.length === 1 && at < 100; at += 1) {
      rig.clock.advance(10)
      await settle()
    }
    rig.socket.handlers.onOpen()
    rig.socket.say({ type: 'Welcome', request_id: 'r' })
    error(rig, 'INVALID_SETTINGS')
    expect(reasonOf(rig)?.message).toContain('just made to the voice')
  })
})

describe('an error of the service after which the session reconnects', () => {
  it('undoes the change that was never taken, says so, and keeps those that were', async () => {
    const rig = await stable(FLUX_AGENT)
    void rig.session.execute({ kind: 'set-turn-detection', eotThreshold: 0.8 })
    rig.socket.say({ type: 'ListenUpdated' })
    void rig.session.execute(model('better'))
    rig.socket.say({ type: 'ThinkUpdated' })
    void rig.session.execute({ kind: 'context', text: 'It rains.', when: 'now', respond: false })
    const refused = [voice('aura-2-nobody-en'), voice('aura-2-none-en')].map((one) => rig.session.execute(one))
    error(rig, 'FAILED_TO_SPEAK')
    expect((await Promise.all(refused)).map(({ outcome }) => outcome)).toEqual(['refused', 'refused'])
    expect(rig.of('notice').map(({ notice }) => [notice.code, notice.message])).toEqual([
      ['change-undone', expect.stringContaining('the voice') as string]
    ])
    await rig.reconnect()
    expect(agentOf(rig)).toMatchObject({
      listen: { provider: { eot_threshold: 0.8 } },
      think: { prompt: 'Be brief.\nIt rains.', provider: { model: 'better' } },
      speak: VOICE
    })
    void rig.session.execute({ kind: 'set-voice', model: 'aura-2-apollo-en' })
    expect(rig.socket.messages.at(-1)).toMatchObject({ speak: { provider: { model: 'aura-2-apollo-en' } } })
  })

  it('undoes a model that the service cannot think with', async () => {
    const rig = await stable(FLUX_AGENT)
    void rig.session.execute(model('moddel'))
    error(rig, 'FAILED_TO_THINK')
    await rig.reconnect()
    expect(agentOf(rig).think).toEqual(THINK)
  })

  it.each(['SERVER_GOING_AWAY', 'MAXIMUM_SESSION_LENGTH_REACHED'])(
    'C38 keeps the change where the service leaves: %s',
    async (code) => {
      const rig = await stable(FLUX_AGENT)
      void rig.session.execute(model('better'))
      error(rig, code)
      await rig.reconnect()
      expect(agentOf(rig).think.provider.model).toBe('better')
      expect(rig.of('notice')).toEqual([])
    }
  )

  it('keeps a change that the next connection was opened with, and one that held for a minute without a word', async () => {
    const rig = await stable(FLUX_AGENT)
    void rig.session.execute(model('better'))
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    void rig.session.execute(voice('aura-2-apollo-en'))
    rig.clock.advance(TAKEN_MS)
    error(rig, 'FAILED_TO_SPEAK')
    await rig.reconnect()
    expect(agentOf(rig)).toMatchObject({
      think: { provider: { model: 'better' } },
      speak: { provider: { model: 'aura-2-apollo-en' } }
    })
  })

  it('ends without a word of what is used again where nothing is', async () => {
    const hurried = await stable(FLUX_AGENT)
    hurried.listener = (event) => {
      if (event.kind === 'command' && event.outcome === 'refused') hurried.session.hangUp()
    }
    const script = await stable({ ...FLUX_AGENT, reconnect: false })
    for (const rig of [hurried, script]) {
      void rig.session.execute(model('moddel'))
      error(rig, 'FAILED_TO_THINK')
      rig.clock.advance(60_000)
      await settle()
      expect(rig.transport.sockets).toHaveLength(1)
      expect(rig.of('notice')).toEqual([])
      expect(rig.clock.pending).toBe(0)
    }
    expect(reasonOf(hurried)?.code).toBe('hung-up')
    expect(reasonOf(script)).toMatchObject({ code: 'service-error', serviceCode: 'FAILED_TO_THINK' })
  })

  it('does not tell a saved agent again of a change that it refused', async () => {
    const rig = await stable({ profile: profile({ ...PROFILE.settings, agent: 'agent-id' }) })
    void rig.session.execute({ kind: 'configure-speak', speak: { provider: { type: 'deepgram', model: 'nobody' } } })
    error(rig, 'FAILED_TO_SPEAK')
    await rig.reconnect()
    expect(messagesOf(rig)).toBeUndefined()
    expect(rig.socket.messages.map(({ type }) => type)).toEqual(['Settings'])
  })
})
