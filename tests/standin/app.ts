// app: lifecycle, paths, the single-instance lock.
import { EventEmitter } from 'node:events'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockInstance, type InstanceLock } from './instance-lock.ts'
import { packaged } from './packaged.ts'
import { fault, record, state } from './state.ts'
import { modelled, type Like } from './surface.ts'
import { commandLine } from './switches.ts'

/** The windows there are; kept here so that quitting can close them. */
export const windows = new Set<{ close(): void }>()

const about = { name: 'Electron', version: '0', path: process.cwd(), sandboxForced: false }
const paths = new Map<string, string>()
const ready = Promise.withResolvers<void>()
let exitCode = 0
let lock: InstanceLock | null = null
let telling: Promise<void> = Promise.resolve()

function early(what: string): void {
  if (state.ready) throw new Error(`${what} can only be called before app is ready`)
  if (state.entryLoaded) fault('too-late', `${what} after the entry module finished: Electron may be ready by then`)
}

function checkEntryLoaded(): void {
  if (state.entryLoaded) return
  fault('await-whenReady-at-top-level', 'the entry module still loads 1.5 s after it asked for whenReady()')
}

function defaultPath(key: string): string {
  const config = process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config')
  const places: Record<string, string> = {
    home: homedir(),
    appData: config,
    userData: join(config, about.name),
    sessionData: join(config, about.name),
    logs: join(config, about.name, 'logs'),
    temp: tmpdir(),
    exe: process.execPath
  }
  const place = places[key]
  if (place === undefined) throw new Error(`Failed to get '${key}' path`)
  return place
}

async function leave(code: number): Promise<void> {
  await telling
  members.releaseSingleInstanceLock()
  state.bus.emit('exit', code)
}

async function whenReady(run: () => void): Promise<void> {
  await ready.promise
  run()
}

/** Emits a preventable event; true when somebody prevented it. */
function prevented(name: string): boolean {
  let stop = false
  events.emit(name, { preventDefault: () => (stop = true) })
  return stop
}

const events = new EventEmitter()
const members = {
  // Electron's members, of which those that are modelled are there and the others throw by name.
  commandLine: commandLine as unknown as Electron.CommandLine,
  isReady: () => state.ready,
  whenReady() {
    if (!state.entryLoaded) setTimeout(checkEntryLoaded, 1500).unref()
    return ready.promise
  },
  enableSandbox() {
    early('app.enableSandbox()')
    about.sandboxForced = true
    record('app.enableSandbox', [], undefined)
  },
  getName: () => about.name,
  setName(name: string) {
    about.name = name
  },
  getVersion: () => about.version,
  getAppPath: () => about.path,
  getLocale: () => (state.ready ? 'en-US' : ''),
  getPath: (key: string) => paths.get(key) ?? defaultPath(key),
  setPath(key: string, value: string) {
    if (key === 'userData' && !state.tooling && (state.ready || lock !== null)) {
      fault('userdata-late', 'setPath(userData) after ready or after the single-instance lock')
    }
    paths.set(key, value)
  },
  requestSingleInstanceLock(data?: Record<string, unknown>) {
    if (lock !== null) return true
    const start = { argv: process.argv, cwd: process.cwd(), data }
    const taken = lockInstance(members.getPath('userData'), start, (second) => {
      const announce = () => void events.emit('second-instance', {}, second.argv, second.cwd, second.data)
      void whenReady(announce)
    })
    if (taken instanceof Promise) {
      telling = taken
      return false
    }
    lock = taken
    return true
  },
  hasSingleInstanceLock: () => lock !== null,
  releaseSingleInstanceLock() {
    lock?.release()
    lock = null
  },
  quit() {
    if (state.quitting || prevented('before-quit')) return
    state.quitting = true
    for (const window of windows) window.close()
    if (windows.size > 0 || prevented('will-quit')) state.quitting = false
    else members.exit(exitCode)
  },
  exit(code = 0) {
    state.quitting = true
    exitCode = code
    events.emit('quit', {}, code)
    void leave(code)
  },
  setLoginItemSettings(settings: Electron.Settings) {
    state.shell.loginItem = settings
    record('app.setLoginItemSettings', [settings], undefined)
  },
  get isPackaged() {
    return packaged !== undefined
  },
  get name() {
    return about.name
  }
} satisfies Like<Electron.App>

export const app = modelled(
  'App',
  Object.defineProperties(events, Object.getOwnPropertyDescriptors(members)) as EventEmitter & typeof members
)

/** How the launcher describes the app from its package.json. */
export function describeApp(description: { name: string; version: string; path: string }): void {
  Object.assign(about, description)
}

export function sandboxForced(): boolean {
  return about.sandboxForced
}

export function becomeReady(): void {
  state.ready = true
  events.emit('ready', {}, {})
  ready.resolve()
}

export function windowsAllClosed(): void {
  if (state.quitting) return
  if (events.listenerCount('window-all-closed') === 0) members.quit()
  else events.emit('window-all-closed')
}

export const quitApp = (): void => members.quit()
export const exitApp = (code: number): void => members.exit(code)
export const appPath = (key: string): string => members.getPath(key)
export const releaseLock = (): void => members.releaseSingleInstanceLock()
