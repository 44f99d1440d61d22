// Electron's own program: since Electron 42 it is fetched on first use, not by `npm ci`.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** How long a download may stand still before it is given up. */
const STALL_MS = 15_000
const LOOK_EVERY_MS = 250

/** Bytes in all files below `folders`; a file that goes while we look counts nothing. */
function bytesIn(folders) {
  let sum = 0
  const visit = (file) => {
    const stats = statSync(file, { throwIfNoEntry: false })
    if (stats?.isDirectory()) for (const name of readdirSync(file)) visit(path.join(file, name))
    else sum += stats?.size ?? 0
  }
  for (const folder of folders) {
    try {
      visit(folder)
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    }
  }
  return sum
}

/**
 * Runs a download program and ends it once nothing in `watch` has grown for `stallMs`. Resolves to undefined, or to why
 * it failed. The program's temporary files go into a folder of their own, which is watched too and removed.
 */
export async function download({ command, args, watch, stallMs = STALL_MS }) {
  const temp = mkdtempSync(path.join(tmpdir(), 'parley-download-'))
  const env = { ...process.env, TMPDIR: temp, TMP: temp, TEMP: temp }
  const child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => (complaint = (complaint + chunk).slice(0, 4000)))
  const stop = () => child.kill('SIGKILL')
  process.on('exit', stop)
  try {
    return await new Promise((resolve) => {
      let seen = -1
      let grewAt = performance.now()
      let stalled = false
      const look = setInterval(() => {
        const bytes = bytesIn([temp, ...watch])
        if (bytes !== seen) grewAt = performance.now()
        seen = bytes
        if (performance.now() - grewAt < stallMs) return
        stalled = true
        stop()
      }, LOOK_EVERY_MS)
      const end = (reason) => {
        clearInterval(look)
        resolve(reason)
      }
      child.on('error', (error) => end(`its download does not start: ${error.message}`))
      child.on('exit', (code) => {
        if (stalled) end(`its download made no progress for ${stallMs / 1000} s`)
        else end(code === 0 ? undefined : `its download failed (${complaint.trim().split('\n')[0]})`)
      })
    })
  } finally {
    process.off('exit', stop)
    rmSync(temp, { recursive: true, force: true })
  }
}

/** Path of Electron's program in the checkout, fetched or not; undefined where it is not there. */
function installed(folder) {
  const pathFile = path.join(folder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const program = path.join(folder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(program) ? program : undefined
}

/**
 * Finds Electron's program, or fetches it. `{ program }`, or `{ reason }` as the end of a sentence.
 * `ELECTRON_OVERRIDE_DIST_PATH` (Electron's own variable) names the folder of another build and wins over everything.
 */
export async function electronProgram(root, say) {
  const require = createRequire(path.join(root, 'package.json'))
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) {
    const program = require('electron')
    return existsSync(program) ? { program } : { reason: `ELECTRON_OVERRIDE_DIST_PATH holds no ${program}` }
  }
  const folder = path.join(root, 'node_modules/electron')
  if (!existsSync(folder)) return { reason: 'the package electron is not installed' }
  if (installed(folder) === undefined) {
    say('Fetching the Electron runtime (about 120 MB, only once) ...')
    const failed = await download({
      command: process.execPath,
      args: [path.join(folder, 'install.js')],
      watch: [path.join(folder, 'dist')]
    })
    if (failed !== undefined) return { reason: failed }
  }
  const program = installed(folder)
  return program === undefined ? { reason: 'its runtime is not complete' } : { program }
}
