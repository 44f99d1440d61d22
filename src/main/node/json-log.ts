import { openSync, closeSync, writeSync } from 'node:fs'
import type { Log } from '../../shared/runtime.ts'
import { lineWriter, type TakeBytes } from './line-writer.ts'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

/** `PARLEY_LOG_LEVEL`, else warnings and errors only. */
export function logLevel(env: Readonly<Record<string, string | undefined>>): LogLevel {
  return LEVELS.find((level) => level === env['PARLEY_LOG_LEVEL']) ?? 'warn'
}

/** `file` is appended to; without it lines go to stderr. Lines below `level` (default `info`) are not written. */
export interface JsonLogOptions {
  level?: LogLevel
  file?: string
  /** Where lines go instead of stderr or `file`; for tests. */
  write?: (line: string) => void
  now?: () => Date
  /** Takes secrets out of every line, until {@link LogLines.scrub} is given more to take out. */
  scrub?: (line: string) => string
}

const REDACTED = '[redacted]'
const SECRET_WORDS = new Set([
  'authorization',
  'key',
  'keys',
  'apikey',
  'token',
  'secret',
  'secrets',
  'password',
  'cookie',
  'credential',
  'credentials'
])
const MAX_DEPTH = 6

/** Lines that are kept for a report, also those that are not written, and the longest of them, in characters. */
const KEPT_LEAST = LEVELS.indexOf('info')
const KEPT_LINES = 500
const KEPT_LENGTH = 4_000

/** The newest lines of a log, as they were written. */
export interface LogLines {
  /** At most 500, oldest first. */
  newest(): readonly string[]
  /** Forgets them. */
  clear(): void
  /** `change` takes secrets out of every line from now on, before it is written or kept. */
  scrub(change: (line: string) => string): void
}

/**
 * One JSON object per line: `time` (ISO 8601), `level`, `message`, then the fields. Values of fields whose name holds a
 * word for a secret (authorization, key, token, secret, ...) at any depth, and `Token X` or `Bearer X` inside any text,
 * are replaced. Writing is synchronous, so that the last line before an exit is there; it throws at nobody, what could not be written is
 * counted and told with the next line.
 */
export function jsonLog(options: JsonLogOptions = {}): Log & { lines: LogLines; close(): void } {
  const least = LEVELS.indexOf(options.level ?? 'info')
  const now = options.now ?? (() => new Date())
  const file = options.file === undefined ? undefined : openSync(options.file, 'a', 0o600)
  const lost = (lines: number): string =>
    `${JSON.stringify({ time: now().toISOString(), level: 'warn', message: 'lines of the log were lost', lines })}\n`
  const write = lineWriter(
    options.write === undefined ? (bytes) => writeSync(file ?? 2, bytes) : takeText(options.write),
    lost
  )
  let open = true
  let kept: string[] = []
  let scrub = options.scrub ?? asItIs
  const keep = (line: string): void => {
    kept.push(line.length > KEPT_LENGTH ? `${line.slice(0, KEPT_LENGTH)}…` : line)
    // Cut in steps: a shift for every line would move them all.
    if (kept.length >= 2 * KEPT_LINES) kept = kept.slice(-KEPT_LINES)
  }
  const at = (level: LogLevel) => (message: string, fields?: Readonly<Record<string, unknown>>) => {
    const rank = LEVELS.indexOf(level)
    if (!open || rank < Math.min(least, KEPT_LEAST)) return
    const line = { time: now().toISOString(), level, message: withoutCredentials(message), ...redactFields(fields) }
    const text = scrub(JSON.stringify(line))
    if (rank >= KEPT_LEAST) keep(text)
    if (rank >= least) write(`${text}\n`)
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    lines: {
      newest: () => kept.slice(-KEPT_LINES),
      clear() {
        kept = []
      },
      scrub(change) {
        scrub = change
      }
    },
    close() {
      if (!open) return
      open = false
      if (file !== undefined) closeSync(file)
    }
  }
}

const asItIs = (line: string): string => line

const takeText =
  (write: (text: string) => void): TakeBytes =>
  (bytes) => {
    write(Buffer.from(bytes).toString())
    return bytes.length
  }

function redactFields(fields: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  return fields === undefined ? {} : (redact(fields, 0, []) as Record<string, unknown>)
}

function redact(value: unknown, depth: number, above: readonly unknown[]): unknown {
  if (typeof value === 'string') return withoutCredentials(value)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH || above.includes(value)) return '[left out]'
  if (ArrayBuffer.isView(value)) return { bytes: value.byteLength }
  const inside = [...above, value]
  if (value instanceof Error) return redactError(value, depth, inside)
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1, inside))
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      isSecretName(name) ? REDACTED : redact(field, depth + 1, inside)
    ])
  )
}

function redactError(error: Error, depth: number, above: readonly unknown[]): Record<string, unknown> {
  return {
    name: error.name,
    message: withoutCredentials(error.message),
    stack: withoutCredentials(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1, above) })
  }
}

function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return words.split(/[^a-z0-9]+/).some((word) => SECRET_WORDS.has(word))
}

function withoutCredentials(text: string): string {
  return text
    .replace(/\b(token|bearer)\s+(?=[^\s"',]*\d)[^\s"',]{8,}/gi, `$1 ${REDACTED}`)
    .replace(/([?&](?:token|key|api_key|access_token)=)[^&\s"']+/gi, `$1${REDACTED}`)
}
