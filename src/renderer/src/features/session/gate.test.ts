import { describe, expect, it } from 'vitest'
import { live as microphone } from './controller.test-support.ts'
import { gateOf, gateOpen, soundWanted } from './gate.ts'
import { type AppState, initialState } from './state.ts'

const held = { kind: 'open', sinceMs: 0, held: new Set(['space']) } as const
const textOnly = { name: 'words', service: 'napster', modality: 'text' } as const
const warmed = { ...initialState.preferences, audio: { ...initialState.preferences.audio, keepWarm: true } }

describe('the gate', () => {
  const up: AppState = {
    ...initialState,
    host: { kind: 'up', info: { version: '', host: 'web', platform: '', connectAtStart: false } },
    session: { phase: 'live', activity: 'listening' }
  }

  it('is open in push-to-talk only while held', () => {
    expect(gateOpen(up)).toBe(false)
    expect(gateOpen({ ...up, pushToTalk: held })).toBe(true)
  })

  it('is open in open-microphone mode unless muted', () => {
    const open: AppState = { ...up, preferences: { ...up.preferences, talkMode: 'open' } }
    expect(gateOpen(open)).toBe(true)
    expect(gateOpen({ ...open, muted: true })).toBe(false)
  })

  it('is open while connecting, so that the first words are kept', () => {
    expect(gateOpen({ ...up, pushToTalk: held, session: { phase: 'connecting' } })).toBe(true)
  })

  it('is closed to an agent without audio, whatever is held', () => {
    const talkingTo = { name: 'words', service: 'napster', modality: 'text' } as const
    expect(gateOpen({ ...up, pushToTalk: held, talkingTo })).toBe(false)
    expect(gateOpen({ ...up, pushToTalk: held, talkingTo: { ...talkingTo, modality: 'audio' } })).toBe(true)
  })

  it('is closed without a session and without a host, whatever is held', () => {
    expect(gateOpen({ ...up, pushToTalk: held, session: { phase: 'idle' } })).toBe(false)
    expect(gateOpen({ ...up, pushToTalk: held, host: { kind: 'lost', message: '' } })).toBe(false)
  })

  it('is closed while the microphone has failed: system audio is never sent alone', () => {
    const failed = { kind: 'failed', code: 'permission-denied', message: '' } as const
    const open: AppState = { ...up, preferences: { ...up.preferences, talkMode: 'open' } }
    for (const state of [open, { ...up, pushToTalk: held }]) {
      expect(gateOf({ ...state, microphone })).toBe('open')
      expect(gateOf({ ...state, microphone: failed })).toBe('closed')
    }
  })

  it('is ready for a talk key while the microphone is open for a conversation, or is kept warm for one', () => {
    expect(gateOf(up)).toBe('closed')
    expect(gateOf({ ...up, microphone })).toBe('ready')
    expect(gateOf({ ...up, microphone, pushToTalk: held })).toBe('open')
    const idle: AppState = { ...up, microphone, session: { phase: 'idle' } }
    expect(gateOf(idle)).toBe('closed')
    expect(gateOf({ ...idle, preferences: warmed })).toBe('ready')
  })

  it('keeps nothing of one who is muted, talks with an open microphone or to nobody who can hear', () => {
    expect(gateOf({ ...up, microphone, muted: true })).toBe('closed')
    expect(gateOf({ ...up, microphone, talkingTo: textOnly })).toBe('closed')
    expect(gateOf({ ...up, microphone, host: { kind: 'lost', message: '' } })).toBe('closed')
    const open: AppState = { ...up, microphone, preferences: { ...warmed, talkMode: 'open' } }
    expect(gateOf({ ...open, muted: true })).toBe('closed')
    expect(gateOf({ ...open, session: { phase: 'idle' } })).toBe('closed')
  })
})

describe('what is wanted open', () => {
  const live: AppState = { ...initialState, session: { phase: 'live', activity: 'listening' } }
  const tried: AppState = { ...initialState, trying: true }
  const warm: AppState = { ...initialState, preferences: warmed }

  it('is everything in a conversation and in one that was asked for', () => {
    expect(soundWanted(initialState, false)).toBe('nothing')
    expect(soundWanted(initialState, true)).toBe('all')
    expect(soundWanted(live, false)).toBe('all')
    expect(soundWanted({ ...live, trying: true, preferences: warmed }, false)).toBe('all')
  })

  it('is the microphone alone while it is tried or kept warm: nobody meant the computer’s sound', () => {
    expect(soundWanted(tried, false)).toBe('microphone')
    expect(soundWanted(warm, false)).toBe('microphone')
  })

  it('is nothing for an agent without audio, but for the person who tries the microphone', () => {
    const words: AppState = { ...live, talkingTo: textOnly, preferences: warmed }
    expect(soundWanted(words, true)).toBe('nothing')
    expect(soundWanted({ ...words, trying: true }, false)).toBe('microphone')
  })
})
