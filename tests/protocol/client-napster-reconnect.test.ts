import { expect, it, type TestContext } from 'vitest'
import type { NapsterSession } from '../peers/napster-session.ts'
import { until } from './client.test-support.ts'
import { fastClock, napsterProfile, setUpLive, type Rig, type Setup } from './client-napster.test-support.ts'

// A connection that is lost is made anew: a fresh one for the same client, without a second greeting, with all that was changed.

const TIMES = 5
const live = (context: TestContext, setup: Setup = {}): Promise<Rig> =>
  setUpLive(context, { clock: fastClock(TIMES), ...setup })

/** A service that opens the conversation where it is asked to. */
function greeting(session: NapsterSession): void {
  session.markers()
  if (session.request['initialSpeech'] !== undefined) session.answer('Hello Ana.')
}

const wanted = (session: NapsterSession): unknown => [session.of('set_settings'), session.of('send_message')]

const back = ({ one }: Rig, times = 1): Promise<unknown> =>
  until('the return', () => one.count('reconnected') === times && one.session.state.phase === 'live')

/** Says something, and lets the answer be played. */
async function talk({ one }: Rig, text: string): Promise<void> {
  const before = one.count('reply-played')
  void one.session.execute({ kind: 'user-text', text })
  await until(`the answer to ${text}`, () => one.count('reply-played') > before)
}

it.concurrent(
  'the old connection is ended, a fresh one is made for the same client, without its first words',
  async (context) => {
    const profile = napsterProfile({
      externalClientId: 'client-7',
      externalClientProfile: { name: 'Ana' },
      initialSpeech: 'Greet the user.',
      tags: { team: 'blue' }
    })

    const rig = await live(context, { profile, server: { onOpen: greeting } })
    await until('the greeting', () => rig.one.count('reply-played') === 1)
    rig.server.session.cut()
    await back(rig)
    expect(rig.server.asked.filter((asked) => !asked.startsWith('GET'))).toEqual([
      'POST /public/agents/agent_ada/connections',
      'DELETE /public/connections/conn-1',
      'POST /public/agents/agent_ada/connections'
    ])
    const [first, second] = rig.server.sessions.map(({ request }) => request)
    const { initialSpeech, ...rest } = first ?? {}
    expect(initialSpeech).toBe('Greet the user.')
    expect(second).toEqual(rest)
    expect(rig.one.captions).toEqual(['agent: Hello Ana.'])
  }
)

it.concurrent(
  'the memory of the service is trusted where there is an externalClientId: no turns are told again',
  async (context) => {
    const rig = await live(context, { profile: napsterProfile({ externalClientId: 'client-7' }) })
    await talk(rig, 'My name is Ana.')
    rig.server.session.cut()
    await back(rig)
    await talk(rig, 'What is my name?')
    expect(rig.server.session.texts.join()).not.toContain('My name is Ana.')
    expect(rig.server.session.of('send_message')).toHaveLength(1)
  }
)

