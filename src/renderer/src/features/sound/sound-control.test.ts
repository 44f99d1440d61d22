import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEFAULT_AUDIO_PREFERENCES } from '../../../../shared/audio/preferences.ts'
import { live, started } from '../session/controller.test-support.ts'

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
    controller.sound.chooseMicrophone(null)
    controller.talkKey('space', 'press')
    await controller.sound.followDevices()
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

  it('is opened again after a failure, and by the choice of another one', async () => {
    const { controller, calls, event, become } = await started()
    event({ kind: 'state', state: { phase: 'live', activity: 'listening' } })
    become({ kind: 'failed', code: 'lost', message: '' })
    expect(calls).toEqual(['open', 'gate open', 'gate closed'])
    controller.sound.chooseMicrophone({ deviceId: 'b', label: 'B' })
    expect(calls.slice(3)).toEqual(['open', 'gate open'])
    become(live)
    controller.sound.chooseMicrophone(null)
    expect(calls).toHaveLength(5)
  })

  it('is closed when the conversation ends before it began', async () => {
    const { controller, calls, event } = await started()
    controller.connect()
    event({ kind: 'state', state: { phase: 'ended', reason: { code: 'invalid-profile', message: '' } } })
    expect(calls).toEqual(['open', 'close'])
  })
})

describe('what the engine is told of how sound is taken and played', () => {
  it('is what was kept, before anything opens, and every change once', async () => {
    const { controller, setups, store } = await started({ volume: 0.5 })
    const setup = { ...DEFAULT_AUDIO_PREFERENCES, microphone: null, volume: 0.5 }
    expect(setups).toEqual([setup])
    controller.setMuted(true)
    controller.prefer({ talkMode: 'push-to-talk' })
    expect(setups).toHaveLength(1)
    controller.sound.prefer({ duck: true })
    controller.sound.chooseMicrophone({ deviceId: 'b', label: 'B' })
    expect(setups.slice(1)).toEqual([
      { ...setup, duck: true },
      { ...setup, duck: true, microphone: { deviceId: 'b', label: 'B' } }
    ])
    expect(store.getState().preferences.audio.duck).toBe(true)
  })

  it('a slider that moves is heard at once, and kept when it is let go', async () => {
    const { controller, setups, asked } = await started()
    const writes = () => asked.filter((name) => name === 'preferences:write')
    controller.sound.preview({ volume: 0.6 })
    controller.sound.preview({ volume: 0.4 })
    expect(setups.map(({ volume }) => volume)).toEqual([1, 0.6, 0.4])
    expect(writes()).toHaveLength(0)
    controller.sound.prefer({ volume: 0.4 })
    expect(setups).toHaveLength(3)
    expect(writes()).toHaveLength(1)
  })
})

it('an open gate is told again where only the way of talking changes', async () => {
  const { controller, engine, event } = await started()
  event({ kind: 'state', state: { phase: 'live', activity: 'listening' } })
  controller.talkKey('space', 'press')
  const talk = vi.spyOn(engine, 'talk')
  controller.prefer({ talkMode: 'push-to-talk' })
  controller.setMuted(false)
  expect(talk.mock.calls).toEqual([['open', 'push-to-talk']])
})

describe('a microphone that is kept warm', () => {
  const words = { id: 'words', name: 'Words', service: 'napster', modality: 'text', builtIn: false } as const
  const voice = { ...words, id: 'voice', modality: 'audio' } as const

  it('is open alone from the start and between conversations, with everything in one, and closed when it is switched off', async () => {
    const { controller, calls, event, become } = await started({ keepWarm: true })
    expect(calls).toEqual(['open microphone'])
    become(live)
    controller.connect()
    event({ kind: 'state', state: { phase: 'connecting' } })
    event({ kind: 'state', state: { phase: 'live', activity: 'listening' } })
    expect(calls.slice(1)).toEqual(['open', 'gate open'])
    event({ kind: 'state', state: { phase: 'ended', reason: { code: 'hung-up', message: '' } } })
    expect(calls.slice(3)).toEqual(['open microphone', 'gate closed'])
    controller.sound.prefer({ keepWarm: false })
    expect(calls.slice(5)).toEqual(['close'])
  })

  it('and a conversation that was refused: what was opened for it is closed, the microphone stays', async () => {
    const { controller, calls, become, bridge } = await started({ keepWarm: true })
    become(live)
    vi.spyOn(bridge, 'invoke').mockRejectedValueOnce(new Error('Main is gone.'))
    controller.connect()
    await vi.advanceTimersByTimeAsync(0)
    expect(calls).toEqual(['open microphone', 'open', 'open microphone'])
  })

  it('is closed while the chosen agent is text only, and opened again with one that has a voice', async () => {
    const { calls, store } = await started({ keepWarm: true })
    const choose = (profile: typeof words | typeof voice): void =>
      store.dispatch({ kind: 'profiles', list: { profiles: [profile], chosenId: profile.id } as never })
    choose(words)
    choose(voice)
    expect(calls).toEqual(['open microphone', 'close', 'open microphone'])
  })

  it('that failed is left until the person asks, or talks', async () => {
    const { controller, calls, become } = await started({ keepWarm: true })
    become({ kind: 'failed', code: 'no-device', message: '' })
    controller.setMuted(true)
    expect(calls).toEqual(['open microphone'])
    controller.sound.open()
    expect(calls.slice(1)).toEqual(['open microphone'])
    become({ kind: 'failed', code: 'no-device', message: '' })
    controller.connect()
    expect(calls.slice(2)).toEqual(['open'])
  })
})

