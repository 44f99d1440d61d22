import type { BrowserWindow, Screen } from 'electron'
import { onScreen, WindowState, type Rectangle } from '../../core/presence/window-place.ts'
import type { FileStore } from '../../core/ports.ts'
import type { Clock } from '../../shared/runtime.ts'

/** Under which the main window's place is kept in the file store. */
export const WINDOW_KEY = 'window'
/** A window that is dragged says so many times a second. */
const SETTLED_MS = 600

/** The smallest main window, in device-independent pixels. */
export const SMALLEST = { width: 480, height: 480 }

/** How the main window was left, as it can be with the displays of now; undefined: as it comes. */
export function keptWindow(
  store: Pick<FileStore, 'read'>,
  screen: Pick<Screen, 'getAllDisplays'>
): { bounds: Rectangle; maximized: boolean } | undefined {
  const kept = WindowState.safeParse(store.read(WINDOW_KEY))
  if (!kept.success) return undefined
  const bounds = onScreen(kept.data.bounds, screen.getAllDisplays(), SMALLEST)
  return bounds === undefined ? undefined : { bounds, maximized: kept.data.maximized }
}

/** Keeps place and size of `window` from now on, a moment after each change and when it closes. */
export function keepWindow(window: BrowserWindow, store: Pick<FileStore, 'write'>, clock: Pick<Clock, 'after'>): void {
  let cancel: (() => void) | undefined
  const write = (): void => {
    cancel?.()
    cancel = undefined
    if (window.isDestroyed() || window.isMinimized()) return
    const { x, y, width, height } = window.getNormalBounds()
    store.write(WINDOW_KEY, { bounds: { x, y, width, height }, maximized: window.isMaximized() })
  }
  const changed = (): void => {
    cancel?.()
    cancel = clock.after(SETTLED_MS, write)
  }
  window.on('resize', changed)
  window.on('move', changed)
  window.on('maximize', changed)
  window.on('unmaximize', changed)
  window.on('close', () => {
    if (cancel !== undefined) write()
  })
  window.on('closed', () => cancel?.())
}
