import { EndReason } from '../../../shared/events.ts'
import { ConversationItem, ConversationSummary } from '../../../shared/ipc/history-calls.ts'

type Row = Readonly<Record<string, unknown>>

/** A row of `conversations` for the list; undefined where another build wrote something that this one does not know. */
export function readSummary(row: Row): ConversationSummary | undefined {
  const { continues } = row
  return ConversationSummary.safeParse({
    id: row['id'],
    profileId: row['profile_id'],
    profileName: row['profile_name'],
    service: row['service'],
    startedAtMs: row['started_at'],
    endedAtMs: row['ended_at'],
    title: row['title'],
    lines: row['lines'],
    ...(continues === null || continues === undefined ? {} : { continues })
  }).data
}

/** Undefined where it is not known, too. */
export function readItem(body: unknown): ConversationItem | undefined {
  return ConversationItem.safeParse(jsonOf(body)).data
}

export function readReason(reason: unknown): EndReason | null {
  return EndReason.safeParse(jsonOf(reason)).data ?? null
}

function jsonOf(text: unknown): unknown {
  if (typeof text !== 'string') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
}
