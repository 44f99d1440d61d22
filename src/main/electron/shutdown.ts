import { app, dialog } from 'electron'
import type { Clock, Log } from '../../shared/runtime.ts'
import { EXIT_INTERNAL } from '../node/crash.ts'
import { DataFolderError } from '../node/open-data.ts'

/** Longest a quit waits for sockets and processes to end. */
export const SHUTDOWN_LIMIT_MS = 3000

/** Ends a start that failed. Where a person can do something about it, they are told in a sentence; else there is nobody but the log. */
export function failStart(log: Log): (cause: unknown) => void {
  return (cause) => {
    if (cause instanceof DataFolderError) {
      process.stderr.write(`${cause.message}\n`)
      dialog.showErrorBox('Parley cannot start', cause.message)
      app.exit(1)
      return
    }
    log.error('Parley could not start', { cause })
    app.exit(EXIT_INTERNAL)
  }
}

interface ShutdownOptions {
  /** Run in order; a step that fails does not keep the next from running. */
  steps: readonly (() => void | Promise<void>)[]
  log: Log
  clock: Pick<Clock, 'after'>
}

async function runSteps({ steps, log }: Pick<ShutdownOptions, 'steps' | 'log'>): Promise<void> {
  for (const step of steps) {
    try {
      await step()
    } catch (cause) {
      log.error('shutdown step failed', { cause })
    }
  }
}

/** Holds the first quit back until everything that was opened is closed, at most for {@link SHUTDOWN_LIMIT_MS}. */
export function closeBeforeQuit(options: ShutdownOptions): void {
  let closing = false
  app.on('will-quit', (event) => {
    event.preventDefault()
    if (closing) return
    closing = true
    options.clock.after(SHUTDOWN_LIMIT_MS, () => {
      options.log.error('shutdown took too long')
      app.exit(1)
    })
    void runSteps(options).then(() => app.exit(Number(process.exitCode ?? 0)))
  })
}

/** Ends the program with `exitCode`, closing what is open; before there is anything to close, at once. */
export function quitAfterFault(exitCode: number): void {
  process.exitCode = exitCode
  if (app.isReady()) app.quit()
  else app.exit(exitCode)
}
