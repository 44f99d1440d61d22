import { describe, expect, it } from 'vitest'
import { codePointCount, promptUse } from '../../shared/prompt.ts'
import { PROFILE, SessionRig, profile, settle } from '../testing.test-support.ts'

const say = (behavior: 'if-quiet' | 'queue', text = 'Are you there?') =>
  ({ kind: 'agent-speech', text, behavior }) as const

describe('InjectAgentMessage', () => {
  it('I1 the message is on the wire under its own name', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute(say('if-quiet', 'Still "there" 🙂?'))
    expect(rig.socket.messages[1]).toEqual({
      type: 'InjectAgentMessage',
      message: 'Still "there" 🙂?',
      behavior: 'default'
    })
  })

  it('I2 if-quiet is "default" and queue is "queue"', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute(say('if-quiet'))
    void rig.session.execute(say('queue'))
    expect(rig.socket.messages.slice(1).map(({ behavior }) => behavior)).toEqual(['default', 'queue'])
  })

  it('I3 if-quiet in silence is applied when its text is spoken', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute(say('if-quiet'))
    rig.reply(100, 'Are you there?')
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.captions).toEqual([{ role: 'agent', text: 'Are you there?', interrupted: false }])
  })

  it('I3 if-quiet in silence is applied when the reply begins before its text', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute(say('if-quiet'))
    rig.reply(100)
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it("I4 a refusal has the service's own reason", async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000)
    const result = rig.session.execute(say('if-quiet'))
    rig.socket.say({ type: 'InjectionRefused', message: 'agent is speaking' })
    expect(await result).toEqual({ outcome: 'refused', reason: 'agent is speaking' })
    expect(rig.of('command')).toEqual([
      { kind: 'command', command: 'agent-speech', outcome: 'refused', reason: 'agent is speaking' }
    ])
  })

  it('I4 a refusal while the agent speaks belongs to if-quiet, not to what is queued', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'One.')
    const queued = rig.session.execute(say('queue', 'Two.'))
    const quiet = rig.session.execute(say('if-quiet', 'Three.'))
    rig.socket.say({ type: 'InjectionRefused' })
    expect((await quiet).outcome).toBe('refused')
    rig.reply(100, 'Two.')
    expect((await queued).outcome).toBe('applied')
  })

  it('I5 several queued statements are confirmed in order and do not cut the reply', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'First.')
    const done: string[] = []
    void rig.session.execute(say('queue', 'Second.')).then(() => done.push('second'))
    void rig.session.execute(say('queue', 'Third.')).then(() => done.push('third'))
    rig.reply(100, 'Second.')
    await settle()
    expect(done).toEqual(['second'])
    rig.reply(100, 'Third.')
    await settle()
    expect(done).toEqual(['second', 'third'])
    expect(rig.calls.every(({ kind, reply }) => kind === 'write' && reply === 1)).toBe(true)
    expect(rig.captions).toEqual([{ role: 'agent', text: 'First. Second. Third.', interrupted: false }])
  })

  it('I6 queue in silence is applied when the reply begins', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute(say('queue'))
    rig.reply(100)
    expect(await result).toEqual({ outcome: 'applied' })
  })

  it.each(['if-quiet', 'queue'] as const)('I7 %s while the user speaks is reported as refused', async (behavior) => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    const result = rig.session.execute(say(behavior))
    rig.socket.say({ type: 'InjectionRefused', message: 'user is speaking' })
    expect(await result).toEqual({ outcome: 'refused', reason: 'user is speaking' })
  })

  it('I8 a refused statement is never sent again', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute(say('if-quiet'))
    rig.socket.say({ type: 'InjectionRefused' })
    rig.clock.advance(120_000)
    expect(rig.socket.messages.filter(({ type }) => type === 'InjectAgentMessage')).toHaveLength(1)
  })

  it('I9 AgentAudioDone after the last injected statement ends the reply once it was played', async () => {
    const rig = await SessionRig.live()
    void rig.session.execute(say('queue'))
    rig.reply(100, 'Are you there?')
    rig.socket.say({ type: 'AgentAudioDone' })
    expect(rig.calls.at(-1)).toEqual({ kind: 'end', reply: 1 })
    expect(rig.activity).toBe('agentSpeaking')
    rig.played(1, 100, true)
    expect(rig.activity).toBe('listening')
    expect(rig.of('reply-played')).toEqual([{ kind: 'reply-played', playedMs: 100 }])
  })

  it('I10 a refusal that carries nothing but its type still refuses, with a sentence', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute(say('if-quiet'))
    rig.socket.say({ type: 'InjectionRefused' })
    expect(await result).toEqual({ outcome: 'refused', reason: expect.stringMatching(/\w+ \w+.*\.$/) as string })
  })

  it('a statement that is never answered is unconfirmed, and the session goes on', async () => {
    const rig = await SessionRig.live()
    const quiet = rig.session.execute(say('if-quiet'))
    const queued = rig.session.execute(say('queue', 'Later.'))
    rig.clock.advance(5_000)
    expect((await quiet).outcome).toBe('unconfirmed')
    rig.clock.advance(25_000)
    expect((await queued).outcome).toBe('unconfirmed')
    rig.socket.say({ type: 'InjectionRefused' })
    expect(rig.activity).toBe('listening')
  })
})

