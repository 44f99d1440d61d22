import { text as words } from '../../text/en.ts'

/** Where a text stops being JSON: `at` in UTF-16 units, line and column from 1, and a sentence that says what is wrong there. */
export interface JsonFault {
  at: number
  line: number
  column: number
  problem: string
}

type Expected = 'value' | 'value-or-close' | 'name' | 'name-or-close' | 'colon' | 'comma-or-close' | 'nothing'

const SPACE = /[\t\n\r ]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const WORD = /[\p{L}_$][\p{L}\d_$]*/uy

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0].length ?? 0
}

/** The first place where `text` is not JSON; null where it is. The engine's own message often names no place. */
export function jsonFault(text: string): JsonFault | null {
  const closers: string[] = []
  let expected: Expected = 'value'
  let at = lengthAt(SPACE, text, 0)
  while (at < text.length) {
    const token = tokenAt(text, at)
    if ('problem' in token) return faultAt(text, token.at, token.problem ?? misplaced(text, at, expected, closers))
    const next = after(token.sign, expected, closers)
    if (next === null) return faultAt(text, at, misplaced(text, at, expected, closers))
    expected = next
    at = token.end + lengthAt(SPACE, text, token.end)
  }
  return expected === 'nothing' ? null : faultAt(text, at, words.tune.json.ends(wanted(expected, closers)))
}

/** `sign` is the punctuation itself, `"` for a string, `0` for any other value. */
type Token = { sign: string; end: number } | { at: number; problem: string | undefined }

function tokenAt(text: string, at: number): Token {
  const sign = text[at] as string
  if ('{}[]:,'.includes(sign)) return { sign, end: at + 1 }
  if (sign === '"') return stringAt(text, at)
  const length = lengthAt(SCALAR, text, at)
  return length === 0 ? { at, problem: undefined } : { sign: '0', end: at + length }
}

function stringAt(text: string, at: number): Token {
  let end = at + 1
  while (text[end] !== '"') {
    const sign = text[end]
    if (sign === undefined || sign < ' ') return { at, problem: words.tune.json.openString }
    const length = sign === '\\' ? lengthAt(ESCAPE, text, end) : 1
    if (length === 0) return { at: end, problem: words.tune.json.escape }
    end += length
  }
  return { sign: '"', end: end + 1 }
}

/** What may follow `sign`; null where it may not stand. Keeps `closers`. */
function after(sign: string, expected: Expected, closers: string[]): Expected | null {
  const closes = sign === closers.at(-1) && expected.endsWith('-or-close')
  if (closes) closers.pop()
  if (closes || (isValue(expected) && (sign === '"' || sign === '0'))) {
    return closers.length === 0 ? 'nothing' : 'comma-or-close'
  }
  if (isValue(expected) && (sign === '{' || sign === '[')) {
    closers.push(sign === '{' ? '}' : ']')
    return sign === '{' ? 'name-or-close' : 'value-or-close'
  }
  if (expected.startsWith('name') && sign === '"') return 'colon'
  if (expected === 'colon' && sign === ':') return 'value'
  if (expected === 'comma-or-close' && sign === ',') return closers.at(-1) === '}' ? 'name' : 'value'
  return null
}

function isValue(expected: Expected): boolean {
  return expected.startsWith('value')
}

function misplaced(text: string, at: number, expected: Expected, closers: readonly string[]): string {
  const { json } = words.tune
  if (text.startsWith('{{secret:', at - 1)) return json.secret
  if (text[at] === "'" || text[at] === '“' || text[at] === '”') return json.quotes
  if (text[at] === '/') return json.comment
  if (text[at] === closers.at(-1) && text.slice(0, at).trimEnd().endsWith(',')) return json.comma
  const word = text.slice(at, at + lengthAt(WORD, text, at))
  if (word !== '' && (isValue(expected) || expected.startsWith('name'))) return json.word(word)
  return json.wanted(wanted(expected, closers))
}

function wanted(expected: Expected, closers: readonly string[]): string {
  return words.tune.json.expected[expected](closers.at(-1) ?? '')
}

function faultAt(text: string, at: number, problem: string): JsonFault {
  const lines = text.slice(0, at).split('\n')
  return { at, line: lines.length, column: (lines.at(-1) ?? '').length + 1, problem }
}
