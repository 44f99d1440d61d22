/** One word of a text as it is searched for, and where it stands in the text. */
export interface Word {
  word: string
  from: number
  to: number
}

/** Words that stand one after the other; of the last phrase of a query the last word may be unfinished. */
export interface Phrase {
  words: readonly string[]
  prefix: boolean
}

/** Letters, digits and their marks in a row, or one pictograph. */
const RUN = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}|\p{RI}/gu

/** Scripts that put no spaces between words: each character counts as one, and a word is a row of them. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}ー々]\p{M}*/gu

/** Diacritics of the European scripts, Hebrew points and Arabic vowel signs; marks that make another letter elsewhere stay. */
const IGNORED_MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu

/** A word is compared by this many characters; nobody searches for more of an encoded image. */
const LONGEST_WORD = 64

/** Words of a query that count. */
export const MOST_QUERY_WORDS = 32

const ASCII = /^[a-z0-9]*$/iu

function plain(run: string): string {
  if (ASCII.test(run)) return run.slice(0, LONGEST_WORD).toLowerCase()
  return run
    .normalize('NFKD')
    .replaceAll(IGNORED_MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{RI}]/gu, '')
    .slice(0, LONGEST_WORD)
}

/** The words of `text`, without case and diacritics. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (const { 0: run, index } of text.matchAll(RUN)) {
    if (ASCII.test(run)) {
      add(words, run, index)
      continue
    }
    let from = 0
    for (const { 0: one, index: at } of run.matchAll(UNSPACED)) {
      add(words, run.slice(from, at), index + from)
      add(words, one, index + at)
      from = at + one.length
    }
    add(words, run.slice(from), index + from)
  }
  return words
}

function add(words: Word[], run: string, from: number): void {
  const word = plain(run)
  if (word !== '') words.push({ word, from, to: from + run.length })
}

/** What a person typed, as phrases that all must be there; undefined: nothing was asked for; empty: nothing that could be found. */
export function phrasesOf(query: string): readonly Phrase[] | undefined {
  const typed = query.split(/\s+/u).filter((part) => part !== '')
  if (typed.length === 0) return undefined
  const phrases: Phrase[] = []
  let left = MOST_QUERY_WORDS
  for (const part of typed) {
    const words = wordsOf(part)
      .slice(0, left)
      .map(({ word }) => word)
    left -= words.length
    if (words.length > 0) phrases.push({ words, prefix: false })
  }
  const last = phrases.pop()
  return last === undefined ? [] : [...phrases, { ...last, prefix: true }]
}

/** Where `phrase` begins in `words`, at or after `from`; -1 where it is not. */
function find(words: readonly Word[], { words: wanted, prefix }: Phrase, from: number): number {
  const last = wanted.length - 1
  for (let at = from; at + last < words.length; at += 1) {
    const fits = wanted.every((word, offset) => {
      const there = words[at + offset]?.word ?? ''
      return prefix && offset === last ? there.startsWith(word) : there === word
    })
    if (fits) return at
  }
  return -1
}

/** Each phrase is in one of the texts. */
export function matches(texts: readonly string[], phrases: readonly Phrase[]): boolean {
  const left = new Set(phrases)
  for (const text of texts) {
    const words = wordsOf(text)
    for (const phrase of left) if (find(words, phrase, 0) >= 0) left.delete(phrase)
    if (left.size === 0) return true
  }
  return left.size === 0
}

/** Characters of an excerpt around what was found. */
const EXCERPT_LENGTH = 140
const EXCERPT_LEAD = 40

/** Longest text that is looked at for an excerpt, and how many of a conversation. */
const EXCERPT_SEARCHED = 4_000

/** The place that matches best, with `**` around what was found; undefined where none of the texts has it. */
export function excerptOf(texts: Iterable<string>, phrases: readonly Phrase[]): string | undefined {
  let best: { text: string; spans: [number, number][]; found: number } | undefined
  for (const whole of texts) {
    const text = whole.slice(0, EXCERPT_SEARCHED)
    const words = wordsOf(text)
    const spans = phrases.map((phrase) => spansOf(words, phrase))
    const found = spans.filter((ones) => ones.length > 0).length
    if (found > (best?.found ?? 0)) best = { text, spans: spans.flat(), found }
    if (best?.found === phrases.length) break
  }
  return best === undefined ? undefined : cut(best.text, merged(best.spans))
}

function spansOf(words: readonly Word[], phrase: Phrase): [number, number][] {
  const spans: [number, number][] = []
  for (let at = find(words, phrase, 0); at >= 0; at = find(words, phrase, at + 1)) {
    const first = words[at]
    const last = words[at + phrase.words.length - 1]
    if (first !== undefined && last !== undefined) spans.push([first.from, last.to])
  }
  return spans
}

/** In order, and those that touch as one. */
function merged(spans: readonly [number, number][]): [number, number][] {
  const inOrder: [number, number][] = []
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = inOrder.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else inOrder.push([from, to])
  }
  return inOrder
}

function cut(text: string, spans: readonly [number, number][]): string {
  const first = spans[0]?.[0] ?? 0
  const from = wordStart(text, Math.max(0, first - EXCERPT_LEAD), first)
  const end = Math.min(text.length, from + EXCERPT_LENGTH)
  const pieces: string[] = [from > 0 ? '…' : '']
  let at = from
  for (const [start, stop] of spans) {
    if (start >= end) break
    const to = Math.min(stop, end)
    pieces.push(quiet(text.slice(at, start)), '**', quiet(text.slice(start, to)), '**')
    at = to
  }
  pieces.push(quiet(text.slice(at, end)), end < text.length ? '…' : '')
  return pieces.join('').toWellFormed().trim()
}

/** The first beginning of a word in `from` to `to`; where there is none, `from`. */
function wordStart(text: string, from: number, to: number): number {
  if (from === 0) return 0
  const space = text.slice(from, to).search(/\s/u)
  return space < 0 ? from : from + space + 1
}

/** Text that looks like a mark is none. */
function quiet(text: string): string {
  return text.replaceAll(/\*{2,}/gu, '*').replaceAll(/\s+/gu, ' ')
}
