import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync
} from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { targetKey } from '../../../core/secrets/secret-use.ts'
import { SecretTarget } from '../../../shared/ipc/secret-calls.ts'
import type { Log } from '../../../shared/runtime.ts'
import type { StoreProblems } from '../data-problems.ts'
import { fileObstacle } from '../file-problem.ts'
import { nameAside } from '../name-aside.ts'
import { syncFolder } from '../sync-folder.ts'

const FILE = 'secrets.json'
const BACKUP = `${FILE}.bak`
const VERSION = 1

/** Everything that this module ever makes. */
const OWN_FILES = /^secrets\.(?:json(?:\.bak)?|(?:corrupt|changed)-[\w-]+\.json)(?:\.new)?$/

/** `value`: ciphertext (base64) in `protected`, the value itself in `file`. At most one entry for a target in each place. */
const Entry = z.strictObject({
  target: SecretTarget,
  place: z.enum(['protected', 'file']),
  value: z.string().min(1).max(100_000)
})
export type SecretEntry = z.infer<typeof Entry>

const Document = z.looseObject({ schemaVersion: z.int().min(1), entries: z.array(z.unknown()) })

/** Why the file could not be changed, as a sentence for a person; nothing of it was changed. */
export class SecretFileError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SecretFileError'
  }
}

export interface SecretFileOptions {
  dataDir: string
  log: Log
  problems: Pick<StoreProblems, 'add'>
  nowIso?: () => string
  /** For who does not own the data folder: nothing is moved, corrected or written. */
  readOnly?: boolean
}

type Found = { kind: 'absent' } | { kind: 'bad' } | { kind: 'newer'; version: number; entries: SecretEntry[] } | Good
type Good = { kind: 'good'; text: string; entries: SecretEntry[]; unreadable: number }

/**
 * `secrets.json` in the data folder and its copy `secrets.json.bak`, both for this user alone (0600). A change is on the disk when
 * {@link write} returns, in both, so that what was removed is in neither. A file that cannot be read is moved aside and told; one of a newer
 * Parley is read as far as it can be and left alone.
 */
export class SecretFile {
  readonly #options: SecretFileOptions
  #entries: readonly SecretEntry[] = []
  /** What the file is known to hold. */
  #text: string | undefined
  /** Why nothing may be written, as a sentence. */
  #frozen: string | undefined

  constructor(options: SecretFileOptions) {
    this.#options = options
    try {
      this.#open()
    } catch (cause) {
      options.log.warn('the kept keys could not be read', { cause })
      this.#frozen = `${this.#path(FILE)} cannot be opened: ${fileObstacle(cause)}. The keys in it are not used; correct that and start Parley again.`
      this.#tell({ code: 'entry-unreadable', file: this.#path(FILE), message: this.#frozen })
    }
  }

  get entries(): readonly SecretEntry[] {
    return this.#entries
  }

