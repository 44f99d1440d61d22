import { DEFAULT_PREFERENCES } from '../../../../shared/defaults.ts'
import { assertNever } from '../../../../shared/assert-never.ts'
import type {
  Caption,
  SessionEvent,
  SessionState,
  SupportTable,
  ToolCall,
  TurnLatency
} from '../../../../shared/events.ts'
import type { AppInfo, Preferences, ProfileList, Snapshot } from '../../../../shared/ipc/contract.ts'
import type { ProfileId, ProfileSummary } from '../../../../shared/profile.ts'
import { nothingPlaced, place, type Placement } from '../../../../shared/placement.ts'
import { type SetAside, withOwnDevices, withoutOwnDevices } from '../profiles/own-devices.ts'
import { nothingOpen, reduceSound, type SoundAction, type SoundState } from '../sound/sound-state.ts'
import { closedTalk, type PushToTalk, type PushToTalkInput, reducePushToTalk } from '../talk/push-to-talk.ts'
import {
  DROPPED_TOLD_MS,
  explained,
  mergeNotice,
  type NoticeRow,
  noticeOfDroppedAudio,
  withoutIdleWarning
} from '../notices/notice-rows.ts'

/** The link to main: nothing is shown as live that main has not said. */
export type HostLink = { kind: 'starting' } | { kind: 'up'; info: AppInfo } | { kind: 'lost'; message: string }

/** The connection was back after `tookMs`, `answerLost` when the last question stays without an answer; told below the caption `after`, '' above the first. */
export interface ConnectionReturn {
  id: string
  after: string
  tookMs: number
  answerLost: boolean
}

/** What decides which controls make sense with an agent, and what it is called. */
export type AgentKind = Pick<ProfileSummary, 'name' | 'service' | 'modality'>