describe('the test of the microphone', () => {
  it('opens it without a conversation and closes it after, and lets it be where one began meanwhile', async () => {
    const { controller, calls, event } = await started()
    controller.sound.tryOut(true)
    controller.sound.tryOut(false)
    expect(calls).toEqual(['open microphone', 'close'])
    controller.sound.tryOut(true)
    event({ kind: 'state', state: { phase: 'connecting' } })
    controller.sound.settingsClosed()
    expect(calls.slice(2)).toEqual(['open microphone', 'open', 'gate open'])
  })

  it('in a conversation only opens what failed: hanging up closes it, also with the settings open', async () => {
    const { controller, calls, event, become, store } = await started()
    event({ kind: 'state', state: { phase: 'live', activity: 'listening' } })
    become({ kind: 'failed', code: 'device-busy', message: '' })
    controller.sound.tryOut(true)
    expect(store.getState().trying).toBe(false)
    event({ kind: 'state', state: { phase: 'ended', reason: { code: 'hung-up', message: '' } } })
    expect(calls.slice(-4)).toEqual(['open', 'gate open', 'close', 'gate closed'])
  })
})

describe('the check for echo', () => {
  const other = { deviceId: 'b', label: 'B' }
  const fine = { kind: 'done', leakDb: -50, rawLeakDb: -20, delayMs: 90, advice: 'fine' } as const

  it('opens and closes the microphone itself, runs once at a time, and its result is kept', async () => {
    const { controller, calls, found, store } = await started()
    const checking = controller.sound.checkEcho()
    void controller.sound.checkEcho()
    expect(store.getState().echoCheck).toEqual({ kind: 'running' })
    found(fine)
    await checking
    expect(calls).toEqual(['check'])
    expect(store.getState().echoCheck).toEqual(fine)
  })

  it('is stopped by a conversation that is asked for, which has its microphone at once', async () => {
    const { controller, calls, event } = await started()
    const checking = controller.sound.checkEcho()
    controller.connect()
    event({ kind: 'state', state: { phase: 'connecting' } })
    await checking
    expect(calls).toEqual(['check', 'stop check', 'open', 'gate open'])
  })

  it('is stopped by a conversation that begins without being asked for here, which has its microphone then', async () => {
    const { controller, calls, event } = await started()
    const checking = controller.sound.checkEcho()
    event({ kind: 'state', state: { phase: 'connecting' } })
    event({ kind: 'state', state: { phase: 'configuring' } })
    await checking
    expect(calls).toEqual(['check', 'stop check', 'gate open', 'open'])
  })

  it('ends when the settings are closed: what was known before it stays, and what was due is due', async () => {
    const { controller, calls, found, store } = await started()
    const first = controller.sound.checkEcho()
    found(fine)
    await first
    const second = controller.sound.checkEcho()
    controller.sound.settingsClosed()
    await second
    expect(store.getState().echoCheck).toEqual(fine)
    controller.sound.chooseLoudspeaker(other)
    controller.sound.settingsClosed()
    await vi.advanceTimersByTimeAsync(0)
    expect(store.getState().echoCheck).toEqual({ kind: 'due' })
    controller.sound.settingsClosed()
    expect(calls).toEqual(['check', 'check', 'stop check', 'check', 'stop check'])
  })

  it('runs by itself when another loudspeaker was chosen, and is due after a conversation', async () => {
    const { controller, calls, event, found, store } = await started()
    controller.sound.chooseLoudspeaker(other)
    expect(calls).toEqual(['check'])
    found(fine)
    await vi.advanceTimersByTimeAsync(0)
    expect(store.getState().echoCheck).toEqual(fine)
    controller.sound.chooseLoudspeaker(null)
    expect(store.getState().echoCheck).toEqual({ kind: 'none' })
    event({ kind: 'state', state: { phase: 'connecting' } })
    controller.sound.chooseLoudspeaker(other)
    expect(calls.filter((call) => call === 'check')).toHaveLength(1)
    expect(store.getState().echoCheck).toEqual({ kind: 'due' })
  })

  it('what it found of a loudspeaker that is not used any more is thrown away', async () => {
    const { controller, found, store } = await started()
    const checking = controller.sound.checkEcho()
    controller.sound.chooseLoudspeaker(other)
    found(fine)
    await checking
    expect(store.getState().echoCheck).toEqual({ kind: 'due' })
  })
})

describe('the devices', () => {
  it('are looked at when the engine says that something of them changed, not at every leak', async () => {
    const { engine, event, become, leak, store } = await started()
    event({ kind: 'state', state: { phase: 'connecting' } })
    const looks = vi.spyOn(engine, 'devices')
    become(live)
    expect(looks).toHaveBeenCalledTimes(1)
    become({ ...live })
    expect(looks).toHaveBeenCalledTimes(2)
    leak(-40.2)
    leak(-40.4)
    leak(-31)
    expect(looks).toHaveBeenCalledTimes(2)
    expect(store.getState().echo.leakDb).toBe(-31)
  })
})
