import type { EndCode, SessionEvent, SessionState } from '../../shared/events.ts'
import { oneLine } from '../one-line.ts'

/** What a person who looks elsewhere is told. Never what was said: a notification may stand on a locked screen. */
export interface Note {
  /** A newer note of the same kind takes the place of the older one. */
  kind: 'ended' | 'tool' | 'idle' | 'hotkey' | 'hidden'
  title: string
  body: string
}

export interface Looking {
  /** Notifications are on in the settings. */
  on: boolean
  /** Parley's window has the focus: everything is seen there. */
  focused: boolean
}

/** The person ended it, or it ended before it began and they stand at the button. */
const OWN_DOING: ReadonlySet<EndCode> = new Set<EndCode>(['hung-up'])

const LOST: ReadonlySet<EndCode> = new Set<EndCode>(['unreachable', 'timeout'])

function bounded(text: string): string {
  const line = oneLine(text.slice(0, 4_000))
  const points = Array.from(line)
  return points.length > 200 ? `${points.slice(0, 199).join('')}…` : line
}

/**
 * For a system whose notifications take markup (Desktop Notifications Specification, "Markup"): a name must not become a link, and a
 * lone `&` must not blank the whole text. Some servers show entities as they are, so that look-alikes stand in their place.
 */
export function withoutMarkup(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆')
}

function ended(before: SessionState, state: SessionState): Note | undefined {
  if (state.phase !== 'ended' || before.phase === 'ended' || before.phase === 'idle') return undefined
  const { code, message } = state.reason
  if (OWN_DOING.has(code)) return undefined
  const lost = before.phase === 'reconnecting' || LOST.has(code)
  return { kind: 'ended', title: lost ? 'The connection is lost' : 'The conversation ended', body: bounded(message) }
}

/** What `event` is worth telling; undefined mostly. `before`: the session's state until now. */
export function noteOf(event: SessionEvent, before: SessionState, looking: Looking): Note | undefined {
  if (!looking.on || looking.focused) return undefined
  if (event.kind === 'state') return ended(before, event.state)
  if (event.kind !== 'tool-call' || event.call.status !== 'waiting-for-person') return undefined
  return { kind: 'tool', title: 'The agent waits for you', body: bounded(`${event.call.name} needs your answer.`) }
}

/** A minute before a silent conversation ends. */
export function idleNote(seconds: number, looking: Looking): Note | undefined {
  if (!looking.on || looking.focused) return undefined
  const body = `Nothing was said for a while: it ends in ${seconds} seconds. Say something, or open Parley, to stay.`
  return { kind: 'idle', title: 'Are you still there?', body }
}

/** `sentence`: why the system did not give the hotkey. */
export function hotkeyNote(sentence: string, looking: Looking): Note | undefined {
  if (!looking.on || looking.focused) return undefined
  return { kind: 'hotkey', title: 'A hotkey does not work', body: bounded(sentence) }
}

/** Told once in the life of a data folder, when the window is closed for the first time. */
export const HIDDEN_NOTE: Note = {
  kind: 'hidden',
  title: 'Parley goes on in the tray',
  body: 'Its window is hidden, not closed. Quit it from the tray’s menu; the settings say how closing works.'
}
