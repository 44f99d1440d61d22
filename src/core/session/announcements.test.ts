import { describe, expect, it } from 'vitest'
import type { CommandResult } from '../../shared/commands.ts'
import { SessionRig, settle } from '../testing.test-support.ts'
import { ManualTool, request, toolRig } from './tools/tools.test-support.ts'

/** What was asked to be said, on all sockets. */
function asked(rig: SessionRig): string[] {
  return rig.transport.sockets.flatMap(({ messages }) =>
    messages.flatMap((message) =>
      message['type'] === 'InjectAgentMessage' ? [`${String(message['behavior'])}: ${String(message['message'])}`] : []
    )
  )
}

function announce(rig: SessionRig, text: string): Promise<CommandResult> {
  return rig.session.execute({ kind: 'announce', text })
}

/** The service begins to say `text`. */
async function says(rig: SessionRig, text: string): Promise<void> {
  rig.reply(100, text)
  await settle()
}

async function refuses(rig: SessionRig): Promise<void> {
  rig.socket.say({ type: 'InjectionRefused' })
  await settle()
}

describe('announcements', () => {
  it('I14 are said one after the other, in order', async () => {
    const rig = await SessionRig.live()
    const results = ['One.', 'Two.', 'Three.'].map((text) => announce(rig, text))
    expect(asked(rig)).toEqual(['queue: One.'])
    await says(rig, 'One.')
    await says(rig, 'Two.')
    await says(rig, 'Three.')
    expect(asked(rig)).toEqual(['queue: One.', 'queue: Two.', 'queue: Three.'])
    expect(await Promise.all(results)).toEqual(results.map(() => ({ outcome: 'applied' })))
    expect(rig.of('command').map(({ command, outcome }) => `${command} ${outcome}`)).toEqual(
      Array(3).fill('announce applied')
    )
  })

  it('I14 wait while the user speaks or holds the key, and not while the agent does', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    void announce(rig, 'One.')
    expect(asked(rig)).toEqual([])
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Hm.' })
    expect(asked(rig)).toEqual(['queue: One.'])
    await says(rig, 'One.')
    rig.session.talk(true, 'push-to-talk')
    void announce(rig, 'Two.')
    expect(asked(rig)).toHaveLength(1)
    rig.session.talk(false, 'push-to-talk')
    expect(asked(rig)).toEqual(['queue: One.', 'queue: Two.'])
  })

  it('I14 a refused one stays the first: it is asked for again, later each time, and none overtakes it', async () => {
    const rig = await SessionRig.live()
    const first = announce(rig, 'One.')
    void announce(rig, 'Two.')
    await refuses(rig)
    expect(asked(rig)).toHaveLength(1)
    rig.clock.advance(1_000)
    await refuses(rig)
    rig.clock.advance(1_999)
    expect(asked(rig)).toEqual(['queue: One.', 'queue: One.'])
    rig.clock.advance(1)
    await says(rig, 'One.')
    expect(await first).toEqual({ outcome: 'applied' })
    expect(asked(rig)).toEqual(['queue: One.', 'queue: One.', 'queue: One.', 'queue: Two.'])
    expect(rig.of('command').map(({ outcome }) => outcome)).toEqual(['applied'])
  })

  it('I14 a refused one is asked for again as soon as the turn of the user is over', async () => {
    const rig = await SessionRig.live()
    void announce(rig, 'One.')
    await refuses(rig)
    rig.socket.say({ type: 'UserStartedSpeaking' })
    rig.clock.advance(60)
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Hm.' })
    expect(asked(rig)).toEqual(['queue: One.', 'queue: One.'])
  })

  it('I14 are taken at most a hundred at a time; one more is dropped and told', async () => {
    const rig = await SessionRig.live()
    rig.socket.say({ type: 'UserStartedSpeaking' })
    for (let at = 0; at < 100; at += 1) void announce(rig, `${at}`)
    expect(await announce(rig, 'more')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/100 announcements wait already/) as string
    })
    expect(rig.of('command')).toMatchObject([{ command: 'announce', outcome: 'failed' }])
  })

  it('I14 given before the session is live are said when it is', async () => {
    const rig = await SessionRig.configuring()
    void announce(rig, 'One.')
    void announce(rig, 'Two.')
    rig.socket.say({ type: 'SettingsApplied' })
    await says(rig, 'One.')
    expect(asked(rig)).toEqual(['queue: One.', 'queue: Two.'])
  })

  it('I14 are not lost with the connection: what was not said comes first on the next one', async () => {
    const rig = await SessionRig.live()
    const results = ['One.', 'Two.'].map((text) => announce(rig, text))
    rig.socket.handlers.onClose(1006, '')
    await rig.reconnect()
    await says(rig, 'One.')
    await says(rig, 'Two.')
    expect(asked(rig)).toEqual(['queue: One.', 'queue: One.', 'queue: Two.'])
    expect(await Promise.all(results)).toEqual([{ outcome: 'applied' }, { outcome: 'applied' }])
  })

  it('I14 one that is never confirmed does not hold up the next', async () => {
    const rig = await SessionRig.live()
    rig.socket.pongs = true
    const first = announce(rig, 'One.')
    void announce(rig, 'Two.')
    rig.clock.advance(30_000)
    expect((await first).outcome).toBe('unconfirmed')
    expect(asked(rig)).toEqual(['queue: One.', 'queue: Two.'])
  })

  it('I14 that wait at the end of the session are answered, and nothing is left', async () => {
    const rig = await SessionRig.live()
    const results = ['One.', 'Two.'].map((text) => announce(rig, text))
    await refuses(rig)
    rig.session.hangUp()
    for (const { outcome } of await Promise.all(results)) expect(outcome).toBe('failed')
    expect(rig.clock.pending).toBe(0)
  })
})

describe('a statement', () => {
  it('I12 goes out as filler while a function runs, and the function answers after it', async () => {
    const tool = new ManualTool()
    const rig = await toolRig({ book: tool })
    rig.socket.say({ type: 'ConversationText', role: 'user', content: 'Book it.' })
    rig.reply(500, 'Let me see.')
    request(rig, { id: 'a', name: 'book' })
    const filler = rig.session.execute({ kind: 'agent-speech', text: 'This takes a moment.', behavior: 'queue' })
    expect(asked(rig)).toEqual(['queue: This takes a moment.'])
    expect(rig.calls.some(({ kind }) => kind === 'flush')).toBe(false)
    await says(rig, 'This takes a moment.')
    expect(await filler).toEqual({ outcome: 'applied' })
    await tool.runs[0]?.resolve('yes')
    expect(rig.socket.messages.at(-1)).toMatchObject({ type: 'FunctionCallResponse', content: 'yes' })
    expect(rig.captions.filter(({ interrupted }) => interrupted)).toEqual([])
  })

  it('I13 is chained to the turn that is spoken now, and cuts nothing off', async () => {
    const rig = await SessionRig.live()
    rig.reply(1_000, 'Your order is on its way.')
    const more = rig.session.execute({ kind: 'agent-speech', text: 'Anything else?', behavior: 'queue' })
    rig.reply(500, 'Anything else?')
    rig.socket.say({ type: 'AgentAudioDone' })
    expect(await more).toEqual({ outcome: 'applied' })
    expect(rig.activity).toBe('agentSpeaking')
    rig.played(1, 1_500, true)
    expect(rig.of('interrupted')).toEqual([])
    expect(rig.captions).toEqual([
      { role: 'agent', text: 'Your order is on its way. Anything else?', interrupted: false }
    ])
  })
})
