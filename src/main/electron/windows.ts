import { app, BrowserWindow, dialog, Menu, nativeTheme, type WebContents } from 'electron'
import type { Rectangle } from '../../core/presence/window-place.ts'
import type { EventName, Preferences } from '../../shared/ipc/contract.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { APP_PREFIX } from './app-protocol.ts'
import { afterCrash } from './crash-policy.ts'
import { endHangs } from './hang-watch.ts'
import { unsafePreferences } from './page-preferences.ts'
import { PAPER } from './paper.ts'
import { SMALLEST } from './window-state.ts'

const stop = (event: { preventDefault(): void }) => event.preventDefault()

/** Not in electron.d.ts, but what Electron itself and its security guide ask. */
interface WithPreferences {
  getLastWebPreferences?(): unknown
}

/** A page that could reach more than ours may does not stay. */
function closeUnconfined(contents: WebContents, log: Log): void {
  const unsafe = unsafePreferences((contents as WithPreferences).getLastWebPreferences?.())
  if (unsafe.length === 0) return
  log.error('a page is not confined and is closed', { unsafe })
  // Electron is still making it.
  setImmediate(() => {
    if (!contents.isDestroyed()) contents.close()
  })
}

/** For every page of this process, whoever made it: it goes nowhere, opens nothing, holds no guest page and has no Node. */
export function confinePages(log: Log): void {
  app.on('web-contents-created', (_event, contents) => {
    closeUnconfined(contents, log)
    // Some of it may be known only when there is a process for the page.
    contents.on('did-start-navigation', () => closeUnconfined(contents, log))
    contents.on('will-navigate', stop)
    contents.on('will-frame-navigate', stop)
    contents.on('will-redirect', stop)
    contents.on('will-attach-webview', stop)
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    // No page of ours has a peer, and no content policy keeps such packets in.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  })
}

/** Brings a crashed page back; after too many crashes a person decides. The conversation lives in main and goes on. */
function reviveAfterCrash(contents: WebContents, deps: { log: Log; clock: Pick<Clock, 'nowMs'> }): void {
  let crashesMs: number[] = []
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return
    const next = afterCrash(crashesMs, deps.clock.nowMs())
    crashesMs = next.crashesMs
    deps.log.error('the window has crashed', { reason, exitCode, reload: next.reload })
    if (next.reload) return contents.reload()
    void dialog
      .showMessageBox({
        type: 'error',
        message: 'The Parley window keeps crashing.',
        detail: 'Reload it, or quit and start Parley again.',
        buttons: ['Reload', 'Quit'],
        defaultId: 0
      })
      .then(({ response }) => (response === 0 ? contents.reload() : app.quit()))
  })
}

/** The colour of a window until its page is drawn. */
export function paperOf(theme: Preferences['theme']): string {
  return PAPER[theme === 'system' ? (nativeTheme.shouldUseDarkColors ? 'dark' : 'light') : theme]
}

interface MainWindowOptions {
  preload: string
  /** Decides the colour of the window until the page is drawn. */
  theme: Preferences['theme']
  /** How it was left; absent: as it comes. */
  place?: { bounds: Rectangle; maximized: boolean } | undefined
  /** It stays hidden until somebody asks for it. */
  hidden: boolean
  log: Log
  clock: Pick<Clock, 'nowMs' | 'after'>
}

/** Makes the one window that owns audio. Nothing is loaded yet: see {@link showMainWindow}. */
export function createMainWindow(options: MainWindowOptions): BrowserWindow {
  // On macOS the menu carries copy and paste; elsewhere Electron's default only offers reload and developer tools.
  if (process.platform !== 'darwin') Menu.setApplicationMenu(null)
  const window = new BrowserWindow({
    title: 'Parley',
    backgroundColor: paperOf(options.theme),
    width: 960,
    height: 720,
    ...options.place?.bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required'
    }
  })
  reviveAfterCrash(window.webContents, options)
  endHangs(window.webContents, options)
  // Not before it is shown: maximizing shows it.
  if (options.place?.maximized === true) window.once('show', () => window.maximize())
  window.once('ready-to-show', () => {
    if (!options.hidden) window.show()
  })
  return window
}

/** Loads our own page; everything it may call must be in place before. */
export function showMainWindow(window: BrowserWindow, fragment = ''): Promise<void> {
  return window.loadURL(`${APP_PREFIX}index.html${fragment}`)
}

/**
 * Events of the assistant to the page. A page hears from its first call on (`heard`), so that none is lost after the
 * snapshot it takes; before that there is nobody to listen, and Electron would lose the message without a word. `onGone`: it crashed, or
 * another one is loaded.
 */
export function pageEvents(
  window: BrowserWindow,
  onGone: () => void
): {
  heard: () => void
  send: (name: EventName, payload: unknown) => void
} {
  let listening = false
  const gone = (): void => {
    listening = false
    onGone()
  }
  window.webContents.on('did-start-navigation', (details) => {
    if (details.isMainFrame && !details.isSameDocument) gone()
  })
  window.webContents.on('render-process-gone', gone)
  return {
    heard() {
      listening = true
    },
    send(name, payload) {
      if (listening && !window.isDestroyed()) window.webContents.send(name, payload)
    }
  }
}

/** A second start comes here: the window that is there is shown. */
export function focusWindow(window: BrowserWindow | undefined): void {
  if (window === undefined || window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
