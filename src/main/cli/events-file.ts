import { closeSync, openSync, writeSync } from 'node:fs'
import type { WireEntry } from '../../core/session/session.ts'
import type { SessionEvent } from '../../shared/events.ts'
import { eventLines, type EventLinesOptions } from './event-lines.ts'

export interface EventsFileOptions extends EventLinesOptions {
  path: string
}

/** JSON lines: `{t, dir: 'in'|'out', message}` per wire message, `{t, dir: 'local', event}` per event of Parley's own. */
export interface EventsFile {
  /** Throws what the file system says, as `local` does. */
  wire(entry: WireEntry): void
  local(event: SessionEvent): void
  finish(): void
  /** Closes the file as it is. Idempotent. */
  abandon(): void
}

/** Creates or empties the file; throws what the file system says. Lines are written at once, so none is lost at an exit. */
export function createEventsFile(options: EventsFileOptions): EventsFile {
  const fd = openSync(options.path, 'w', 0o600)
  const lines = eventLines(options)
  let open = true
  const close = () => {
    if (!open) return
    open = false
    closeSync(fd)
  }
  const write = (line: () => string) => {
    if (open) writeAll(fd, `${line()}\n`)
  }
  return {
    wire: (entry) => write(() => lines.wire(entry)),
    local: (event) => write(() => lines.local(event)),
    finish: close,
    abandon: close
  }
}

/** A nearly full disk takes a part of a line without saying so. */
function writeAll(fd: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text)
  while (rest.byteLength > 0) rest = rest.subarray(writeSync(fd, rest))
}
