import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where a self-check keeps its data: a folder of its own, so that no profile is touched and a Parley that runs is left alone. */
export function selfCheckDataDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'parley-self-check-'))
  process.once('exit', () => {
    try {
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
    } catch {
      // Chromium may still hold or write a file of its own there; the system's clean-up of the folder takes it then.
    }
  })
  return dir
}
