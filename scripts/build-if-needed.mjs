// Shared by bin/parley.mjs and scripts/start.mjs: one build when `out/` is missing or older than the sources.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a whole build leaves behind; one file of every part. */
const TARGETS = ['out/main/cli.js', 'out/main/web.js', 'out/preload/index.cjs', 'out/renderer/index.html']
const SOURCES = ['src', 'resources', 'package.json', 'package-lock.json', 'electron.vite.config.ts']
const NOT_BUILT = /\.test\.tsx?$|\.test-support\.ts$|\.md$/

/** Newest modification time (ms) of anything the build reads. */
function newestSource(root) {
  let newest = 0
  const visit = (file) => {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats === undefined) return
    if (stats.isDirectory()) for (const name of readdirSync(file)) visit(path.join(file, name))
    else if (!NOT_BUILT.test(file)) newest = Math.max(newest, stats.mtimeMs)
  }
  for (const source of SOURCES) visit(path.join(root, source))
  return newest
}

/** True when every part of the build is there and none is older than the sources. */
export function isBuilt(root) {
  const newest = newestSource(root)
  return TARGETS.every((target) => {
    const stats = statSync(path.join(root, target), { throwIfNoEntry: false })
    return stats !== undefined && stats.mtimeMs >= newest
  })
}

function runsStill(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Only one process builds at a time: the lock file holds its pid, and the lock of a dead one is taken over. */
async function withLock(root, say, work) {
  const lock = path.join(root, 'out', '.building')
  mkdirSync(path.dirname(lock), { recursive: true })
  let told = false
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      const pid = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : '')
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (pid > 0 ? !runsStill(pid) : age > 5000) rmSync(lock, { force: true })
      else if (!told) say('Another Parley is building; waiting for it ...')
      told = true
      await sleep(200)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

function runBuild(root) {
  const tool = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  if (!existsSync(tool)) return Promise.resolve(`Parley cannot be built: run "npm ci" in ${root} first.`)
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [tool, 'build', '--logLevel', 'warn'], { cwd: root, stdio: ['ignore', 2, 2] })
    const stop = (signal) => child.kill(signal)
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
    const end = (message) => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      resolve(message)
    }
    child.on('error', (error) => end(`Parley cannot be built: ${error.message}`))
    child.on('exit', (code, signal) => end(code === 0 ? undefined : `The build failed (${signal ?? `exit ${code}`}).`))
  })
}

/**
 * Builds when `out/` is missing or older than the sources; progress goes to `say`, the build tool's own output to stderr.
 * Answers `{ ok: true, built }` or `{ ok: false, message }` with a sentence. A checkout without sources is taken as it is.
 */
export async function buildIfNeeded(root, say) {
  if (!existsSync(path.join(root, 'src')) || isBuilt(root)) return { ok: true, built: false }
  return withLock(root, say, async () => {
    if (isBuilt(root)) return { ok: true, built: false }
    say('Building Parley (up to a minute, only when the sources have changed) ...')
    const startedAt = new Date()
    const message = await runBuild(root)
    if (message !== undefined) return { ok: false, message }
    const missing = TARGETS.filter((target) => !existsSync(path.join(root, target)))
    if (missing.length > 0) return { ok: false, message: `The build left out ${missing.join(', ')}.` }
    // Dated at the start, so that a source saved while building is built next time.
    for (const target of TARGETS) utimesSync(path.join(root, target), startedAt, startedAt)
    return { ok: true, built: true }
  })
}
