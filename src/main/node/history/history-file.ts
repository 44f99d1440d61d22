import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { CallError } from '../../../shared/ipc/contract.ts'
import type { DataProblem } from '../../../shared/ipc/data-calls.ts'
import type { Log } from '../../../shared/runtime.ts'
import { fileObstacle } from '../file-problem.ts'
import { deleteDatabase, HISTORY_FILE, isDamaged, moveAside, openDatabase } from './open-database.ts'
import { HistoryStore } from './store.ts'
import { keptUsage, restoreUsage } from './usage.ts'

export interface HistoryFileDeps {
  dataDir: string
  /** Time of day, in ms since 1970. */
  nowMs: () => number
  log: Log
  problems: { add(problem: DataProblem): void }
}

type State =
  { kind: 'open'; database: DatabaseSync; store: HistoryStore } | { kind: 'unusable'; why: string } | { kind: 'closed' }

/** The database with what may go wrong with it: whatever happens to the file, nobody is thrown at but who asked for it. */
export class HistoryFile {
  readonly #deps: HistoryFileDeps
  #state: State
  /** Writing failed, and that was told. */
  #failing = false

  constructor(deps: HistoryFileDeps) {
    this.#deps = deps
    this.#state = this.#open()
  }

  /** For a call of a person. Throws a `CallError`. */
  use<T>(run: (store: HistoryStore, database: DatabaseSync) => T): T {
    const state = this.#state
    if (state.kind === 'unusable') throw new CallError('refused', state.why)
    if (state.kind === 'closed') throw new CallError('refused', 'Parley is closing.')
    try {
      return run(state.store, state.database)
    } catch (cause) {
      if (cause instanceof CallError) throw cause
      this.#deps.log.warn('the history failed', { cause })
      if (isDamaged(cause)) this.#replace()
      const message = isDamaged(cause)
        ? 'The history could not be read and was moved aside. A new one was begun.'
        : 'The history cannot be used at the moment. Try again.'
      throw new CallError('internal', message, { cause })
    }
  }

  /**
   * For what happens by itself. `later`: it failed and may be tried again; `lost`: there is no history, or none any more that this belonged
   * to: a damaged one was replaced. Never throws.
   */
  try<T>(run: (store: HistoryStore, database: DatabaseSync) => T): { done: T } | 'later' | 'lost' | 'unusable' {
    const state = this.#state
    if (state.kind !== 'open') return 'unusable'
    try {
      const done = run(state.store, state.database)
      this.#failing = false
      return { done }
    } catch (cause) {
      this.#deps.log.warn('the history could not be written', { cause })
      if (isDamaged(cause)) {
        this.#replace()
        return 'lost'
      }
      this.#tellFailing(cause)
      return 'later'
    }
  }

  /**
   * Deletes every conversation, also in databases that were moved aside, and the file they were in. `usage`: the minutes stay. Throws a
   * `CallError` that names what is still there; the history goes on all the same.
   */
  deleteAll({ usage }: { usage: 'keep' | 'delete' }): void {
    const { dataDir } = this.#deps
    const state = this.#state
    if (state.kind === 'closed') return
    if (state.kind === 'unusable') {
      // What cannot be opened may be of a newer Parley: it goes only with everything.
      if (usage === 'keep') throw new CallError('refused', state.why)
      const left = deleteDatabase(dataDir)
      this.#state = this.#open()
      return this.#tellLeft(left)
    }
    const minutes = usage === 'keep' ? this.use((_, database) => keptUsage(database)) : []
    const lastId = usage === 'keep' ? this.use((store) => store.lastId) : 0
    state.store.close()
    const left = deleteDatabase(dataDir)
    this.#state = this.#open()
    this.try((store, database) => {
      restoreUsage(database, minutes)
      if (store.lastId < lastId) store.countFrom(lastId)
    })
    this.#tellLeft(left)
  }

  close(): void {
    if (this.#state.kind === 'open') {
      this.try((store) => store.scrub())
      this.#state.store.close()
    }
    this.#state = { kind: 'closed' }
  }

  #open(): State {
    const { dataDir, nowMs, problems } = this.#deps
    const result = openDatabase(dataDir, nowMs)
    if (result.problem !== undefined) problems.add(result.problem)
    if (result.kind === 'unusable') return { kind: 'unusable', why: result.problem.message }
    const { database } = result
    return { kind: 'open', database, store: new HistoryStore(database) }
  }

  /** The database that is open turned out to be damaged. */
  #replace(): void {
    const { dataDir, nowMs, problems } = this.#deps
    if (this.#state.kind === 'open') this.#state.store.close()
    try {
      problems.add(moveAside(path.join(dataDir, HISTORY_FILE), nowMs()))
    } catch (cause) {
      this.#deps.log.warn('a damaged history could not be moved aside', { cause })
    }
    this.#state = this.#open()
  }

  #tellLeft(left: ReturnType<typeof deleteDatabase>): void {
    const [first] = left
    if (first === undefined) return
    const { file, cause } = first
    for (const each of left) this.#deps.log.warn('a file of the history could not be deleted', { cause: each.cause })
    const more = left.length > 1 ? ` and ${left.length - 1} more` : ''
    const message = `${path.basename(file)}${more} could not be deleted: ${fileObstacle(cause)}. Close what uses it, then delete again, or delete it by hand in the data folder.`
    throw new CallError('refused', message, { cause })
  }

  #tellFailing(cause: unknown): void {
    if (this.#failing) return
    this.#failing = true
    const why = cause instanceof Error ? cause.message : String(cause)
    this.#deps.problems.add({
      code: 'write-failed',
      message: `The history cannot be written (${why}). Parley goes on trying; make room on the disk, or check the rights of the data folder.`,
      file: path.join(this.#deps.dataDir, HISTORY_FILE)
    })
  }
}
