import { truncateSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** In the data folder; always empty. */
export const LOCK_FILE = 'parley.lock'

/** A Parley that is just ending gets so long to let go. */
const WAIT_MS = 2_000

/** Result codes of SQLite: somebody else holds the lock; there is something else in the file. */
const SQLITE_BUSY = 5
const SQLITE_NOTADB = 26

/**
 * `held`: this process owns the folder until it calls `release` (idempotent) or ends, however it ends. `taken`: another Parley owns it.
 * `unknown`: the file system has no locks, so nobody can say.
 */
export type DataLock = { kind: 'held'; release(): void } | { kind: 'taken' } | { kind: 'unknown'; cause: unknown }

/** What to say where the folder is taken; one sentence, and what to do. */
export function takenMessage(dataDir: string): string {
  return `Parley is running already with the data folder ${dataDir}. Use its window or quit it first, or start this one with a folder of its own: --data-dir DIR.`
}

/**
 * Takes the data folder for this process alone: two programs that write the same files would lose each other's changes. The lock is an
 * exclusive transaction of SQLite on {@link LOCK_FILE}, which the kernel holds for the process and drops when it is gone; what is left of a
 * dead one (the file) means nothing. Waits at most 2 s.
 */
export function lockDataDir(dataDir: string, waitMs = WAIT_MS): DataLock {
  const file = path.join(dataDir, LOCK_FILE)
  const lock = take(file, waitMs)
  if (lock.kind !== 'unknown' || codeOf(lock.cause) !== SQLITE_NOTADB) return lock
  // Whoever holds the lock would not let it be read, so nobody does; emptied and not removed, because two may come here at once.
  truncateSync(file)
  return take(file, waitMs)
}

function take(file: string, waitMs: number): DataLock {
  let database: DatabaseSync | undefined
  try {
    const opened = new DatabaseSync(file, { timeout: waitMs })
    database = opened
    // Without a journal on the disk: nothing is ever written.
    opened.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return { kind: 'held', release: () => close(opened) }
  } catch (cause) {
    if (database !== undefined) close(database)
    return codeOf(cause) === SQLITE_BUSY ? { kind: 'taken' } : { kind: 'unknown', cause }
  }
}

function close(database: DatabaseSync): void {
  if (database.isOpen) database.close()
}

/** SQLite's primary result code. */
function codeOf(cause: unknown): number | undefined {
  return cause instanceof Error && 'errcode' in cause ? Number(cause.errcode) & 0xff : undefined
}
