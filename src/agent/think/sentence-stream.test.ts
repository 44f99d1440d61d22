import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitSentences } from '../brain/sentences.ts'
import { SentenceStream } from './sentence-stream.ts'

/** What each delta gives out, and last what the end does. */
function stream(deltas: readonly string[]): string[][] {
  const sentences = new SentenceStream()
  return [...deltas.map((delta) => sentences.push(delta)), sentences.end()]
}

const SPEAKABLE = /[\p{L}\p{N}]/u
const words = fc.constantFrom(
  ...'Hello It is Dr. Mr. e.g. i.e. U.S. a.m. 3. 3.14 No. 5 v1.2 Wait ... … ! ?! "Yes." (No.) 👍 écoute 好。 one, two; x'.split(
    ' '
  )
)
const text = fc
  .array(fc.tuple(words, fc.constantFrom(' ', ' ', ' ', '. ', '? ', '\n', '\n\n', ', ', '')), { maxLength: 30 })
  .map((parts) => parts.flat().join(''))

describe('sentences out of deltas', () => {
  it('come as soon as the next one has begun', () => {
    expect(stream(['It is', ' four', '.', ' And', ' five', '.', ' S', 'ix.'])).toEqual([
      [],
      [],
      [],
      ['It is four.'],
      [],
      [],
      ['And five.'],
      [],
      ['Six.']
    ])
  })

  it('do not end at abbreviations, in numbers, or before a sign that belongs to them', () => {
    expect(stream(['Ask Dr', '.', ' Gray at 3', '.', '30 p.m. about e.g', '.', ' tea. ', '👍', ' Then go'])).toEqual([
      [],
      [],
      [],
      [],
      [],
      [],
      [],
      [],
      ['Ask Dr. Gray at 3.30 p.m. about e.g. tea.'],
      ['👍 Then go']
    ])
  })

  it('are the same as those of the whole text, however it is cut', () => {
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }), (whole, sizes) => {
        fc.pre(whole.length < 280)
        const deltas: string[] = []
        for (let at = 0, n = 0; at < whole.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1
          deltas.push(whole.slice(at, at + size))
          at += size
        }
        const expected = splitSentences(whole).filter((piece) => SPEAKABLE.test(piece))
        expect(stream(deltas).flat()).toEqual(expected)
      }),
      { numRuns: 2000 }
    )
  })

  it('are cut when they do not end, without losing a word', () => {
    const deltas = Array.from({ length: 2000 }, (_, n) => `word${n} `)
    const given = stream(deltas)
    expect(
      Math.max(
        ...given
          .slice(0, -1)
          .flat()
          .map(({ length }) => length)
      )
    ).toBeLessThanOrEqual(300)
    expect(given.flat().join(' ').split(' ')).toEqual(deltas.map((delta) => delta.trim()))
    // Never more than a few hundred characters wait.
    expect(given.at(-1)?.join(' ').length).toBeLessThan(700)
  })

  it('take any number of signs or letters, in many deltas or in one, without growing', () => {
    for (const sign of ['.', 'a', '\n', ' ', '!a']) {
      const deltas = Array.from({ length: 1000 }, () => sign.repeat(50))
      const startedAtMs = performance.now()
      const given = stream(['Hi', ...deltas]).flat()
      expect(given.filter(({ length }) => length > 600)).toEqual([])
      expect(performance.now() - startedAtMs).toBeLessThan(5000)
      expect(stream([deltas.join('').repeat(5)]).flat().length).toBeLessThan(300_000)
    }
  })
})
