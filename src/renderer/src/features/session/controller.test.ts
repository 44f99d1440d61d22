import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ProfileId } from '../../../../shared/profile.ts'
import { answers, live, started } from './controller.test-support.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
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

  it('to keep a silent conversation, and did not, is told', async () => {
    const { controller, bridge, store } = await started()
    vi.spyOn(bridge, 'invoke').mockRejectedValueOnce(new Error('Main is gone.'))
    controller.stay()
    await vi.advanceTimersByTimeAsync(0)
    expect(store.getState().notices).toMatchObject([
      { id: 'call-presence:stay', message: expect.stringContaining('Main is gone.') }
    ])
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
    const { controller, calls, event, become } = await started()
    controller.prefer({ talkMode: 'push-to-talk' })
    event({ kind: 'state', state: { phase: 'connecting' } })
    become(live)
    controller.talkKey('space', 'press')
    const before = calls.length
    controller.talkKey('space', 'repeat')
    expect(calls).toHaveLength(before)
    controller.talkKey('space', 'press')
    expect(calls.slice(before)).toEqual(['gate ready', 'gate open'])
  })

  it('closes the gate after two minutes, says why, and opens it again on the next press', async () => {
    const { controller, calls, event, store, become } = await started()
    controller.prefer({ talkMode: 'push-to-talk' })
    event({ kind: 'state', state: { phase: 'connecting' } })
    become(live)
    controller.talkKey('space', 'press')
    await vi.advanceTimersByTimeAsync(119_000)
    expect(calls.at(-1)).toBe('gate open')
    controller.talkKey('space', 'repeat')
    await vi.advanceTimersByTimeAsync(1500)
    expect(calls.at(-1)).toBe('gate ready')
    expect(store.getState().notices.map(({ id }) => id)).toEqual(['held-too-long'])
    controller.talkKey('space', 'press')
    expect(calls.at(-1)).toBe('gate open')
  })
})

const state = (phase: 'connecting' | 'ended') =>
  phase === 'ended'
    ? ({ kind: 'state', state: { phase, reason: { code: 'hung-up', message: 'Over.' } } } as const)
    : ({ kind: 'state', state: { phase } } as const)

describe('an agent that main changes to by itself', () => {
  it('finds the microphone open that the agent before had', async () => {
    const { controller, event, calls, become } = await started()
    event(state('connecting'))
    become(live)
    controller.expectSwitch()
    event(state('ended'))
    event(state('connecting'))
    expect(calls.filter((call) => call === 'close')).toEqual([])
    event(state('ended'))
    expect(calls.at(-2)).toBe('close')
  })

  it('and that does not come leaves nothing open', async () => {
    const { controller, event, calls, become } = await started()
    event(state('connecting'))
    become(live)
    controller.expectSwitch()
    event(state('ended'))
    expect(calls).not.toContain('close')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(calls).toContain('close')
  })
})
