import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Log } from '../../../shared/runtime.ts'

/** In the data folder while the window's own folders wait to be deleted: a browser that runs must not lose them. */
const MARK = 'delete-window-data'

/** A running Electron needs its lock, and what was encrypted since cannot be read without its `Local State`. */
const NEEDED = /^(?:Singleton.*|lockfile|Local State|estand-key-ring)$/

/** Where the window keeps what a browser keeps: cache, storage, its own settings. The last one is of a Chromium that is a snap. */
export function windowFolders(dataDir: string, home: string): string[] {
  return [
    path.join(dataDir, 'window'),
    path.join(dataDir, 'electron'),
    ...(process.platform === 'linux' ? [path.join(home, 'snap/chromium/common/parley')] : [])
  ]
}

/** They are deleted when the window is closed, or at the next start. */
export function markWindowFolders(dataDir: string): void {
  writeFileSync(path.join(dataDir, MARK), '', { mode: 0o600 })
}

/** Deletes what was marked. Call it while no window is open and this process owns the data folder. */
export function deleteMarkedFolders(dataDir: string, folders: readonly string[], log: Log): void {
  const mark = path.join(dataDir, MARK)
  if (!existsSync(mark)) return
  try {
    for (const folder of folders.filter((name) => existsSync(name))) {
      for (const name of readdirSync(folder)) {
        if (!NEEDED.test(name)) rmSync(path.join(folder, name), { recursive: true, force: true, maxRetries: 3 })
      }
    }
    rmSync(mark)
  } catch (cause) {
    log.warn('what the window kept could not be deleted yet; the next start tries again', { cause })
  }
}
