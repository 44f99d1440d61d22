import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventPayload } from '../../../../shared/ipc/contract.ts'
import type { ProfileId } from '../../../../shared/profile.ts'
import type { AudioEngine, MicrophoneState } from '../../audio/api.ts'
import type { LinkState } from '../../bridge/transport.ts'
import { Controller } from './controller.ts'
import type { Bridge } from './ports.ts'
import { createAppStore } from './store.ts'

const answers: Record<string, unknown> = {
  'app:info': { version: '0', host: 'web', platform: 'linux', connectAtStart: false },
  'profiles:list': { profiles: [], chosenId: 'builtin' },
  'preferences:read': { talkMode: 'open', microphone: null, theme: 'system' },
  'session:snapshot': {
    state: { phase: 'idle' },
    captions: [],
    serviceName: 'Built-in agent',
    toolCalls: [],
    latencies: [],
    support: {},
    changes: []
  }
}

const nothing = (): void => {}

function scriptedMain() {
  let onEvent: (event: EventPayload<'session:event'>) => void = nothing
  let onLink: (state: LinkState) => void = nothing
  const asked: string[] = []
  const bridge = {
    invoke: (name: string) => {
      asked.push(name)
      return Promise.resolve(answers[name])
    },
    on: (name: string, listener: typeof onEvent) => {
      if (name === 'session:event') onEvent = listener
      return () => {}
    },
    onLink: (listener: typeof onLink) => {
      onLink = listener
      return () => {}
    }
  } as unknown as Bridge
  const event: typeof onEvent = (payload) => onEvent(payload)
  const link: typeof onLink = (state) => onLink(state)
  return { bridge, asked, event, link }
}

function scriptedEngine() {
  const calls: string[] = []
  let onChange = nothing
  let microphone: MicrophoneState = { kind: 'off' }
  const become = (state: MicrophoneState): void => {
    microphone = state
    onChange()
  }
  const engine: AudioEngine = {
    loudspeaker: 'ready',
    get microphone() {
      return microphone
    },
    open: () => {
      calls.push('open')
      become({ kind: 'opening' })
      return Promise.resolve()
    },
    close: () => {
      calls.push('close')
      become({ kind: 'off' })
    },
    talk: (open) => void calls.push(open ? 'gate open' : 'gate closed'),
    devices: () => Promise.resolve([]),
    onChange: (listener) => {
      onChange = listener
      return () => {}
    },
    onLevels: () => () => {}
  }
  return { engine, calls }
}

async function started() {
  const main = scriptedMain()
  const audio = scriptedEngine()
  const store = createAppStore()
  const controller = new Controller(main.bridge, audio.engine, store)
  await controller.start()
  return { ...main, ...audio, store, controller }
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the microphone', () => {
  it('stays open between the click and the first word of main, and is opened once', async () => {
    const { controller, calls, event } = await started()
    controller.connect()
    event({ kind: 'state', state: { phase: 'connecting' } })
    expect(calls).toEqual(['open', 'gate open'])
  })

  it('is neither asked for nor looked for with an agent without audio, and is closed if it was open', async () => {
    const { controller, calls, event, store, engine } = await started()
    const words = { id: 'words', name: 'Words', service: 'napster', modality: 'text', builtIn: false } as const
    const voice = { ...words, id: 'voice', modality: 'audio' } as const
    const choose = (profile: typeof words | typeof voice): void =>
      store.dispatch({ kind: 'profiles', list: { profiles: [profile], chosenId: profile.id } as never })
    const looks = vi.spyOn(engine, 'devices')
    choose(words)
    controller.connect()
    event({ kind: 'state', state: { phase: 'connecting' } })
    event({ kind: 'state', state: { phase: 'live', activity: 'agentSpeaking' } })
    controller.chooseMicrophone(null)
    controller.talkKey('space', 'press')
    await controller.refreshDevices()
    expect(calls).toEqual([])
    expect(looks).not.toHaveBeenCalled()
    choose(voice)
    expect(calls).toEqual([])
    event({ kind: 'state', state: { phase: 'ended', reason: { code: 'hung-up', message: '' } } })
    controller.connect()
    expect(calls).toEqual(['open'])
    choose(words)
    expect(calls).toEqual(['open', 'close'])
  })

  it('is closed when the conversation ends before it began', async () => {
    const { controller, calls, event } = await started()
    controller.connect()
    event({ kind: 'state', state: { phase: 'ended', reason: { code: 'invalid-profile', message: '' } } })
    expect(calls).toEqual(['open', 'close'])
  })
})

