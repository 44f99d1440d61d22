import { assertNever } from '../../shared/assert-never.ts'
import type { SessionState } from '../../shared/events.ts'
import type { ProfileId } from '../../shared/profile.ts'
import { oneLine } from '../one-line.ts'

/** What the tray's picture tells at a glance. */
export type TrayPicture = 'idle' | 'live' | 'muted' | 'trouble'

export type TrayAction =
  | { kind: 'show' }
  | { kind: 'talk' }
  | { kind: 'hang-up' }
  | { kind: 'stop' }
  | { kind: 'mute'; muted: boolean }
  | { kind: 'choose'; id: ProfileId }
  | { kind: 'overlay'; on: boolean }
  | { kind: 'quit' }

export type TrayItem =
  | { kind: 'separator' }
  | { kind: 'label'; label: string }
  | { kind: 'action'; label: string; action: TrayAction; enabled: boolean }
  | { kind: 'check'; label: string; checked: boolean; action: TrayAction; enabled: boolean }
  | { kind: 'menu'; label: string; items: TrayItem[]; enabled: boolean }

export interface TrayMenu {
  picture: TrayPicture
  tooltip: string
  items: TrayItem[]
}

/** What the tray needs to know of Parley. */
export interface TrayState {
  session: SessionState
  /** Of the conversation, or the chosen one. */
  agent: string
  profiles: readonly { id: ProfileId; name: string; held: boolean }[]
  chosenId: ProfileId
  muted: boolean
  /** The agent has no audio: there is nothing to mute. */
  textOnly: boolean
  overlay: { possible: boolean; on: boolean }
}

/** Longest name of an agent in a menu, and most agents in it. */
const NAME_CHARACTERS = 40
const PROFILES = 30

function shortName(name: string): string {
  const points = Array.from(oneLine(name))
  return points.length > NAME_CHARACTERS ? `${points.slice(0, NAME_CHARACTERS - 1).join('')}…` : points.join('')
}

/** In a menu a single ampersand marks a key (Windows, Linux). */
const inMenu = (name: string): string => shortName(name).replaceAll('&', '&&')

/** A conversation runs, or is being made. */
export function isActive({ phase }: SessionState): boolean {
  return phase !== 'idle' && phase !== 'ended'
}

/** Ends that nobody has to do anything about. */
function endedBadly(session: SessionState): boolean {
  return session.phase === 'ended' && !['hung-up', 'idle', 'service-closed'].includes(session.reason.code)
}

/** The state in a few words. */
export function stateWords(state: Pick<TrayState, 'session' | 'agent' | 'muted'>): string {
  const { session, muted } = state
  const agent = shortName(state.agent)
  switch (session.phase) {
    case 'idle':
      return 'Ready'
    case 'connecting':
    case 'handshaking':
    case 'configuring':
      return `Connecting to ${agent}`
    case 'reconnecting':
      return `Connecting to ${agent} again`
    case 'ended':
      return endedBadly(session) ? 'Not connected' : 'Ready'
    case 'live': {
      if (session.activity === 'agentSpeaking') return `${agent} is speaking`
      if (session.activity === 'thinking') return `${agent} is thinking`
      if (muted) return `With ${agent}, muted`
      return session.activity === 'userSpeaking' ? 'You are speaking' : `With ${agent}`
    }
    default:
      return assertNever(session)
  }
}

function pictureOf({ session, muted }: TrayState): TrayPicture {
  if (session.phase === 'reconnecting' || endedBadly(session)) return 'trouble'
  if (!isActive(session)) return 'idle'
  return muted ? 'muted' : 'live'
}

function agents({ profiles, chosenId, session }: TrayState): TrayItem {
  const at = Math.max(
    0,
    profiles.findIndex(({ id }) => id === chosenId)
  )
  const from = Math.max(0, Math.min(at - PROFILES + 1, profiles.length - PROFILES))
  const items = profiles.slice(from, from + PROFILES).map(({ id, name, held }): TrayItem => {
    const label = held ? `${inMenu(name)} (not allowed yet)` : inMenu(name)
    return { kind: 'check', label, checked: id === chosenId, action: { kind: 'choose', id }, enabled: !held }
  })
  // A change in the middle of a conversation asks what the other agent shall know; that is the window's.
  return { kind: 'menu', label: 'Agent', items, enabled: !isActive(session) && items.length > 0 }
}

/** The whole menu, from the state alone. */
export function trayMenu(state: TrayState): TrayMenu {
  const { session, muted, textOnly, overlay } = state
  const active = isActive(session)
  const speaking = session.phase === 'live' && session.activity === 'agentSpeaking'
  const words = stateWords(state)
  const items: TrayItem[] = [
    { kind: 'label', label: words.replaceAll('&', '&&') },
    { kind: 'separator' },
    { kind: 'action', label: 'Show Parley', action: { kind: 'show' }, enabled: true },
    active
      ? { kind: 'action', label: 'Hang up', action: { kind: 'hang-up' }, enabled: true }
      : { kind: 'action', label: 'Start talking', action: { kind: 'talk' }, enabled: true },
    { kind: 'action', label: 'Stop speaking', action: { kind: 'stop' }, enabled: speaking },
    {
      kind: 'check',
      label: 'Mute microphone',
      checked: muted,
      action: { kind: 'mute', muted: !muted },
      enabled: active && !textOnly
    },
    agents(state),
    ...(overlay.possible
      ? [
          {
            kind: 'check',
            label: 'Overlay',
            checked: overlay.on,
            action: { kind: 'overlay', on: !overlay.on },
            enabled: true
          } satisfies TrayItem
        ]
      : []),
    { kind: 'separator' },
    { kind: 'action', label: 'Quit Parley', action: { kind: 'quit' }, enabled: true }
  ]
  return { picture: pictureOf(state), tooltip: `Parley: ${words}`, items }
}
