import type { ConversationSummary } from '../../../../shared/ipc/history-calls.ts'
import { text } from '../../text/en.ts'

type Begun = Pick<ConversationSummary, 'startedAtMs'>

export interface Day<T extends Begun = ConversationSummary> {
  name: string
  conversations: T[]
}

const LANGUAGE = 'en'

const MS_PER_DAY = 24 * 60 * 60_000

/** Conversations by the day on which they began, in the order in which they came. */
export function daysOf<T extends Begun>(conversations: readonly T[], nowMs: number): Day<T>[] {
  const days: Day<T>[] = []
  for (const conversation of conversations) {
    const name = dayName(conversation.startedAtMs, nowMs)
    const day = days.at(-1)
    if (day?.name === name) day.conversations.push(conversation)
    else days.push({ name, conversations: [conversation] })
  }
  return days
}

/** Today, yesterday, a weekday of the last days, else the date. */
export function dayName(atMs: number, nowMs: number): string {
  const days = Math.round((midnight(nowMs) - midnight(atMs)) / MS_PER_DAY)
  if (days === 0) return text.history.today
  if (days === 1) return text.history.yesterday
  const date = new Date(atMs)
  if (days > 1 && days < 7) return date.toLocaleDateString(LANGUAGE, { weekday: 'long' })
  const year = date.getFullYear() === new Date(nowMs).getFullYear() ? undefined : 'numeric'
  return date.toLocaleDateString(LANGUAGE, { day: 'numeric', month: 'long', year })
}

export function timeOf(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(LANGUAGE, { hour: '2-digit', minute: '2-digit', hour12: false })
}

/** How long something took, as people say it. */
export function lengthOf(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return `${Math.max(1, Math.round(ms / 1000))} s`
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function midnight(atMs: number): number {
  const date = new Date(atMs)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}
