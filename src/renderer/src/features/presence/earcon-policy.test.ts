import { describe, expect, it } from 'vitest'
import { type AppState, initialState } from '../session/state.ts'
import { earconFor } from './earcon-policy.ts'

const info = { version: '1', host: 'web', platform: 'linux', connectAtStart: false } as const
const live: AppState = {
  ...initialState,
  host: { kind: 'up', info },
  session: { phase: 'live', activity: 'listening' }
}
const held: AppState = { ...live, pushToTalk: { ...live.pushToTalk, kind: 'open' } as AppState['pushToTalk'] }
const open: AppState = { ...live, preferences: { ...live.preferences, talkMode: 'open' } }
const ended = (code: 'hung-up' | 'idle' | 'unreachable'): AppState => ({
  ...live,
  session: { phase: 'ended', reason: { code, message: '' } }
})

describe('earcons', () => {
  it('tell that the microphone opened and closed, by a key or by mute', () => {
    expect(earconFor(live, held)).toBe('open')
    expect(earconFor(held, live)).toBe('close')
    expect(earconFor(open, { ...open, muted: true })).toBe('close')
    expect(earconFor({ ...open, muted: true }, open)).toBe('open')
  })

  it('tell that a conversation ended by itself, with one sound', () => {
    expect(earconFor(held, ended('idle'))).toBe('ended')
    expect(earconFor(live, ended('unreachable'))).toBe('ended')
  })

  it('are silent when the person hangs up, begins, or nothing changed', () => {
    expect(earconFor(held, ended('hung-up'))).toBeUndefined()
    expect(earconFor(initialState, open)).toBeUndefined()
    expect(earconFor(live, live)).toBeUndefined()
    expect(earconFor({ ...live, session: { phase: 'connecting' } }, ended('unreachable'))).toBeUndefined()
  })

  it('can be off', () => {
    const presence = { ...live.preferences.presence, earcons: false }
    const off = (state: AppState): AppState => ({ ...state, preferences: { ...state.preferences, presence } })
    expect(earconFor(off(live), off(held))).toBeUndefined()
    expect(earconFor(off(live), off(ended('idle')))).toBeUndefined()
  })
})
