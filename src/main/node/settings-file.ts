import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { DOCUMENT_VERSION } from '../../core/profiles/migrations/document.ts'
import { versionOf, type Fields } from '../../core/profiles/migrations/migrate.ts'

/** The field that tells whether the file is as Parley wrote it: the SHA-256 of all the others. White space does not count. */
const CHECK = 'sha256'

/**
 * What a settings file holds. `document` is without the check; `text` is what it held exactly. `check`: `right`, it is as it was written;
 * `wrong`, it is not; `none`, that cannot be told (files of version 1 had no check, and a newer Parley may have another one).
 */
export type Found =
  | { kind: 'absent' }
  | { kind: 'bad' }
  | { kind: 'good'; document: Fields; text: string; check: 'right' | 'wrong' | 'none' }

/** Throws what the system says where there is a file and it cannot be read. */
export function readSettings(file: string): Found {
  const bytes = readIfThere(file)
  if (bytes === undefined) return { kind: 'absent' }
  try {
    // Bytes that are no UTF-8 are no text that Parley wrote.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'bad' }
    const { [CHECK]: check, ...document } = value as Record<string, unknown>
    return { kind: 'good', document, text, check: judge(document, check) }
  } catch {
    return { kind: 'bad' }
  }
}

/** The text of a file; `document` holds no check. */
export function formatSettings(document: Fields): string {
  return `${JSON.stringify({ ...document, [CHECK]: checkOf(document) }, null, 2)}\n`
}

function judge(document: Fields, check: unknown): 'right' | 'wrong' | 'none' {
  const version = versionOf(document) ?? 1
  if (version > DOCUMENT_VERSION || (version === 1 && check === undefined)) return 'none'
  return check === checkOf(document) ? 'right' : 'wrong'
}

function checkOf(document: Fields): string {
  return createHash('sha256').update(JSON.stringify(document)).digest('hex')
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}
