import { spawn } from 'node:child_process'
import type { Machine } from '../browser.ts'
import { windowObstacle } from '../browser.ts'

/** Opens a folder in the system's file manager; resolves to why it could not be opened, as a sentence. */
export type FolderOpener = (dir: string) => Promise<string | undefined>

const PROGRAMS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer.exe' }

/** A file manager that has not failed by then is open. */
const SETTLE_MS = 3_000

/** With the program that the system has for it: `open`, `explorer.exe`, else `xdg-open`. */
export function systemOpener(machine: Machine): FolderOpener {
  return async (dir) => {
    const obstacle = windowObstacle(machine)
    if (obstacle === 'no-display')
      return `There is no display here, so no file manager can be opened. The folder is ${dir}`
    const program = PROGRAMS[machine.platform] ?? 'xdg-open'
    const failed = await run(program, dir, machine.platform === 'win32')
    return failed ? `No file manager could be opened (${program}). The folder is ${dir}` : undefined
  }
}

/** True where the program is missing or fails. The explorer of Windows ends with 1 when all is well. */
function run(program: string, dir: string, anyCode: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [dir], { stdio: 'ignore', detached: true })
    const timer = setTimeout(() => resolve(false), SETTLE_MS)
    const done = (failed: boolean): void => {
      clearTimeout(timer)
      resolve(failed)
    }
    child.once('error', () => done(true))
    child.once('exit', (code) => done(!anyCode && code !== 0))
    child.unref()
  })
}
