// Plain JavaScript for Node 20: goes on with the Node that the project brings when the running one is older.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const NEEDED_MAJOR = 24

/** The checkout's folder. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** Exit code of a child that ended with `code` or `signal`, as a shell reports it. */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0)
}

/** Hands SIGINT, SIGTERM and SIGHUP on to `child`, so that nothing outlives the launcher; resolves to its exit code. */
export function follow(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(exitCodeOf(code, signal)))
  })
}

/**
 * True when this process runs Node 24 or newer. Else `script` is run again on the project's own Node and its exit code
 * becomes ours, or stderr says exactly what to do; the caller returns in both cases.
 */
export async function onNode24(script) {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) return true
  const own = path.join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(own)) {
    process.stderr.write(
      `This is Node ${process.versions.node}, and Parley needs Node ${NEEDED_MAJOR}. Run "npm ci" in ${root}: it brings one.\n`
    )
    process.exitCode = 1
    return false
  }
  try {
    process.exitCode = await follow(spawn(own, [script, ...process.argv.slice(2)], { stdio: 'inherit' }))
  } catch (error) {
    process.stderr.write(`${own} does not run: ${error.message}. Run "npm ci" in ${root} again.\n`)
    process.exitCode = 1
  }
  return false
}
