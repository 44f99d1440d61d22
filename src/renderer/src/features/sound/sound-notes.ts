import type { MicrophoneState } from '../../audio/api.ts'
import { text } from '../../text/en.ts'
import { isKeptWarm } from '../session/gate.ts'
import { type AppState, isActive, isTextOnly } from '../session/state.ts'

/** What the button of a note does. Closed set: every one has a handler in sound-note-list.tsx. */
export type NoteAction =
  'settings' | 'open-system-audio' | 'system-audio-off' | 'keep-warm-off' | 'open-microphone' | 'default-microphone'

/** Which picture stands before a note. */
export type NoteIcon =
  'unplugged' | 'headphones' | 'quiet' | 'bluetooth' | 'half-duplex' | 'system' | 'warm' | 'problem'

export interface SoundNote {
  /** Equal keys are the same note, so that hiding one does not hide the next. */
  key: string
  /** `warn`: something could be better. `sent`: more than the own voice is sent. `calm`: it is as it was chosen. */
  tone: 'warn' | 'sent' | 'calm'
  icon: NoteIcon
  words: string
  action?: { action: NoteAction; label: string }
  canHide?: boolean
}

type Live = Extract<MicrophoneState, { kind: 'live' }>

/**
 * An open microphone is silent while the agent speaks: because too much comes back, or because the person wants it. Who holds a talk key
 * means to be heard, and is.
 */
export function isHalfDuplex({ echo, preferences }: Pick<AppState, 'echo' | 'preferences'>): boolean {
  return preferences.talkMode === 'open' && (echo.halfDuplex || preferences.audio.halfDuplex === 'on')
}

const ORDER: readonly SoundNote['tone'][] = ['sent', 'warn', 'calm']

/** What is to be said of sound on the main screen, below the controls: what is sent first, then what could be better. */
export function soundNotes(state: AppState): readonly SoundNote[] {
  const notes = [systemNotes, warmNotes, duplexNotes, microphoneNotes, loudspeakerNotes].flatMap((of) => of(state))
  const shown = notes.filter(({ key }) => !state.hiddenNotes.includes(key))
  return ORDER.flatMap((tone) => shown.filter((note) => note.tone === tone))
}

function microphoneNotes({ microphone }: AppState): SoundNote[] {
  if (microphone.kind !== 'live') return []
  const { insteadOf, sound, granted, bluetooth, label } = microphone
  const notes: SoundNote[] = []
  const warn = (icon: NoteIcon, words: string): void => void notes.push({ key: words, tone: 'warn', icon, words })
  if (insteadOf !== null) warn('unplugged', text.microphone.insteadOf(insteadOf, usedName(microphone)))
  if (!granted.echoCancellation) warn('headphones', text.microphone.noEcho)
  if (sound === 'quiet') warn('quiet', text.microphone.quiet)
  if (bluetooth) {
    const key = `bluetooth ${label}`
    notes.push({ key, tone: 'calm', icon: 'bluetooth', words: text.microphone.bluetooth, canHide: true })
  }
  return notes
}

/** Chromium names the default "Default", which says less than our own words. */
function usedName({ deviceId, label }: Live): string {
  return deviceId === 'default' || label === '' ? text.microphone.systemDefault.toLowerCase() : label
}

function loudspeakerNotes({ loudspeaker }: AppState): SoundNote[] {
  if (loudspeaker.insteadOf === null) return []
  const words = text.loudspeaker.insteadOf(loudspeaker.insteadOf)
  return [{ key: words, tone: 'warn', icon: 'unplugged', words }]
}

/** Whoever is heard besides the person did not choose it: it is said as long as it is so. */
function systemNotes({ systemAudio, microphone, session, preferences }: AppState): SoundNote[] {
  if (systemAudio.kind === 'failed') {
    const { title } = text.sound.system.failure[systemAudio.code]
    const action =
      systemAudio.code === 'needs-click'
        ? ({ action: 'open-system-audio', label: text.sound.note.start } as const)
        : ({ action: 'settings', label: text.sound.note.settings } as const)
    return [{ key: `system ${systemAudio.code}`, tone: 'warn', icon: 'problem', words: title, action }]
  }
  // Without a microphone nothing is sent.
  if (systemAudio.kind !== 'live' || !isActive(session) || microphone.kind === 'failed') return []
  const { note } = text.sound
  const from = preferences.audio.systemAudio.kind === 'device' && systemAudio.label !== ''
  const open = from ? note.systemLiveFrom(systemAudio.label) : note.systemLive
  const words = preferences.talkMode === 'open' ? open : note.systemLivePush(open)
  const action = { action: 'system-audio-off', label: note.turnOff } as const
  return [{ key: 'system', tone: 'sent', icon: 'system', words, action }]
}

function duplexNotes(state: AppState): SoundNote[] {
  if (!isHalfDuplex(state) || !isActive(state.session) || isTextOnly(state)) return []
  const { halfDuplex, change } = text.sound.note
  const action = { action: 'settings', label: change } as const
  return [{ key: 'half-duplex', tone: 'calm', icon: 'half-duplex', words: halfDuplex, action }]
}

function warmNotes(state: AppState): SoundNote[] {
  const { note } = text.sound
  const { microphone, session, preferences } = state
  if (isKeptWarm(state)) {
    const action = { action: 'keep-warm-off', label: note.turnOff } as const
    return [{ key: 'warm', tone: 'calm', icon: 'warm', words: note.warm, action }]
  }
  if (!preferences.audio.keepWarm || isActive(session) || microphone.kind !== 'failed') return []
  const { title, action: label } = text.microphone.failure[microphone.code]
  const reason = microphone.code === 'failed' && microphone.message !== '' ? microphone.message : `${title}.`
  const action = { action: microphone.code === 'lost' ? 'default-microphone' : 'open-microphone', label } as const
  return [{ key: `warm ${microphone.code}`, tone: 'warn', icon: 'problem', words: note.warmFailed(reason), action }]
}
