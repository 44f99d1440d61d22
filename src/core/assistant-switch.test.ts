import { describe, expect, it } from 'vitest'
import { DEFAULT_SHORTCUTS } from '../shared/defaults.ts'
import { encodeAudioFrame } from '../shared/ipc/audio-link.ts'
import { CallError } from '../shared/ipc/contract.ts'
import { ProfileId } from '../shared/profile.ts'
import { Rig, napsterRest } from './assistant.test-support.ts'
import { EndError } from './session/end-reasons.ts'
import { block, secretStore, settle } from './testing.test-support.ts'

const text = (name: string, change: object = {}) =>
  JSON.stringify({
    schemaVersion: 1,
    name,
    service: 'builtin',
    settings: {
      audio: {
        input: { encoding: 'linear16', sample_rate: 16_000 },
        output: { encoding: 'linear16', sample_rate: 16_000, container: 'none' }
      },
      agent: { greeting: `I am ${name}.`, think: { provider: { type: 'open_ai', model: 'm' }, prompt: name } }
    },
    ...change
  })

class SwitchRig extends Rig {
  async add(name: string, change?: object): Promise<ProfileId> {
    return (await this.handlers['profiles:save']({ text: text(name, change) })).id
  }

  async switch(id: ProfileId, carryOver = true): Promise<void> {
    await this.handlers['session:switch']({ id, carryOver })
    await settle()
  }

  say(role: string, content: string): void {
    this.socket.say({ type: 'ConversationText', role, content })
  }

  get phases(): string[] {
    return this.events.flatMap((event) => (event.kind === 'state' ? [event.state.phase] : []))
  }

  get opened(): { context?: { messages: unknown[] }; greeting?: string } {
    return this.socket.settings?.['agent'] as { context?: { messages: unknown[] }; greeting?: string }
  }
}

const named = (list: { profiles: { name: string }[] }): string[] => list.profiles.slice(-2).map(({ name }) => name)
const item = (role: string, content: string) => ({ type: 'History', role, content })

describe('switching in a conversation', () => {
  it('ends it and begins one with the other profile, which knows what was said', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Second')
    await rig.connect()
    rig.say('user', 'My name is Ada.')
    rig.say('assistant', 'Hello, Ada.')
    const first = rig.socket
    rig.events.length = 0
    await rig.switch(id)
    expect(first.closed).toBe(1000)
    expect(rig.phases).toEqual(['ended', 'connecting'])
    expect(rig.events[0]).toMatchObject({ state: { reason: { code: 'hung-up' } } })
    rig.socket.accept()
    expect(rig.opened).toMatchObject({
      think: { prompt: 'Second' },
      context: { messages: [item('user', 'My name is Ada.'), item('assistant', 'Hello, Ada.')] }
    })
    expect(rig.opened.greeting).toBeUndefined()
    expect(await rig.snapshot()).toMatchObject({ state: { phase: 'live' }, profileId: id, captions: [] })
    expect((await rig.handlers['profiles:list'](undefined)).chosenId).toBe(id)
  })

  it('without carrying over begins anew, greeting and all', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Second')
    await rig.connect()
    rig.say('user', 'Secret plan.')
    await rig.switch(id, false)
    rig.socket.accept()
    expect(rig.opened).toMatchObject({ greeting: 'I am Second.' })
    expect(rig.opened.context).toBeUndefined()
  })

  it('takes along of a reply that it cuts off only what was heard', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Second')
    const { worker, up } = rig.plug()
    await rig.connect()
    rig.say('assistant', 'One.')
    rig.socket.handlers.onBinary(new Uint8Array(32_000))
    rig.say('assistant', 'Two.')
    rig.socket.handlers.onBinary(new Uint8Array(32_000))
    up.onControl({ kind: 'played', reply: 1, samples: 16_000, drained: false })
    await rig.switch(id)
    expect(worker.down.at(-2)).toEqual({ kind: 'flush', reply: 1 })
    expect(worker.down.at(-1)).toMatchObject({ kind: 'format' })
    rig.socket.accept()
    expect(rig.opened.context?.messages).toEqual([item('assistant', 'One. …')])
  })

  it.each(['connecting', 'handshaking', 'reconnecting', 'waiting'])(
    'is clean while the old one is %s',
    async (phase) => {
      const rig = new SwitchRig()
      const [second, third] = [await rig.add('Second'), await rig.add('Third')]
      await rig.connect()
      rig.say('user', 'Keep this.')
      await rig.switch(second)
      const old = rig.socket
      if (phase !== 'connecting') old.handlers.onOpen()
      if (phase === 'reconnecting' || phase === 'waiting') {
        old.say({ type: 'Welcome', request_id: 'r' })
        old.say({ type: 'SettingsApplied' })
        rig.clock.advance(6_000)
        old.handlers.onClose(1006, '')
        if (phase === 'reconnecting') rig.clock.advance(100)
        await settle()
      }
      const dialled = rig.transport.sockets.length
      await rig.switch(third)
      expect(rig.transport.sockets).toHaveLength(dialled + 1)
      // What the dead sockets still say changes nothing.
      for (const socket of rig.transport.sockets.slice(0, -1)) {
        socket.handlers.onOpen()
        socket.say({ type: 'Welcome', request_id: 'late' })
        socket.say({ type: 'SettingsApplied' })
        socket.say({ type: 'ConversationText', role: 'assistant', content: 'late' })
        socket.handlers.onClose(1006, '')
      }
      rig.socket.accept()
      rig.clock.advance(1_000)
      await settle()
      expect(rig.transport.sockets).toHaveLength(dialled + 1)
      expect(rig.transport.sockets.slice(0, -1).filter(({ closed }) => closed === undefined)).toEqual([])
      expect((await rig.snapshot()).state).toEqual({ phase: 'live', activity: 'listening' })
      expect(rig.opened.context?.messages).toEqual([item('user', 'Keep this.')])
      expect((await rig.snapshot()).captions).toEqual([])
      expect((await rig.snapshot()).profileId).toBe(third)
    }
  )

  it('hands what was said on from one to the next, also where the one between said nothing', async () => {
    const rig = new SwitchRig()
    const [second, third] = [await rig.add('Second'), await rig.add('Third')]
    await rig.connect()
    rig.say('user', 'Keep this.')
    await rig.switch(second)
    await rig.switch(third)
    rig.socket.accept()
    expect(rig.opened.context?.messages).toEqual([item('user', 'Keep this.')])
  })

  it('to the same profile begins the conversation anew', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Only')
    await rig.switch(id, false)
    rig.socket.accept()
    rig.say('user', 'Once more.')
    await rig.switch(id)
    rig.socket.accept()
    expect(rig.opened.context?.messages).toEqual([item('user', 'Once more.')])
    expect(rig.transport.sockets).toHaveLength(2)
  })

  it('keeps an open microphone open', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Second')
    const { up } = rig.plug()
    await rig.connect()
    up.onControl({ kind: 'talk', open: true, mode: 'open' })
    await rig.switch(id)
    rig.socket.accept()
    up.onAudio(encodeAudioFrame(1, block(5)))
    expect(rig.socket.audio).toHaveLength(1)
  })

  it('to a service that takes no context tells it in words', async () => {
    const rest = napsterRest()
    const rig = new SwitchRig(undefined, { http: rest, secrets: secretStore({}, 'key-123456') })
    const id = await rig.add('Napster', { service: 'napster', settings: { agentId: 'agent_1' } })
    await rig.connect()
    rig.say('user', 'My name is Ada.')
    await rig.switch(id)
    rig.socket.handlers.onOpen()
    rig.clock.advance(20_000)
    expect(rig.socket.messages.filter(({ type }) => type === 'send_message')).toMatchObject([
      { data: { role: 'system', trigger_response: false, text: expect.stringContaining('My name is Ada.') as string } }
    ])
  })
})