it.concurrent('without one the last turns are told in one system message that nobody answers', async (context) => {
  const rig = await live(context)
  await talk(rig, 'My name is Ana.')
  await talk(rig, 'I like tea.')
  rig.server.session.cut()
  await back(rig)
  await until('the turns', () => rig.server.session.of('send_message').length === 1)
  const [told] = rig.server.session.of('send_message')
  expect(told).toMatchObject({ role: 'system', trigger_response: false })
  const text = String(told?.['text'])
  const places = ['My name is Ana.', 'You said My name is Ana.', 'I like tea.', 'You said I like tea.'].map((line) =>
    text.indexOf(line)
  )
  expect(places).not.toContain(-1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(rig.one.captions).toHaveLength(4)
})

it.concurrent(
  'N14 N15 N16 what was changed is set again: one set_settings with all of it, additions and context as messages',
  async (context) => {
    const rig = await live(context, { profile: napsterProfile({ externalClientId: 'client-7' }) })
    for (const command of [
      { kind: 'set-model', temperature: 0.2 },
      { kind: 'replace-prompt', text: 'You sell milk.' },
      { kind: 'context', text: 'The user looks at tea.', when: 'now', respond: false },
      { kind: 'replace-prompt', text: 'You sell tea.' },
      { kind: 'set-turn-detection', silenceDurationMs: 1000 },
      { kind: 'set-turn-detection', threshold: 0.6 },
      { kind: 'append-prompt', text: 'Be kind.' }
    ] as const) {
      await (
        await rig.sent(command)
      ).result
    }
    rig.server.session.cut()
    await back(rig)
    await until('the context', () => rig.server.session.of('send_message').length === 2)
    expect(rig.server.session.of('set_settings')).toEqual([
      {
        instructions: 'You sell tea.',
        temperature: 0.2,
        turn_detection: { threshold: 0.6, silence_duration_ms: 1000 }
      }
    ])
    expect(rig.server.session.of('send_message')).toMatchObject([
      { role: 'system', text: 'The user looks at tea.', trigger_response: false },
      { role: 'system', text: 'Be kind.', trigger_response: false }
    ])
    expect(rig.server.session.texts[0]).toMatch(/^{"type":"set_settings"/)
  }
)

it.concurrent('a connection that nobody changed anything of begins with nothing', async (context) => {
  const rig = await live(context, { profile: napsterProfile({ externalClientId: 'client-7' }) })
  rig.server.session.cut()
  await back(rig)
  expect((await rig.sent({ kind: 'user-text', text: 'Hi.' })).text).toContain('Hi.')
  expect(rig.server.session.texts).toHaveLength(1)
})

it.concurrent('the tuning of the profile is set at the start of every conversation', async (context) => {
  const profile = napsterProfile(
    { externalClientId: 'client-7' },
    {
      tuning: {
        instructions: 'You sell tea.',
        temperature: 0.4,
        turnDetection: { silenceDurationMs: 900 },
        context: ['The shop is in Porto.', 'It is open.']
      }
    }
  )
  const rig = await live(context, { profile })

  const expected = [
    [{ instructions: 'You sell tea.', temperature: 0.4, turn_detection: { silence_duration_ms: 900 } }],
    ['The shop is in Porto.', 'It is open.'].map((text) =>
      expect.objectContaining({ role: 'system', text, trigger_response: false })
    )
  ]
  await until('the tuning', () => rig.server.session.of('send_message').length === 2)
  expect(wanted(rig.server.session)).toEqual(expected)
  rig.server.session.cut()
  await back(rig)
  await until('the tuning again', () => rig.server.session.of('send_message').length === 2)
  expect(wanted(rig.server.session)).toEqual(expected)
})

it.concurrent('N1 a text that is typed while there is no connection is said on the next one, once', async (context) => {
  const rig = await live(context)
  rig.server.session.cut()
  await until('the drop', () => rig.one.session.state.phase === 'reconnecting')
  const result = rig.one.session.execute({ kind: 'user-text', text: 'Are you there?' })
  await back(rig)
  expect(await result).toEqual({ outcome: 'applied' })
  const said = rig.server.sessions.map(
    (session) => session.of('send_message').filter(({ role }) => role === 'user').length
  )
  expect(said).toEqual([0, 1])
})

it.concurrent(
  'reverting makes a connection with the profile as it is, and nothing is left of the changes',
  async (context) => {
    const rig = await live(context, {
      profile: napsterProfile({ externalClientId: 'client-7', initialSpeech: 'Greet.' })
    })
    await (
      await rig.sent({ kind: 'replace-prompt', text: 'You sell tea.' })
    ).result
    await (
      await rig.sent({ kind: 'append-prompt', text: 'Be kind.' })
    ).result
    expect(rig.one.events.findLast((event) => event.kind === 'changes')?.changes.length).toBeGreaterThan(0)
    expect(await rig.one.session.execute({ kind: 'revert-changes' })).toEqual({ outcome: 'applied' })
    await until('a new connection', () => rig.server.sessions.length === 2 && rig.one.session.state.phase === 'live')
    await rig.sent({ kind: 'user-text', text: 'Hi.' })
    expect(rig.server.session.texts).toHaveLength(1)
    expect(rig.server.session.request).not.toHaveProperty('initialSpeech')
    expect(rig.one.events.findLast((event) => event.kind === 'changes')).toEqual({ kind: 'changes', changes: [] })
  }
)
