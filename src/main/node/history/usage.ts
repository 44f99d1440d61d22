import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { SessionState } from '../../../shared/events.ts'
import type { CallOutput } from '../../../shared/ipc/contract.ts'
import { ProfileId } from '../../../shared/profile.ts'
import type { Clock } from '../../../shared/runtime.ts'

/** A running conversation's minutes are written this often; so much is lost when Parley is killed. */
const WRITE_MS = 15_000

const MS_PER_MINUTE = 60_000
const DAYS = 30

/** Whose minutes are counted. `id` null: the profile is not in the list. */
export interface UsedAgent {
  id: string | null
  name: string
}

/** Local date of a time (ms since 1970), `daysBefore` days earlier. */
export function dayOf(atMs: number, daysBefore = 0): string {
  const date = new Date(atMs)
  const day = new Date(date.getFullYear(), date.getMonth(), date.getDate() - daysBefore)
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Adds `ms` of a live connection to the agent's day. */
export function addUsage(database: DatabaseSync, { id, name }: UsedAgent, day: string, ms: number): void {
  database
    .prepare(
      `INSERT INTO usage (agent, profile_id, profile_name, day, ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (agent, day) DO UPDATE SET ms = ms + excluded.ms, profile_name = excluded.profile_name`
    )
    .run(id ?? `name:${name}`, id, name, day, Math.round(ms))
}

function minutes(ms: unknown): number {
  return Number(ms) / MS_PER_MINUTE
}

/** Minutes per agent, the most used first. An agent has the name that it had last. */
export function listUsage(database: DatabaseSync, nowMs: number): CallOutput<'usage:list'> {
  const rows = database
    .prepare(
      `SELECT profile_id, profile_name, max(day), sum(ms) AS total,
         sum(CASE WHEN day >= ? THEN ms ELSE 0 END) AS newer, sum(CASE WHEN day = ? THEN ms ELSE 0 END) AS today
       FROM usage GROUP BY agent ORDER BY total DESC, agent`
    )
    .all(dayOf(nowMs, DAYS - 1), dayOf(nowMs))
  return rows.map((row) => ({
    profileId: ProfileId.nullable().catch(null).parse(row['profile_id']),
    profileName: String(row['profile_name']),
    today: minutes(row['today']),
    last30Days: minutes(row['newer']),
    total: minutes(row['total'])
  }))
}

/** A row of `usage`: the milliseconds of one agent on one day. */
const UsageRow = z.object({
  agent: z.string(),
  profile_id: z.string().nullable(),
  profile_name: z.string(),
  day: z.string(),
  ms: z.number()
})
export type UsageRow = z.infer<typeof UsageRow>

/** All that is counted, for another database; a row that somebody else made of something else is left behind. */
export function keptUsage(database: DatabaseSync): UsageRow[] {
  const rows = database.prepare('SELECT * FROM usage').all()
  return rows.flatMap((row) => UsageRow.safeParse(row).data ?? [])
}

export function restoreUsage(database: DatabaseSync, rows: readonly UsageRow[]): void {
  const put = database.prepare(
    'INSERT OR REPLACE INTO usage (agent, profile_id, profile_name, day, ms) VALUES (?, ?, ?, ?, ?)'
  )
  for (const { agent, profile_id: id, profile_name: name, day, ms } of rows) put.run(agent, id, name, day, ms)
}

/** Measures how long a connection is live. */
export class UsageMeter {
  readonly #clock: Clock
  readonly #onUsed: (agent: UsedAgent, ms: number) => void
  #live: { agent: UsedAgent; sinceMs: number; cancel: () => void } | undefined

  constructor(clock: Clock, onUsed: (agent: UsedAgent, ms: number) => void) {
    this.#clock = clock
    this.#onUsed = onUsed
  }

  state(state: SessionState, agent: UsedAgent | undefined): void {
    if (state.phase !== 'live') return this.close()
    if (this.#live !== undefined || agent === undefined) return
    const cancel = this.#clock.every(WRITE_MS, () => this.write())
    this.#live = { agent, sinceMs: this.#clock.nowMs(), cancel }
  }

  /** The connection is not live any more; idempotent. */
  close(): void {
    this.write()
    this.#live?.cancel()
    this.#live = undefined
  }

  /** Writes what is not written yet. */
  write(): void {
    const live = this.#live
    if (live === undefined) return
    const nowMs = this.#clock.nowMs()
    if (nowMs > live.sinceMs) this.#onUsed(live.agent, nowMs - live.sinceMs)
    live.sinceMs = nowMs
  }
}
