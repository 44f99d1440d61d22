import { chmodSync, closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { DataProblem } from '../../../shared/ipc/data-calls.ts'
import { nameAside } from '../name-aside.ts'
import { migrate, SCHEMA_VERSION, versionOf } from './schema.ts'

export const HISTORY_FILE = 'history.db'

const ASIDE = 'history.corrupt-'

/** SQLite's own files beside the database. */
const BESIDE = ['', '-wal', '-shm', '-journal'] as const

/** Another process may hold the database for a moment; longer than this nobody waits, what was to be written is tried again. */
const BUSY_MS = 50

/** Pages of the log that a running conversation may fill before it is taken in at once; each is 4 KiB. */
const LOG_PAGES = 4_000

export type OpenResult =
  | { kind: 'open'; database: DatabaseSync; problem: DataProblem | undefined }
  /** It cannot be used, and was left as it is. */
  | { kind: 'unusable'; problem: DataProblem }

/** Opens the history in `dataDir`, makes it where there is none. A database that is damaged is moved aside, one of a newer Parley is left alone. */
export function openDatabase(dataDir: string, nowMs: () => number): OpenResult {
  const file = path.join(dataDir, HISTORY_FILE)
  try {
    const first = tryOpen(file)
    if (first !== 'damaged') return first
    const problem = moveAside(file, nowMs())
    const second = tryOpen(file)
    return second === 'damaged' ? unusable(file, 'it is damaged') : { ...second, problem }
  } catch (cause) {
    return unusable(file, cause instanceof Error ? cause.message : String(cause))
  }
}

/** Windows deletes no file that another program has open; a virus scanner has it for a moment only. */
const PATIENTLY = { force: true, maxRetries: 3, retryDelay: 50 } as const

/**
 * Deletes the database with all that belongs to it, and those that were moved aside: they hold conversations too. Each is tried; what is
 * still there is returned.
 */
export function deleteDatabase(dataDir: string): { file: string; cause: unknown }[] {
  const own = BESIDE.map((end) => `${HISTORY_FILE}${end}`)
  const aside = readdirSync(dataDir).filter((name) => name.startsWith(ASIDE))
  return [...own, ...aside].flatMap((name) => {
    const file = path.join(dataDir, name)
    try {
      rmSync(file, PATIENTLY)
      return []
    } catch (cause) {
      return [{ file, cause }]
    }
  })
}

/** The database file is not one, or its content contradicts itself. */
export function isDamaged(cause: unknown): boolean {
  const CORRUPT = 11
  const NOT_A_DATABASE = 26
  const code = codeOf(cause)
  return code === CORRUPT || code === NOT_A_DATABASE
}

/** SQLite's primary result code; undefined for any other error. */
function codeOf(cause: unknown): number | undefined {
  const code = cause instanceof Error && 'errcode' in cause ? cause.errcode : undefined
  return typeof code === 'number' ? code & 0xff : undefined
}

function tryOpen(file: string): OpenResult | 'damaged' {
  // SQLite gives its log the mode of the database.
  if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600))
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: BUSY_MS, enableForeignKeyConstraints: true })
    const version = versionOf(database)
    if (version > SCHEMA_VERSION) {
      database.close()
      return { kind: 'unusable', problem: newer(file) }
    }
    database.exec(
      `PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
       PRAGMA wal_autocheckpoint = ${LOG_PAGES}; PRAGMA temp_store = MEMORY;`
    )
    migrate(database)
    database.prepare('SELECT count(*) FROM conversations WHERE ended_at IS NULL').get()
    if (process.platform !== 'win32') chmodSync(file, 0o600)
    return { kind: 'open', database, problem: undefined }
  } catch (cause) {
    if (database?.isOpen === true) database.close()
    if (isDamaged(cause) || isForeign(cause)) return 'damaged'
    throw cause
  }
}

/** A database whose tables are not ours. */
function isForeign(cause: unknown): boolean {
  return codeOf(cause) === 1 && /no such (table|column)|already exists/u.test((cause as Error).message)
}

/** Moves the database aside; what is told of it. */
export function moveAside(file: string, nowMs: number): DataProblem {
  const aside = nameAside(path.join(path.dirname(file), ASIDE), '.db', new Date(nowMs).toISOString())
  for (const end of BESIDE) if (existsSync(`${file}${end}`)) renameSync(`${file}${end}`, `${aside}${end}`)
  return {
    code: 'quarantined',
    message: `The history could not be read. It was moved to ${path.basename(aside)}, and a new one was begun.`,
    file: aside
  }
}

function newer(file: string): DataProblem {
  return {
    code: 'newer',
    message:
      'The history was written by a newer Parley. It is left as it is, and nothing is added to it. Update Parley.',
    file
  }
}

function unusable(file: string, why: string): OpenResult {
  const message = `The history cannot be opened (${why}). Conversations are not kept until Parley starts again.`
  return { kind: 'unusable', problem: { code: 'write-failed', message, file } }
}
