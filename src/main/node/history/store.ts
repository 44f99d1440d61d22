import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { excerptOf, matches, phrasesOf, type Phrase } from '../../../core/history/words.ts'
import type { Batch } from '../../../core/history/recorder.ts'
import type {
  ConversationId,
  ConversationItem,
  ConversationSummary,
  KeptConversation
} from '../../../shared/ipc/history-calls.ts'
import { indexText, matchOf, searchedText } from './index-text.ts'
import { readItem, readReason, readSummary } from './rows.ts'

/** What a conversation is kept under besides what is said. */
export interface Origin {
  profileId: string | null
  profileName: string
  service: string
  continues: ConversationId | undefined
}

export interface ListQuery {
  query: string | undefined
  before: ConversationId | undefined
  limit: number
}

const COLUMNS = `id, profile_id, profile_name, service, started_at, ended_at, title, lines, continues`

/** Conversations that one search looks through while they have not ended; there is one, and those of a Parley that was killed. */
const MOST_OPEN = 20

/** What is kept of conversations. Every method is one short piece of synchronous work; SQLite's errors are thrown. */
export class HistoryStore {
  readonly #database: DatabaseSync
  readonly #statements: ReturnType<typeof prepare>

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#statements = prepare(database)
  }

  /** Writes what changed of a conversation, in one transaction; without `id` it is a new one. Returns its id. */
  write(id: ConversationId | undefined, origin: Origin, batch: Batch): ConversationId {
    const { insert, update, putItem } = this.#statements
    return this.#atOnce(() => {
      const { startedAtMs, lastAtMs, title, lines, items, end } = batch
      const ended = end === undefined ? null : lastAtMs
      const reason = end === undefined ? null : JSON.stringify(end)
      let kept = id
      if (kept === undefined) {
        const { profileId, profileName, service, continues = null } = origin
        const row = insert.run(
          profileId,
          profileName,
          service,
          startedAtMs,
          lastAtMs,
          ended,
          title,
          lines,
          reason,
          continues
        )
        kept = Number(row.lastInsertRowid) as ConversationId
      } else if (update.run(lastAtMs, ended, title, lines, reason, kept).changes === 0) return kept
      for (const { seq, place, item } of items) putItem.run(kept, seq, place, JSON.stringify(item))
      if (end !== undefined) this.#index(kept)
      return kept
    })
  }

  /** Conversations that broke off with an earlier Parley end with their last line. Returns how many. */
  closeBroken(): number {
    const open = this.#statements.allOpen.all()
    for (const { id } of open) {
      this.#atOnce(() => {
        this.#statements.close.run(Number(id))
        this.#index(Number(id))
      })
    }
    return open.length
  }

  list({ query, before, limit }: ListQuery): { conversations: ConversationSummary[]; more: boolean } {
    const phrases = query === undefined ? undefined : phrasesOf(query)
    const found = this.#readable(phrases, before, limit + 1)
    const conversations = found.slice(0, limit).map((summary) => {
      const excerpt = phrases === undefined ? undefined : excerptOf(this.#textsOf(summary.id), phrases)
      return excerpt === undefined ? summary : { ...summary, excerpt }
    })
    return { conversations, more: found.length > limit }
  }

  /** Undefined where it is not kept. */
  read(id: ConversationId): KeptConversation | undefined {
    const row = this.#statements.one.get(id)
    const summary = row === undefined ? undefined : readSummary(row)
    if (summary === undefined) return undefined
    return { summary, reason: readReason(row?.['reason']), items: this.#itemsOf(id) }
  }

  /** False where it was not kept. The words go with it; what SQLite's files still hold of them goes with {@link scrub}. */
  remove(id: ConversationId): boolean {
    return this.#atOnce(() => {
      this.#statements.dropWords.run(id)
      return this.#statements.remove.run(id).changes > 0
    })
  }

  /** Newest id that was ever given. */
  get lastId(): number {
    return Number(
      this.#database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'conversations'").get()?.['seq'] ?? 0
    )
  }

  /** In a new file: ids go on, so that one which somebody still has names no other conversation. */
  countFrom(lastId: number): void {
    this.#database.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('conversations', ?)").run(lastId)
  }

  /** Ids of the oldest conversations that ended before `beforeMs`, at most `limit`. */
  endedBefore(beforeMs: number, limit: number): ConversationId[] {
    return this.#statements.old.all(beforeMs, limit).map(({ id }) => Number(id) as ConversationId)
  }

  /**
   * Takes the log into the database and empties it: nothing is left in the files of what was removed. Waits for the disk. False while
   * another program reads the database, which SQLite tells in its answer and not as an error.
   */
  scrub(): boolean {
    return this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0
  }

  /** Takes the log into the database, at a moment when nobody talks: it waits for the disk. */
  checkpoint(): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close()
  }

  /** At most `limit`; what another build wrote and this one does not know is passed over. */
  #readable(phrases: readonly Phrase[] | undefined, before: ConversationId | undefined, limit: number) {
    const summaries: ConversationSummary[] = []
    let below: number | undefined = before
    for (;;) {
      const rows = phrases === undefined ? this.#newest(below, limit) : this.#found(phrases, below, limit)
      summaries.push(...rows.flatMap((row) => readSummary(row) ?? []))
      const last = rows.at(-1)
      if (last === undefined || rows.length < limit || summaries.length >= limit) return summaries
      below = Number(last['id'])
    }
  }

  #newest(before: number | undefined, limit: number) {
    return this.#statements.newest.all(before ?? Number.MAX_SAFE_INTEGER, limit)
  }

  /** Newest first: those that run are looked through, the others found by their words. */
  #found(phrases: readonly Phrase[], before: number | undefined, limit: number) {
    if (phrases.length === 0) return []
    const below = before ?? Number.MAX_SAFE_INTEGER
    const open = this.#statements.open
      .all(below, MOST_OPEN)
      .filter(({ id }) => matches([...this.#textsOf(Number(id))], phrases))
    const over = this.#statements.found.all(matchOf(phrases), below, limit)
    return [...open, ...over].toSorted((a, b) => Number(b['id']) - Number(a['id'])).slice(0, limit)
  }

  *#textsOf(id: number): Iterable<string> {
    for (const item of this.#itemsOf(id)) yield searchedText(item)
  }

  #itemsOf(id: number): ConversationItem[] {
    return this.#statements.items.all(id).flatMap(({ body }) => readItem(body) ?? [])
  }

  /** A conversation that is over is found by its words. */
  #index(id: number): void {
    this.#statements.dropWords.run(id)
    this.#statements.putWords.run(id, indexText(this.#textsOf(id)))
  }

  #atOnce<T>(run: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const result = run()
      this.#database.exec('COMMIT')
      return result
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw cause
    }
  }
}

