#!/usr/bin/env node
// `npm start`: the desktop host in Electron, else the web host. Plain JavaScript for Node 20 up to the check of the version.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildIfNeeded } from './build-if-needed.mjs'
import { electronProgram } from './electron-runtime.mjs'
import { follow, onNode24, root } from './own-node.mjs'

/** Electron that fails within this time has not shown a window: the web host takes over. */
const EARLY_MS = 10_000
const USAGE_ERROR = 2

const say = (line) => process.stderr.write(`${line}\n`)

/** Starts the desktop host and waits for its end. Resolves to `{ exitCode }`, or to `{ reason }` where it cannot run. */
async function runDesktop(options, { startArguments, windowObstacle, noWindowReasons, thisMachine }) {
  const obstacle = windowObstacle(thisMachine())
  // An Electron that was named is tried whatever the machine looks like.
  if (obstacle !== undefined && !process.env.ELECTRON_OVERRIDE_DIST_PATH) return { reason: noWindowReasons[obstacle] }
  const found = await electronProgram(root, say)
  if (found.reason !== undefined) return found
  const startedMs = performance.now()
  const child = spawn(found.program, [root, ...startArguments(options)], { stdio: 'inherit' })
  try {
    const exitCode = await follow(child)
    const early = performance.now() - startedMs < EARLY_MS && child.signalCode === null
    if (!early || exitCode === 0 || exitCode === USAGE_ERROR) return { exitCode }
    return { reason: `it ended with code ${exitCode} while starting` }
  } catch (error) {
    return { reason: error.message }
  }
}

async function start() {
  if (!existsSync(path.join(root, 'node_modules/zod'))) {
    say(`Parley's packages are not installed: run "npm ci" in ${root} first.`)
    process.exitCode = 1
    return
  }
  const startOptions = await import('../src/main/node/start-options.ts')
  const browser = await import('../src/main/node/browser.ts')
  const asked = startOptions.parseStartOptions(process.argv.slice(2))
  if (asked.kind === 'help') {
    process.stdout.write(startOptions.START_USAGE)
    return
  }
  if (asked.kind === 'wrong') {
    say(`${asked.problem}\n\n${startOptions.START_USAGE.trimEnd()}`)
    process.exitCode = USAGE_ERROR
    return
  }
  const built = await buildIfNeeded(root, say)
  if (!built.ok) {
    say(built.message)
    process.exitCode = 1
    return
  }
  const { options } = asked
  if (options.host !== 'web') {
    const desktop = await runDesktop(options, { ...startOptions, ...browser })
    if (desktop.exitCode !== undefined) {
      process.exitCode = desktop.exitCode
      return
    }
    if (options.host === 'desktop') {
      say(`Electron cannot run here: ${desktop.reason}.`)
      process.exitCode = 1
      return
    }
    say(`Electron cannot run here: ${desktop.reason}. Parley's web host is started instead.`)
  }
  // In this process: the web host ends itself, and its window with it, on the signals that reach us.
  process.removeAllListeners('SIGINT').removeAllListeners('SIGTERM').removeAllListeners('SIGHUP')
  const web = path.join(root, 'out/main/web.js')
  process.argv = [process.execPath, web, ...startOptions.startArguments(options)]
  await import(pathToFileURL(web).href)
}

if (await onNode24(fileURLToPath(import.meta.url))) await start()
