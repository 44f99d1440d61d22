import type { Clock, Log } from '../../core/ports.ts'
import { confStore, type ConfStore, type ConfStoreOptions } from './conf-store.ts'
import { lockDataDir, takenMessage } from './data-lock.ts'
import { storeProblems, type StoreProblems } from './data-problems.ts'
import { fileObstacle } from './file-problem.ts'

/** Why Parley cannot start with this data folder: one sentence for a person, with what to do. */
export class DataFolderError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DataFolderError'
  }
}

/** The data folder of this process. `problems`: what went wrong with its files so far; whoever opens more files in it adds to them. */
export interface DataFolder {
  store: ConfStore
  problems: StoreProblems
  /** Writes what is not on the disk yet and lets the folder go; call it last. Idempotent. */
  close(): void
}

export interface DataFolderOptions {
  dataDir: string
  log: Log
  clock: Clock
  /** How the settings file is opened; see {@link ConfStoreOptions}. */
  create?: NonNullable<ConfStoreOptions['create']>
}

/** Takes the data folder for this process and reads the settings in it. Throws {@link DataFolderError}. */
export function openData({ dataDir, log, clock, create }: DataFolderOptions): DataFolder {
  const lock = lockDataDir(dataDir)
  if (lock.kind === 'taken') throw new DataFolderError(takenMessage(dataDir))
  const problems = storeProblems()
  const release = (): void => {
    if (lock.kind === 'held') lock.release()
  }
  if (lock.kind === 'unknown') {
    log.warn('the data folder cannot be locked', { cause: lock.cause })
    problems.add({
      code: 'in-use',
      file: dataDir,
      message: `The file system of ${dataDir} has no locks, so Parley cannot see whether another one uses this folder. Start only one at a time.`
    })
  }
  try {
    const store = confStore({ dataDir, log, problems, clock, ...(create === undefined ? {} : { create }) })
    return {
      store,
      problems,
      close() {
        store.close()
        release()
      }
    }
  } catch (cause) {
    release()
    const message = `The settings in ${dataDir} cannot be read: ${fileObstacle(cause)}. Correct that, or choose another folder: --data-dir DIR.`
    throw new DataFolderError(message, { cause })
  }
}
