import { closeSync, openSync, writeSync } from 'node:fs'
import type { Redactor } from '../../core/secrets/redactor.ts'
import type { WireEntry } from '../../core/session/session.ts'
import type { SessionEvent } from '../../shared/events.ts'

/** A text that is nothing but base64 and at least this long is audio (or as good as): only its size is written. */
const MIN_BASE64_LENGTH = 256
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

export interface EventsFileOptions {
  path: string
  /** Seconds since the start of the conversation. */
  seconds: () => number
  scrub: Redactor
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
  let open = true
  const close = () => {
    if (!open) return
    open = false
    closeSync(fd)
  }
  const write = (line: Record<string, unknown>) => {
    if (!open) return
    const t = Math.round(options.seconds() * 1000) / 1000
    writeAll(fd, `${JSON.stringify({ t, ...line })}\n`)
  }
  return {
    wire: ({ dir, message }) => write({ dir, message: options.scrub.json(withoutAudio(message)) }),
    local: (event) => write({ dir: 'local', event: options.scrub.json(event) }),
    finish: close,
    abandon: close
  }
}

/** A nearly full disk takes a part of a line without saying so. */
function writeAll(fd: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text)
  while (rest.byteLength > 0) rest = rest.subarray(writeSync(fd, rest))
}

/** The message with base64 audio replaced by its size. */
function withoutAudio(value: unknown): unknown {
  if (typeof value === 'string') return base64Bytes(value) ?? value
  if (Array.isArray(value)) return value.map(withoutAudio)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, withoutAudio(field)]))
}

function base64Bytes(text: string): { type: 'binary'; bytes: number } | undefined {
  if (text.length < MIN_BASE64_LENGTH || text.length % 4 !== 0 || !BASE64.test(text)) return undefined
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return { type: 'binary', bytes: (text.length / 4) * 3 - padding }
}
