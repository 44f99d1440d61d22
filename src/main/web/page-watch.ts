import type { Clock } from '../../shared/runtime.ts'

/** Without a page nobody hears the agent: after this long the session is hung up. A reload takes far less. */
export const HANG_UP_AFTER_MS = 60_000
/** On macOS a browser outlives its last window, so the missing page has to tell that it was closed. */
export const WINDOW_GONE_AFTER_MS = 15_000

interface PageWatchOptions {
  clock: Clock
  hangUp: () => void
  /** Absent where the browser's own end tells that the window was closed. */
  windowGone?: () => void
}

/** Follows the number of connected pages; returns its listener. Nothing happens before the first page. */
export function pageWatch({ clock, hangUp, windowGone }: PageWatchOptions): (pages: number) => void {
  let cancels: (() => void)[] = []
  return (pages) => {
    for (const cancel of cancels) cancel()
    cancels = []
    if (pages > 0) return
    cancels.push(clock.after(HANG_UP_AFTER_MS, hangUp))
    if (windowGone !== undefined) cancels.push(clock.after(WINDOW_GONE_AFTER_MS, windowGone))
  }
}