  /** Throws {@link SecretFileError}. */
  write(entries: readonly SecretEntry[]): void {
    if (this.#frozen !== undefined) throw new SecretFileError(this.#frozen)
    const text = `${JSON.stringify({ schemaVersion: VERSION, entries }, null, 2)}\n`
    try {
      const found = this.#read(FILE)
      if (found.kind === 'bad') this.#moveAside(FILE, 'corrupt')
      else if (found.kind !== 'absent' && (found.kind === 'newer' || found.text !== this.#text)) {
        this.#moveAside(FILE, 'changed')
      }
      this.#put(FILE, text)
      this.#put(BACKUP, text)
      syncFolder(this.#options.dataDir)
    } catch (cause) {
      this.#options.log.warn('the kept keys could not be written', { cause })
      throw new SecretFileError(`${this.#path(FILE)} cannot be written: ${fileObstacle(cause)}.`, { cause })
    }
    this.#text = text
    this.#entries = entries
  }

  /** Removes every file that was ever made, also what was moved aside. Throws what the system says. */
  destroy(): void {
    this.#entries = []
    this.#text = undefined
    this.#frozen = undefined
    // The copies first: a file that is missing would be restored from one.
    const own = readdirSync(this.#options.dataDir).filter((name) => OWN_FILES.test(name))
    for (const name of own.toSorted((a, b) => Number(a === FILE) - Number(b === FILE)))
      rmSync(this.#path(name), { force: true })
  }

  #open(): void {
    const main = this.#read(FILE)
    if (main.kind === 'good') return this.#take(main)
    if (main.kind === 'newer') return this.#takeNewer(main)
    if (main.kind === 'bad') this.#moveAside(FILE, 'corrupt')
    const backup = this.#read(BACKUP)
    if (backup.kind === 'bad') this.#moveAside(BACKUP, 'corrupt')
    if (backup.kind === 'good') this.#restore(backup)
  }

  #path(name: string): string {
    return path.join(this.#options.dataDir, name)
  }

  #take(found: Good): void {
    this.#entries = found.entries
    this.#text = found.text
    if (found.unreadable === 0) return
    const aside = this.#options.readOnly === true ? undefined : this.#nameAside('corrupt')
    if (aside !== undefined) this.#putAt(aside, found.text)
    this.#tell({
      code: 'entry-unreadable',
      file: aside ?? this.#path(FILE),
      message: `${found.unreadable === 1 ? 'One key' : `${found.unreadable} keys`} in ${this.#path(FILE)} cannot be read and must be entered again. The others are there.${aside === undefined ? '' : ` The file as it was is kept in ${aside}.`}`
    })
    if (aside !== undefined) this.#tryWrite()
  }

  #takeNewer({ entries, version }: Extract<Found, { kind: 'newer' }>): void {
    this.#entries = entries
    this.#frozen = `${this.#path(FILE)} belongs to a newer Parley, so nothing is changed in it. Update Parley, or keep the key until Parley ends.`
    this.#tell({
      code: 'newer',
      file: this.#path(FILE),
      message: `${this.#path(FILE)} was written by a newer Parley (version ${version}; this one writes ${VERSION}). What can be read of it is used, and it is left as it is. Update Parley.`
    })
  }

  #restore(found: Good): void {
    this.#entries = found.entries
    const message = `${this.#path(FILE)} was missing or broken. The last good copy of it is used (${this.#path(BACKUP)}).`
    this.#tell({ code: 'restored', file: this.#path(FILE), message })
    this.#tryWrite()
  }

  /** What was put right is on the disk with the next change, if not now. */
  #tryWrite(): void {
    if (this.#options.readOnly === true) return
    try {
      this.write(this.#entries)
    } catch (cause) {
      if (!(cause instanceof SecretFileError)) throw cause
      this.#tell({ code: 'write-failed', file: this.#path(FILE), message: cause.message })
    }
  }

  #read(name: string): Found {
    const file = this.#path(name)
    if (!existsSync(file)) return { kind: 'absent' }
    if (this.#options.readOnly !== true) closeToOthers(file, this.#options.log)
    return parse(readFileSync(file))
  }

  #put(name: string, text: string): void {
    this.#putAt(this.#path(name), text)
  }

  #putAt(file: string, text: string): void {
    const half = `${file}.new`
    rmSync(half, { force: true })
    const fd = openSync(half, 'wx', 0o600)
    try {
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.byteLength;) at += writeSync(fd, bytes, at)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(half, file)
  }

  #moveAside(name: string, why: 'corrupt' | 'changed'): void {
    const file = this.#path(name)
    if (this.#options.readOnly === true) {
      return this.#tell({
        code: 'quarantined',
        file,
        message: `${file} cannot be read. Start Parley to have it put right.`
      })
    }
    const aside = this.#nameAside(why)
    renameSync(file, aside)
    const what =
      why === 'corrupt'
        ? `${file} could not be read. It was moved to ${aside}; it may hold keys, so delete it once you have entered them again.`
        : `${file} was changed by another program while Parley ran. That version was moved to ${aside}; Parley goes on with its own.`
    this.#tell({ code: 'quarantined', file: aside, message: what })
  }

  #nameAside(why: 'corrupt' | 'changed'): string {
    const { nowIso = () => new Date().toISOString() } = this.#options
    return nameAside(this.#path(`secrets.${why}-`), '.json', nowIso())
  }

  #tell(problem: Parameters<StoreProblems['add']>[0]): void {
    this.#options.log.warn(problem.message)
    this.#options.problems.add(problem)
  }
}

/** No cause of a parser is told: it would quote the file. */
function parse(bytes: Buffer): Found {
  let value: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    value = JSON.parse(text)
  } catch {
    return { kind: 'bad' }
  }
  const document = Document.safeParse(value)
  if (!document.success) return { kind: 'bad' }
  const { schemaVersion: version } = document.data
  const { entries, unreadable } = readEntries(document.data.entries)
  return version > VERSION ? { kind: 'newer', version, entries } : { kind: 'good', text, entries, unreadable }
}

function readEntries(given: readonly unknown[]): { entries: SecretEntry[]; unreadable: number } {
  const known = new Map<string, SecretEntry>()
  let unreadable = 0
  for (const item of given) {
    const parsed = Entry.safeParse(item)
    if (!parsed.success) unreadable += 1
    else known.set(`${parsed.data.place} ${targetKey(parsed.data.target)}`, parsed.data)
  }
  return { entries: [...known.values()], unreadable }
}

/** A file that was copied or restored may have become readable for others. */
function closeToOthers(file: string, log: Log): void {
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return
  chmodSync(file, 0o600)
  log.warn('the file of the kept keys could be read by other users and was closed to them', { file })
}
