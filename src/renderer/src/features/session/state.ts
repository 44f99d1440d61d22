import { assertNever } from '../../../../shared/assert-never.ts'
import type { Caption, SessionEvent, SessionState } from '../../../../shared/events.ts'
import type { AppInfo, Preferences, ProfileList, Snapshot } from '../../../../shared/ipc/contract.ts'
import type { LoudspeakerState, MicrophoneChoice, MicrophoneState } from '../../audio/api.ts'
import { closedTalk, type PushToTalk, type PushToTalkInput, reducePushToTalk } from '../talk/push-to-talk.ts'
import { mergeNotice, type NoticeRow, noticeOfDroppedAudio } from '../notices/notice-rows.ts'

/** The link to main: nothing is shown as live that main has not said. */
export type HostLink = { kind: 'starting' } | { kind: 'up'; info: AppInfo } | { kind: 'lost'; message: string }

/** All that the screen shows. Changed only by {@link reduce}. */
export interface AppState {
  host: HostLink
  session: SessionState
  captions: readonly Caption[]
  serviceName: string
  notices: readonly NoticeRow[]
  profiles: ProfileList | null
  preferences: Preferences
  microphone: MicrophoneState
  loudspeaker: LoudspeakerState
  devices: readonly MicrophoneChoice[]
  pushToTalk: PushToTalk
  muted: boolean
  /** The effective prompt's length (rule P2); `limit` is null where the model has none. Null until main has said it. */
  prompt: { codePoints: number; limit: number | null } | null
  /** The problem the person has chosen to hide, by {@link problemKey}. */
  hiddenProblem: string | null
}

export type Action =
  | { kind: 'loaded'; info: AppInfo; snapshot: Snapshot; profiles: ProfileList; preferences: Preferences }
  | { kind: 'host-lost'; message: string }
  | { kind: 'session-event'; event: SessionEvent }
  | { kind: 'profiles'; list: ProfileList }
  | { kind: 'preferences'; preferences: Preferences }
  | { kind: 'audio'; microphone: MicrophoneState; loudspeaker: LoudspeakerState }
  | { kind: 'devices'; devices: readonly MicrophoneChoice[] }
  | { kind: 'push-to-talk'; input: PushToTalkInput }
  | { kind: 'muted'; muted: boolean }
  | { kind: 'notice'; code: string; message: string; level: 'info' | 'warning' | 'error' }
  | { kind: 'dismiss-notice'; id: string }
  | { kind: 'hide-problem'; key: string | null }

export const initialState: AppState = {
  host: { kind: 'starting' },
  session: { phase: 'idle' },
  captions: [],
  serviceName: '',
  notices: [],
  profiles: null,
  preferences: { talkMode: 'push-to-talk', microphone: null, theme: 'system' },
  microphone: { kind: 'off' },
  loudspeaker: 'ready',
  devices: [],
  pushToTalk: closedTalk,
  muted: false,
  prompt: null,
  hiddenProblem: null
}

/** True from the moment a person asked for a conversation until it has ended. */
export function isActive(session: SessionState): boolean {
  return session.phase !== 'idle' && session.phase !== 'ended'
}

/** Newest captions kept on screen, as many as main gives back after a reload. */
export const CAPTION_LIMIT = 1_000

/** A caption with a known id replaces the earlier one in place; a new one goes to the end. */
export function mergeCaption(captions: readonly Caption[], caption: Caption): readonly Caption[] {
  const at = captions.findIndex((known) => known.id === caption.id)
  return at === -1 ? [...captions, caption].slice(-CAPTION_LIMIT) : captions.with(at, caption)
}

export function reduce(state: AppState, action: Action): AppState {
  switch (action.kind) {
    case 'loaded':
      return {
        ...state,
        host: { kind: 'up', info: action.info },
        session: action.snapshot.state,
        captions: action.snapshot.captions,
        serviceName: action.snapshot.serviceName,
        prompt: action.snapshot.prompt ?? null,
        profiles: action.profiles,
        preferences: action.preferences
      }
    case 'host-lost':
      return { ...state, host: { kind: 'lost', message: action.message }, pushToTalk: closedTalk }
    case 'session-event':
      return reduceEvent(state, action.event)
    case 'profiles':
      return { ...state, profiles: action.list }
    case 'preferences':
      return { ...state, preferences: action.preferences }
    case 'audio':
      return {
        ...state,
        microphone: action.microphone,
        loudspeaker: action.loudspeaker,
        hiddenProblem: action.microphone.kind === state.microphone.kind ? state.hiddenProblem : null
      }
    case 'devices':
      return { ...state, devices: action.devices }
    case 'push-to-talk': {
      const pushToTalk = reducePushToTalk(state.pushToTalk, action.input)
      return pushToTalk === state.pushToTalk ? state : { ...state, pushToTalk }
    }
    case 'muted':
      return { ...state, muted: action.muted }
    case 'notice':
      return { ...state, notices: mergeNotice(state.notices, action) }
    case 'dismiss-notice':
      return { ...state, notices: state.notices.filter((row) => row.id !== action.id) }
    case 'hide-problem':
      return { ...state, hiddenProblem: action.key }
    default:
      return assertNever(action)
  }
}

function reduceEvent(state: AppState, event: SessionEvent): AppState {
  switch (event.kind) {
    case 'state':
      return reduceSession(state, event.state)
    case 'caption':
      return { ...state, captions: mergeCaption(state.captions, event.caption) }
    case 'notice':
      return { ...state, notices: mergeNotice(state.notices, event.notice) }
    case 'audio-dropped':
      return { ...state, notices: mergeNotice(state.notices, noticeOfDroppedAudio(event.where, event.ms)) }
    case 'prompt':
      return { ...state, prompt: { codePoints: event.codePoints, limit: event.limit } }
    case 'command':
    case 'interrupted':
    case 'reply-played':
    case 'talk':
      return state
    default:
      return assertNever(event)
  }
}

function reduceSession(state: AppState, session: SessionState): AppState {
  const begins = isActive(session) && !isActive(state.session)
  if (begins) return { ...state, session, captions: [], notices: [], prompt: null, muted: false, hiddenProblem: null }
  return { ...state, session, hiddenProblem: session.phase === 'ended' ? null : state.hiddenProblem }
}