/** All that the screen shows. Changed only by {@link reduce}. */
export interface AppState extends SoundState {
  host: HostLink
  session: SessionState
  /** Counts the conversations since the page was loaded, so that what belongs to an earlier one can be told apart. */
  conversation: number
  captions: readonly Caption[]
  toolCalls: readonly ToolCall[]
  latencies: readonly TurnLatency[]
  /** Connections that came back in this conversation. */
  returns: readonly ConnectionReturn[]
  placement: Placement
  /** What the service can do; empty until main has said it. */
  support: SupportTable
  /** What differs from the profile since the conversation began, in words of a person; empty: nothing. */
  changes: readonly string[]
  /** The agent of the conversation, or of the last one, as its profile was when it began; null before the first. */
  talkingTo: AgentKind | null
  /** Its profile; null before the first conversation. */
  conversationOf: ProfileId | null
  /** The title of the conversation that this one goes on from, '' where it has none; null: it begins anew. */
  goesOnFrom: string | null
  /** The same of the next conversation, which was asked for. */
  nextGoesOnFrom: string | null
  /** What the last conversation ended for was put right since: a key was given. */
  mended: boolean
  serviceName: string
  notices: readonly NoticeRow[]
  profiles: ProfileList | null
  /** As they hold now: those of the agent that is talked to are among them. */
  preferences: Preferences
  /** What of the person's own they have taken the place of. */
  setAside: SetAside | null
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
  /** A conversation with this agent was asked for, before it has begun; undefined: it will not begin. */
  | { kind: 'own-devices'; of: ProfileSummary | undefined }
  | SoundAction
  | { kind: 'push-to-talk'; input: PushToTalkInput }
  | { kind: 'muted'; muted: boolean }
  | { kind: 'notice'; code: string; message: string; level: 'info' | 'warning' | 'error' }
  | { kind: 'dismiss-notice'; id: string }
  | { kind: 'hide-problem'; key: string | null }
  /** A conversation was asked for that goes on from another; null: it will not begin. */
  | { kind: 'goes-on-from'; title: string | null }
  /** A key or secret was saved. */
  | { kind: 'key-saved' }

export const initialState: AppState = {
  host: { kind: 'starting' },
  session: { phase: 'idle' },
  conversation: 0,
  captions: [],
  toolCalls: [],
  latencies: [],
  returns: [],
  placement: nothingPlaced,
  support: {},
  changes: [],
  talkingTo: null,
  conversationOf: null,
  goesOnFrom: null,
  nextGoesOnFrom: null,
  mended: false,
  serviceName: '',
  notices: [],
  profiles: null,
  preferences: DEFAULT_PREFERENCES,
  setAside: null,
  ...nothingOpen,
  pushToTalk: closedTalk,
  muted: false,
  prompt: null,
  hiddenProblem: null
}

/** True from the moment a person asked for a conversation until it has ended. */
export function isActive(session: SessionState): boolean {
  return session.phase !== 'idle' && session.phase !== 'ended'
}

function wantsKey(session: SessionState): boolean {
  return session.phase === 'ended' && ['missing-secret', 'unauthorized'].includes(session.reason.code)
}

/**
 * The session as the screen tells it. How a conversation failed is of no use once another agent was chosen, or the key was given that was
 * missing: then it is over, or where nothing was said, as if it had not been.
 */
export function toldSession(
  state: Pick<AppState, 'session' | 'captions' | 'profiles' | 'conversationOf' | 'mended'>
): SessionState {
  const { session, captions, profiles, conversationOf, mended } = state
  if (session.phase !== 'ended') return session
  const another = conversationOf !== null && profiles !== null && conversationOf !== profiles.chosenId
  if (!another && !mended) return session
  return captions.length === 0 ? { phase: 'idle' } : { phase: 'ended', reason: { code: 'hung-up', message: '' } }
}

/** The profile of the next conversation; undefined until main has said the list. */
export function chosenProfile(state: Pick<AppState, 'profiles'>): ProfileSummary | undefined {
  const { profiles } = state
  return profiles?.profiles.find(({ id }) => id === profiles.chosenId)
}

/** The agent that the controls are for: that of the conversation that runs, else that of the next one. */
export function agentInUse(state: Pick<AppState, 'session' | 'talkingTo' | 'profiles'>): AgentKind | undefined {
  return (isActive(state.session) ? state.talkingTo : null) ?? chosenProfile(state)
}

/** What the agent of the conversation on the screen is called, also when another one has been chosen since. */
export function conversationAgent(state: Pick<AppState, 'talkingTo' | 'profiles' | 'serviceName'>): string {
  return (state.talkingTo ?? chosenProfile(state))?.name ?? state.serviceName
}

/** Neither microphone nor loudspeaker. */
export function isTextOnly(state: Pick<AppState, 'session' | 'talkingTo' | 'profiles'>): boolean {
  return agentInUse(state)?.modality === 'text'
}

/** Newest captions kept on screen, as many as main gives back after a reload. */
export const CAPTION_LIMIT = 1_000

/** Tool calls, latencies and returns kept on screen. */
export const LIST_LIMIT = 500

/** `item` in the place of the one that is the `same`, else at the end. */
export function merge<T>(items: readonly T[], item: T, same: (other: T) => boolean): readonly T[] {
  const at = items.findIndex(same)
  return at === -1 ? [...items, item].slice(-LIST_LIMIT) : items.with(at, item)
}

/** A caption with a known id replaces the earlier one in place; a new one goes before the one it names, else to the end. */
export function mergeCaption(captions: readonly Caption[], caption: Caption): readonly Caption[] {
  const at = captions.findIndex((known) => known.id === caption.id)
  if (at !== -1) return captions.with(at, caption)
  const before = captions.findIndex((known) => known.id === caption.before)
  return captions.toSpliced(before === -1 ? captions.length : before, 0, caption).slice(-CAPTION_LIMIT)
}

export function reduce(state: AppState, action: Action): AppState {
  switch (action.kind) {
    case 'loaded': {
      const loaded = {
        ...state,
        host: { kind: 'up', info: action.info },
        session: action.snapshot.state,
        captions: action.snapshot.captions,
        toolCalls: action.snapshot.toolCalls,
        latencies: action.snapshot.latencies,
        placement: action.snapshot.placement ?? state.placement,
        support: action.snapshot.support,
        changes: action.snapshot.changes,
        // A conversation keeps the agent it began with, also when another one was chosen for the next since.
        talkingTo: action.snapshot.state.phase === 'idle' ? null : (state.talkingTo ?? kindOf(profileOf(action))),
        conversationOf: action.snapshot.profileId ?? null,
        serviceName: action.snapshot.serviceName,
        prompt: action.snapshot.prompt ?? null,
        profiles: action.profiles,
        preferences: action.preferences,
        setAside: null
      } satisfies AppState
      return isActive(loaded.session) ? withOwnDevices<AppState>(loaded, profileOf(action)?.devices) : loaded
    }
    case 'host-lost':
      return { ...state, host: { kind: 'lost', message: action.message }, pushToTalk: closedTalk }
    case 'session-event':
      return reduceEvent(state, action.event)
    case 'profiles':
      return { ...state, profiles: action.list }
    case 'preferences':
      return { ...state, preferences: action.preferences }
    case 'own-devices':
      return withOwnDevices(state, action.of?.devices)
    case 'audio':
    case 'devices':
    case 'trying':
    case 'echo-check':
    case 'hide-note':
      return reduceSound(state, action)
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
    case 'goes-on-from':
      return { ...state, nextGoesOnFrom: action.title }
    case 'key-saved':
      return { ...state, mended: wantsKey(state.session) }
    default:
      return assertNever(action)
  }
}

function reduceEvent(before: AppState, event: SessionEvent): AppState {
  const known = { has: (id: string) => before.captions.some((caption) => caption.id === id) }
  const placement = place(before.placement, event, known)
  const state = placement === before.placement ? before : { ...before, placement }
  switch (event.kind) {
    case 'state':
      return reduceSession(state, event.state)
    case 'caption':
      return { ...state, captions: mergeCaption(state.captions, event.caption) }
    case 'notice':
      return { ...state, notices: mergeNotice(state.notices, explained(event.notice)) }
    case 'audio-dropped':
      if (event.ms < DROPPED_TOLD_MS) return state
      return { ...state, notices: mergeNotice(state.notices, noticeOfDroppedAudio(event.where, event.ms)) }
    case 'prompt':
      return { ...state, prompt: { codePoints: event.codePoints, limit: event.limit } }
    case 'tool-call': {
      const { call } = event
      return { ...state, toolCalls: merge(state.toolCalls, call, ({ id }) => id === call.id) }
    }
    case 'latency': {
      const { latency } = event
      return { ...state, latencies: merge(state.latencies, latency, ({ turn }) => turn === latency.turn) }
    }
    case 'reconnected': {
      const after = state.placement.newest?.id ?? ''
      const back = { id: `${state.returns.length + 1}`, after, tookMs: event.tookMs, answerLost: event.answerLost }
      return { ...state, returns: [...state.returns, back].slice(-LIST_LIMIT) }
    }
    case 'support':
      return { ...state, support: event.support }
    case 'changes':
      return { ...state, changes: event.changes }
    case 'command':
    case 'interrupted':
    case 'reply-played':
    case 'talk':
      return state
    default:
      return assertNever(event)
  }
}

/** What a new conversation begins with. */
const fresh = {
  captions: [],
  toolCalls: [],
  latencies: [],
  returns: [],
  placement: nothingPlaced,
  support: {},
  changes: [],
  notices: [],
  prompt: null,
  muted: false,
  mended: false,
  hiddenProblem: null
} satisfies Partial<AppState>

/** The profile that the conversation of a snapshot was begun with. */
function profileOf({ snapshot, profiles }: Extract<Action, { kind: 'loaded' }>): ProfileSummary | undefined {
  const id = snapshot.profileId ?? profiles.chosenId
  return profiles.profiles.find((profile) => profile.id === id)
}

function kindOf(profile: ProfileSummary | undefined): AgentKind | null {
  return profile === undefined ? null : { name: profile.name, service: profile.service, modality: profile.modality }
}

function reduceSession(state: AppState, session: SessionState): AppState {
  const begins = isActive(session) && !isActive(state.session)
  if (begins) {
    const chosen = chosenProfile(state)
    const [talkingTo, conversationOf] = [kindOf(chosen), chosen?.id ?? null]
    const began = { conversation: state.conversation + 1, goesOnFrom: state.nextGoesOnFrom, nextGoesOnFrom: null }
    const next = { ...state, ...fresh, ...began, session, talkingTo, conversationOf }
    return withOwnDevices(next, chosen?.devices)
  }
  const notices = withoutIdleWarning(state.notices, session)
  const next = { ...state, session, notices, hiddenProblem: session.phase === 'ended' ? null : state.hiddenProblem }
  return isActive(session) ? next : withoutOwnDevices(next)
}
