import type { WebContents } from 'electron'
import type { Clock, Log } from '../../shared/runtime.ts'

/** How long a page may go on not answering after Electron has noticed it. */
export const HANG_LIMIT_MS = 5_000

/**
 * Ends a page that hangs, so that it is brought back as after a crash: its microphone could not be closed by anybody meanwhile. The
 * conversation lives in main and goes on.
 */
export function endHangs(
  contents: Pick<WebContents, 'on' | 'isDestroyed' | 'forcefullyCrashRenderer'>,
  { log, clock }: { log: Log; clock: Pick<Clock, 'after'> }
): void {
  let cancel: (() => void) | undefined
  const answers = (): void => {
    cancel?.()
    cancel = undefined
  }
  contents.on('unresponsive', () => {
    cancel ??= clock.after(HANG_LIMIT_MS, () => {
      cancel = undefined
      if (contents.isDestroyed()) return
      log.error('the window hangs and is loaded anew')
      contents.forcefullyCrashRenderer()
    })
  })
  contents.on('responsive', answers)
  contents.on('render-process-gone', answers)
  contents.on('destroyed', answers)
}
