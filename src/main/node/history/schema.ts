import type { DatabaseSync } from 'node:sqlite'

/** What `PRAGMA user_version` of this build's database is. */
export const SCHEMA_VERSION = 1

/**
 * Each brings a database from the version of its index to the next. One that was released is never changed. `words` holds the words of
 * each conversation that is over, taken apart by `wordsOf`: the `ascii` tokenizer then only splits at spaces.
 */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE conversations (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     profile_id TEXT,
     profile_name TEXT NOT NULL,
     service TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     last_at INTEGER NOT NULL,
     ended_at INTEGER,
     title TEXT NOT NULL,
     lines INTEGER NOT NULL,
     reason TEXT,
     continues INTEGER REFERENCES conversations (id) ON DELETE SET NULL
   ) STRICT;
   CREATE INDEX conversations_open ON conversations (id) WHERE ended_at IS NULL;
   CREATE INDEX conversations_last ON conversations (last_at);
   CREATE INDEX conversations_continues ON conversations (continues) WHERE continues IS NOT NULL;
   CREATE TABLE items (
     conversation INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
     seq INTEGER NOT NULL,
     place REAL NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (conversation, seq)
   ) STRICT, WITHOUT ROWID;
   CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'ascii', columnsize = 0);
   INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
   CREATE TABLE usage (
     agent TEXT NOT NULL,
     profile_id TEXT,
     profile_name TEXT NOT NULL,
     day TEXT NOT NULL,
     ms INTEGER NOT NULL,
     PRIMARY KEY (agent, day)
   ) STRICT, WITHOUT ROWID;`
]

/** The version that `database` is of. */
export function versionOf(database: DatabaseSync): number {
  const row = database.prepare('PRAGMA user_version').get()
  return Number(row?.['user_version'] ?? 0)
}

/** Brings an older database to this build's version, all or nothing. */
export function migrate(database: DatabaseSync): void {
  for (let version = versionOf(database); version < SCHEMA_VERSION; version += 1) {
    database.exec('BEGIN IMMEDIATE')
    try {
      database.exec(MIGRATIONS[version] ?? '')
      database.exec(`PRAGMA user_version = ${version + 1}`)
      database.exec('COMMIT')
    } catch (cause) {
      database.exec('ROLLBACK')
      throw cause
    }
  }
}
