import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { Log } from '../../shared/runtime.ts'

const FILE = 'web-session.json'
const KEPT_MS = 30 * 24 * 60 * 60 * 1000

const SecretFile = z.strictObject({ sessionValue: z.string().regex(/^[\w-]{43}$/), madeAtMs: z.number() })

/**
 * The value of the session cookie, kept in the data folder (mode 0600) so that a page left open finds its way back when
 * the host was started again. Made anew after 30 days, or when the file cannot be read.
 */
export function sessionSecret(dataDir: string, log: Log, nowMs: () => number = Date.now): string {
  const file = path.join(dataDir, FILE)
  const kept = readKept(file, log)
  if (kept !== undefined && kept.madeAtMs <= nowMs() && nowMs() - kept.madeAtMs < KEPT_MS) return kept.sessionValue
  const sessionValue = randomBytes(32).toString('base64url')
  const half = `${file}.${process.pid}.new`
  writeFileSync(half, JSON.stringify({ sessionValue, madeAtMs: nowMs() }), { mode: 0o600 })
  renameSync(half, file)
  return sessionValue
}

function readKept(file: string, log: Log): z.infer<typeof SecretFile> | undefined {
  try {
    return SecretFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    if (!missing) log.warn('The web session file could not be read; open pages need a new link', { file })
    return undefined
  }
}
