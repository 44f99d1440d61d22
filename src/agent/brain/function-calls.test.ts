import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCall, type KnownFunction } from './function-calls.ts'
import { SmallBrain } from './small-brain.ts'

const BOOK: KnownFunction = {
  name: 'book_table',
  parameters: {
    type: 'object',
    properties: {
      guest_name: { type: 'string' },
      seats: { type: 'integer' },
      outside: { type: 'boolean' }
    },
    required: ['seats']
  }
}
const LOOK: KnownFunction = { name: 'look' }
const FUNCTIONS = [BOOK, LOOK]
const NOW = new Date(2026, 10, 21, 9, 5)

describe('a call that is asked for in words', () => {
  it.each([
    ['use book table with seats 4', { seats: 4 }],
    ['Please call the function book_table with {"seats": 4, "guest_name": "Ana"}.', { seats: 4, guest_name: 'Ana' }],
    [
      'run the tool Book-Table with guest name Ana Maria and seats 4, outside yes',
      {
        guest_name: 'Ana Maria',
        seats: 4,
        outside: true
      }
    ],
    ['invoke the book table function using seats = 2', { seats: 2 }]
  ])('%s', (text, given) => {
    expect(readCall(text, FUNCTIONS)).toEqual({ kind: 'call', name: 'book_table', arguments: given })
  })

  it.each([
    ['use book table', 'The function book_table needs seats.'],
    ['use book table with seats many', 'I could not read the arguments for book_table.'],
    ['use book table with {"seats": }', 'I could not read the arguments for book_table.'],
    ['use look with [1]', 'I could not read the arguments for look.'],
    ['call the function open sesame', 'I have no function named open sesame.'],
    ['use the sesame tool', 'I have no function named sesame tool.']
  ])('%s cannot be made, and it says why', (text, why) => {
    expect(readCall(text, FUNCTIONS)).toEqual({ kind: 'problem', why })
  })

  it.each(['use your head', 'call me Ana', 'I use look', 'what is the use of look', 'look', '', 'run'])(
    '%j asks for none',
    (text) => {
      expect(readCall(text, FUNCTIONS)).toEqual({ kind: 'none' })
    }
  )

  it('several sentences are several calls; one that is something else makes all of it talk', () => {
    const brain = new SmallBrain({ ownModel: false })
    const calls = (words: string): string[] => brain.answer(words, FUNCTIONS, NOW).calls.map(({ name }) => name)
    expect(calls('Use look. Use book table with seats 4.')).toEqual(['look', 'book_table'])
    expect(calls('Use look. What is two plus two?')).toEqual([])
  })

  it('never breaks and is quick, whatever is said', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'use ',
            'call ',
            'the ',
            'function ',
            'book ',
            'table ',
            'with ',
            'seats ',
            '4',
            ' ',
            '{',
            '"',
            '}',
            'and ',
            '.',
            'x'
          )
        ),
        (words) => {
          const wish = readCall(words.join(''), FUNCTIONS)
          if (wish.kind === 'call') expect(FUNCTIONS.map(({ name }) => name)).toContain(wish.name)
        }
      ),
      { numRuns: 500 }
    )
    const brain = new SmallBrain({ ownModel: false })
    for (const long of [
      'use' + ' '.repeat(2_000_000),
      'use a' + ' with'.repeat(400_000),
      '!'.repeat(2_000_000) + 'a'
    ]) {
      const startedAt = performance.now()
      brain.answer(long, FUNCTIONS, NOW)
      expect(performance.now() - startedAt).toBeLessThan(2000)
    }
  })
})