describe('switching that cannot be', () => {
  it.each([
    ['gone', /no such profile/],
    ['napster-example', /has no agent yet/]
  ])('to %s is refused, and the conversation goes on', async (id, why) => {
    const rig = new SwitchRig()
    await rig.connect()
    await expect(rig.switch(ProfileId.parse(id))).rejects.toThrow(why)
    expect(rig.socket.closed).toBeUndefined()
    expect((await rig.snapshot()).state).toMatchObject({ phase: 'live' })
    expect((await rig.handlers['profiles:list'](undefined)).chosenId).toBe('command-line')
  })

  it('to a profile whose settings cannot work is refused too', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Odd', { settings: { audio: { input: { encoding: 'opus', sample_rate: 48_000 } } } })
    await rig.connect()
    await expect(rig.switch(id)).rejects.toThrow(expect.objectContaining({ code: 'invalid-profile' }) as Error)
    expect(rig.socket.closed).toBeUndefined()
  })

  it('to a held profile is refused until it is allowed, as a connect with it is', async () => {
    const rig = new SwitchRig()
    const { id } = await rig.handlers['profiles:import']({ text: text('Held', { hotkey: 'Ctrl+KeyH' }) })
    await rig.connect()
    const call = rig.switch(id)
    await expect(call).rejects.toBeInstanceOf(CallError)
    await expect(call).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/“Held” came from a file.*allow it/)
    })
    expect(rig.socket.closed).toBeUndefined()

    await rig.handlers['session:hang-up'](undefined)
    await rig.handlers['profiles:choose']({ id })
    await rig.handlers['session:connect'](undefined)
    await settle()
    expect(rig.transport.sockets).toHaveLength(1)
    expect((await rig.snapshot()).state).toMatchObject({
      phase: 'ended',
      reason: { code: 'not-allowed', message: expect.stringMatching(/“Held” came from a file/) as string }
    })
    expect(() => rig.assistant.begin([])).toThrow(/came from a file/)

    await rig.handlers['profiles:allow']({ id })
    await rig.handlers['session:connect'](undefined)
    await settle()
    expect(rig.transport.sockets).toHaveLength(2)
  })
})

