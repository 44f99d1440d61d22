import { describe, expect, it } from 'vitest'
import { profile, PROFILE, settle, SessionRig } from '../testing.test-support.ts'
import { napster, NapsterRig } from './napster/napster.test-support.ts'

const thinkOf = (settings: unknown) => (settings as { agent: { think: unknown } }).agent.think

const changesOf = (rig: SessionRig) => rig.of('changes').map(({ changes }) => changes)

describe('changes of the agent', () => {
  it('are told in words, and are gone once they are undone', async () => {
    const agent = { ...(PROFILE.settings?.['agent'] as object), speak: { provider: { type: 'deepgram', model: 'v' } } }
    const rig = await SessionRig.live({ profile: profile({ ...PROFILE.settings, agent }) })
    expect(rig.session.changedAgent).toBeUndefined()
    void rig.session.execute({ kind: 'replace-prompt', text: 'Be loud.' })
    void rig.session.execute({ kind: 'set-model', temperature: 0.2 })
    void rig.session.execute({ kind: 'set-model', model: 'other' })
    void rig.session.execute({ kind: 'set-voice', model: 'aura-2-zeus-en' })
    void rig.session.execute({ kind: 'append-prompt', text: 'It rains.' })
    void rig.session.execute({ kind: 'set-model', model: 'm' })
    expect(changesOf(rig)).toEqual([
      ['the prompt'],
      ['the prompt', 'the temperature'],
      ['the prompt', 'the temperature', 'the model'],
      ['the prompt', 'the temperature', 'the model', 'the voice'],
      ['the prompt', 'the temperature', 'the model', 'the voice', 'added context'],
      ['the prompt', 'the temperature', 'the voice', 'added context']
    ])
    expect(rig.session.changedAgent).toMatchObject({ additions: ['Be loud.', 'It rains.'] })
    rig.session.hangUp()
    expect(rig.session.changedAgent).toMatchObject({ additions: ['Be loud.', 'It rains.'] })
    rig.session.changesSaved()
    expect(changesOf(rig).at(-1)).toEqual([])
    expect(rig.session.changedAgent).toBeUndefined()
  })
})

describe('going back to the profile', () => {
  it('is a new connection at once, with the profile and the conversation, and without a penalty', async () => {
    const rig = await SessionRig.live()
    const before = rig.socket.settings
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Hello.' })
    for (let turn = 1; turn <= 5; turn += 1) {
      void rig.session.execute({ kind: 'replace-prompt', text: `Version ${turn}.` })
      const result = rig.session.execute({ kind: 'revert-changes' })
      expect(rig.session.state).toMatchObject({ phase: 'reconnecting', reason: { code: 'service-closed' } })
      await rig.reconnect(1_000)
      await expect(result).resolves.toEqual({ outcome: 'applied' })
    }
    expect(rig.session.changedAgent).toBeUndefined()
    expect(changesOf(rig).at(-1)).toEqual([])
    expect(thinkOf(rig.socket.settings)).toEqual(thinkOf(before))
    expect(JSON.stringify(rig.socket.settings)).toContain('Hello.')
    expect(rig.of('command').filter(({ command }) => command === 'revert-changes')).toHaveLength(5)
  })

  it('has nothing to do where nothing was changed', async () => {
    const rig = await SessionRig.live()
    await expect(rig.session.execute({ kind: 'revert-changes' })).resolves.toEqual({ outcome: 'applied' })
    expect(rig.transport.sockets).toHaveLength(1)
  })

  it('goes back to what was saved meanwhile', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute({ kind: 'replace-prompt', text: 'Saved.' })
    rig.session.changesSaved()
    void rig.session.execute({ kind: 'replace-prompt', text: 'Not saved.' })
    expect(changesOf(rig)).toEqual([['the prompt'], [], ['the prompt']])
    void rig.session.execute({ kind: 'revert-changes' })
    await rig.reconnect()
    expect(JSON.stringify(rig.socket.settings)).toContain('"Saved."')
  })

  it('fails with the reason where the session ends instead', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute({ kind: 'replace-prompt', text: 'x' })
    const result = rig.session.execute({ kind: 'revert-changes' })
    rig.session.hangUp()
    await expect(result).resolves.toEqual({ outcome: 'failed', reason: 'You hung up.' })
    expect(rig.clock.pending).toBe(0)
    await expect(rig.session.execute({ kind: 'revert-changes' })).resolves.toMatchObject({ outcome: 'failed' })
  })

  it('fails in a session that makes no new connections, which goes on', async () => {
    const rig = await SessionRig.live({ reconnect: false })
    void rig.session.execute({ kind: 'replace-prompt', text: 'x' })
    await expect(rig.session.execute({ kind: 'revert-changes' })).resolves.toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('no new connection') as string
    })
    expect(rig.session.state.phase).toBe('live')
  })

  it('while the connection is lost holds for the next one', async () => {
    const rig = await SessionRig.live()
    rig.clock.advance(6_000)
    void rig.session.execute({ kind: 'replace-prompt', text: 'Changed.' })
    rig.socket.handlers.onClose(1006, '')
    const result = rig.session.execute({ kind: 'revert-changes' })
    await rig.reconnect()
    await expect(result).resolves.toEqual({ outcome: 'applied' })
    expect(JSON.stringify(rig.socket.settings)).not.toContain('Changed.')
  })

  it('at Napster is a fresh connection with the tuning of the profile', async () => {
    const tuning = { instructions: 'Be kind.', temperature: 0.4 }
    const self = await NapsterRig.live({ profile: napster({ externalClientId: 'ana_1' }, { tuning }) })
    const { rig } = self
    expect(self.commands('set_settings')).toEqual([{ instructions: 'Be kind.', temperature: 0.4 }])
    expect(rig.of('changes')).toEqual([])
    void rig.session.execute({ kind: 'replace-prompt', text: 'Be rude.' })
    void rig.session.execute({ kind: 'set-turn-detection', silenceDurationMs: 1_000 })
    expect(changesOf(rig)).toEqual([['the prompt'], ['the prompt', 'turn detection']])
    const result = rig.session.execute({ kind: 'revert-changes' })
    await settle()
    await self.redialled(2_000)
    expect(self.rest.asked.slice(1)).toEqual([
      'DELETE /public/connections/conn_1',
      'POST /public/agents/agent_7/connections'
    ])
    self.accept()
    await expect(result).resolves.toEqual({ outcome: 'applied' })
    expect(self.commands('set_settings')).toEqual([{ instructions: 'Be kind.', temperature: 0.4 }])
    expect(rig.session.changedAgent).toBeUndefined()
  })
})
