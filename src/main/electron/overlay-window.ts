import { BrowserWindow, type Screen } from 'electron'
import { OverlayPlaces, overlayPlace, rememberPlace } from '../../core/presence/window-place.ts'
import type { FileStore } from '../../core/ports.ts'
import { OVERLAY_EVENT, overlayCalls } from '../../shared/ipc/overlay-link.ts'
import type { OverlayState } from '../../shared/ipc/presence-calls.ts'
import type { Clock, Log } from '../../shared/runtime.ts'
import { APP_PREFIX } from './app-protocol.ts'
import type { SenderEvent } from './sender.ts'

/** Under which the overlay's places are kept in the file store. */
export const OVERLAY_KEY = 'overlay-places'
/** In device-independent pixels. */
export const OVERLAY_SIZE = { width: 280, height: 72 }
const OVERLAY_URL = `${APP_PREFIX}overlay.html`
const SETTLED_MS = 600

interface OverlayOptions {
  preload: string
  background: () => string
  store: FileStore
  screen: Pick<Screen, 'getAllDisplays' | 'on'>
  clock: Pick<Clock, 'after'>
  log: Log
  /** It cannot be seen any more. */
  onGone: () => void
}

/** The small window above all others: there while it is on, never focused, without audio. */
export class OverlayWindow {
  readonly #options: OverlayOptions
  #window: BrowserWindow | undefined
  /** It has made a call, so it listens. */
  #listening = false
  #cancel: (() => void) | undefined

  constructor(options: OverlayOptions) {
    this.#options = options
    const { screen } = options
    screen.on('display-removed', () => this.#place())
    screen.on('display-added', () => this.#place())
    screen.on('display-metrics-changed', () => this.#place())
  }

  setOn(on: boolean): void {
    if (!on) this.close()
    else if (this.#window === undefined) this.#open()
  }

  send(state: OverlayState): void {
    if (this.#listening) this.#window?.webContents.send(OVERLAY_EVENT, state)
  }

  /** A message from the overlay's own page. */
  owns({ sender, senderFrame }: SenderEvent): boolean {
    const contents = this.#window?.webContents
    if (contents === undefined || senderFrame === null || sender !== contents) return false
    return senderFrame.parent === null && senderFrame === contents.mainFrame && senderFrame.url === OVERLAY_URL
  }

  /** Whether that page may make this call: two calls, and no other. */
  mayCall(event: SenderEvent, call: string): boolean {
    if (!this.owns(event) || !overlayCalls.has(call)) return false
    this.#listening = true
    return true
  }

  isOverlay(contents: unknown): boolean {
    return this.#window !== undefined && this.#window.webContents === contents
  }

  close(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#window?.destroy()
  }

  #open(): void {
    const { preload, background, log } = this.#options
    const window = new BrowserWindow({
      title: 'Parley overlay',
      ...OVERLAY_SIZE,
      backgroundColor: background(),
      show: false,
      frame: false,
      resizable: false,
      minimizable: false,
      maximizable: false,
      fullscreenable: false,
      skipTaskbar: true,
      alwaysOnTop: true,
      // It never takes the keyboard from what a person does.
      focusable: false,
      webPreferences: {
        preload,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false
      }
    })
    this.#window = window
    this.#place()
    window.setAlwaysOnTop(true, 'floating')
    window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true })
    window.webContents.setAudioMuted(true)
    window.once('ready-to-show', () => window.showInactive())
    window.on('move', () => this.#moved())
    window.webContents.on('did-start-navigation', () => this.#gone())
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      log.warn('the overlay has crashed', { reason })
      this.close()
    })
    window.on('closed', () => {
      if (this.#window === window) this.#window = undefined
      this.#gone()
    })
    window.loadURL(OVERLAY_URL).catch((cause: unknown) => log.error('the overlay could not be loaded', { cause }))
  }

  #gone(): void {
    if (!this.#listening) return
    this.#listening = false
    this.#options.onGone()
  }

  #places(): OverlayPlaces {
    const kept = OverlayPlaces.safeParse(this.#options.store.read(OVERLAY_KEY))
    return kept.success ? kept.data : {}
  }

  /** Puts it where it was with the displays of now, wholly on screen. */
  #place(): void {
    const at = overlayPlace(this.#places(), this.#options.screen.getAllDisplays(), OVERLAY_SIZE)
    // What the system moves when a display goes is no place that a person chose.
    this.#cancel?.()
    this.#cancel = undefined
    if (at !== undefined) this.#window?.setBounds({ ...at, ...OVERLAY_SIZE })
  }

  #moved(): void {
    this.#cancel?.()
    this.#cancel = this.#options.clock.after(SETTLED_MS, () => {
      this.#cancel = undefined
      const window = this.#window
      if (window === undefined || window.isDestroyed()) return
      const { x, y } = window.getBounds()
      const displays = this.#options.screen.getAllDisplays()
      this.#options.store.write(OVERLAY_KEY, rememberPlace(this.#places(), displays, { x, y }))
    })
  }
}
