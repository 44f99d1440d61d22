import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** What finding a browser needs to know of the machine; handed in so that every platform is testable on one. */
export interface Machine {
  platform: NodeJS.Platform
  env: NodeJS.ProcessEnv
  /** POSIX user id; undefined on Windows. */
  uid: number | undefined
  exists(file: string): boolean
}

export const thisMachine = (): Machine => ({
  platform: process.platform,
  env: process.env,
  uid: process.getuid?.(),
  exists: existsSync
})

/** Why no window can be opened, as the end of a sentence for a person. */
export type NoWindow = 'as-root' | 'no-display' | 'no-browser'

export const noWindowReasons: Readonly<Record<NoWindow, string>> = {
  'as-root': 'Chromium does not start as root with its sandbox on',
  'no-display': 'there is no display (DISPLAY and WAYLAND_DISPLAY are not set)',
  'no-browser': 'no Chromium, Chrome or Edge was found (PARLEY_BROWSER can name one)'
}

const LINUX_NAMES = [
  'google-chrome-stable',
  'google-chrome',
  'chromium',
  'microsoft-edge-stable',
  'microsoft-edge',
  'chromium-browser'
]

const MAC_APPS = ['Google Chrome', 'Chromium', 'Microsoft Edge']

const WINDOWS_PATHS = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe']
]

/** Whether this machine can show any window at all, Electron's or a browser's. */
export function windowObstacle({ platform, env, uid }: Machine): 'as-root' | 'no-display' | undefined {
  if (platform === 'win32' || platform === 'darwin') return undefined
  if (uid === 0) return 'as-root'
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? undefined : 'no-display'
}

/** The first Chromium, Chrome or Edge in the usual places; `PARLEY_BROWSER` goes first. */
export function findBrowser(machine: Machine): string | undefined {
  return browserPlaces(machine).find((file) => machine.exists(file))
}

function browserPlaces({ platform, env }: Machine): string[] {
  const chosen = env['PARLEY_BROWSER'] ? [env['PARLEY_BROWSER']] : []
  if (platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => env[name] ?? [])
    return [...chosen, ...WINDOWS_PATHS.flatMap((parts) => roots.map((root) => path.win32.join(root, ...parts)))]
  }
  if (platform === 'darwin') {
    const roots = ['/Applications', ...(env['HOME'] === undefined ? [] : [`${env['HOME']}/Applications`])]
    return [...chosen, ...MAC_APPS.flatMap((app) => roots.map((root) => `${root}/${app}.app/Contents/MacOS/${app}`))]
  }
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'))
  // Ubuntu's `chromium-browser` is a script around the snap, so the snap itself is looked at before it.
  const named = LINUX_NAMES.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)))
  const script = named.findIndex((file) => file.endsWith('/chromium-browser'))
  const at = script < 0 ? named.length : script
  return [...chosen, ...named.slice(0, at), '/snap/bin/chromium', ...named.slice(at)]
}

/** The window's own profile folder. A snap may not touch dot folders of the home, so it gets one in its own. */
export function windowProfileDir(browser: string, dataDir: string, home: string): string {
  return browser.startsWith('/snap/')
    ? path.posix.join(home, 'snap/chromium/common/parley')
    : path.join(dataDir, 'window')
}

/**
 * Flags of the app window. A page in the background keeps its timers and its audio; a reply may be heard before the first
 * click; the profile holds no passwords, so no key ring is asked for. The sandbox stays on.
 */
export function windowArguments(url: string, profileDir: string): string[] {
  return [
    `--app=${url}`,
    `--user-data-dir=${profileDir}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--password-store=basic',
    '--window-size=1000,760'
  ]
}

/** How the browser's process ended. `handed-over`: a browser that already ran with this profile shows the window. */
export type WindowEnd = { kind: 'closed' } | { kind: 'handed-over' } | { kind: 'failed'; message: string }

export interface AppWindow {
  readonly ended: Promise<WindowEnd>
  /** Asks the browser to end, makes it after 3 s, and waits for it. */
  close(): Promise<void>
}

const CLOSE_MS = 3000

/** A browser that ends well within this time has shown nothing itself. */
const HAND_OVER_MS = 3000

/** Opens `url` in an app window; what the browser prints is thrown away, its last words are kept for a failure. */
export function openAppWindow(browser: string, args: readonly string[]): AppWindow {
  const startedMs = performance.now()
  const child = spawn(browser, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let lastWords = ''
  child.stderr.on('data', (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString('utf8')).slice(-400)
  })
  const ended = new Promise<WindowEnd>((resolve) => {
    child.once('error', (cause) => resolve({ kind: 'failed', message: cause.message }))
    child.once('exit', (code, signal) => {
      const early = performance.now() - startedMs < HAND_OVER_MS
      if (!early) resolve({ kind: 'closed' })
      else if (code === 0) resolve({ kind: 'handed-over' })
      else resolve({ kind: 'failed', message: `it ended with ${signal ?? `code ${code}`}${lastLine(lastWords)}` })
    })
  })
  const close = async (): Promise<void> => {
    child.kill('SIGTERM')
    const force = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
    await ended
    clearTimeout(force)
  }
  return { ended, close }
}

/** What a failed program said last, as the end of a sentence. */
function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1) ?? ''
  return line === '' ? '' : `: ${line}`
}