function prepare(database: DatabaseSync) {
  const one = (sql: string): StatementSync => database.prepare(sql)
  return {
    insert: one(
      `INSERT INTO conversations (profile_id, profile_name, service, started_at, last_at, ended_at, title, lines, reason, continues)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT id FROM conversations WHERE id = ?))`
    ),
    update: one('UPDATE conversations SET last_at = ?, ended_at = ?, title = ?, lines = ?, reason = ? WHERE id = ?'),
    putItem: one(
      `INSERT INTO items (conversation, seq, place, body) VALUES (?, ?, ?, ?)
       ON CONFLICT (conversation, seq) DO UPDATE SET place = excluded.place, body = excluded.body`
    ),
    allOpen: one('SELECT id FROM conversations WHERE ended_at IS NULL'),
    close: one('UPDATE conversations SET ended_at = last_at WHERE id = ?'),
    newest: one(`SELECT ${COLUMNS} FROM conversations WHERE id < ? ORDER BY id DESC LIMIT ?`),
    open: one(`SELECT ${COLUMNS} FROM conversations WHERE ended_at IS NULL AND id < ? ORDER BY id DESC LIMIT ?`),
    found: one(
      `SELECT ${COLUMNS} FROM words JOIN conversations ON conversations.id = words.rowid
       WHERE words MATCH ? AND words.rowid < ? ORDER BY words.rowid DESC LIMIT ?`
    ),
    one: one(`SELECT ${COLUMNS}, reason FROM conversations WHERE id = ?`),
    items: one('SELECT body FROM items WHERE conversation = ? ORDER BY place, seq'),
    putWords: one('INSERT INTO words (rowid, text) VALUES (?, ?)'),
    dropWords: one('DELETE FROM words WHERE rowid = ?'),
    remove: one('DELETE FROM conversations WHERE id = ?'),
    old: one('SELECT id FROM conversations WHERE ended_at IS NOT NULL AND last_at < ? ORDER BY last_at LIMIT ?')
  }
}