const append = (text: string) => ({ kind: 'append-prompt', text }) as const

describe('UpdatePrompt', () => {
  it('P1 an addition is sent as it is and counted with the prompt it adds to', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute(append('Speak French.'))
    expect(rig.socket.messages[1]).toEqual({ type: 'UpdatePrompt', prompt: 'Speak French.' })
    rig.socket.say({ type: 'PromptUpdated' })
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.of('prompt')).toEqual([
      { kind: 'prompt', codePoints: 9, limit: 25_000 },
      { kind: 'prompt', codePoints: 22, limit: 25_000 }
    ])
  })

  it('P1 several additions in flight are confirmed in order', async () => {
    const rig = await SessionRig.live()
    const done: number[] = []
    for (const number of [1, 2, 3]) void rig.session.execute(append(`${number}`)).then(() => done.push(number))
    rig.socket.say({ type: 'PromptUpdated' })
    await settle()
    expect(done).toEqual([1])
    rig.socket.say({ type: 'PromptUpdated' })
    rig.socket.say({ type: 'PromptUpdated' })
    await settle()
    expect(done).toEqual([1, 2, 3])
  })

  it('P2 the counter counts code points over the prompt and all additions', () => {
    expect(codePointCount('a😀é\ud800')).toBe(4)
    expect(promptUse('😀'.repeat(24_999), ['ab'], false)).toEqual({ codePoints: 25_001, limit: 25_000 })
  })

  it('P2 a warning about the length is told and the session goes on', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'Warning', code: 'PROMPT_TOO_LONG', description: 'The prompt was cut.' })
    expect(rig.of('notice')).toEqual([
      { kind: 'notice', notice: { level: 'warning', code: 'PROMPT_TOO_LONG', message: 'The prompt was cut.' } }
    ])
    expect(rig.activity).toBe('listening')
  })

  it('P3 there is no limit with an own model', async () => {
    const settings = { ...PROFILE.settings, agent: { think: { endpoint: { url: 'https://llm.test' }, prompt: 'abc' } } }
    const rig = await SessionRig.live({ profile: profile(settings) })
    expect(rig.of('prompt')).toEqual([{ kind: 'prompt', codePoints: 3, limit: null }])
  })

  it('P4 a missing PromptUpdated is unconfirmed after 5 s, and a late one is not taken for the next', async () => {
    const rig = await SessionRig.live()
    const first = rig.session.execute(append('one'))
    rig.clock.advance(5_000)
    expect((await first).outcome).toBe('unconfirmed')
    const second = rig.session.execute(append('two'))
    let settled = false
    void second.then(() => (settled = true))
    rig.socket.say({ type: 'PromptUpdated' })
    await settle()
    expect(settled).toBe(false)
    rig.socket.say({ type: 'PromptUpdated' })
    expect(await second).toEqual({ outcome: 'applied' })
  })

  it('P5 the printed example with its empty prompt is sent, confirmed, and changes nothing', async () => {
    const rig = await SessionRig.live()
    const result = rig.session.execute(append(''))
    expect(rig.socket.messages[1]).toEqual({ type: 'UpdatePrompt', prompt: '' })
    rig.socket.say({ type: 'PromptUpdated' })
    expect(await result).toEqual({ outcome: 'applied' })
    expect(rig.of('prompt').at(-1)).toEqual({ kind: 'prompt', codePoints: 9, limit: 25_000 })
  })
})
