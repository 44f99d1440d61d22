import { utf8Length } from '../session/utf8-length.ts'

/** Longest name in UTF-8 bytes, far below what file systems take. */
const LIMIT_BYTES = 120

const END = '.parley.json'

/** Device names of Windows, with any ending. */
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)/i

/** What Windows, macOS or Linux does not take in a name, and what nobody sees (`\p{C}`: control, format, unassigned, surrogate). */
const FORBIDDEN = /[<>:"/\\|?*\p{C}\p{Zl}\p{Zp}]+/gu

/** A name for the file of a profile that Windows, macOS and Linux take, as near to the profile's own as can be. */
export function profileFileName(name: string): string {
  const plain = name.normalize('NFC').replace(FORBIDDEN, ' ').replace(/\s+/g, ' ')
  const trimmed = shortened(plain.replace(/^[\s.~-]+/, '')).replace(/[\s.]+$/, '')
  const base = trimmed === '' ? 'agent' : trimmed
  return `${RESERVED.test(base) ? `agent ${base}` : base}${END}`
}

/** Cut between characters. */
function shortened(text: string): string {
  let bytes = 0
  let short = ''
  for (const character of text) {
    bytes += utf8Length(character)
    if (bytes > LIMIT_BYTES) return short
    short += character
  }
  return short
}
