// BrowserWindow, and the webContents module that finds them.
import { EventEmitter } from 'node:events'
import { app, sandboxForced, windows, windowsAllClosed } from './app.ts'
import type { CdpConnection } from './cdp.ts'
import { targets, watchTargets } from './pages.ts'
import { fault, needReady, record, state } from './state.ts'
import { modelled, type Like } from './surface.ts'
import { StandinContents } from './web-contents.ts'

let connection: CdpConnection | undefined

export function connectBrowser(to: CdpConnection): void {
  connection = to
  watchTargets(to)
}

/** Preferences no window of ours may have, by the name of the fault. */
function badPreferences(asked: Electron.WebPreferences, prefs: Electron.WebPreferences): string[] {
  const rules: Record<string, unknown> = {
    'sandbox-off': prefs.sandbox === false || asked.sandbox === false,
    'context-isolation-off': prefs.contextIsolation === false,
    'node-integration-on':
      prefs.nodeIntegration === true ||
      prefs.nodeIntegrationInWorker === true ||
      prefs.nodeIntegrationInSubFrames === true,
    'web-security-off': prefs.webSecurity === false || prefs.allowRunningInsecureContent === true,
    'experimental-features': prefs.experimentalFeatures === true || prefs.enableBlinkFeatures !== undefined,
    'webview-tag': prefs.webviewTag === true
  }
  return Object.keys(rules).filter((rule) => rules[rule] === true)
}

let nextId = 1

export class StandinWindow extends EventEmitter implements Like<Electron.BrowserWindow> {
  readonly id = nextId++
  bounds: Electron.Rectangle
  readonly #options: Electron.BrowserWindowConstructorOptions
  readonly contents: StandinContents
  #visible: boolean
  #maximized = false
  #painted = false
  #closed = false
  #onTop: boolean | undefined

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super()
    needReady('Cannot create BrowserWindow before app is ready')
    if (connection === undefined) throw new Error('estand: no Chromium')
    const asked = options.webPreferences ?? {}
    const defaults = { contextIsolation: true, nodeIntegration: false, webSecurity: true }
    const sandbox = sandboxForced() || (asked.sandbox ?? asked.nodeIntegration !== true)
    const prefs = { ...defaults, ...asked, sandbox }
    for (const rule of badPreferences(asked, prefs)) fault(rule, JSON.stringify(asked))
    this.#options = options
    const { x = 100, y = 100, width = 800, height = 600 } = options
    this.bounds = { x, y, width, height }
    this.#visible = options.show ?? true
    windows.add(this)
    record('BrowserWindow', [options], undefined)
    this.contents = new StandinContents(this, prefs, connection)
    app.emit('browser-window-created', {}, this)
    app.emit('web-contents-created', {}, this.contents)
  }

  static getAllWindows(): StandinWindow[] {
    return [...windows] as StandinWindow[]
  }

  static fromWebContents(contents: { id: number } | undefined): StandinWindow | null {
    return StandinWindow.getAllWindows().find((window) => window.contents.id === contents?.id) ?? null
  }

  get webContents(): Electron.WebContents {
    return this.contents.asElectron
  }

  loadURL(url: string): Promise<void> {
    return this.contents.loadURL(url)
  }

  getBounds(): Electron.Rectangle {
    return { ...this.bounds }
  }

  getNormalBounds(): Electron.Rectangle {
    return { ...this.bounds }
  }

  /** For specs too: what a person drags arrives as the same events. */
  setBounds(bounds: Partial<Electron.Rectangle>): void {
    for (const value of Object.values(bounds)) {
      if (!Number.isInteger(value)) throw new TypeError('Error processing argument at index 0, conversion failure')
    }
    const { x, y, width, height } = this.bounds
    this.bounds = { ...this.bounds, ...bounds }
    if (this.bounds.x !== x || this.bounds.y !== y) this.emit('move')
    if (this.bounds.width !== width || this.bounds.height !== height) this.emit('resize')
  }

  maximize(): void {
    this.#maximized = true
    this.emit('maximize')
  }

  isMaximized(): boolean {
    return this.#maximized
  }

  isFocused(): boolean {
    return state.focusedWindow === this.id
  }

  isFocusable(): boolean {
    return this.#options.focusable ?? true
  }

  isAlwaysOnTop(): boolean {
    return this.#onTop ?? this.#options.alwaysOnTop ?? false
  }

  setAlwaysOnTop(flag: boolean): void {
    this.#onTop = flag
  }

  setVisibleOnAllWorkspaces(visible: boolean): void {
    record('window.setVisibleOnAllWorkspaces', [this.id, visible], undefined)
  }

  showInactive(): void {
    this.#visible = true
    this.emit('show')
  }

  show(): void {
    if (this.#options.focusable === false) fault('show-takes-focus', 'an unfocusable window is shown by showInactive()')
    this.#visible = true
    state.focusedWindow = this.id
    this.emit('show')
  }

  hide(): void {
    this.#visible = false
    if (state.focusedWindow === this.id) state.focusedWindow = undefined
    this.emit('hide')
  }

  focus(): void {
    state.focusedWindow = this.id
    record('window.focus', [this.id], undefined)
  }

  isVisible(): boolean {
    return this.#visible
  }

  getTitle(): string {
    return this.#options.title ?? app.getName()
  }

  getBackgroundColor(): string {
    return (this.#options.backgroundColor ?? '#ffffff').toUpperCase()
  }

  getMinimumSize(): number[] {
    return [this.#options.minWidth ?? 0, this.#options.minHeight ?? 0]
  }

  isMinimized(): boolean {
    return false
  }

  isDestroyed(): boolean {
    return this.#closed
  }

  firstPaint(): void {
    if (this.#painted || this.#closed) return
    this.#painted = true
    this.emit('ready-to-show')
  }

  close(): void {
    if (this.#closed) return
    let stop = false
    this.emit('close', { preventDefault: () => (stop = true) })
    if (stop) state.quitting = false
    else this.destroy()
  }

  destroy(): void {
    if (this.#closed) return
    this.#closed = true
    windows.delete(this)
    this.contents.destroy()
    this.emit('closed')
    if (windows.size === 0) windowsAllClosed()
  }
}
modelled('BrowserWindow', StandinWindow.prototype, ['id', 'webContents'])

export const webContents = {
  getAllWebContents: () => [...targets.values()],
  fromId: (id: number) => [...targets.values()].find((contents) => contents.id === id),
  fromDevToolsTargetId: (id: string) => targets.get(id)
}
