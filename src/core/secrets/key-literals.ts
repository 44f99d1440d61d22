import type { KeyEntry } from '../ports.ts'
import { eachString } from './placeholders.ts'

/** How keys of the usual services look, wherever they stand. */
export const KEY_SHAPES: readonly RegExp[] = [
  /\bsk[-_][A-Za-z0-9_-]{16,}/,
  /\b(?:xox[abprs]|gh[pousr]|glpat|pk|rk)[-_][A-Za-z0-9_-]{16,}/,
  /\bgsk_[A-Za-z0-9]{16,}/,
  /\bAIza[A-Za-z0-9_-]{20,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/,
  /\b[0-9a-f]{32,}\b/i,
  /^(?:Bearer|Token|Basic)\s+(?!\{\{)\S{8,}/i
]

const SECRET_FIELD =
  /(?:^|[._-])(?:api[_-]?key|x-api-key|xi-api-key|authorization|secret|secret[_-]?access[_-]?key|session[_-]?token|access[_-]?key[_-]?id|access[_-]?token|password|token)$/i

/** Every `{{secret:NAME}}`, whatever its name. */
export const PLACEHOLDERS = /\{\{secret:[^}]*\}\}/g
/** An id that many services use, and no key. */
export const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi

/** Ids that a service or a person chose; many are nothing but hexadecimal digits. */
const ID_FIELD = /^settings\.(?:agentId|externalClientId)$/
const HEXADECIMAL = /^[0-9a-f]{32,}$/i

/** The id of an agent or a person, as they are written in settings. */
export function isPlainId(text: string, path: string): boolean {
  return ID_FIELD.test(path) && HEXADECIMAL.test(text)
}

function looksLikeKey(text: string, path: string): boolean {
  const rest = text.replace(PLACEHOLDERS, '').replace(UUID, '').trim()
  if (rest === '' || isPlainId(rest, path)) return false
  if (KEY_SHAPES.some((shape) => shape.test(rest))) return true
  const wasOnlyScheme = /^(?:Bearer|Token|Basic)$/i.test(rest) && rest !== text.trim()
  return SECRET_FIELD.test(path) && rest.length >= 8 && !wasOnlyScheme && !/\s.*\s/.test(rest)
}

/** One sentence for each string of `value` that looks like a key; the sentence names the field, never the value. */
export function keyLiteralWarnings(value: unknown, entry: KeyEntry = 'settings'): string[] {
  const instead =
    entry === 'settings'
      ? 'add its value under Settings, Keys'
      : 'set PARLEY_SECRET_NAME (or: parley keys set secret:NAME)'
  const warnings: string[] = []
  eachString(value, (text, path) => {
    if (!looksLikeKey(text, path)) return
    warnings.push(`${path} looks like a key. Keep keys out of profiles: write {{secret:NAME}} there and ${instead}.`)
  })
  return warnings
}
