import { describe, expect, it } from 'vitest'
import type { Command } from '../shared/commands.ts'
import { AgentProfile, ProfileId } from '../shared/profile.ts'
import { napsterRest, Rig } from './assistant.test-support.ts'
import { PROFILE, secretStore, settle } from './testing.test-support.ts'

const save = (rig: Rig) => Promise.resolve().then(() => rig.handlers['session:save-changes'](undefined))

async function list(rig: Rig) {
  return rig.handlers['profiles:list'](undefined)
}

async function saved(rig: Rig, id: ProfileId): Promise<AgentProfile> {
  const { text } = await rig.handlers['profiles:read']({ id })
  return AgentProfile.parse(JSON.parse(text))
}

/** Adds to the prompt and changes the voice, as the service takes both. */
async function tune(rig: Rig, text = 'Be kind.'): Promise<void> {
  const added = rig.handlers['session:command']({ kind: 'append-prompt', text })
  rig.socket.say({ type: 'PromptUpdated' })
  expect(await added).toEqual({ outcome: 'applied' })
  const voice = rig.handlers['session:command']({ kind: 'set-voice', model: 'flite-rms' })
  rig.socket.say({ type: 'SpeakUpdated' })
  expect(await voice).toEqual({ outcome: 'applied' })
}

const TUNED = {
  think: { provider: { type: 'open_ai', model: 'm' }, prompt: 'Be brief.\nBe kind.' },
  speak: { provider: { type: 'deepgram', model: 'flite-rms' } }
}

describe('saving what was changed in a conversation', () => {
  it('writes it into the own profile, and nothing counts as changed any more', async () => {
    const rig = new Rig()
    const text = JSON.stringify({ ...PROFILE, name: 'Mine', future: { kept: [1] } })
    const { id } = await rig.handlers['profiles:import']({ text })
    await rig.handlers['profiles:choose']({ id })
    await rig.connect()
    await tune(rig)
    expect((await rig.snapshot()).changes).not.toEqual([])
    const before = rig.profileEvents
    expect(await save(rig)).toEqual({ id, warnings: [] })
    expect(rig.profileEvents).toBe(before + 1)
    expect(await saved(rig, id)).toEqual({
      ...PROFILE,
      name: 'Mine',
      future: { kept: [1] },
      settings: { ...PROFILE.settings, agent: TUNED }
    })
    expect((await rig.snapshot()).changes).toEqual([])
    await expect(save(rig)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/nothing to save/) as string
    })
  })

  it('writes it into a new profile where the agent was given or comes with Parley, and chooses that', async () => {
    const rig = new Rig()
    await rig.connect()
    await tune(rig)
    const { id } = await save(rig)
    expect(await saved(rig, id)).toEqual({
      ...PROFILE,
      name: 'Test (tuned)',
      settings: { ...PROFILE.settings, agent: TUNED }
    })
    expect((await list(rig)).chosenId).toBe(id)

    await tune(rig, 'Be quick.')
    expect((await save(rig)).id).toBe(id)
    expect((await saved(rig, id)).settings?.['agent']).toMatchObject({
      think: { prompt: 'Be brief.\nBe kind.\nBe quick.' }
    })
    expect((await list(rig)).profiles.filter(({ builtIn }) => !builtIn)).toHaveLength(1)

    const starter = new Rig()
    await starter.handlers['profiles:choose']({ id: ProfileId.parse('builtin') })
    await starter.connect()
    await tune(starter)
    const own = await saved(starter, (await save(starter)).id)
    expect(own.name).toBe('Built-in agent (tuned)')
    const names = (await list(starter)).profiles.map(({ name }) => name)
    expect(names.filter((name) => name === 'Built-in agent')).toHaveLength(1)
  })

  it('does not choose the new profile where another was chosen meanwhile', async () => {
    const rig = new Rig()
    await rig.connect()
    await tune(rig)
    await rig.handlers['profiles:choose']({ id: ProfileId.parse('deepgram-example') })
    await save(rig)
    expect((await list(rig)).chosenId).toBe('deepgram-example')
  })

  it('writes into the profile as it is stored now, and makes a new one where it is gone', async () => {
    const rig = new Rig()
    const { id } = await rig.handlers['profiles:import']({ text: JSON.stringify({ ...PROFILE, name: 'Old name' }) })
    await rig.handlers['profiles:choose']({ id })
    await rig.connect()
    await tune(rig)
    await rig.handlers['profiles:save']({ id, text: JSON.stringify({ ...PROFILE, name: 'New name', note: 'mine' }) })
    await save(rig)
    expect(await saved(rig, id)).toMatchObject({ name: 'New name', note: 'mine', settings: { agent: TUNED } })

    await tune(rig, 'Be late.')
    await rig.handlers['profiles:remove']({ id })
    const again = await save(rig)
    expect((await list(rig)).profiles.filter(({ builtIn }) => !builtIn)).toHaveLength(1)
    expect((await saved(rig, again.id)).name).toBe('New name (tuned)')
  })

  it('is possible after the conversation too, until the next begins', async () => {
    const rig = new Rig()
    await rig.connect()
    await tune(rig)
    await rig.handlers['session:hang-up'](undefined)
    const { id } = await save(rig)
    expect((await saved(rig, id)).settings?.['agent']).toEqual(TUNED)
    await rig.connect()
    await expect(save(rig)).rejects.toMatchObject({ code: 'refused' })
  })

  it('is refused with a sentence where nothing was changed, and where there never was a conversation', async () => {
    const rig = new Rig()
    await expect(save(rig)).rejects.toMatchObject({ code: 'refused' })
    await rig.connect()
    await expect(save(rig)).rejects.toMatchObject({ code: 'refused' })
    expect((await list(rig)).profiles.filter(({ builtIn }) => !builtIn)).toEqual([])
  })

  it('is refused with a sentence where the profile has no place for it, and loses nothing', async () => {
    const settings = { ...PROFILE.settings, agent: 'agent-id' }
    const rig = new Rig(
      { ...PROFILE, service: 'deepgram', url: 'ws://127.0.0.1:9', settings },
      { secrets: secretStore({}, 'dg-key-1') }
    )
    await rig.connect()
    const added = rig.handlers['session:command']({ kind: 'append-prompt', text: 'x' })
    rig.socket.say({ type: 'PromptUpdated' })
    await added
    await expect(save(rig)).rejects.toMatchObject({
      code: 'invalid-profile',
      message: expect.stringMatching(/keeps this agent under an id/) as string
    })
    expect((await rig.snapshot()).changes).not.toEqual([])
  })
})

