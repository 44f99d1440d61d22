import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerptOf, matches, phrasesOf, wordsOf } from './words.ts'

const found = (text: string, query: string): boolean => {
  const phrases = phrasesOf(query)
  return phrases !== undefined && phrases.length > 0 && matches([text], phrases)
}
const excerpt = (text: string, query: string): string | undefined => excerptOf([text], phrasesOf(query) ?? [])

describe('a search', () => {
  it.each([
    ['The café is open', 'cafe'],
    ['The cafe is open', 'CAFÉ'],
    ['Wie spät ist es in Zürich?', 'zurich spat'],
    ['Straße', 'strasse'],
    ['decomposed e\u0301clair', 'éclair'],
    ['Łódź', 'łodz'],
    ['今天天气怎么样', '天气'],
    ['東京の天気はどうですか', '天気'],
    ['東京タワー', 'タワー'],
    ['안녕하세요 세계', '하세'],
    ['สวัสดีครับ', 'ครับ'],
    ['party 😀😀 tonight', '😀'],
    ['call 555-0123 now', '555-0123'],
    ["I don't know", "don't"],
    ['mail ada@example.org', 'ada@example'],
    ['the invoice number 4711', 'invo'],
    ['ﬁne ½', 'fine']
  ])('in %j finds %j', (text, query) => {
    expect(found(text, query)).toBe(true)
  })

  it.each([
    ['The cafe is open', 'cafes'],
    ['The cafe is open', 'caf open'],
    ['The cafe is open', 'pen'],
    ['今天天气', '气天'],
    ['ばら', 'はら'],
    ['one two', 'one three'],
    ['anything', '?!'],
    ['anything', '"*()']
  ])('in %j does not find %j', (text, query) => {
    expect(found(text, query)).toBe(false)
  })

  it('asks for nothing where nothing was typed, and finds nothing where no word was', () => {
    expect(phrasesOf('')).toBeUndefined()
    expect(phrasesOf(' \n ')).toBeUndefined()
    expect(phrasesOf('" OR *')).toEqual([{ words: ['or'], prefix: true }])
    expect(phrasesOf('---')).toEqual([])
  })

  it('finds its words in whichever line each is', () => {
    const phrases = phrasesOf('paris flight') ?? []
    expect(matches(['A flight, please.', 'To Paris.'], phrases)).toBe(true)
    expect(matches(['A flight, please.'], phrases)).toBe(false)
  })

  it('is bounded', () => {
    const phrases = phrasesOf(`${'a-'.repeat(400)} ${'b '.repeat(400)} ${'x'.repeat(5_000)}`) ?? []
    expect(phrases.flatMap(({ words }) => words)).toHaveLength(32)
    expect(wordsOf('x'.repeat(5_000))[0]?.word).toHaveLength(64)
  })

  it('of any text: its words stand where they say, hold nothing that is syntax, and each is found', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const { word, from, to } of wordsOf(text)) {
          expect(word).toMatch(/^[\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{RI}]+$/u)
          expect(wordsOf(text.slice(from, to)).map((one) => one.word)).toContain(word)
        }
        const [first] = wordsOf(text)
        if (first !== undefined) expect(matches([text], [{ words: [first.word], prefix: false }])).toBe(true)
      }),
      { numRuns: 300 }
    )
  })
})

describe('an excerpt', () => {
  it('has a mark around each word that was found', () => {
    expect(excerpt('The café is open, the cafeteria too', 'open caf')).toBe(
      'The **café** is **open**, the **cafeteria** too'
    )
  })

  it('begins at a word near the first that was found, and is short', () => {
    const text = `${'word '.repeat(100)}needle ${'more '.repeat(100)}`
    const cut = excerpt(text, 'needle') ?? ''
    expect(cut).toMatch(/^…word .*\*\*needle\*\* more .*…$/)
    expect(cut.length).toBeLessThan(160)
  })

  it('is of the text in which most was found', () => {
    expect(excerptOf(['red', 'red and blue', 'blue'], phrasesOf('red blue') ?? [])).toBe('**red** and **blue**')
    expect(excerptOf(['nothing'], phrasesOf('red') ?? [])).toBeUndefined()
  })

  it('has no marks but its own, and one line', () => {
    expect(excerpt('a **bold**\n\nneedle', 'needle')).toBe('a *bold* **needle**')
  })

  it('marks a row of characters as one', () => {
    expect(excerpt('今天天气怎么样', '天气')).toBe('今天**天气**怎么样')
  })
})