describe('a link to main that drops', () => {
  it('is not told when it is back at once', async () => {
    const { link, store } = await started()
    link({ kind: 'down', message: 'Gone.' })
    await vi.advanceTimersByTimeAsync(300)
    link({ kind: 'up' })
    await vi.advanceTimersByTimeAsync(5000)
    expect(store.getState().host.kind).toBe('up')
  })

  it('closes the gate when it is told, and loads everything again when it is back', async () => {
    const { link, store, event, calls, asked } = await started()
    event({ kind: 'state', state: { phase: 'connecting' } })
    link({ kind: 'down', message: 'Gone.' })
    link({ kind: 'down', message: 'Gone.' })
    await vi.advanceTimersByTimeAsync(1000)
    expect(store.getState().host).toEqual({ kind: 'lost', message: 'Gone.' })
    expect(calls.at(-1)).toBe('gate closed')
    link({ kind: 'up' })
    await vi.advanceTimersByTimeAsync(0)
    expect(store.getState().host.kind).toBe('up')
    expect(store.getState().session).toEqual({ phase: 'idle' })
    expect(asked.filter((name) => name === 'session:snapshot')).toHaveLength(2)
    expect(calls.at(-1)).toBe('close')
  })
})

describe('what main is asked for', () => {
  it('saving says what is to be looked at, or why it was refused', async () => {
    const { controller, bridge } = await started()
    answers['session:save-changes'] = { id: 'own', warnings: ['It is a new agent now.'] }
    expect(await controller.saveChanges()).toEqual({ saved: true, id: 'own', warnings: ['It is a new agent now.'] })
    vi.spyOn(bridge, 'invoke').mockRejectedValueOnce(new Error('Nothing was changed.'))
    expect(await controller.saveChanges()).toEqual({ saved: false, problem: 'Nothing was changed.' })
  })

  it('a new agent is chosen for the next conversation, unless one runs; a changed one is not', async () => {
    const { controller, bridge, event } = await started()
    const invoke = vi.spyOn(bridge, 'invoke')
    answers['profiles:save'] = { id: 'new', warnings: ['Look at this.'] }
    answers['profiles:choose'] = { profiles: [], chosenId: 'new' }
    const chosen = () => invoke.mock.calls.filter(([name]) => name === 'profiles:choose').map(([, input]) => input)
    expect(await controller.saveProfile('{}')).toEqual(['Look at this.'])
    expect(chosen()).toEqual([{ id: 'new' }])
    await controller.saveProfile('{}', 'own' as ProfileId)
    expect(invoke).toHaveBeenCalledWith('profiles:save', { id: 'own', text: '{}' })
    event({ kind: 'state', state: { phase: 'connecting' } })
    await controller.saveProfile('{}')
    expect(chosen()).toHaveLength(1)
    expect(invoke.mock.calls.filter(([name]) => name === 'profiles:list')).toHaveLength(3)
  })

  it('a list that cannot be asked for is empty, with the reason', async () => {
    const { controller, bridge } = await started()
    vi.spyOn(bridge, 'invoke').mockRejectedValueOnce(new Error('Main is gone.'))
    expect(await controller.choices({ service: 'napster', what: 'agents' })).toEqual({
      choices: [],
      problem: 'Main is gone.'
    })
  })
})

describe('a talk key that is never released', () => {
  it('pressed again, opens the gate again: its release was lost while the computer slept', async () => {
    const { controller, calls, event } = await started()
    controller.prefer({ talkMode: 'push-to-talk' })
    event({ kind: 'state', state: { phase: 'connecting' } })
    controller.talkKey('space', 'press')
    const before = calls.length
    controller.talkKey('space', 'repeat')
    expect(calls).toHaveLength(before)
    controller.talkKey('space', 'press')
    expect(calls.slice(before)).toEqual(['gate closed', 'gate open'])
  })

  it('closes the gate after two minutes, says why, and opens it again on the next press', async () => {
    const { controller, calls, event, store } = await started()
    controller.prefer({ talkMode: 'push-to-talk' })
    event({ kind: 'state', state: { phase: 'connecting' } })
    controller.talkKey('space', 'press')
    await vi.advanceTimersByTimeAsync(119_000)
    expect(calls.at(-1)).toBe('gate open')
    controller.talkKey('space', 'repeat')
    await vi.advanceTimersByTimeAsync(1500)
    expect(calls.at(-1)).toBe('gate closed')
    expect(store.getState().notices.map(({ id }) => id)).toEqual(['held-too-long'])
    controller.talkKey('space', 'press')
    expect(calls.at(-1)).toBe('gate open')
  })
})
