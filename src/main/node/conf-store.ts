import { existsSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import Conf, { type Options } from 'conf'
import type { FileStore, Log } from '../../core/ports.ts'

const FILE = 'parley'

/** How each file is opened; the desktop host opens them through electron-store. */
export type StoreOptions = Partial<Options<Record<string, unknown>>> & { configName: string }

/**
 * The settings file `parley.json` in `dataDir`, one JSON object, written atomically and mode 0600, with its last good
 * content in `parley.json.bak`. A file that cannot be read is moved aside to `parley.corrupt-<time>.json`, told through
 * the log, and replaced by the backup, or by nothing where that is bad too. Reading never throws because of a bad file;
 * a write that the disk refuses does.
 */
export function confStore(
  dataDir: string,
  log: Log,
  nowIso: () => string = () => new Date().toISOString(),
  create: (options: StoreOptions) => Conf = (options) => new Conf(options)
): FileStore {
  const mainFile = path.join(dataDir, `${FILE}.json`)
  const backupFile = `${mainFile}.bak`
  const quarantine = (file: string): void => {
    const aside = path.join(dataDir, `${path.basename(file).replace('.json', '')}.corrupt-${stamp(nowIso())}.json`)
    renameSync(file, aside)
    log.warn('A settings file could not be read and was moved aside', { file, aside })
  }
  // A file that is simply absent stays so: whoever deleted it wants to start afresh.
  const heal = (): void => {
    if (isGood(mainFile)) return
    quarantine(mainFile)
    if (!isGood(backupFile)) quarantine(backupFile)
    else if (existsSync(backupFile)) {
      open('json').store = readObject(backupFile)
      log.warn('The last good settings were restored from the backup', { file: backupFile })
    }
  }
  const open = (fileExtension: 'json' | 'json.bak'): Conf =>
    create({
      cwd: dataDir,
      configName: FILE,
      fileExtension,
      accessPropertiesByDotNotation: false,
      configFileMode: 0o600
    })
  heal()
  const main = open('json')
  return {
    read: (key) => {
      heal()
      return main.get(key)
    },
    write: (key, value) => {
      heal()
      main.set(key, value)
      if (!isGood(backupFile)) quarantine(backupFile)
      open('json.bak').store = main.store
    }
  }
}

/** True too where there is no file: nothing is a good start. */
function isGood(file: string): boolean {
  if (!existsSync(file)) return true
  try {
    readObject(file)
    return true
  } catch (cause) {
    if (cause instanceof SyntaxError) return false
    throw cause
  }
}

function readObject(file: string): Record<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('not a JSON object')
  return value as Record<string, unknown>
}

/** A time that every file system takes as part of a name. */
function stamp(iso: string): string {
  return iso.replaceAll(/[:.]/g, '-')
}
