import type { Notice, SessionState } from '../../../../shared/events.ts'
import type { WarningCode } from '../../../../shared/protocol/deepgram.ts'
import { text } from '../../text/en.ts'

/** One row of the notice list. Rows stay until a person hides them or the next conversation begins. */
export interface NoticeRow {
  /** The notice's code: one row each. */
  id: string
  level: Notice['level']
  message: string
  /** How often it came with these words. */
  times: number
}

/** Most rows kept; the oldest go first. */
export const NOTICE_ROWS_LIMIT = 20

/**
 * The same code again updates its row and moves it to the end, so that a repeated warning never floods the screen. The same words are
 * counted; other words take their place, as of a number that grows.
 */
export function mergeNotice(rows: readonly NoticeRow[], notice: Notice): readonly NoticeRow[] {
  const known = rows.find((row) => row.id === notice.code)
  const times = known?.message === notice.message ? known.times + 1 : 1
  const row: NoticeRow = { id: notice.code, level: notice.level, message: notice.message, times }
  return [...rows.filter((other) => other !== known), row].slice(-NOTICE_ROWS_LIMIT)
}

/** Code of the warning that the service is about to end a conversation in which nobody says anything. */
const IDLE_SOON = 'idle-soon'

/** Without the warning of silence once somebody says something, or the conversation is over: it is not true any more. */
export function withoutIdleWarning(rows: readonly NoticeRow[], session: SessionState): readonly NoticeRow[] {
  const silent = session.phase === 'live' && session.activity === 'listening'
  return silent || !rows.some(({ id }) => id === IDLE_SOON) ? rows : rows.filter(({ id }) => id !== IDLE_SOON)
}

/** A warning of the service in our words first, then in the service's, which may say which model or function it was. */
export function explained(notice: Notice): Notice {
  if (!Object.hasOwn(text.serviceWarnings, notice.code)) return notice
  const ours = text.serviceWarnings[notice.code as WarningCode]
  const theirs = notice.message === notice.code ? '' : ` ${text.notice.service(notice.message)}`
  return { ...notice, message: `${ours}${theirs}` }
}

/** Nobody misses less, and a conversation of hours gathers some. */
export const DROPPED_TOLD_MS = 100

/** `ms` counts since the session began, so the newest report replaces the one before. */
export function noticeOfDroppedAudio(where: 'capture' | 'before-live' | 'playback', ms: number): Notice {
  return {
    level: 'warning',
    code: `audio-dropped-${where}`,
    message: text.notice.dropped[where](text.notice.milliseconds(ms))
  }
}
