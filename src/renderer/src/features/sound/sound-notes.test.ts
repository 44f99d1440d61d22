import { describe, expect, it } from 'vitest'
import type { AudioPreferences } from '../../../../shared/ipc/contract.ts'
import type { SystemAudioFailure } from '../../audio/api.ts'
import { live as microphone } from '../session/controller.test-support.ts'
import { type AppState, initialState } from '../session/state.ts'
import { isHalfDuplex, soundNotes } from './sound-notes.ts'

const talking: AppState = { ...initialState, session: { phase: 'live', activity: 'listening' }, microphone }
const system = { kind: 'live', label: 'Monitor', ownVoice: 'excluded', silent: false } as const

function having(state: AppState, audio: Partial<AudioPreferences>): AppState {
  return { ...state, preferences: { ...state.preferences, audio: { ...state.preferences.audio, ...audio } } }
}

function openMic(state: AppState): AppState {
  return { ...state, preferences: { ...state.preferences, talkMode: 'open' } }
}

const words = (state: AppState): string[] => soundNotes(state).map((note) => note.words)

function withoutSystem(code: SystemAudioFailure) {
  return soundNotes({ ...talking, systemAudio: { kind: 'failed', code, message: '' } })
}

function onBluetooth(label: string, hiddenNotes: readonly string[] = []) {
  const headset = { ...microphone, bluetooth: true, label } as AppState['microphone']
  return soundNotes({ ...talking, hiddenNotes, microphone: headset })
}

describe('the notes of sound', () => {
  it('are none while all is as it should be', () => expect(soundNotes(talking)).toEqual([]))

  it('say what is sent first, then what could be better, then what is as it was chosen', () => {
    const state = openMic(
      having(
        { ...talking, microphone: { ...microphone, sound: 'quiet' } as AppState['microphone'] },
        { halfDuplex: 'on' }
      )
    )
    expect(soundNotes(state).map(({ tone }) => tone)).toEqual(['warn', 'calm'])
    expect(soundNotes({ ...state, systemAudio: system }).map(({ tone }) => tone)).toEqual(['sent', 'warn', 'calm'])
  })

  it('tell as long as it is so that more than the own voice is sent, and only in a conversation', () => {
    const heard = having({ ...talking, systemAudio: system }, { systemAudio: { kind: 'computer' } })
    expect(words(heard)).toEqual(['The agent also hears what this computer plays, while you hold the key'])
    const open = openMic(heard)
    expect(words(open)).toEqual(['The agent also hears what this computer plays'])
    const chosen = { kind: 'device', deviceId: 'm', label: 'Monitor' } as const
    expect(words(having(open, { systemAudio: chosen }))).toEqual(['The agent also hears Monitor'])
    expect(soundNotes(open)[0]?.action?.action).toBe('system-audio-off')
    expect(soundNotes(open)[0]?.canHide).toBeUndefined()
    expect(soundNotes({ ...open, session: { phase: 'idle' } })).toEqual([])
    expect(soundNotes({ ...open, microphone: { kind: 'failed', code: 'no-device', message: '' } })).toEqual([])
  })

  it('of system audio that failed lead to what to do, or start it where only a click is missing', () => {
    expect(withoutSystem('denied')).toMatchObject([
      { tone: 'warn', action: { action: 'settings', label: 'What to do' } }
    ])
    expect(withoutSystem('needs-click')).toMatchObject([
      { words: 'System audio needs a click to start', action: { action: 'open-system-audio', label: 'Start it' } }
    ])
  })

  it('say that a microphone is kept warm only between conversations, and what stands in its way', () => {
    const warm = having(talking, { keepWarm: true })
    expect(soundNotes(warm)).toEqual([])
    const idle = { ...warm, session: { phase: 'idle' } as const }
    expect(words(idle)).toEqual(['The microphone is kept ready. Nothing is sent.'])
    const failed = { ...idle, microphone: { kind: 'failed', code: 'device-busy', message: '' } as const }
    expect(words(failed)).toEqual(['The microphone cannot be kept ready. The microphone is in use.'])
    expect(soundNotes(failed)[0]?.action?.action).toBe('open-microphone')
    const lost = { ...failed, microphone: { ...failed.microphone, code: 'lost' } } as const
    expect(soundNotes(lost)[0]?.action).toEqual({ action: 'default-microphone', label: 'Use the system default' })
    const driver = { kind: 'failed', code: 'failed', message: 'Another window uses it.' } as const
    expect(words({ ...failed, microphone: driver })[0]).toMatch(/ready\. Another window uses it\.$/)
  })

  it('give the advice on Bluetooth until it is hidden, and again for another headset', () => {
    const [note] = onBluetooth('Buds')
    expect(note?.canHide).toBe(true)
    expect(onBluetooth('Buds', [note?.key ?? ''])).toEqual([])
    expect(onBluetooth('Cans', [note?.key ?? ''])).toHaveLength(1)
  })
})

describe('half-duplex', () => {
  const leaking: AppState = { ...talking, echo: { leakDb: -8, halfDuplex: true } }

  it('is in force for an open microphone where the engine or the person says so', () => {
    expect(isHalfDuplex(openMic(talking))).toBe(false)
    expect(isHalfDuplex(openMic(leaking))).toBe(true)
    expect(isHalfDuplex(openMic(having(talking, { halfDuplex: 'on' })))).toBe(true)
  })

  it('never silences who holds a talk key, and nothing is said of it then', () => {
    for (const state of [leaking, having(talking, { halfDuplex: 'on' })]) {
      expect(isHalfDuplex(state)).toBe(false)
      expect(soundNotes(state)).toEqual([])
    }
  })
})