describe('after a conversation', () => {
  it('a switch goes on from the one that ended', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Second')
    await rig.connect()
    rig.say('user', 'Before.')
    await rig.handlers['session:hang-up'](undefined)
    await rig.switch(id)
    rig.socket.accept()
    expect(rig.opened.context?.messages).toEqual([item('user', 'Before.')])
  })

  it('or before the first one, a switch connects', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Second')
    await rig.switch(id)
    rig.socket.accept()
    expect(rig.opened).toMatchObject({ greeting: 'I am Second.' })
  })

  it('everything can be forgotten: conversation, profiles and what was chosen', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('Second')
    await rig.switch(id)
    rig.socket.accept()
    rig.say('user', 'Private.')
    await rig.handlers['preferences:write']({ shortcuts: { ...DEFAULT_SHORTCUTS, enabled: true } })
    const keys: boolean[] = []
    rig.assistant.onPreferences(({ shortcuts }) => keys.push(shortcuts.enabled))
    delete rig.store.values['profiles']
    delete rig.store.values['preferences']
    rig.assistant.startAfresh()
    expect(keys, 'nothing listens to the keyboard any more').toEqual([false])
    expect(rig.socket.closed).toBe(1000)
    expect(await rig.snapshot()).toMatchObject({ captions: [], state: { phase: 'idle' } })
    expect((await rig.snapshot()).profileId).toBeUndefined()
    expect(rig.assistant.said).toEqual([])
    expect((await rig.handlers['profiles:list'](undefined)).profiles.every(({ builtIn }) => builtIn)).toBe(true)
  })
})

describe('the calls about profiles', () => {
  it('tell the list as it is after each change', async () => {
    const rig = new SwitchRig()
    const id = await rig.add('One')
    const { id: held } = await rig.handlers['profiles:import']({ text: text('Two', { hotkey: 'Ctrl+KeyH' }) })
    const before = rig.profileEvents
    expect(named(await rig.handlers['profiles:move']({ id: held, before: id }))).toEqual(['Two', 'One'])
    expect(named(await rig.handlers['profiles:remove']({ id }))).not.toContain('One')
    expect(named(await rig.handlers['profiles:restore']({ id }))).toEqual(['Two', 'One'])
    expect(await rig.handlers['profiles:enables']({ id: held })).toEqual({
      enables: [{ kind: 'hotkey', where: 'hotkey', value: 'Ctrl+KeyH' }]
    })
    await rig.handlers['profiles:allow']({ id: held })
    await rig.handlers['profiles:duplicate']({ id })
    await rig.handlers['profiles:choose']({ id })
    expect(rig.profileEvents - before).toBe(6)
    await rig.handlers['profiles:preview']({ text: text('Three') })
    await rig.handlers['profiles:export']({ id })
    expect(rig.profileEvents - before).toBe(6)
  })

  it('export no key that Parley knows, wherever it stands', async () => {
    const secrets = {
      secret: (name: string) => Promise.resolve(name === 'MINE' ? 'canary-named' : undefined),
      serviceKey: (service: string) => Promise.resolve(service === 'napster' ? 'canary-napster' : '')
    }
    const rig = new SwitchRig(undefined, { secrets })
    const id = await rig.add('One', { note: 'canary-napster, canary-named, {{secret:MINE}}' })
    const { text: exported, removed, fileName } = await rig.handlers['profiles:export']({ id })
    expect(exported).not.toContain('canary')
    expect(JSON.parse(exported)).toMatchObject({
      note: '{{secret:NAPSTER_API_KEY}}, {{secret:MINE}}, {{secret:MINE}}'
    })
    expect(removed).toEqual(['note'])
    expect(fileName).toBe('One.parley.json')
  })

  it('export without a secret that the profile does not name, where it stands all the same', async () => {
    const secrets = {
      ...secretStore({}),
      known: () => Promise.resolve([['plain words of a secret', '{{secret:LLM}}'] as const])
    }
    const rig = new SwitchRig(undefined, { secrets })
    const id = await rig.add('One', { note: 'It is plain words of a secret.' })
    const { text: exported, removed } = await rig.handlers['profiles:export']({ id })
    expect(JSON.parse(exported)).toMatchObject({ note: 'It is {{secret:LLM}}.' })
    expect(removed).toEqual(['note'])
  })

  it('export nothing while the keys cannot be read', async () => {
    const locked = new EndError({ code: 'missing-secret', message: 'Unlock the key store.' })
    for (const [cause, sentence] of [
      [locked, /^Unlock the key store\. Before that nobody can say/],
      [new Error('canary'), /^The kept keys cannot be read\. Try again\. Before that/]
    ] as const) {
      const secrets = { secret: () => Promise.resolve(undefined), serviceKey: () => Promise.reject(cause) }
      const rig = new SwitchRig(undefined, { secrets })
      const id = await rig.add('One')
      await expect(rig.handlers['profiles:export']({ id })).rejects.toThrow(sentence)
    }
  })
})
