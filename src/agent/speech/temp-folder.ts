import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder younger than this is left alone even if its process cannot be seen: it may live in another container. */
const STALE_AFTER_MS = 60_000
const NAME = /^parley-(?:voice|turn)-(\d+)-/

/** A new private folder that carries its process's number, so that a later start can tell whether it was left behind. */
export function makeTempFolder(use: 'voice' | 'turn'): string {
  return mkdtempSync(join(tmpdir(), `parley-${use}-${process.pid}-`))
}

/** Removes the folders that processes left behind which were killed: a recorded turn must not stay on the disk. */
export function sweepTempFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(NAME.exec(name)?.[1])
    if (Number.isNaN(pid) || isAlive(pid)) continue
    const folder = join(tmpdir(), name)
    try {
      if (Date.now() - statSync(folder).mtimeMs > STALE_AFTER_MS) rmSync(folder, { recursive: true, force: true })
    } catch {
      // Another user's folder, or another start was quicker: not ours to remove.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