describe('an agent of Napster', () => {
  const profile = AgentProfile.parse({
    schemaVersion: 1,
    name: 'Shop',
    service: 'napster',
    settings: { agentId: 'agent_1', externalClientId: 'bo' },
    tuning: { temperature: 0.2 }
  })

  async function live(): Promise<{ rig: Rig; http: ReturnType<typeof napsterRest> }> {
    const http = napsterRest()
    const rig = new Rig(profile, { http, secrets: secretStore({}, 'napster-key-1') })
    await rig.handlers['session:connect'](undefined)
    await settle()
    rig.socket.handlers.onOpen()
    rig.socket.say({ event: 'message_received', data: { message: { type: 'session', action: 'created' } } })
    rig.socket.say({ event: 'avatar_state_changed', data: { state: 'ready' } })
    await settle()
    return { rig, http }
  }

  it('is reached with the http of the host, and its changes are saved as the tuning of the profile', async () => {
    const { rig, http } = await live()
    expect((await rig.snapshot()).state).toMatchObject({ phase: 'live' })
    expect(http.requests[0]).toMatchObject({
      method: 'POST',
      url: 'https://companion-api.napster.com/public/agents/agent_1/connections'
    })
    const commands: Command[] = [
      { kind: 'replace-prompt', text: 'You are a pirate.' },
      { kind: 'set-turn-detection', silenceDurationMs: 1_000 },
      { kind: 'append-prompt', text: 'The shop is closed.' }
    ]
    const results = Promise.all(commands.map(async (command) => rig.handlers['session:command'](command)))
    for (let waited = 0; waited < 10; waited += 1) {
      rig.clock.advance(1_000)
      await settle()
    }
    expect((await results).map(({ outcome }) => outcome)).toEqual(['unconfirmed', 'unconfirmed', 'unconfirmed'])
    const { id } = await save(rig)
    expect(await saved(rig, id)).toEqual({
      ...profile,
      name: 'Shop (tuned)',
      tuning: {
        instructions: 'You are a pirate.',
        temperature: 0.2,
        turnDetection: { silenceDurationMs: 1_000 },
        context: ['The shop is closed.']
      }
    })
    expect((await rig.snapshot()).changes).toEqual([])
  })

  it('that is only the placeholder is told before anything is dialled', async () => {
    const http = napsterRest()
    const rig = new Rig(PROFILE, { http, secrets: secretStore({}, 'napster-key-1') })
    await rig.handlers['profiles:choose']({ id: ProfileId.parse('napster-example') })
    await rig.handlers['session:connect'](undefined)
    await settle()
    expect((await rig.snapshot()).state).toMatchObject({
      phase: 'ended',
      reason: {
        code: 'invalid-profile',
        message: expect.stringMatching(/write the id of one of your Napster agents/) as string
      }
    })
    expect(http.requests).toEqual([])
  })

  it('is listed for a picker with the key of the host, which never reaches the page', async () => {
    const requests: string[] = []
    const rig = new Rig(profile, {
      secrets: secretStore({}, 'napster-key-1'),
      http: {
        request({ url, headers }) {
          requests.push(`${url} ${headers['X-Api-Key']}`)
          return Promise.resolve({ kind: 'answered', status: 200, json: [{ id: 'agent_1', name: 'Shop' }] })
        }
      }
    })
    const choices = await rig.handlers['service:choices']({ service: 'napster', what: 'agents' })
    expect(choices).toEqual({ choices: [{ id: 'agent_1', label: 'Shop' }] })
    expect(requests).toEqual(['https://companion-api.napster.com/public/agents napster-key-1'])
  })
})
