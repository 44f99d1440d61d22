import { constants, copyFileSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import Conf, { type Options } from 'conf'
import type { Clock, FileStore, Log } from '../../core/ports.ts'
import { DOCUMENT_VERSION, migrateDocument } from '../../core/profiles/migrations/document.ts'
import type { Fields } from '../../core/profiles/migrations/migrate.ts'
import type { StoreProblems } from './data-problems.ts'
import { fileObstacle } from './file-problem.ts'
import { nameAside } from './name-aside.ts'
import { formatSettings, readSettings, type Found } from './settings-file.ts'
import { syncFolder } from './sync-folder.ts'

const FILE = 'parley.json'
const BACKUP = `${FILE}.bak`

/** The file, its copy, what was moved aside and what is left of a write that was cut off. */
const OWN_FILES = /^parley\.(?:json(?:\.bak)?(?:\.tmp-.*)?|(?:bak\.)?(?:corrupt|changed)-.*\.json)$/
const LEFTOVERS = /^parley\.json(?:\.bak)?\.tmp-/

/** A write that the disk refused is tried again this often. */
const RETRY_MS = 10_000

const NO_COPY =
  'There was no good copy of the settings file either, so Parley begins with no agents and settings of your own. What was in the file was moved aside.'

/** How each file is opened; the desktop host opens them through electron-store. */
export type StoreOptions = Partial<Options<Record<string, unknown>>> & { configName: string }

export interface ConfStoreOptions {
  dataDir: string
  log: Log
  problems: Pick<StoreProblems, 'add' | 'solve'>
  /** Tries refused writes again; without it only the next write and the end do. */
  clock?: Clock
  nowIso?: () => string
  create?: (options: StoreOptions) => Conf
}

/** The settings file. `write` never throws: what the disk refuses stays in memory, is told, and is tried again. */
export interface ConfStore extends FileStore {
  /** Forgets everything and removes every file that it made, also what was moved aside. Throws what the system says. */
  clear(): void
  /** Tries once more to write what is not on the disk. Idempotent. */
  close(): void
}

/**
 * The settings file `parley.json` in `dataDir`, one JSON object of {@link DOCUMENT_VERSION}, mode 0600, with the last good copy of it in
 * `parley.json.bak`. It is read once; who calls this must own the folder (`data-lock.ts`).
 *
 * - A file that cannot be read is moved aside (`parley.corrupt-<time>.json`), the copy takes its place, and both are told. Throws only
 *   where the system does not let a file be read at all.
 * - A file of a newer Parley is left alone: what can be read of it is used, and nothing is written.
 * - A file that somebody else changed while Parley did not run is used and told; what Parley wrote last is kept beside it.
 * - A file that somebody else changed while Parley runs is kept as `parley.changed-<time>.json` before it is written over.
 */
export function confStore(options: ConfStoreOptions): ConfStore {
  return new Store(options)
}

type Good = Extract<Found, { kind: 'good' }>

class Store implements ConfStore {
  readonly #options: ConfStoreOptions
  readonly #mainFile: string
  readonly #backupFile: string
  readonly #files = new Map<string, Conf>()
  #document: Fields = {}
  /** What is being written. */
  #text = ''
  /** What the file is known to hold; undefined where there is none. */
  #onDisk: string | undefined
  /** `newer`: the file belongs to a newer Parley, and nothing is written. */
  #state: 'saved' | 'unsaved' | 'newer' = 'saved'
  #cancelRetry: (() => void) | undefined
  #closed = false

  /** Throws what the system says where a file cannot be read at all. */
  constructor(options: ConfStoreOptions) {
    this.#options = options
    this.#mainFile = path.join(options.dataDir, FILE)
    this.#backupFile = path.join(options.dataDir, BACKUP)
    this.#open()
  }

  read(key: string): unknown {
    return structuredClone(Object.hasOwn(this.#document, key) ? this.#document[key] : undefined)
  }

  write(key: string, value: unknown): void {
    this.#document = { ...this.#document, schemaVersion: DOCUMENT_VERSION, [key]: structuredClone(value) }
    this.#save()
  }

  clear(): void {
    this.#cancelRetry?.()
    this.#document = {}
    this.#onDisk = undefined
    this.#state = 'saved'
    this.#remove(OWN_FILES)
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry?.()
    if (this.#state === 'unsaved') this.#save()
  }

  #open(): void {
    this.#removeLeftovers()
    const main = readSettings(this.#mainFile)
    const backup = readSettings(this.#backupFile)
    if (main.kind === 'bad') this.#tryMoveAside(this.#mainFile)
    if (backup.kind === 'bad') this.#tryMoveAside(this.#backupFile)
    if (main.kind === 'good') return isChanged(main, backup) ? this.#takeChanged(main, backup) : this.#take(main)
    if (backup.kind === 'good') return this.#restore(backup)
    if (main.kind === 'bad') this.#tell({ code: 'quarantined', file: this.#mainFile, message: NO_COPY })
  }

  #take({ document, text }: Good): void {
    const migrated = migrateDocument(document)
    this.#onDisk = text
    this.#document = migrated.value
    if (migrated.kind !== 'newer') return
    this.#state = 'newer'
    this.#tell({
      code: 'newer',
      file: this.#mainFile,
      message: `${this.#mainFile} was written by a newer Parley (version ${migrated.version}; this one writes ${DOCUMENT_VERSION}). It is left as it is: what you change now is forgotten when Parley ends. Update Parley.`
    })
  }

  /** A person may have done it, or a bad disk: it is used, told, and what Parley wrote last is kept. */
  #takeChanged(main: Good, backup: Found): void {
    this.#take(main)
    const aside = backup.kind === 'good' ? this.#copyAside(this.#backupFile) : undefined
    const copy =
      aside === undefined ? 'There is no copy of what it was' : `The copy that was beside it is kept in ${aside}`
    const message = `${this.#mainFile} was changed since Parley wrote it. It is used as it is now. ${copy}.`
    this.#tell({ code: 'quarantined', file: aside ?? this.#mainFile, message })
    this.#save()
  }

  #restore(backup: Good): void {
    this.#take(backup)
    this.#onDisk = undefined
    this.#tell({
      code: 'restored',
      file: this.#mainFile,
      message: `${this.#mainFile} was missing or broken. The last good copy of it is used (${this.#backupFile}).`
    })
    if (this.#state !== 'newer') this.#save()
  }

  /** Of a Parley that was ended in the middle of a write; where they cannot be removed they harm nobody. */
  #removeLeftovers(): void {
    try {
      this.#remove(LEFTOVERS)
    } catch (cause) {
      this.#options.log.warn('what an earlier write left behind could not be removed', { cause })
    }
  }

  #remove(names: RegExp): void {
    for (const name of readdirSync(this.#options.dataDir)) {
      if (names.test(name)) rmSync(path.join(this.#options.dataDir, name), { force: true })
    }
  }

  #save(): void {
    this.#cancelRetry?.()
    if (this.#state === 'newer') return
    const text = formatSettings(this.#document)
    try {
      if (!this.#keepOther()) return
      this.#put(this.#mainFile, text)
      this.#onDisk = text
      this.#put(this.#backupFile, text)
      syncFolder(this.#options.dataDir)
    } catch (cause) {
      return this.#refused(cause)
    }
    if (this.#state === 'unsaved') this.#options.problems.solve('write-failed', this.#mainFile)
    this.#state = 'saved'
  }

  /** The library writes a part of a text and says nothing where the disk is full; that must not pass for a file that was written. */
  #put(file: string, text: string): void {
    this.#text = text
    // Set to what `serialize` gives.
    this.#conf(file).store = {}
    if (readFileSync(file, 'utf8') === text) return
    rmSync(file)
    throw new ShortWriteError()
  }

  #conf(file: string): Conf {
    const known = this.#files.get(file)
    if (known !== undefined) return known
    // The library throws on such a file.
    if (readSettings(file).kind === 'bad') this.#moveAside(file, 'corrupt')
    const { create = (given: StoreOptions) => new Conf(given), dataDir } = this.#options
    const conf = create({
      cwd: dataDir,
      configName: FILE.replace('.json', ''),
      fileExtension: file === this.#mainFile ? 'json' : 'json.bak',
      accessPropertiesByDotNotation: false,
      configFileMode: 0o600,
      serialize: () => this.#text
    })
    this.#files.set(file, conf)
    return conf
  }

  /** What somebody else wrote into the file is kept before it is written over; false where it must not be. */
  #keepOther(): boolean {
    const found = readSettings(this.#mainFile)
    if (found.kind === 'bad') this.#moveAside(this.#mainFile, 'corrupt')
    if (found.kind !== 'good' || found.text === this.#onDisk) return true
    if (migrateDocument(found.document).kind !== 'newer') {
      this.#moveAside(this.#mainFile, 'changed')
      return true
    }
    this.#state = 'newer'
    this.#tell({
      code: 'newer',
      file: this.#mainFile,
      message: `${this.#mainFile} was written by a newer Parley while this one ran. It is left as it is: what you change now is forgotten when Parley ends. Quit this one.`
    })
    return false
  }

  /** Where the folder cannot be written, what follows tells it; the file stays. */
  #tryMoveAside(file: string): void {
    try {
      this.#moveAside(file, 'corrupt')
    } catch (cause) {
      this.#refused(cause)
    }
  }

  #moveAside(file: string, why: 'corrupt' | 'changed'): void {
    const aside = this.#nameAside(file, why)
    renameSync(file, aside)
    const what =
      why === 'corrupt'
        ? `${file} could not be read. It was moved to ${aside}, so that nothing in it is lost.`
        : `${file} was changed by another program while Parley ran. That version was moved to ${aside}; Parley goes on with its own.`
    this.#tell({ code: 'quarantined', file: aside, message: what })
  }

  /** Where the copy is; undefined where the disk refuses it. */
  #copyAside(file: string): string | undefined {
    const aside = this.#nameAside(this.#mainFile, 'changed')
    try {
      copyFileSync(file, aside, constants.COPYFILE_EXCL)
      return aside
    } catch (cause) {
      this.#options.log.warn('the last good settings could not be kept beside changed ones', { cause })
      return undefined
    }
  }

  #nameAside(file: string, why: 'corrupt' | 'changed'): string {
    const { nowIso = () => new Date().toISOString() } = this.#options
    const name = path.basename(file).replace('.json', '')
    return nameAside(path.join(this.#options.dataDir, `${name}.${why}-`), '.json', nowIso())
  }

  #refused(cause: unknown): void {
    const { clock, log } = this.#options
    log.warn('the settings could not be written', { cause })
    this.#state = 'unsaved'
    const why = cause instanceof ShortWriteError ? 'the disk is full' : fileObstacle(cause)
    this.#tell({
      code: 'write-failed',
      file: this.#mainFile,
      message: `Agents and settings cannot be saved in ${this.#mainFile}: ${why}. Parley goes on with them and tries again; do not end it before that.`
    })
    if (!this.#closed) this.#cancelRetry = clock?.after(RETRY_MS, () => this.#save())
  }

  #tell(problem: Parameters<StoreProblems['add']>[0]): void {
    this.#options.log.warn(problem.message)
    this.#options.problems.add(problem)
  }
}

class ShortWriteError extends Error {
  constructor() {
    super('the file does not hold what was written')
    this.name = 'ShortWriteError'
  }
}

/** The file is not as Parley wrote it, whose copy beside it has a check at least. */
function isChanged({ check, document }: Good, backup: Found): boolean {
  if (check !== 'none') return check === 'wrong'
  return migrateDocument(document).kind !== 'newer' && backup.kind === 'good' && backup.check !== 'none'
}
