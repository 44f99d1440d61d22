import { describe, expect, it } from 'vitest'
import type { SessionState } from '../../../shared/events.ts'
import type { OverlayState } from '../../../shared/ipc/presence-calls.ts'
import { lookOf } from './look.ts'

const live = (activity: 'listening' | 'userSpeaking' | 'thinking' | 'agentSpeaking'): SessionState => ({
  phase: 'live',
  activity
})
const base: OverlayState = {
  state: live('listening'),
  agent: 'Kitchen helper',
  microphoneOpen: true,
  muted: false,
  level: 0,
  caption: null,
  theme: 'system'
}
const ended = (code: 'hung-up' | 'idle' | 'service-closed' | 'unreachable' | 'unauthorized'): SessionState => ({
  phase: 'ended',
  reason: { code, message: 'Because.' }
})

describe('the look of the overlay', () => {
  it.each([
    [base, 'Listening', 'yours'],
    [{ ...base, microphoneOpen: false }, 'With Kitchen helper', 'quiet'],
    [{ ...base, muted: true }, 'You are muted', 'warn'],
    [{ ...base, state: live('userSpeaking') }, 'You are speaking', 'yours'],
    [{ ...base, state: live('agentSpeaking'), muted: true }, 'Kitchen helper is speaking', 'theirs'],
    [{ ...base, state: { phase: 'idle' } }, 'Ready', 'quiet'],
    [{ ...base, state: ended('hung-up') }, 'Conversation ended', 'quiet'],
    [{ ...base, state: ended('idle') }, 'Conversation ended', 'quiet'],
    [{ ...base, state: ended('unauthorized') }, 'Not connected', 'warn']
  ] as [OverlayState, string, string][])('%j is “%s”, %s', (state, words, tone) => {
    expect(lookOf(state)).toMatchObject({ words, tone, busy: false })
  })

  it('says that the microphone is closed while the computer is locked or sleeps, and not over the agent’s speech', () => {
    expect(lookOf({ ...base, muted: true, away: 'locked' }).words).toBe('Locked: microphone closed')
    expect(lookOf({ ...base, state: { phase: 'connecting' }, away: 'asleep' }).words).toBe('Asleep: microphone closed')
    expect(lookOf({ ...base, state: live('agentSpeaking'), away: 'locked' }).words).toContain('is speaking')
    expect(lookOf({ ...base, state: { phase: 'idle' }, away: 'locked' }).words).toBe('Ready')
  })

  it('moves while something goes on that has no level', () => {
    const waits: SessionState[] = [{ phase: 'connecting' }, { phase: 'configuring' }, live('thinking')]
    for (const state of waits) expect(lookOf({ ...base, state }).busy).toBe(true)
  })
})
