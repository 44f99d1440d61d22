// Starts an app the way Electron's executable does: process properties, `electron` as a built-in, the entry module, ready.
import childProcess from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import inspector from 'node:inspector'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, appPath, becomeReady, describeApp, exitApp, quitApp, releaseLock } from './app.ts'
import { launchChromium, type Chromium } from './chromium.ts'
import { installElectronModule } from './electron-module.ts'
import { packaged } from './packaged.ts'
import { fault, state, textOf } from './state.ts'
import { chromiumSwitches, userSwitch } from './switches.ts'
import { connectBrowser } from './windows.ts'

const executable = packaged?.executable ?? join(import.meta.dirname, 'bin/electron')
const args = process.argv.slice(2)
const require = createRequire(import.meta.url)

/** Node's own last step, past the `process.exit` that is replaced below. */
const reallyExit = (Reflect.get(process, 'reallyExit') as (code: number) => void).bind(process)

let chromium: Chromium | undefined
let left = false

function disguise(): void {
  const { version } = require('electron/package.json') as { version: string }
  Object.defineProperty(process, 'execPath', { value: executable, writable: true })
  Object.defineProperty(process.versions, 'electron', { value: version, enumerable: true })
  Object.defineProperty(process.versions, 'chrome', { value: '154.0.0.0', enumerable: true })
  Object.defineProperty(process, 'type', { value: 'browser' })
  if (packaged === undefined) Object.defineProperty(process, 'defaultApp', { value: true })
  else Object.defineProperty(process, 'resourcesPath', { value: packaged.resources })
  Object.assign(globalThis, { estand: state })
}

/** With the RunAsNode fuse off, starting the executable again starts the app, not a script. */
function forbidRunAsNode(): void {
  Object.assign(childProcess, {
    fork() {
      throw new Error('child_process.fork: the RunAsNode fuse is off, use utilityProcess')
    }
  })
  for (const method of ['spawn', 'execFile', 'spawnSync', 'execFileSync'] as const) {
    const real = childProcess[method] as (...all: unknown[]) => unknown
    const checked = (file: unknown, ...rest: unknown[]) => {
      if (file === executable) fault('run-as-node', `${method}(process.execPath) opens a second copy of the app`)
      return real(file, ...rest)
    }
    Object.assign(childProcess, { [method]: checked })
  }
  syncBuiltinESMExports()
}

/** Chromium's and Node's own switches stay in process.argv, as they do in Electron. */
function readArguments(): { preloads: string[]; root: string } {
  const preloads: string[] = []
  let root: string | undefined
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '-r' || arg === '--require') preloads.push(args[++i] ?? '')
    else if (arg.startsWith('--')) {
      const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/.exec(arg) ?? []
      userSwitch(name, value)
    } else root ??= arg
  }
  return { preloads, root: packaged?.root ?? resolve(root ?? '.') }
}

function leave(code: number): void {
  if (left) return
  left = true
  const report = process.env.ESTAND_REPORT
  if (report !== undefined) writeFileSync(report, JSON.stringify({ faults: state.faults, calls: state.calls.length }))
  chromium?.child.stdin?.end()
  releaseLock()
  process.emit('exit', code)
  reallyExit(code)
}

/** Electron's ways to end and to fail, as far as they differ from Node's. */
function takeOverExit(): void {
  state.bus.on('exit', leave)
  process.exit = ((code?: number) => exitApp(code ?? 0)) as typeof process.exit
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, quitApp)
  process.on('uncaughtException', (error) => {
    if (process.listenerCount('uncaughtException') > 1) return
    fault('uncaught-exception', textOf(error))
    if (!state.ready) leave(1)
  })
  process.on('unhandledRejection', (reason) => fault('unhandled-rejection', textOf(reason)))
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && leave(1), 1000) // never outlives the test that started it
}

async function runEntry(root: string): Promise<void> {
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, string | undefined>
  const { name = 'Electron', productName, version = '0', main = 'index.js', type } = description
  describeApp({ name: productName ?? name, version, path: root })
  if (app.commandLine.hasSwitch('user-data-dir')) {
    app.setPath('userData', app.commandLine.getSwitchValue('user-data-dir'))
  }
  const entry = join(root, main)
  if (!existsSync(entry)) throw new Error(`no entry module at ${entry}`)
  const isModule = entry.endsWith('.mjs') || (type === 'module' && !entry.endsWith('.cjs'))
  if (isModule) await import(pathToFileURL(entry).href)
  else require(entry)
  state.entryLoaded = true
}

async function startChromium(): Promise<void> {
  const profile = join(appPath('userData'), 'estand-chromium')
  mkdirSync(profile, { recursive: true })
  chromium = await launchChromium({ profile, switches: chromiumSwitches() })
  chromium.connection.onClosed(() => {
    if (left || state.quitting) return
    fault('chromium-gone', 'the browser process ended')
    leave(1)
  })
  connectBrowser(chromium.connection)
}

disguise()
if (args.some((arg) => arg.startsWith('--inspect'))) inspector.open(0, '127.0.0.1') // prints the line Playwright waits for
forbidRunAsNode()
takeOverExit()
installElectronModule()
const { preloads, root } = readArguments()
process.argv = [executable, ...args]
state.tooling = true
for (const file of preloads) require(resolve(file))
state.tooling = false
try {
  await runEntry(root)
} catch (cause) {
  fault('entry-threw', textOf(cause))
  leave(1)
}
if (!state.quitting) {
  app.emit('will-finish-launching')
  await startChromium()
  becomeReady()
}
